"""The checks of the published warehouse, shown at the asset.

One check for each group of rules: the agencies' contradictions, as warnings, with counts and the worst first. And
checks for faults of our own, as errors: a key twice, a fact without its report, a file not accounted for (the warehouse
is then not published), a table that the text has and we did not read, a row that fails its declaration.

Belongs here: names, descriptions and severities. What is checked is in ``pipeline.rules`` and
``pipeline.warehouse.checks``, the cases that are shown in ``pipeline.warehouse.overview``.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb
from dagster import AssetCheckResult, AssetCheckSeverity, AssetCheckSpec, MetadataValue

from assets.preview import tables
from pipeline.warehouse import overview, removals
from schemas.quality_rule import GROUPS

_WAREHOUSE = "warehouse"
_GROUPS = {
    "sums": "The form's own sums hold: balance, dispositions, applicants, reviews.",
    "values": "Counts are whole and not negative.",
    "years": "Reports of neighbouring years fit together: carry-over, stock of documents, jumps, gaps.",
    "narrative": "What the text says fits the tables and itself.",
    "sections": "The six sections are there, in order, and the fifth has text.",
    "identity": "Every place that names agency and year names the same, and a year has one report.",
    "reading": "The reader could place every number and read every cell.",
}
#: Checks for faults of our own; the first three are made before publishing, and a fault stops it.
_OURS = {
    "keys_unique": "No table has a key twice.",
    "facts_have_reports": "No fact stands without its report.",
    "files_accounted_for": "Every file is in exactly one of dim_report, superseded_report and rejected_report.",
    "tables_read": "No table that the text has was left unread.",
    "rows_valid": "No row failed its declaration, and no report broke the reader.",
}
_STOPPING = {"keys_unique", "facts_have_reports", "files_accounted_for"}
_REMOVAL = (
    "What was published stays, but for a few reports. A failure is an accident until a person says otherwise: the run "
    "dropped more reports than OGI_MAX_REMOVAL allows, or all of an agency, a year or a source, and the warehouse was "
    "not published. If that is meant, launch the run with allow_removal: true in the configuration of its resource "
    "workplace, or run ogi ingest … --allow-removal."
)
_STOPS = ", and the warehouse is then not published"
assert set(_GROUPS) == set(GROUPS)

SPECS = [
    *(
        AssetCheckSpec(
            name,
            asset=_WAREHOUSE,
            description=f"{text} A failure is the agencies' affair, or the text's: the numbers are published as "
            "printed, and quality_issue names each case.",
        )
        for name, text in _GROUPS.items()
    ),
    *(
        AssetCheckSpec(name, asset=_WAREHOUSE, description=f"{text} A failure is ours{_STOPS * (name in _STOPPING)}.")
        for name, text in _OURS.items()
    ),
    AssetCheckSpec(removals.CHECK, asset=_WAREHOUSE, description=_REMOVAL),
]


def published(con: duckdb.DuckDBPyConnection) -> Iterator[AssetCheckResult]:
    """Results of all checks on a warehouse that was published."""
    for group in _GROUPS:
        flagged = overview.flagged(con, group)
        yield AssetCheckResult(
            check_name=group,
            passed=flagged.errors + flagged.warnings == 0,
            severity=AssetCheckSeverity.WARN,
            metadata={
                **flagged._asdict(),
                # Dagster shows them by name, and people come for the cases.
                **tables(
                    {
                        "cases": (overview.worst_cases(con, group), 20),
                        "rules": (overview.failed_rules(con, group), 50),
                    }
                ),
            },
        )
    for name in _OURS:
        cases = overview.fault_cases(con, name)
        yield _ours(name, 0 if cases is None else len(cases), {} if cases is None else tables({"cases": (cases, 20)}))
    yield _ours(removals.CHECK, 0, {})


def refused(faults: Mapping[str, Sequence[str]]) -> Iterator[AssetCheckResult]:
    """Results of the checks for which a warehouse was not published."""
    for name, found in faults.items():
        yield _ours(name, len(found), {"faults": "\n".join(found)})


def _ours(name: str, failures: int, metadata: dict[str, int | str | MetadataValue[Any]]) -> AssetCheckResult:
    return AssetCheckResult(
        check_name=name,
        passed=failures == 0,
        severity=AssetCheckSeverity.ERROR,
        metadata={"failures": failures, **metadata},
    )
