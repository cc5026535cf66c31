"""The smallest explanation of sums that fail: the one cell that, changed, would make all sums of its table hold.

Belongs here: the sums of tables three and four as constraints, the search for such a cell, whether the source text
there looks like our misreading or the agency's own error, and writing both beside the issues of the rules.
Does not: changing a number (a suggestion is never applied) and judging whether a sum holds at all, which is the
rules' affair.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any, TypeAlias

import duckdb
import polars as pl

from pipeline import forms
from pipeline.forms import APPLICATIONS, REVIEW

#: A number's place in its table: item or track, and column.
Cell: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Constraint:
    """What must add up: the sum of ``plus`` equals the sum of ``minus``. No cell stands in it twice."""

    plus: tuple[Cell, ...]
    minus: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A cell, the number printed there, and the one that would make every sum hold."""

    item: str
    column: str
    printed: int
    value: int

    def __str__(self) -> str:
        return f"{self.item}.{self.column}: {self.printed} → {self.value}"


def application_constraints(items: Collection[str]) -> list[Constraint]:
    """The sums of table three among the rows that a report has, as the rules of the same names weigh them."""
    return list(_application_constraints(frozenset(items)))


@cache
def _application_constraints(items: frozenset[str]) -> tuple[Constraint, ...]:
    rows = [row for code, row in forms.application_items().items() if code in items]
    # Where a report prints both one row （六） and its parts, the parts are added.
    in_parts = any(row.parent_item == "other_processing" for row in rows)
    parts = [
        row.item
        for row in rows
        if row.outcome not in ("intake", "total") and not (in_parts and row.item == "other_processing")
    ]
    constraints = []
    for column in forms.APPLICATION_COLUMNS:
        constraints.append(
            Constraint(
                (("new_received", column), ("carried_over", column)),
                (("total_processed", column), ("carried_forward", column)),
            )
        )
        if parts:
            constraints.append(Constraint(tuple((part, column) for part in parts), (("total_processed", column),)))
    constraints += [_row_constraint(row.item, forms.APPLICANTS) for row in rows]
    return tuple(constraints)


@cache
def _review_constraint(track: str) -> Constraint:
    return _row_constraint(track, forms.RESULTS)


def review_constraints(track: str) -> list[Constraint]:
    """The one sum of a track of table four."""
    return [_review_constraint(track)]


def _row_constraint(item: str, columns: Sequence[str]) -> Constraint:
    return Constraint(tuple((item, column) for column in columns), ((item, "total"),))


def explain(cells: Mapping[Cell, int | None], constraints: Sequence[Constraint]) -> list[Suggestion]:
    """Every cell that alone, changed to a whole number not below 0, would make all sums hold; in the form's order.

    A sum with a missing operand cannot be judged and plays no part.

    >>> cells = {("a", "x"): 5, ("a", "y"): 2, ("a", "total"): 4}
    >>> [str(s) for s in explain(cells, [_row_constraint("a", ["x", "y"])])]
    ['a.x: 5 → 2', 'a.total: 4 → 7']
    """
    failing: list[tuple[Constraint, int]] = []
    holding: list[Constraint] = []
    number = cells.__getitem__
    for constraint in constraints:
        try:
            excess = sum(map(number, constraint.plus)) - sum(map(number, constraint.minus))  # type: ignore[arg-type]
        except (KeyError, TypeError):  # no such row, or NULL
            continue
        if excess:
            failing.append((constraint, excess))
        else:
            holding.append(constraint)
    if not failing:
        return []
    first = (*failing[0][0].plus, *failing[0][0].minus)
    candidates = set(first)
    for constraint, _ in failing:
        candidates.intersection_update((*constraint.plus, *constraint.minus))
    for constraint in holding:
        # A change would break what holds now.
        candidates.difference_update(constraint.plus, constraint.minus)
    suggestions = []
    for cell in first:
        if cell not in candidates:
            continue
        changes = {-excess if cell in constraint.plus else excess for constraint, excess in failing}
        printed = cells[cell]
        if len(changes) == 1 and printed is not None and (value := printed + changes.pop()) >= 0:
            suggestions.append(Suggestion(*cell, printed, value))
    return suggestions


