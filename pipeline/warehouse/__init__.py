"""The published warehouse: building it, replacing it, opening it and asking it."""
