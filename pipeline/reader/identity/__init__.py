"""Whose report it is, and of which year: one module for each kind of source that says so."""
