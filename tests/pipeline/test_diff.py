"""Two warehouse files side by side: what was added, removed and changed, counted by hand."""

import csv
import io
import json
import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest

import schemas
from pipeline.warehouse.diff import SCHEMA, DiffError, diff, summary
from schemas import base
from tests.conftest import SEEDS, Place
from tests.support.ogi import Ogi
from tests.support.workspace import SeedText

QUDONG = "红旗区渠东街道办事处"


@pytest.fixture
def old(tmp_path: Path, seeds: Place) -> Path:
    """A copy of the seeds' warehouse, to be altered."""
    return Path(shutil.copy(seeds.settings.warehouse, tmp_path / "it's old.duckdb"))


@pytest.fixture
def new(place: Place) -> Place:
    """The seeds as raw files, to be altered and ingested."""
    for path in SEEDS.glob("*.txt"):
        place.put(path.name, path.read_bytes())
    return place


def replace(place: Place, number: int, before: str, after: str) -> None:
    path = next(place.raw.glob(f"{number:03}_*.txt"))
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")


def alter(path: Path, *statements: str) -> Path:
    with duckdb.connect(str(path)) as con:
        for statement in statements:
            con.execute(statement)
    return path


def counts(frame: pl.DataFrame) -> list[tuple]:
    return frame.select("table_name", "agency", "year", "added", "removed", "changed").rows()


def test_equal_builds_do_not_differ(seeds: Place, new: Place) -> None:
    new.ingest()
    alter(
        new.settings.warehouse, "UPDATE dim_report SET loaded_at = '2020-01-01'", "UPDATE ingest_run SET run_id = 'x'"
    )
    frame = diff(seeds.settings.warehouse, new.settings.warehouse)
    assert frame.is_empty()
    assert dict(frame.schema) == SCHEMA
    assert summary(frame).is_empty()
    assert diff(new.settings.warehouse, new.settings.warehouse).is_empty()


def test_one_number_changed(seeds: Place, new: Place) -> None:
    """The earlier version that a second run names is history and does not count."""
    new.ingest()
    replace(new, 4, "行政处罚\t52", "行政处罚\t53")
    new.ingest()
    assert new.query("SELECT reason FROM superseded_report") == [("file_changed",)]
    frame = diff(seeds.settings.warehouse, new.settings.warehouse)
    assert counts(frame) == [
        ("dim_report", QUDONG, 2024, 0, 0, 1),
        ("fact_proactive_disclosure", QUDONG, 2024, 0, 0, 1),
        ("report_line", QUDONG, 2024, 0, 0, 1),
    ]
    (agency_id,) = seeds.query("SELECT agency_id FROM dim_agency WHERE name = ?", QUDONG)[0]
    assert frame["agency_id"].unique().to_list() == [agency_id]
    assert frame["note"].null_count() == 3


def test_a_number_that_breaks_a_sum(seeds: Place, new: Place) -> None:
    """One row of the form, its line, its report, and the issues and counts that follow from it."""
    replace(new, 4, "(七) 总计\t1\t", "(七) 总计\t2\t")
    new.ingest()
    issues = "SELECT rule FROM quality_issue JOIN dim_agency USING (agency_id) WHERE name = ? AND year = 2024"
    rules = {row[0] for row in new.query(issues, QUDONG)}
    assert seeds.query(issues, QUDONG) == []
    assert counts(diff(seeds.settings.warehouse, new.settings.warehouse)) == [
        ("dim_report", QUDONG, 2024, 0, 0, 1),
        ("fact_application_handling", QUDONG, 2024, 0, 0, 1),
        ("quality_rule_count", None, 2024, 0, 0, len(rules)),
        ("quality_issue", QUDONG, 2024, len(new.query(issues, QUDONG)), 0, None),
        ("report_line", QUDONG, 2024, 0, 0, 1),
    ]


