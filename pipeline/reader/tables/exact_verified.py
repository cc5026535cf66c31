"""Whether the fast reading of exact tables finds what the general one does (``OGI_VERIFY=1``).

Belongs here: the comparison. Does not: the readings (``exact_tables``, ``matcher``).
"""

from dataclasses import fields
from functools import cache

from pipeline.reader.tables.reading import Reading
from pipeline.settings import Settings

#: So much of a field's two contents is shown, from a little before they differ.
_SHOWN, _BEFORE = 120, 20


class ExactReadingError(Exception):
    """The two readings of one report differ."""


@cache
def is_verified() -> bool:
    """Whether all tables are read both ways in this process."""
    return Settings().verify


def compare(exact: Reading, general: Reading) -> None:
    """Compare two readings of one report, the order of their cells too.

    Raises:
        ExactReadingError: they differ; the message has the fields and what is in them.
    """
    names = [each.name for each in fields(Reading)]
    contents = ((name, _content(exact, name), _content(general, name)) for name in names)
    found = [f"{name}: {_differing(one, other)}" for name, one, other in contents if one != other]
    if found:
        raise ExactReadingError("read as the form is, and as any table is: " + "; ".join(found))


def _content(reading: Reading, name: str) -> str:
    """A field's content with all that its records have, some of which do not compare all of it."""
    content = getattr(reading, name)
    if name == "findings":
        content = [finding.to_json() for finding in content]
    return repr(sorted(content) if isinstance(content, frozenset) else content)


def _differing(exact: str, general: str) -> str:
    """Where two texts begin to differ."""
    same = next((at for at, (a, b) in enumerate(zip(exact, general, strict=False)) if a != b), 0)
    part = slice(max(0, same - _BEFORE), same + _SHOWN)
    return f"{exact[part]} ≠ {general[part]}"
