"""Readers that turn lines of text into rows of cells."""