def test_a_file_added_and_a_file_removed(place: Place, new: Place, tmp_path: Path, seed_text: SeedText) -> None:
    """All rows of the report come or go, those that have no agency and year with them."""
    fewer = Place(tmp_path / "fewer")
    for path in SEEDS.glob("*.txt"):
        if not path.name.startswith("004_"):
            fewer.put(path.name, path.read_bytes())
    fewer.put("empty.txt", b"")
    fewer.ingest()
    new.ingest()
    (agency_id,) = new.query("SELECT agency_id FROM dim_agency WHERE name = ?", QUDONG)[0]
    expected = {}
    for table in schemas.TABLES:
        name = base.name(table)
        if {"agency_id", "year"} <= base.polars_schema(table).keys():
            rows = new.query(f"SELECT count(*) FROM {name} WHERE agency_id = ? AND year = 2024", agency_id)[0][0]
            if rows:
                expected[name] = rows
    assert expected["fact_application_handling"] == 25
    assert expected["fact_reconsideration"] == 3

    forth = diff(fewer.settings.warehouse, place.settings.warehouse)
    by_report = forth.filter(agency_id=agency_id, year=2024)
    assert dict(by_report.select("table_name", "added").rows()) == expected
    assert by_report["agency"].unique().to_list() == [QUDONG]
    assert counts(forth.filter(table_name="dim_agency")) == [("dim_agency", QUDONG, None, 1, 0, 0)]
    assert counts(forth.filter(table_name="rejected_report")) == [("rejected_report", None, None, 0, 1, 0)]

    back = diff(place.settings.warehouse, fewer.settings.warehouse)
    swapped = back.rename({"added": "removed", "removed": "added"}).select(list(SCHEMA))
    assert swapped.equals(forth)


def test_rows_without_a_key_are_counted_as_often_as_they_stand(seeds: Place, old: Path) -> None:
    """A row more of the same is a row more; one that changed is one removed and one added."""
    kept = seeds.query("SELECT count(*) FROM quality_issue")[0][0]
    assert kept
    alter(old, "INSERT INTO quality_issue FROM quality_issue")
    frame = summary(diff(old, seeds.settings.warehouse))
    assert frame.rows() == [("quality_issue", 0, kept, None, None)]
    alter(
        old,
        "DELETE FROM quality_issue",
        f"ATTACH '{seeds.settings.warehouse}' AS seeds (READ_ONLY)",
        "INSERT INTO quality_issue FROM seeds.quality_issue",
        "UPDATE quality_issue SET source_line = NULL, actual = 'x'",
    )
    assert summary(diff(old, seeds.settings.warehouse)).rows() == [("quality_issue", kept, kept, None, None)]


def test_a_null_is_a_value(seeds: Place, old: Path) -> None:
    alter(old, "UPDATE fact_reconsideration SET total = NULL, value_lines = [1, NULL] WHERE track = 'reconsideration'")
    assert summary(diff(old, seeds.settings.warehouse)).rows() == [("fact_reconsideration", 0, 0, 5, None)]


def test_files_of_another_program_are_compared_as_far_as_they_go(seeds: Place, old: Path) -> None:
    alter(
        old,
        "ALTER TABLE dim_agency DROP COLUMN level",
        "ALTER TABLE dim_report DROP COLUMN loaded_at",
        "ALTER TABLE fact_narrative_claim DROP COLUMN claim_no",
        "ALTER TABLE quality_rule_count ADD COLUMN older INTEGER",
        "CREATE TABLE a_table AS SELECT 1 AS x",
        "DROP TABLE report_section",
        "UPDATE fact_reconsideration SET upheld = 7 WHERE track = 'reconsideration' AND year = 2024",
        "ALTER TABLE fact_reconsideration ALTER upheld TYPE INTEGER",
        "ALTER TABLE fact_reconsideration ALTER year TYPE VARCHAR",
    )
    sections = seeds.query("SELECT count(*) FROM report_section")[0][0]
    frame = diff(old, seeds.settings.warehouse)
    assert frame.filter(pl.col("note").is_not_null()).select("table_name", "note").rows() == [
        ("dim_agency", "only the new file has the column level"),
        (
            "fact_reconsideration",
            "the column upheld is INTEGER in the old file and BIGINT in the new; compared as text",
        ),
        (
            "fact_reconsideration",
            "the column year is VARCHAR in the old file and INTEGER in the new; compared as text",
        ),
        ("fact_narrative_claim", "only the new file has the column claim_no"),
        ("quality_rule_count", "only the old file has the column older"),
        ("report_section", f"only the new file has this table ({sections} rows)"),
        ("a_table", "only the old file has this table (1 row)"),
    ]
    assert counts(frame.filter(pl.col("note").is_null())) == [("fact_reconsideration", QUDONG, 2024, 0, 0, 1)]
    assert summary(frame)["note"][1].count("; compared as text; ") == 1