#: What stands for a character that was lost.
_BROKEN = frozenset("□■▢▯?�")
_NUMBER = re.compile(r"(?<!\d)-?\d+|\d+")
#: What stands between two cells of a row that are neighbours.
_BETWEEN = re.compile(r"[\s|]+")


def fault(
    suggestion: Suggestion, row: Sequence[int | None], columns: Sequence[str], text: str | None
) -> tuple[str, str]:
    """Whose fault a suggested cell looks like, "reading" or "agency", and what in the source text speaks for it.

    ``row`` is the printed numbers of the cell's row in the order of ``columns``; ``text`` the line it was read from,
    which is the cell's alone where each cell has its own.

    >>> fault(Suggestion("a", "x", 1, 12), [1, 0, 12], ["x", "y", "total"], "1 2 | 0 | 12")
    ('reading', 'the line prints “1 2”, which is 12 put together')
    >>> fault(Suggestion("a", "x", 3, 2), [3, 0, 2], ["x", "y", "total"], "3 | 0 | 2")
    ('agency', 'the line prints 3')
    """
    if text is None:
        return "agency", "the line is not kept"
    line = _Line(text, row)
    at = columns.index(suggestion.column)
    evidence = (
        _split(suggestion, line)
        or _misread(suggestion, row, at, line)
        or _damaged(suggestion, row, at, line)
        or _shifted(suggestion, row, at, line)
        or _glued(suggestion, row, at)
    )
    if evidence:
        return "reading", evidence
    if suggestion.printed in line.numbers:
        return "agency", f"the line prints {suggestion.printed}"
    return "agency", f"the line as it is kept does not show {suggestion.printed}"


class _Line:
    """A source line: its numbers, and where among them the row's printed ones stand one after the other."""

    def __init__(self, text: str, row: Sequence[int | None]) -> None:
        bare = re.sub(r"<[^>]*>", "|", unicodedata.normalize("NFKC", text))
        self.text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", bare)
        self.matches = list(_NUMBER.finditer(self.text))
        self.numbers = [int(match[0]) for match in self.matches]
        self.start = self.find(row)

    def find(self, row: Sequence[int | None]) -> int | None:
        """Index of the first of the row's numbers, None when they do not stand there just so."""
        printed = [number for number in row if number is not None]
        # From the end: what a row's label has of numbers stands before its cells.
        starts = range(len(self.numbers) - len(printed), -1, -1)
        return next((start for start in starts if self.numbers[start : start + len(printed)] == printed), None)

    def neighbours(self, first: int, second: int) -> bool:
        """Whether nothing but the edges of cells stands between two numbers."""
        if first < 0 or second >= len(self.matches):
            return False
        between = self.text[self.matches[first].end() : self.matches[second].start()]
        return _BETWEEN.fullmatch(between) is not None


def _split(suggestion: Suggestion, line: _Line) -> str | None:
    """Digits apart that make the suggested number."""
    if line.start is not None:
        return None  # every number of the line is a cell of its own
    digits = r"[^\S\t]*".join(str(suggestion.value))
    for match in re.finditer(rf"(?<!\d){digits}(?!\d)", line.text):
        pieces = match[0].split()
        if len(pieces) > 1 and str(suggestion.printed) in pieces:
            return f"the line prints “{' '.join(pieces)}”, which is {suggestion.value} put together"
    return None


def _misread(suggestion: Suggestion, row: Sequence[int | None], at: int, line: _Line) -> str | None:
    """The suggested number itself, where another was read."""
    meant = [*row[:at], suggestion.value, *row[at + 1 :]]
    if line.start is None and (line.find(meant) is not None or line.numbers == [suggestion.value]):
        return f"the line prints {suggestion.value} there"
    return None


def _damaged(suggestion: Suggestion, row: Sequence[int | None], at: int, line: _Line) -> str | None:
    """Signs of lost characters beside the number."""
    if line.start is not None:
        before = sum(number is not None for number in row[:at])
        places = [line.matches[line.start + before]]
    else:
        places = [match for match in line.matches if int(match[0]) == suggestion.printed]
    for match in places:
        left = line.text[: match.start()].rstrip(" ")[-1:]
        right = line.text[match.end() :].lstrip(" ")[:1]
        if left in _BROKEN or right in _BROKEN:
            piece = (left if left in _BROKEN else "") + match[0] + (right if right in _BROKEN else "")
            return f"damaged characters stand beside the number: “{piece}”"
    return None


