"""The errors of an export."""


class ExportError(Exception):
    """The export could not be written whole, or does not hold what the warehouse has; the message says why."""


class UnknownTableError(ExportError):
    """A table or view was asked for that there is not; the message has those that there are."""
