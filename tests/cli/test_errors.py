"""Errors are for people: one line, without a traceback and, where the command line was right, without its usage."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.conftest import Place
from tests.support.ogi import OGI, PATIENCE, Ogi, text

ENDLESS = "SELECT count(*) FROM range(1000000000) a, range(1000000000) b"


@pytest.mark.parametrize(
    ("statement", "code", "says"),
    [
        ("SELECT cast('x' AS INT)", 1, "Conversion Error: Could not convert string 'x' to INT32"),
        ("SELECT cast(name AS INT)\nFROM dim_agency", 1, "Conversion Error: Could not convert string"),
        ("SELECT error('boom')", 1, "Invalid Input Error: boom"),
        ("SELECT 9000000000000000000 + 9000000000000000000::BIGINT", 1, "Out of Range Error: Overflow"),
        ("FROM sniff_csv('x.csv')", 2, 'Cannot access file "x.csv"'),
        ("FROM read_csv('/etc/passwd')", 2, "a query reads the warehouse and nothing else"),
        ("SELEC 1", 2, 'Parser Error: syntax error at or near "SELEC"'),
        ("SELECT 1\nFRO x", 2, 'near "x" (line 2)'),
        ("FROM nowhere", 2, "Catalog Error: Table with name nowhere does not exist!"),
        ("SELECT 1; SELECT 2", 2, "give one query; these are 2"),
        ("", 2, "give one query; these are 0"),
        ("DROP TABLE dim_agency", 2, "only queries can be run; DROP is none"),
    ],
)
def test_an_error_of_a_query_is_one_line(ogi: Ogi, seeds: Place, statement: str, code: int, says: str) -> None:
    kind = "json" if "name" in statement else "table"
    said = text(ogi("sql", statement, "--format", kind, settings=seeds), code)
    assert says in said
    assert said.startswith("ogi: ")
    assert said.count("\n") == 1


def test_no_column_of_a_query_is_lost(ogi: Ogi, seeds: Place) -> None:
    said = text(ogi("sql", "SELECT 1 AS a, 2 AS a", "--format", "csv", settings=seeds), 2)
    assert said == "ogi: several columns are called a; give each a name of its own (AS …)\n"
    assert "2" in text(ogi("sql", "SELECT 1 AS a, 2 AS a", settings=seeds))


def test_every_value_of_a_query_has_a_form(ogi: Ogi, seeds: Place) -> None:
    query = "SELECT INTERVAL 3 DAY AS i, 'nan'::DOUBLE AS n, [DATE '2024-01-31'] AS l, {'k': TIME '01:02:03'} AS s"
    (row,) = json.loads(text(ogi("sql", query, "--format", "json", settings=seeds)))
    assert row == {"i": "3 days, 0:00:00", "n": "nan", "l": ["2024-01-31"], "s": {"k": "01:02:03"}}
    csv = text(ogi("sql", query, "--format", "csv", settings=seeds))
    assert csv == 'i,n,l,s\n"3 days, 0:00:00",nan,"[""2024-01-31""]","{""k"": ""01:02:03""}"\n'
    said = text(ogi("sql", "SELECT INTERVAL 3 DAY AS i", "--format", "parquet", settings=seeds), 1)
    assert "Parquet has no such value" in said


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["issues", "--rule", "nonsense"], "there is no rule nonsense; the rules are ambiguous_reading, "),
        (["trace", "红旗区东街", 2025, "grant"], "has no item grant; it has regulation"),
        (["show", "月球", 2025], "no agency is called “月球”"),
        (["show", "红旗区东街", 1999], "has no report of 1999; the warehouse has 2025"),
    ],
)
def test_what_the_warehouse_does_not_have_is_no_wrong_usage(
    ogi: Ogi, seeds: Place, words: list[object], says: str
) -> None:
    said = text(ogi(*words, settings=seeds), 1)
    assert says in said
    assert "Usage:" not in said


def start(place: Place, *words: str, stdout: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [str(OGI), *words],
        env={**os.environ, **place.environment},
        stdout=stdout,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


@pytest.mark.parametrize(
    "words", [["sql", "FROM range(300000)", "--format", "csv"], ["sql", "FROM report_line"], ["issues"], ["agencies"]]
)
def test_an_output_that_nobody_reads_is_no_error(seeds: Place, words: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = start(seeds, *words, stdout=writer)
    os.close(writer)
    assert process.communicate(timeout=PATIENCE)[1] == b""
    assert process.returncode == 128 + signal.SIGPIPE


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_an_output_without_room_is_one_line(seeds: Place) -> None:
    with Path("/dev/full").open("wb") as full:
        process = start(seeds, "agencies", "--format", "csv", stdout=full.fileno())
    err = process.communicate(timeout=PATIENCE)[1]
    assert err.decode() == "ogi: the output cannot be written: No space left on device\n"
    assert process.returncode == 1


@pytest.mark.parametrize(("number", "name"), [(signal.SIGINT, "Ctrl-C"), (signal.SIGTERM, "SIGTERM")])
def test_an_interrupted_query_is_one_line(seeds: Place, number: signal.Signals, name: str) -> None:
    process = start(seeds, "sql", ENDLESS)
    while not catches(process.pid, signal.SIGTERM):  # the command has begun
        assert process.poll() is None
        time.sleep(0.01)
    time.sleep(0.3)  # most likely the query runs; before it, the line is the same
    os.killpg(process.pid, number)
    assert process.communicate(timeout=PATIENCE) == (b"", f"ogi: interrupted by {name}\n".encode())
    assert process.returncode == 128 + number


def catches(process: int, number: signal.Signals) -> bool:
    """Whether a process has a handler for a signal."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    (mask,) = (line.split()[1] for line in lines if line.startswith("SigCgt"))
    return bool(int(mask, 16) & 1 << number - 1)
