"""The kinds of file that a report comes in."""
