"""`init` at the terminal: infer, ask where two targets fit, write the file. What is inferred is decided in `inference`."""