def _shifted(suggestion: Suggestion, row: Sequence[int | None], at: int, line: _Line) -> str | None:
    """Numbers one column beside their own: the row adds up once they are moved."""
    gap = _only_gap(row)
    if gap is not None:
        # The suggested cell took its neighbour's number, and so on up to the blank.
        moved = [*row[:gap], *row[gap + 1 :]]
        moved.insert(at, suggestion.value)
        if _mends(moved, row, (at, gap)):
            return f"the row adds up when {_printed(row)} is moved by one from {suggestion.column} to the blank"
        return None
    if line.start is None or None in row:
        return None
    # One number more than the form has columns, and it is the one that the row lacks. Two more are another track's.
    first, last = line.start, line.start + len(row) - 1
    earlier, later = line.neighbours(first - 1, first), line.neighbours(last, last + 1)
    if earlier and not later and not line.neighbours(first - 2, first - 1):
        surplus, moved = first - 1, [line.numbers[first - 1], *row[:at], *row[at + 1 :]]
    elif later and not earlier and not line.neighbours(last + 1, last + 2):
        surplus, moved = last + 1, [*row[:at], *row[at + 1 :], line.numbers[last + 1]]
    else:
        return None
    if moved[at] == suggestion.value and _mends(moved, row, (at,)):
        return f"the line has a number more than the row, {line.numbers[surplus]}; moved by one the row adds up"
    return None


def _glued(suggestion: Suggestion, row: Sequence[int | None], at: int) -> str | None:
    """Two cells in one number: the suggested number is an end of the printed one, and a cell of the row is blank."""
    gap = _only_gap(row)
    printed, value = str(suggestion.printed), str(suggestion.value)
    if gap is None or len(printed) <= len(value):
        return None
    left, right = (value, printed[len(value) :]) if at < gap else (printed[: -len(value)], value)
    if left + right != printed or any(piece != str(int(piece)) for piece in (left, right)):
        return None
    cut: list[int | None] = [*row[:at], int(left), int(right), *row[at + 1 :]]
    del cut[gap + 1 if at < gap else gap]
    if _mends(cut, row, (at, gap)):
        return f"the line prints “{printed}”, which is {left} and {right} glued together"
    return None


def _only_gap(row: Sequence[int | None]) -> int | None:
    return row.index(None) if row.count(None) == 1 else None


def _mends(other: Sequence[int | None], row: Sequence[int | None], places: Collection[int]) -> bool:
    """Whether another reading of the row adds up and changes it in these places only: its other columns add up now."""
    numbers = [number for number in other if number is not None]
    same = all(mine == its for place, (mine, its) in enumerate(zip(row, other, strict=True)) if place not in places)
    return same and len(numbers) == len(row) and sum(numbers[:-1]) == numbers[-1]


def _printed(row: Sequence[int | None]) -> str:
    return "“" + " ".join("_" if number is None else str(number) for number in row) + "”"


#: The rules whose sums tie the whole of table three together.
_APPLICATION_RULES = ("balance", "disposition_total", "applicant_total")
_APPLICATION_SQL = f"""
SELECT agency_id, year, item, source_line, value_lines, {", ".join(forms.APPLICATION_COLUMNS)}
FROM fact_application_handling
SEMI JOIN (FROM quality_issue WHERE rule IN {_APPLICATION_RULES}) USING (agency_id, year)
ORDER BY agency_id, year
"""
_REVIEW_SQL = f"""
SELECT agency_id, year, track, source_line, value_lines, {", ".join(forms.REVIEW_COLUMNS)}
FROM fact_reconsideration
SEMI JOIN (SELECT agency_id, year, item AS track FROM quality_issue WHERE rule = 'review_total')
    USING (agency_id, year, track)
ORDER BY agency_id, year, track
"""
_EXPLAINED = {
    "agency_id": pl.String,
    "year": pl.Int32,
    "table_name": pl.String,
    "track": pl.String,
    "suggestion": pl.String,
    "likely_fault": pl.String,
    "fault_evidence": pl.String,
}


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a fact table: its printed numbers in the columns' order, and where they stand in the source."""

    item: str
    source_line: int | None
    value_lines: list[int | None] | None
    numbers: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class _Explained:
    """Sums that belong together, and what explains that they fail; ``track`` only for table four."""

    agency_id: str
    year: int
    table: str
    track: str | None
    columns: list[str]
    suggestions: list[Suggestion]
    rows: dict[str, _Row]

    @property
    def line(self) -> int | None:
        """The line of the suggested cell, where there is just one."""
        if len(self.suggestions) != 1:
            return None
        (suggestion,) = self.suggestions
        row = self.rows[suggestion.item]
        own = row.value_lines[self.columns.index(suggestion.column)] if row.value_lines else None
        return row.source_line if own is None else own

    def finding(self, text: str | None) -> tuple[str | None, ...]:
        """Suggestion, likely_fault and fault_evidence as ``quality_issue`` has them."""
        said = " | ".join(map(str, self.suggestions))
        if len(self.suggestions) != 1:
            return said, None, None
        (suggestion,) = self.suggestions
        return said, *fault(suggestion, self.rows[suggestion.item].numbers, self.columns, text)


