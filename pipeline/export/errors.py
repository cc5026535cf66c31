"""What an export that cannot be made is told by."""


class ExportError(Exception):
    """The export could not be written whole, or does not hold what the warehouse has; the message says why."""
