"""What the tools answer: plain values, each answer with its source lines and with what must not be concluded from it.

A model that reads numbers without their table does not know that NULL is no zero and that totals stand among their
parts. So each answer says so itself, in the words of the tables' own comments.

Belongs here: answers as dictionaries. What a client sees of the tools is ``server``'s.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

from pipeline import forms
from pipeline.plain_values import plain_value
from pipeline.warehouse import query
from pipeline.warehouse.guarded_query import Answer

Values = dict[str, Any]

#: What holds for every table.
NULL_NOTE = "NULL: the report does not state the number, or it could not be read. It is never 0; do not fill it in."
TOTAL_NOTE = (
    "Totals stand among their parts: total (总计, 合计) sums up the other columns of its row, total_processed the rows "
    "of outcomes. Never add them to what they sum up."
)
PRINTED_NOTE = "Numbers are as the report prints them, also where they contradict each other: see the issues."
#: Reports of one answer to a query whose lines are given.
_REPORTS = 50

_RELATIONS = """
SELECT table_name AS name, comment, estimated_size AS rows FROM duckdb_tables() WHERE NOT internal
UNION ALL
SELECT view_name, comment, NULL FROM duckdb_views() WHERE NOT internal ORDER BY name
"""
_COLUMNS = """
SELECT table_name, column_name AS name, data_type AS type, comment FROM duckdb_columns()
WHERE NOT internal AND table_name IN (SELECT unnest($names)) ORDER BY table_name, column_index
"""
#: The line of each number's row, by the report and the row's name in each fact table.
_ROW_LINES = """
SELECT agency_id, year, item AS row_name, source_line FROM fact_application_handling
UNION ALL SELECT agency_id, year, item, source_line FROM fact_proactive_disclosure
UNION ALL SELECT agency_id, year, track, source_line FROM fact_reconsideration
"""


def tables(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> Values:
    """All tables and views with their comments, or those named with their columns.

    Raises:
        NotFoundError: there is none of a name.
    """
    relations = _rows(con.execute(_RELATIONS))
    known = {relation["name"] for relation in relations}
    if unknown := [name for name in names if name not in known]:
        raise query.NotFoundError(f"there is no table {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    notes = [NULL_NOTE, TOTAL_NOTE, PRINTED_NOTE]
    if not names:
        return {"tables": relations, "notes": notes}
    columns: dict[str, list[Values]] = defaultdict(list)
    for column in _rows(con.execute(_COLUMNS, {"names": list(names)})):
        columns[column.pop("table_name")].append(column)
    chosen = [relation | {"columns": columns[relation["name"]]} for relation in relations if relation["name"] in names]
    return {"tables": chosen, "notes": notes}


def rows(con: duckdb.DuckDBPyConnection, answer: Answer) -> Values:
    """The rows of a query, with the files and lines of the reports that they are of."""
    found = {"columns": answer.columns, "rows": answer.rows, "row_count": len(answer.rows)}
    notes = [NULL_NOTE, *_comments(con, answer.tables)]
    if answer.is_cut:
        notes.insert(0, "There are more rows than these: this is no complete answer. Narrow the query, or sum up.")
    keys = {"agency_id", "year"}
    if keys <= set(answer.columns):
        sources, left_out = _sources(con, answer.rows)
        if left_out:
            notes.append(f"The lines of {left_out} more reports are left out; get_report gives those of each.")
        return found | {"sources": sources, "notes": notes}
    notes.append(
        "The rows do not say which reports they are of, so that no source lines can be given: select agency_id and "
        "year (and item or track), or use get_report."
    )
    return found | {"sources": [], "notes": notes}


def _comments(con: duckdb.DuckDBPyConnection, names: Iterable[str]) -> list[str]:
    """What the comments of some tables say, which is also what must not be done with them."""
    named = set(names)
    return [
        f"{relation['name']}: {relation['comment']}"
        for relation in _rows(con.execute(_RELATIONS))
        if relation["name"] in named and relation["comment"]
    ]


def _sources(con: duckdb.DuckDBPyConnection, found: Sequence[Values]) -> tuple[list[Values], int]:
    """The file of each report of some rows, with the lines of the form's rows that are named; and how many are left."""
    named: dict[tuple[Any, Any], set[str]] = defaultdict(set)
    for row in found:
        if row["agency_id"] is not None and row["year"] is not None:
            named[row["agency_id"], row["year"]] |= {row[key] for key in ("item", "track") if row.get(key)}
    sources = []
    for (agency, year), items in list(named.items())[:_REPORTS]:
        report = con.execute(
            "SELECT source_file FROM dim_report WHERE agency_id = ? AND year = ?", [str(agency), year]
        ).fetchone()
        if report is None:
            continue
        lines = con.execute(
            f"SELECT row_name, list(DISTINCT source_line ORDER BY source_line) FROM ({_ROW_LINES}) "
            "WHERE agency_id = $agency AND year = $year AND (row_name IN (SELECT unnest($items)) OR $all) "
            "GROUP BY row_name ORDER BY min(source_line)",
            {"agency": str(agency), "year": year, "items": sorted(map(str, items)), "all": not items},
        ).fetchall()
        sources.append({"agency_id": agency, "year": year, "source_file": report[0], "lines": dict(lines)})
    return sources, max(0, len(named) - _REPORTS)


