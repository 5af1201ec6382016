"""Charts as data, and pages as self-contained HTML that needs no network and no JavaScript."""
