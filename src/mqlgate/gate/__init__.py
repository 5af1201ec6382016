"""Where the MQL gate should stand, and what can be promised of it. Works on arrays and knows nothing of leads."""
