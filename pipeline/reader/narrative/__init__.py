"""What the prose of a report claims in numbers."""
