"""Estimator, validation, calibration, interval: on pandas frames and arrays, knowing nothing of leads or files."""
