"""What can go wrong with a warehouse as a whole: it cannot be opened, it cannot be published.

Belongs here: errors that several kinds of target raise and several callers catch. Imports nothing, so that commands
that only read can catch them at no cost.
"""


class TargetError(Exception):
    """A warehouse cannot be opened; the message says which, why and what to do."""


class UnsupportedError(TargetError):
    """A warehouse of this kind cannot do what was asked; the message says which kind can."""


class PublishError(Exception):
    """The warehouse could not be published; the old one is as it was. The message says why and what to do.

    ``faults`` has what the checks of the new one found, by check; it is empty when it could not be made.
    """

    def __init__(self, message: str, faults: dict[str, list[str]] | None = None) -> None:
        super().__init__(message)
        self.faults = faults or {}


class LockedError(PublishError):
    """Another program is writing to the warehouse, or a server that it needs is away. That may be over soon."""


class RemovalError(PublishError):
    """The new warehouse would have dropped much of what is published. It is published if a person allows it."""


class ForeignError(PublishError):
    """What lies where the warehouse would be published is not ours, and was left alone."""