def explain_warehouse(con: duckdb.DuckDBPyConnection) -> None:
    """Write suggestion, likely_fault and fault_evidence beside the issues of failing sums, once the rules ran."""
    explained = [*_applications(con), *_reviews(con)]
    if not explained:
        return
    texts = _texts(con, explained)
    frame = pl.DataFrame(
        [
            (each.agency_id, each.year, each.table, each.track, *each.finding(texts.get(number)))
            for number, each in enumerate(explained)
        ],
        schema=_EXPLAINED,
        orient="row",
    )
    con.register("explained", frame.to_arrow())
    con.execute(
        f"""
        UPDATE quality_issue AS q
        SET suggestion = e.suggestion, likely_fault = e.likely_fault, fault_evidence = e.fault_evidence
        FROM explained e
        WHERE q.agency_id = e.agency_id AND q.year = e.year AND q.table_name = e.table_name
            AND q.rule IN {(*_APPLICATION_RULES, "review_total")} AND (e.track IS NULL OR q.item = e.track)
        """
    )
    con.unregister("explained")


def _applications(con: duckdb.DuckDBPyConnection) -> Iterator[_Explained]:
    columns = forms.APPLICATION_COLUMNS
    for (agency_id, year), found in groupby(_fetched(con, _APPLICATION_SQL), key=lambda row: row[:2]):
        rows = {row.item: row for row in map(_row, found)}
        if suggestions := explain(_cells(rows, columns), _application_constraints(frozenset(rows))):
            yield _Explained(agency_id, year, APPLICATIONS, None, columns, suggestions, rows)


def _reviews(con: duckdb.DuckDBPyConnection) -> Iterator[_Explained]:
    columns = forms.REVIEW_COLUMNS
    for found in _fetched(con, _REVIEW_SQL):
        agency_id, year, track = found[:3]
        rows = {track: _row(found)}
        if suggestions := explain(_cells(rows, columns), review_constraints(track)):
            yield _Explained(agency_id, year, REVIEW, track, columns, suggestions, rows)


def _fetched(con: duckdb.DuckDBPyConnection, sql: str) -> Iterator[tuple[Any, ...]]:
    """Rows of a query, a batch at a time. Nothing else may be asked of the connection until they are through."""
    result = con.execute(sql)
    while batch := result.fetchmany(10_000):
        yield from batch


def _row(found: tuple[Any, ...]) -> _Row:
    _, _, item, source_line, value_lines, *numbers = found
    return _Row(item, source_line, value_lines, tuple(numbers))


def _cells(rows: Mapping[str, _Row], columns: Sequence[str]) -> dict[Cell, int | None]:
    return {
        (item, column): number
        for item, row in rows.items()
        for column, number in zip(columns, row.numbers, strict=True)
    }


def _texts(con: duckdb.DuckDBPyConnection, explained: Sequence[_Explained]) -> dict[int, str]:
    """Text of the suggested cells' lines, by place in the list."""
    wanted = [(number, each.agency_id, each.year, each.line) for number, each in enumerate(explained)]
    schema = {"number": pl.Int64, "agency_id": pl.String, "year": pl.Int32, "line": pl.Int32}
    con.register("wanted", pl.DataFrame(wanted, schema=schema, orient="row").to_arrow())
    found = con.execute("SELECT number, text FROM wanted JOIN report_line USING (agency_id, year, line)").fetchall()
    con.unregister("wanted")
    return dict(found)
