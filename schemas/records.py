"""Rows of staged tables, made by column name.

A table's columns are declared once, and rows made here are checked against that declaration: a column that is missing
or unknown raises, and none can be taken for another, as two of one type could in a tuple written by position. A row is
a plain tuple in the declared order, and what makes it is a plain function: it costs what the tuple costs, while a named
tuple or a dict for each row took four to ten times as long.

Belongs here: rows of Python values. Frames of them are ``pipeline.reader.frames``'.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import schemas
from schemas import base
from schemas.staged import staged_schema

Row = tuple[Any, ...]


class Records:
    """The rows of one staged table.

    ``groups`` names columns that stand beside each other in the declaration and are given together, as one sequence.

    >>> lines = Records(schemas.ReportLine, {"place": ["page", "x0", "y0", "x1", "y1"]})
    >>> new = lines.maker("0123456789abcdef", 2024)
    >>> new(line=3, text="一、总体情况", place=[1, 72.0, 90.5, 180.0, 104.5])
    ('0123456789abcdef', 2024, 3, '一、总体情况', 1, 72.0, 90.5, 180.0, 104.5)

    Raises:
        ValueError: the columns of a group do not stand beside each other in this order.
    """

    def __init__(self, table: type[schemas.Table], groups: Mapping[str, Sequence[str]] | None = None) -> None:
        self.name = base.name(table)
        self.columns = tuple(staged_schema(table))
        self._record: Any = namedtuple(f"{table.__name__}Row", self.columns)  # type: ignore[misc]
        self._bind = _binder(self.columns, groups or {})

    def maker(self, agency_id: str, year: int) -> Callable[..., Row]:
        """What makes a row of a report's: called with every other column, or group of columns, by name."""
        made: Callable[..., Row] = self._bind(agency_id, year)
        return made

    def read(self, rows: Iterable[Row]) -> Iterator[Any]:
        """Rows whose values are attributes by column name."""
        return map(self._record._make, rows)


def _binder(columns: Sequence[str], groups: Mapping[str, Sequence[str]]) -> Callable[[str, int], Callable[..., Row]]:
    """A function of a report's key that gives the function of its rows, both written out from the column names."""
    given = list(columns)
    for group, members in groups.items():
        at = given.index(members[0])
        if given[at : at + len(members)] != list(members):
            raise ValueError(f"{', '.join(members)} do not stand beside each other among {', '.join(columns)}")
        given[at : at + len(members)] = [group]
    first, second, *rest = given
    if (first, second) != ("agency_id", "year"):
        raise ValueError(f"a row begins with agency_id and year, not with {first} and {second}")
    body = "".join(f"  {', '.join(members)}, = {group}\n" for group, members in groups.items())
    source = (
        f"def bind(agency_id, year):\n"
        f" def row(*, {', '.join(rest)}):\n"
        f"{body}"
        f"  return ({', '.join(columns)},)\n"
        f" return row\n"
    )
    namespace: dict[str, Any] = {}
    exec(source, namespace)  # of column names alone, as dataclasses and named tuples are made
    bind: Callable[[str, int], Callable[..., Row]] = namespace["bind"]
    return bind
