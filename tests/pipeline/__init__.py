"""In process, with a DuckDB file."""
