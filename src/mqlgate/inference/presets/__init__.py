"""Presets: how a system's exports name things. A preset is one TOML file of this folder, data and not code."""