def report(con: duckdb.DuckDBPyConnection, agency: str, year: int) -> Values:
    """A report's three tables, each row with its lines and their text, and its issues.

    Raises:
        NotFoundError: there is none, or several agencies fit.
    """
    found = query.report(con, agency, year)
    cells = query.cells(con, found)
    printed: list[Values] = []
    for table, (label_zh, label_en) in forms.TABLE_TITLES.items():
        mine = [cell for cell in cells if cell["table_name"] == table]
        printed.append({"table": table, "title_zh": label_zh, "title_en": label_en, "rows": _table(mine)})
    issues_of = issues(con, query.Wanted(year=year, agencies=[found.agency_id]), 100)
    return {
        "agency": found.agency,
        "agency_id": found.agency_id,
        "year": year,
        "title": found.title,
        "source_file": found.source_file,
        "tables": printed,
        "issues": issues_of["issues"],
        "notes": [
            NULL_NOTE,
            TOTAL_NOTE,
            PRINTED_NOTE,
            *(["A table without rows was not read."] if _lacks(printed) else []),
        ],
    }


def _lacks(printed: Iterable[Values]) -> bool:
    return not all(table["rows"] for table in printed)


def _table(cells: Iterable[Values]) -> list[Values]:
    """The rows of one table: cells by column, the lines they were read from with their text, what NULLs are."""
    by_item: dict[str, Values] = {}
    for cell in cells:
        row = by_item.setdefault(
            cell["item"], {"item": cell["item"], "label": cell["label"], "cells": {}, "lines": {}, "states": {}}
        )
        row["cells"][cell["column_name"]] = plain_value(cell["value"])
        if cell["line"] is not None:
            text = cell["text"] if cell["page"] is None else f"page {cell['page']}: {cell['text']}"
            row["lines"][str(cell["line"])] = text
        if cell["state"] is not None:
            row["states"][cell["column_name"]] = cell["state"]
    return list(by_item.values())


#: What stands in the line of an issue, where a number was read from it.
_WITH_LINES = """
SELECT issue.*, text AS source_text FROM issue LEFT JOIN (
    SELECT source_file, year, line AS source_line, text FROM report_line JOIN dim_report USING (agency_id, year)
) USING (source_file, year, source_line)
"""


def issues(con: duckdb.DuckDBPyConnection, wanted: query.Wanted, limit: int) -> Values:
    """Issues, errors first, each with its file and line, and how many there are in all."""
    found = query.issues(con, wanted, limit).query("issue", _WITH_LINES)
    return {
        "issues": [
            {name: plain_value(value) for name, value in zip(found.columns, row, strict=True)}
            for row in found.fetchall()
        ],
        "issue_count": query.count_issues(con, wanted),
        "notes": [
            "An issue says that numbers of a report contradict each other, or could not be read. It does not say which "
            "of them is wrong; suggestion is a guess to look at, never the number of the report.",
            NULL_NOTE,
        ],
    }


def _rows(result: duckdb.DuckDBPyConnection) -> list[Values]:
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, map(plain_value, row), strict=True)) for row in result.fetchall()]
