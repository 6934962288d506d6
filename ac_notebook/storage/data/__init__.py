"""Files with tables in them, read in chunks: Parquet, Feather, CSV, JSON Lines."""