def test_the_order_is_always_the_same(seeds: Place, old: Path) -> None:
    alter(
        old,
        "UPDATE report_line SET text = text || '。'",
        "UPDATE dim_report SET title = NULL",
        "DELETE FROM dim_agency",
    )
    frames = [diff(old, seeds.settings.warehouse) for _ in range(3)]
    assert frames[0].equals(frames[1])
    assert frames[0].equals(frames[2])
    assert frames[0]["table_name"].unique(maintain_order=True).to_list() == ["dim_agency", "dim_report", "report_line"]
    assert frames[0].filter(table_name="report_line")["agency"].is_sorted()


@pytest.mark.parametrize(
    "content", [None, b"", b"not a database" * 1000, b"SQLite format 3\0" * 1000, "folder", "empty"]
)
@pytest.mark.parametrize("first", [True, False])
def test_a_file_that_is_no_warehouse(seeds: Place, tmp_path: Path, content: bytes | str | None, first: bool) -> None:
    path = tmp_path / "x.duckdb"
    if content == "folder":
        path.mkdir()
    elif content == "empty":
        duckdb.connect(str(path)).close()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    pair = (path, seeds.settings.warehouse) if first else (seeds.settings.warehouse, path)
    with pytest.raises(DiffError, match=r"x\.duckdb.*`ogi ingest`"):
        diff(*pair)


def test_the_command(ogi: Ogi, seeds: Place, old: Path) -> None:
    alter(old, "UPDATE report_line SET text = 'x' WHERE year = 2024", "ALTER TABLE dim_agency DROP COLUMN level")
    lines = seeds.query("SELECT count(*) FROM report_line WHERE year = 2024")[0][0]
    done = ogi("diff", old, seeds.settings.warehouse)
    assert done.returncode == 0, done.stderr.decode()
    rows = [line.split() for line in done.stdout.decode().splitlines()]
    assert ["report_line", "0", "0", str(lines)] in rows
    assert "only the new file has the column level" in done.stdout.decode()
    assert QUDONG in done.stdout.decode()

    record = json.loads(ogi("diff", old, seeds.settings.warehouse, "--format", "json").stdout)[-1]
    assert list(record) == list(SCHEMA)
    assert (record["table_name"], record["agency"], record["year"]) == ("report_line", QUDONG, 2024)
    assert (record["added"], record["removed"], record["changed"], record["note"]) == (0, 0, lines, None)
    table = ogi("diff", old, seeds.settings.warehouse, "--format", "csv").stdout.decode()
    assert [row["changed"] for row in csv.DictReader(io.StringIO(table))] == ["", str(lines)]


def test_the_command_when_nothing_differs_or_nothing_is_there(ogi: Ogi, seeds: Place, old: Path) -> None:
    done = ogi("diff", old, seeds.settings.warehouse)
    assert (done.returncode, done.stdout) == (0, b"no differences\n")
    assert json.loads(ogi("diff", old, old, "--format", "json").stdout) == []
    done = ogi("diff", "nowhere.duckdb", old)
    assert done.returncode == 1
    assert "there is no warehouse at nowhere.duckdb" in done.stderr.decode()
    old.write_bytes(b"not a database" * 1000)
    done = ogi("diff", seeds.settings.warehouse, old)
    assert done.returncode == 1
    assert "cannot be opened" in done.stderr.decode()
    assert "ogi diff data/warehouse/ogi.previous.duckdb data/warehouse/ogi.duckdb" in ogi("diff", "-h").stdout.decode()
