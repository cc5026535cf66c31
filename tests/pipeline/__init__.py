"""The pipeline in this process over a DuckDB file: staging, rules, views, publications, exports, Dagster."""
