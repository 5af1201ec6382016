"""Raw tables from CSV, Parquet, SQL and DataFrames; what kind a column is; how a date is read."""
