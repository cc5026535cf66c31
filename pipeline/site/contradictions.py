"""The list of contradictions for scripts: a small index of all issues, and shards of their texts.

The index has the columns that can be filtered, as numbers; a shard of texts is loaded when they are shown. Issues are
in the order of the list, so that the issues of one rule are in few shards.

Belongs here: the files of the list. ``agencies.prepare`` numbers the issues.
"""

from pathlib import Path
from typing import Any

import duckdb

from pipeline.site import words
from pipeline.site.scripts import write
from pipeline.site.words import Words

#: Issues whose texts are in one file.
SHARD_SIZE = 500

_ISSUES = """
SELECT p.position, i.year, i.rule, i.severity, i.table_name, i.item, i.column_name, i.number, i.waived,
    i.message, i.message_en, i.source_line, i.suggestion, i.page
FROM site_issue i JOIN site_position p USING (agency_id)
ORDER BY list_position(['error', 'warning', 'info'], i.severity), i.rule, p.position, i.year DESC, i.number
"""
_RULES = """
SELECT r.rule, r.rule_group, r.severity, r.title_zh, r.title_en, r.explanation,
    coalesce(i.open, 0), coalesce(i.waived, 0), coalesce(i.reports, 0)
FROM quality_rule r LEFT JOIN (
    SELECT rule, count(*) FILTER (NOT waived) AS open, count(*) FILTER (waived) AS waived,
        count(DISTINCT (agency_id, year)) AS reports
    FROM site_issue GROUP BY rule
) i USING (rule)
ORDER BY list_position(['error', 'warning', 'info'], r.severity), 7 DESC, r.rule
"""


def rules(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Every rule with the number of its issues, and of reports that have one."""
    return [
        {
            "rule": rule,
            "group": words.GROUPS.get(group, Words(group, group)),
            "severity": severity,
            "title": Words(zh, en),
            "explanation": explanation,
            "open": open_,
            "waived": waived,
            "reports": reports,
        }
        for rule, group, severity, zh, en, explanation, open_, waived, reports in con.execute(_RULES).fetchall()
    ]


def write_list(con: duckdb.DuckDBPyConnection, data: Path) -> int:
    """Write the index and the shards of texts; return the number of issues."""
    known = {
        rule: (severity, zh, en)
        for rule, severity, zh, en in con.execute(
            "SELECT rule, severity, title_zh, title_en FROM quality_rule ORDER BY rule"
        ).fetchall()
    }
    codes = list(known)
    cells: dict[tuple[str | None, str | None, str | None], int] = {}
    index: dict[str, list[int]] = {name: [] for name in ("agency", "year", "rule", "cell", "number", "waived")}
    result = con.execute(_ISSUES)
    shard = 0
    while rows := result.fetchmany(SHARD_SIZE):
        texts = []
        for agency, year, rule, _, table, item, column, number, waived, zh, en, line, suggestion, page in rows:
            cell = cells.setdefault((table, item, column), len(cells))
            for name, value in zip(index, (agency, year, codes.index(rule), cell, number, int(waived)), strict=True):
                index[name].append(value)
            texts.append([zh, en, line, words.suggestion(suggestion), *([] if page is None else [page])])
        write(data / f"issues-{shard}.js", f"issues-{shard}", texts)
        shard += 1
    severities = list(words.SEVERITIES)
    write(
        data / "issues.js",
        "issues",
        {
            "size": SHARD_SIZE,
            "severities": [list(label) for label in words.SEVERITIES.values()],
            "rules": [[rule, severities.index(severity), zh, en] for rule, (severity, zh, en) in known.items()],
            "cells": [list(words.where(*cell)) for cell in cells],
            **index,
        },
    )
    return len(index["year"])
