"""Commands, and the documents that show them."""
