"""What lies between reading and publishing: Parquet files by year, and the steps that make them."""
