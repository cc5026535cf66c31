"""The error of an export."""


class ExportError(Exception):
    """The export could not be written whole, or does not hold what the warehouse has; the message says why."""
