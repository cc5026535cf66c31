"""The three official tables: which number stands in which cell of the form."""
