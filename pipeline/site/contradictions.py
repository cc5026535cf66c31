"""The list of contradictions for scripts: a small index of all issues, and shards of their texts.

The index has the columns that can be filtered, as numbers; a shard of texts is loaded when they are shown. Issues are
in the order of the list, so that the issues of one rule are in few shards, and those of one discrepancy together.

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
    i.message, i.message_en, i.source_line, i.suggestion, i.page, i.discrepancy
FROM site_issue i JOIN site_position p USING (agency_id)
ORDER BY list_position(['error', 'warning', 'info'], i.severity), i.rule, p.position, i.later_year DESC, i.discrepancy,
    i.column_name IS DISTINCT FROM 'total', i.year DESC, i.number
"""
_RULES = """
SELECT r.rule, r.rule_group, r.severity, r.title_zh, r.title_en, r.formula, r.says_zh, r.says_en, r.matters_zh,
    r.matters_en, r.causes_zh, r.causes_en, coalesce(i.open, 0) AS open, coalesce(i.waived, 0) AS waived,
    coalesce(i.reports, 0) AS reports, coalesce(i.cells, 0) AS cells
FROM quality_rule r LEFT JOIN (
    SELECT rule, count(DISTINCT discrepancy) FILTER (NOT waived) AS open,
        count(DISTINCT discrepancy) - count(DISTINCT discrepancy) FILTER (NOT waived) AS waived,
        count(DISTINCT (agency_id, year)) AS reports, count(*) AS cells
    FROM site_issue GROUP BY rule
) i USING (rule)
ORDER BY list_position(['error', 'warning', 'info'], r.severity), open DESC, r.rule
"""


def rules(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Every rule with its explanation, the number of its discrepancies, and of the reports and cells that have one."""
    result = con.execute(_RULES)
    names = [column[0] for column in result.description]
    found = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    return [
        {
            **rule,
            "group": words.GROUPS.get(rule["rule_group"], Words(rule["rule_group"], "")),
            "title": Words(rule["title_zh"], rule["title_en"]),
            "explained": [Words(rule[f"{part}_zh"], rule[f"{part}_en"]) for part in ("says", "matters", "causes")],
        }
        for rule in found
    ]


def write_rules(of_site: list[dict[str, Any]], data: Path) -> None:
    """Write what the rules say, which pages show at each issue when they are asked."""
    write(data / "rules.js", "rules", {rule["rule"]: [list(words) for words in rule["explained"]] for rule in of_site})


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
    index: dict[str, list[int]] = {
        name: [] for name in ("agency", "year", "rule", "cell", "number", "waived", "discrepancy")
    }
    known_by: dict[str, int] = {}
    result = con.execute(_ISSUES)
    shard = 0
    while rows := result.fetchmany(SHARD_SIZE):
        texts = []
        for agency, year, rule, _, table, item, column, number, waived, zh, en, line, suggestion, page, of in rows:
            cell = cells.setdefault((table, item, column), len(cells))
            whole = known_by.setdefault(of, len(known_by))
            values = (agency, year, codes.index(rule), cell, number, int(waived), whole)
            for name, value in zip(index, values, strict=True):
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
