"""``ogi issues`` on a terminal: a summary first where there are many, and a layout that fits its width."""

import csv
import io
import json
import os
import pty
import re
import subprocess
import threading
import time

import duckdb
import pytest

from pipeline.cli import printing
from pipeline.warehouse import query
from tests.conftest import SEEDS, Place
from tests.support.ogi import OGI, Ogi, text


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The warehouse of the seeds, with an error of its own for each of sixty lines of a report."""
    place = Place(tmp_path_factory.mktemp("many"))
    place.ingest(SEEDS)
    with duckdb.connect(str(place.settings.warehouse)) as con:
        con.execute("""
            INSERT INTO quality_issue BY NAME
            SELECT i.* REPLACE ('balance' AS rule, 'error' AS severity, line AS source_line, false AS waived,
                '自然人列不平衡：新收与上年结转之和为 ' || line AS message)
            FROM (FROM quality_issue WHERE severity = 'error' LIMIT 1) i, range(1000, 1060) lines(line)
        """)
    return place


def on_terminal(place: Place, columns: int, *words: object) -> str:
    """What a terminal of so many columns shows, without colours."""
    ours, theirs = pty.openpty()
    shown: list[bytes] = []

    def read() -> None:
        try:
            while piece := os.read(ours, 1 << 16):
                shown.append(piece)
        except OSError:  # how Linux says that the other end is closed
            pass

    reader = threading.Thread(target=read)
    reader.start()
    environment = {**os.environ, **place.environment, "COLUMNS": str(columns), "TERM": "xterm"}
    subprocess.run([str(OGI), *map(str, words)], env=environment, stdout=theirs, stderr=theirs, check=True)
    os.close(theirs)
    reader.join()
    os.close(ours)
    return re.sub(r"\x1b\[[0-9;]*m", "", b"".join(shown).decode()).replace("\r\n", "\n")


def test_many_are_summed_up_first_on_a_terminal(many: Place) -> None:
    said = on_terminal(many, 160, "issues")
    head, _, rest = said.partition("message")
    assert re.search(r"error +balance +60 +1 +60 +勾稽关系.* Balance of applications", head)
    assert len(re.findall(r"^ 红旗区|^ 荣昌区", rest, re.M)) == 20
    assert re.search(r"the first 20 of 6\d issues; --rule, .* --limit 6\d lists all", rest)


def test_few_are_listed_alone(many: Place, seeds: Place) -> None:
    assert "Balance of applications" not in on_terminal(seeds, 160, "issues")
    assert "Balance of applications" not in on_terminal(many, 160, "issues", "--limit", 3)
    assert on_terminal(many, 160, "issues", "--limit", 60).count("自然人列不平衡") > 50


@pytest.mark.parametrize("columns", [60, 80, 110])
def test_a_narrow_terminal_has_them_below_each_other(many: Place, columns: int) -> None:
    said = on_terminal(many, columns, "issues")
    assert re.search(r"^\S+  2025  error  balance  [^:]+:10\d\d *\n    自然人列不平衡", said, re.M)
    for line in said.splitlines()[:-2]:  # the last words may be longer: the terminal breaks them
        assert sum(1 + (letter > "\u2e7f") for letter in line.rstrip()) <= columns


def test_a_pipe_gets_all_of_them(ogi: Ogi, many: Place) -> None:
    rows = json.loads(text(ogi("issues", "--format", "json", settings=many)))
    assert len(rows) > 60
    assert len(list(csv.DictReader(io.StringIO(text(ogi("issues", "--format", "csv", settings=many)))))) == len(rows)
    assert text(ogi("issues", settings=many)).count("自然人列不平衡") == 60


def test_what_a_limit_leaves_out_is_said_beside_the_rows(ogi: Ogi, many: Place) -> None:
    done = ogi("issues", "--limit", 1, "--format", "csv", settings=many)
    assert len(list(csv.DictReader(io.StringIO(text(done))))) == 1
    assert b"the first 1 of 6" in done.stderr
    assert ogi("issues", "--format", "csv", settings=many).stderr == b""


@pytest.mark.parametrize("kind", ["table", "csv", "json"])
def test_the_summary_counts_what_is_wanted(ogi: Ogi, many: Place, kind: str) -> None:
    said = text(ogi("issues", "--summary", "--rule", "balance", "--format", kind, settings=many))
    if kind == "json":
        (row,) = json.loads(said)
        assert {name: row[name] for name in ("severity", "rule", "reports", "issues")} == {
            "severity": "error",
            "rule": "balance",
            "reports": 1,
            "issues": 60,
        }
    assert "Balance of applications" in said
    assert "no issues" in text(ogi("issues", "--summary", "--year", 1999, settings=many))


def test_a_summary_has_no_limit(ogi: Ogi, seeds: Place) -> None:
    assert "a summary has a line a rule" in text(ogi("issues", "--summary", "--limit", 3, settings=seeds), 2)


def test_the_table_of_a_query_keeps_to_the_width(seeds: Place) -> None:
    said = on_terminal(seeds, 90, "sql", "SELECT repeat('x', 500) AS x, repeat('y', 500) AS y")
    assert max(map(len, said.splitlines())) == 90
    assert "asking" not in said  # it does not take long


def test_what_takes_long_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(printing, "_PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    with printing.waiting("asking"):
        time.sleep(0.2)
    assert terminal.getvalue() == ""  # what is printed goes to a file or a pipe
    monkeypatch.setattr(printing, "is_terminal", lambda: True)
    with printing.waiting("asking"):
        time.sleep(0.2)
    assert terminal.getvalue() == "\rasking: 0 s\r\x1b[K"


def test_an_exact_name_is_that_agency_alone() -> None:
    with duckdb.connect() as con:
        con.execute("CREATE TABLE dim_agency (agency_id VARCHAR, name VARCHAR)")
        con.execute("INSERT INTO dim_agency VALUES ('a', '红旗区教育局'), ('b', '红旗区教育局幼儿园'), ('c', '城关镇')")
        assert [code for code, _ in query.fitting_agencies(con, "红旗区教育局")] == ["a"]
        assert [code for code, _ in query.fitting_agencies(con, "红旗区")] == ["a", "b"]
        assert [code for code, _ in query.fitting_agencies(con, "c")] == ["c"]
        with pytest.raises(query.NotFoundError, match="no agency is called “黄河”"):
            query.fitting_agencies(con, "黄河")
