"""Estimator, validation, calibration, interval: on pandas frames and arrays, knowing nothing of leads or files."""

import os

# Threads that wait by spinning take the cores from those that work: on a busy machine a fit took 25 times as long. The
# libraries read this once, when they are loaded, so it stands before any of them.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
