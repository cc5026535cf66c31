"""The ``ogi`` command: its words, its output and its exit code; in part in a process of its own, as a user runs it."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

import schemas
from pipeline.cli.main import main
from pipeline.export.build import export
from pipeline.warehouse.connection import connect
from schemas import base
from tests.conftest import SEEDS, Place
from tests.support.ogi import Ogi, text


def test_ingest_says_what_was_loaded_flagged_and_rejected(
    ogi: Ogi, place: Place, seed_text: Callable[[int], str]
) -> None:
    place.put("a/good.txt", seed_text(0))
    place.put("a/wrong.txt", seed_text(2).replace("(七) 总计\t4", "(七) 总计\t5"))
    place.put("b/empty.txt", b"")
    place.put("b/twice.txt", seed_text(0))
    said = text(ogi("ingest", place.raw / "a", place.raw / "b"))
    assert "2 reports of 2 agencies, 2025" in said
    assert "4 seen: 4 new, 0 changed; 0 removed" in said
    assert (
        "flagged   2 reports (applicant_total 1, balance 1, disposition_total 1, "
        "narrative_parts 1, narrative_received 1)"
    ) in said
    assert "rejected  1 file (empty 1)" in said
    assert "empty.txt: empty: the file has no text in it" in said
    assert "set aside 1 file" in said
    assert place.query("SELECT superseded_by, reason FROM superseded_report") == [("good.txt", "same_content")]


def test_ingest_tells_the_story_when_asked(ogi: Ogi, place: Place) -> None:
    done = ogi("ingest", SEEDS, "--verbose")
    assert done.returncode == 0
    assert b"5 files under" in done.stderr
    assert b"2025: 4 reports read" in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["ingest", "nowhere"], 2, "'nowhere' does not exist"),
        (["ingest", "--sideways"], 2, "No such option '--sideways'"),
        (["ingest", SEEDS, "--warehouse", "/proc/ogi.duckdb"], 1, "/proc/ogi.duckdb: the warehouse cannot be written"),
        (["ingest", SEEDS, "--warehouse", "/"], 1, "is a folder; give the path of a file"),
        (["ingest", SEEDS, "--staging", "/proc/staging"], 1, "/proc/staging"),
        (["sideways"], 2, "No such command 'sideways'"),
        (["show", "红旗区"], 2, "Missing argument 'YEAR'"),
        (["show", "红旗区东街", "MMXXV"], 2, "is not a valid integer"),
        (["show", "红旗区东街", "2025"], 1, "there is no warehouse at"),
        (["sql", "SELECT 1", "--format", "xml"], 2, "'xml' is not one of"),
    ],
)
def test_wrong_usage_and_failure_are_said_in_words(ogi: Ogi, words: list[object], code: int, says: str) -> None:
    said = text(ogi(*words), code)
    assert says in said
    assert "Traceback" not in said


def test_a_manifest_with_a_fault_is_wrong_usage(ogi: Ogi, place: Place) -> None:
    place.put("manifest.csv", "agency\nX\n")
    said = text(ogi("ingest"), 2)
    assert said.startswith("ogi: ")
    assert "no column named file" in said


def test_a_file_that_is_no_warehouse(ogi_process: Ogi, place: Place) -> None:
    place.settings.warehouse.parent.mkdir()
    place.settings.warehouse.write_bytes(b"not a database" * 1000)
    assert "cannot be opened" in text(ogi_process("issues"), 1)
    with duckdb.connect(str(place.folder / "other.duckdb")) as con:
        con.execute("CREATE TABLE x (y INT)")
    assert "not a warehouse" in text(ogi_process("issues", "--warehouse", place.folder / "other.duckdb"), 1)


def test_ingest_leaves_a_file_alone_that_is_no_warehouse(ogi: Ogi, place: Place) -> None:
    place.settings.warehouse.parent.mkdir()
    place.settings.warehouse.write_bytes(b"not a database" * 1000)
    assert "would be lost: give another path (--warehouse or OGI_WAREHOUSE)" in text(ogi("ingest", SEEDS), 1)
    assert place.settings.warehouse.read_bytes() == b"not a database" * 1000


def test_show_prints_the_form_with_its_issues(ogi: Ogi, place: Place, seed_text: Callable[[int], str]) -> None:
    place.put(
        "a.txt", seed_text(4).replace("(七) 总计\t1", "(七) 总计\t7").replace("规章\t0\t0\t0", "规章\t/\t\t1,234")
    )
    text(ogi("ingest"))
    said = text(ogi("show", "渠东街道", 2024))
    lines = [line.replace(" ", "") for line in said.splitlines()]
    assert "│规章│/│·│1234│" in lines
    assert "│行政处罚│52│││" in lines
    assert "│三（四）无法提供1.本机关不掌握相关政府信息│1│0│0│0│0│0│1│" in lines
    (total,) = (line for line in lines if "（七）总计" in line and line.startswith("│"))
    assert total.startswith("│三（七）总计│7[")
    assert "balance：自然人列不平衡" in said
    assert "2·" not in said


def test_show_finds_an_agency_by_part_of_its_name(ogi_process: Ogi, seeds: Place) -> None:
    def said(agency: str, year: int = 2025, code: int = 0) -> str:
        return text(ogi_process("show", agency, year, settings=seeds), code)

    assert "红旗区人民政府办公室  2025" in said("政府办公室")
    code = seeds.query("SELECT agency_id FROM dim_agency WHERE name = '红旗区人民政府办公室'")[0][0]
    assert "红旗区人民政府办公室  2025" in said(code)
    assert "2 agencies fit “东街”" in said("东街", code=1)
    assert "nearest names:\n  红旗区人民政府办公室" in said("红旗区政府办公厅", code=1)
    assert "has no report of 2019; the warehouse has 2025" in said("红旗区东街", 2019, code=1)


def test_trace_shows_line_and_text_of_each_number(ogi: Ogi, seeds: Place) -> None:
    rows = json.loads(text(ogi("trace", "红旗区东街", 2025, "--format", "json", settings=seeds)))
    assert len(rows) == 200
    (row,) = (r for r in rows if r["item"] == "granted" and r["column"] == "natural_person")
    assert row == {
        "item": "granted",
        "column": "natural_person",
        "value": 1,
        "state": None,
        "source": "000_033f902188b2577c.txt:55",
        "text": "三、本年度办理结果\t(一) 予以公开\t1\t0\t0\t0\t0\t0\t1\t",
        "source_file": "000_033f902188b2577c.txt",
        "source_line": 55,
        **dict.fromkeys(("page", "x0", "y0", "x1", "y1")),
    }
    assert (
        len(
            list(
                csv.DictReader(
                    io.StringIO(text(ogi("trace", "红旗区东街", 2025, "granted", "--format", "csv", settings=seeds)))
                )
            )
        )
        == 7
    )
    assert "has no item grant; it has regulation" in text(ogi("trace", "红旗区东街", 2025, "grant", settings=seeds), 1)


def test_issues_can_be_narrowed(ogi: Ogi, place: Place, seed_text: Callable[[int], str]) -> None:
    place.put("a.txt", seed_text(4).replace("(七) 总计\t1", "(七) 总计\t7"))
    place.put("b.txt", seed_text(2).replace("(七) 总计\t4", "(七) 总计\t5"))
    text(ogi("ingest"))

    def found(*words: object) -> list[dict[str, object]]:
        return json.loads(text(ogi("issues", "--format", "json", *words)))  # type: ignore[no-any-return]

    assert len(found()) == 6
    assert {issue["rule"] for issue in found("--rule", "balance")} == {"balance"}
    assert {issue["year"] for issue in found("--year", 2024)} == {2024}
    assert {issue["agency"] for issue in found("--agency", "办公室")} == {"红旗区人民政府办公室"}
    assert {issue["agency"] for issue in found("--agency", "红旗区")} == {issue["agency"] for issue in found()}
    assert len({issue["agency"] for issue in found()}) == 2
    assert len(found("--severity", "error")) == 6
    assert found("--severity", "warning") == []
    assert found("--limit", 2) == found()[:2]
    assert len(found("--limit", 7)) == 6
    assert "no issues" in text(ogi("issues", "--year", 2023))
    assert "there is no rule nonsense; the rules are" in text(ogi("issues", "--rule", "nonsense"), 1)
    assert "balance" in text(ogi("issues"))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM dim_report",
        "CREATE TABLE x (y INT)",
        "COPY dim_report TO 'out.csv'",
        "ATTACH 'other.duckdb'",
        "SET enable_external_access = true",
        "SELECT nothing FROM nowhere",
        "SELEC",
    ],
)
def test_sql_only_reads(ogi: Ogi, seeds: Place, statement: str, tmp_path: Path) -> None:
    said = text(ogi("sql", statement, settings=seeds), 2)
    assert "Traceback" not in said
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_sql_formats(ogi_process: Ogi, seeds: Place) -> None:
    query = (
        "SELECT item, total, value FROM fact_application_handling, "
        "(SELECT max(value) AS value FROM fact_proactive_disclosure) WHERE total = 4 ORDER BY item"
    )
    assert json.loads(text(ogi_process("sql", query, "--format", "json", settings=seeds))) == [
        {"item": "new_received", "total": 4, "value": 114},
        {"item": "total_processed", "total": 4, "value": 114},
    ]
    assert text(ogi_process("sql", query, "--format", "csv", settings=seeds)) == (
        "item,total,value\nnew_received,4,114\ntotal_processed,4,114\n"
    )
    assert "new_received" in text(ogi_process("sql", query, settings=seeds))
    table = pq.read_table(io.BytesIO(ogi_process("sql", query, "--format", "parquet", settings=seeds).stdout))
    assert table.column("item").to_pylist() == ["new_received", "total_processed"]


@pytest.mark.parametrize("kind", ["parquet", "csv", "xlsx"])
def test_export_holds_every_table_and_view(ogi: Ogi, seeds: Place, tmp_path: Path, kind: str) -> None:
    out = tmp_path / "export"
    said = text(ogi("export", out, "--format", kind, settings=seeds))
    names = {row[0] for row in seeds.query("SELECT DISTINCT table_name FROM duckdb_columns() WHERE NOT internal")}
    assert {base.name(table) for table in schemas.TABLES} < names
    assert {line.split()[1] for line in said.splitlines()[:-1]} == names
    assert "       125  fact_application_handling" in said
    assert f"written to {out} as {kind}, read back and compared" in said
    package = json.loads((out / "datapackage.json").read_text())
    assert {resource["name"] for resource in package["resources"]} == names
    for resource in package["resources"]:
        assert all((out / file["path"]).is_file() for file in resource.get("files", [resource]))
    assert {path.name for path in out.glob("*.md")} == {"data_dictionary.md", "glossary.md"}
    assert {path.name for path in out.glob("*.html")} == {"data_dictionary.html", "glossary.html"}
    assert {path.name for path in (tmp_path / "elsewhere").iterdir()} == set()


@pytest.mark.parametrize("kind", ["parquet", "csv", "xlsx"])
def test_export_of_some_tables(ogi: Ogi, seeds: Place, tmp_path: Path, kind: str) -> None:
    """Those that are left out are nowhere, and nothing refers to them."""
    words = ["export", tmp_path / "out", "--format", kind, "--table", "fact_reconsideration", "--table", "dim_report"]
    said = text(ogi(*words, settings=seeds))
    assert [line.split()[1] for line in said.splitlines()[:-1]] == ["dim_report", "fact_reconsideration"]
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text())
    assert [resource["name"] for resource in package["resources"]] == ["dim_report", "fact_reconsideration"]
    for resource in package["resources"]:
        for key in resource["schema"].get("foreignKeys", []):
            assert key["reference"]["resource"] in ("dim_report", "fact_reconsideration", "")
    assert "dim_agency (" not in (tmp_path / "out" / "data_dictionary.md").read_text()
    said = text(ogi("export", tmp_path / "other", "--table", "agency", settings=seeds), 2)
    assert "there is no table or view agency; there are dim_agency, " in said
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("kind", "steps"), [("csv", {"writing"}), ("parquet", {"writing"}), ("xlsx", {"writing", "checking"})]
)
def test_an_export_tells_how_far_it_is(seeds: Place, tmp_path: Path, kind: str, steps: set[str]) -> None:
    told: list[tuple[str, int, int]] = []
    with connect(seeds.settings.warehouse) as con:
        export(con, tmp_path / "out", kind, ["agency_year", "dim_report"], lambda *each: told.append(each))
    assert {step for step, _, _ in told} == steps
    for step in steps:
        assert [each[1:] for each in told if each[0] == step] == [(0, 2), (1, 2), (2, 2)]


def test_export_is_parquet_if_nothing_else_is_asked_for(ogi: Ogi, seeds: Place, tmp_path: Path) -> None:
    text(ogi("export", tmp_path / "out", settings=seeds))
    rows = pq.read_table(tmp_path / "out" / "fact_reconsideration").num_rows
    assert rows == 15
    said = text(ogi("export", tmp_path / "out", "--format", "csv", settings=seeds), 1)
    assert "holds an export as parquet; name another folder, or remove that one" in said
    assert "Traceback" not in said


def test_export_to_a_place_that_cannot_be_written(ogi_process: Ogi, seeds: Place) -> None:
    assert "cannot be written" in text(ogi_process("export", "/proc/export", settings=seeds), 1)


def test_every_command_has_help_with_an_example(ogi: Ogi) -> None:
    assert "ogi show" in text(ogi("--help"))
    for command in ("ingest", "show", "trace", "issues", "sql", "export"):
        said = text(ogi(command, "--help"))
        assert "Example:" in said
        assert f"ogi {command}" in said
        assert "--warehouse" in said
    assert text(ogi("--version")).startswith("ogi, version")


def test_help_lists_every_command_once_under_what_one_wants(ogi: Ogi) -> None:
    said = text(ogi("--help"))
    assert sorted(re.findall(r"^  ([a-z]+) +[A-Z]", said, re.M)) == sorted(main.commands)
    assert "Commands:" not in said
    assert "..." not in said.partition("Read reports")[2]
