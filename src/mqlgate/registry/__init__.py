"""Runs, versions and the champion, kept by MLflow. Nothing heavy is imported until a registry is opened."""
