"""The tables that can be downloaded, as CSV of ``ogi export``: read back and compared with the warehouse.

Belongs here: which tables.
"""

from pathlib import Path
from typing import NamedTuple

import duckdb

from pipeline.export import delimited
from pipeline.export.relations import Relation, relations

#: Views and tables that people ask for, the handiest first. Those of single cells, lines and texts are left out: the
#: site would be too large to pass on.
OFFERED = [
    "agency_year",
    "region_year",
    "indicator",
    "dim_indicator",
    "carry_over_ledger",
    "quality_issue",
    "quality_rule",
    "quality_rule_result",
    "dim_agency",
    "dim_report",
    "fact_application_handling",
    "dim_application_item",
    "fact_reconsideration",
    "fact_proactive_disclosure",
    "dim_disclosure_item",
    "report_coverage",
    "rejected_report",
    "superseded_report",
]


class Download(NamedTuple):
    """A file: its relation, its rows and its size in bytes."""

    relation: Relation
    rows: int
    size: int


def write(con: duckdb.DuckDBPyConnection, folder: Path) -> list[Download]:
    """Write the offered relations.

    Raises:
        ExportError: what is read back is not what the warehouse has.
    """
    folder.mkdir()
    found = {relation.name: relation for relation in relations(con)}
    written = delimited.write(con, [found[name] for name in OFFERED], folder)
    return [
        Download(found[name], segment.rows, (folder / segment.path).stat().st_size)
        for name, segments in written.items()
        for segment in segments
    ]
