"""The Python interface, as a notebook uses it; numbers are read in the seeds by eye."""

import polars as pl
import pytest

from pipeline.published import NotFoundError, Warehouse, connect
from tests.conftest import Place


@pytest.fixture
def warehouse(seeds: Place) -> Warehouse:
    return connect(seeds.settings.warehouse)


def test_a_report_with_its_lines(warehouse: Warehouse) -> None:
    report = warehouse.report("渠东街道", 2024)
    assert report.height == 10 + 25 * 7 + 3 * 5  # tables two, three and four of the form
    row = report.row(by_predicate=(pl.col("item") == "new_received") & (pl.col("column_name") == "total"), named=True)
    assert row["value"] == 1
    assert "本年新收" in row["text"]


def test_tables_and_their_rows(warehouse: Warehouse) -> None:
    names = warehouse.tables()["name"]
    assert {"dim_report", "agency_year"} <= set(names)
    assert warehouse.tables()["comment"].null_count() == 0
    assert warehouse.table("dim_report").height == 5
    mine = warehouse.table("fact_reconsideration", agency="渠东街道", year=2024)
    assert mine["track"].to_list() == ["reconsideration", "litigation_direct", "litigation_after_reconsideration"]
    assert warehouse.query("SELECT count(*) AS n FROM dim_report WHERE year = ?", [2024]).item() >= 1


def test_issues_and_agencies(warehouse: Warehouse) -> None:
    assert warehouse.agencies().height == 5
    every = warehouse.issues()
    assert set(every["severity"]) <= {"error", "warning", "info"}
    some = warehouse.issues(year=2024)
    assert some.height == every.filter(pl.col("year") == 2024).height


def test_what_is_not_there(warehouse: Warehouse, place: Place) -> None:
    with pytest.raises(NotFoundError, match="月球"):
        warehouse.report("月球", 2024)
    with pytest.raises(FileNotFoundError):
        connect(place.settings.warehouse)


def test_nothing_can_be_changed(warehouse: Warehouse) -> None:
    with pytest.raises(Exception, match="read-only"):
        warehouse.query("DELETE FROM dim_report")
    with warehouse:
        pass
    with pytest.raises(Exception, match="closed"):
        warehouse.query("SELECT 1")
