"""The pipeline as Dagster assets: a thin layer of names, partitions, metadata and checks.

What the steps do is in ``pipeline``; nothing here computes. ``pipeline.definitions`` gathers these
modules for Dagster.
"""
