"""Rows that break their table's declaration are taken out and named, whatever made them."""

from collections.abc import Callable

import polars as pl
import pytest
from pandera.errors import SchemaErrors

from pipeline.reader import extraction as extract
from pipeline.staging import validate
from schemas import FactReconsideration
from tests.conftest import Place
from tests.support.workspace import SeedText


def _spoil(monkeypatch: pytest.MonkeyPatch, spoil: Callable[[dict[str, list[tuple]]], None]) -> None:
    """Make the reader return rows that it never should."""
    real = extract.extract

    def spoiled(report):  # type: ignore[no-untyped-def]
        extraction = real(report)
        if "渠东" in report.agency:
            spoil(extraction.rows)
        return extraction

    monkeypatch.setattr(extract, "extract", spoiled)


def test_a_row_that_fails_is_an_issue(place: Place, monkeypatch: pytest.MonkeyPatch, seed_text: SeedText) -> None:
    def unknown_track(rows: dict[str, list[tuple]]) -> None:
        agency, year, _, *rest = rows["fact_reconsideration"][0]
        rows["fact_reconsideration"][0] = (agency, year, "arbitration", *rest)

    _spoil(monkeypatch, unknown_track)
    place.put("a.txt", seed_text(4))
    place.put("b.txt", seed_text(0))
    place.ingest()
    assert place.query("SELECT count(*) FROM fact_reconsideration") == [(5,)]
    ((rule, severity, table, item, message),) = place.query(
        "SELECT rule, severity, table_name, item, message_en FROM quality_issue WHERE rule = 'row_failed_validation'"
    )
    assert (rule, severity, table, item) == ("row_failed_validation", "error", "fact_reconsideration", "arbitration")
    assert "isin" in message


def test_a_key_that_stands_twice_is_an_issue(
    place: Place, monkeypatch: pytest.MonkeyPatch, seed_text: SeedText
) -> None:
    _spoil(monkeypatch, lambda rows: rows["fact_reconsideration"].append(rows["fact_reconsideration"][0]))
    place.put("a.txt", seed_text(4))
    place.ingest()
    assert place.query("SELECT count(*) FROM fact_reconsideration") == [(2,)]
    assert place.query("SELECT DISTINCT rule FROM quality_issue") == [("row_failed_validation",)]


def test_a_report_whose_own_row_fails_is_rejected(
    place: Place, monkeypatch: pytest.MonkeyPatch, seed_text: SeedText
) -> None:
    def no_such_form(rows: dict[str, list[tuple]]) -> None:
        row = list(rows["dim_report"][0])
        row[5] = "1999"
        rows["dim_report"][0] = tuple(row)

    _spoil(monkeypatch, no_such_form)
    place.put("a.txt", seed_text(4))
    place.put("b.txt", seed_text(0))
    place.ingest()
    ((name, reason, message),) = place.query("SELECT source_file, reason, message FROM rejected_report")
    assert (name, reason) == ("a.txt", "parser_error")
    assert "form" in message
    for table in ("dim_report", "fact_reconsideration", "report_section"):
        assert place.query(f"SELECT count(DISTINCT agency_id) FROM {table}") == [(1,)]


def test_a_frame_of_other_columns_stops_the_run() -> None:
    with pytest.raises(SchemaErrors):
        validate.validate(pl.DataFrame({"agency_id": ["x"]}), FactReconsideration)
