"""The contract of ``../shared``: tables, columns, comments, keys, accounting."""

import subprocess
import sys

import pytest

import schemas
from schemas import base
from tests.conftest import SHARED, Place

CHECK = SHARED / "check_contract.py"


@pytest.mark.skipif(not CHECK.exists(), reason="../shared/check_contract.py is not beside the project")
def test_the_shared_check_passes(seeds: Place) -> None:
    done = subprocess.run(
        [sys.executable, str(CHECK), str(seeds.settings.warehouse)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_shared_check_fails_on_a_broken_warehouse(seeds: Place, place: Place) -> None:
    """The check above can fail: a key that stands twice is found by ours too."""
    import duckdb

    from pipeline.warehouse.checks import check

    place.settings.warehouse.parent.mkdir(parents=True)
    place.settings.warehouse.write_bytes(seeds.settings.warehouse.read_bytes())
    with duckdb.connect(str(place.settings.warehouse)) as con:
        con.execute("INSERT INTO fact_reconsideration FROM fact_reconsideration LIMIT 1")
        con.execute("CREATE TEMP TABLE catalogue AS SELECT source_file, NULL::VARCHAR AS reason FROM dim_report")
        con.execute("CREATE TEMP TABLE previous_file AS SELECT source_file FROM dim_report")
        assert check(con) == {
            "keys_unique": ["fact_reconsideration has 1 keys (agency_id, year, track) more than once"]
        }


def test_every_table_and_column_has_a_comment(seeds: Place) -> None:
    assert seeds.query("SELECT table_name FROM duckdb_tables() WHERE comment IS NULL") == []
    assert (
        seeds.query("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL") == []
    )


def test_tables_have_the_declared_types(seeds: Place) -> None:
    for table in schemas.TABLES:
        found = dict(
            seeds.query("SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ?", base.name(table))
        )
        assert found == {column: base.DUCKDB_TYPES[kind] for column, kind in base.polars_schema(table).items()}


def test_counts_and_amounts_have_the_contracts_types(seeds: Place) -> None:
    types = dict(
        seeds.query("SELECT table_name || '.' || column_name, data_type FROM duckdb_columns() WHERE NOT internal")
    )
    assert types["fact_application_handling.total"] == "BIGINT"
    assert types["fact_reconsideration.pending"] == "BIGINT"
    assert types["fact_proactive_disclosure.value"] == "DECIMAL(18,6)"


def test_agency_ids_do_not_change() -> None:
    """An id is the agency's alone: this one was written down on 2026-11-25, of 410702|东街街道办事处 by sha256sum."""
    from pipeline.regions import Evidence, agency

    for name in ("红旗区东街街道办事处", "红旗区 东街街道办", "河南省新乡市红旗区人民政府东街街道办事处"):
        assert agency(name, 2025, Evidence()).agency_id == "67fa00e8a3c507d1"
    assert agency("红旗区东街街道办事处", 2025, Evidence("110101")).agency_id != "67fa00e8a3c507d1"
