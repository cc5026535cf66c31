"""Names and texts that would clear a terminal, ring, or turn a line around: shown as escapes, and kept as data."""

import csv
import errno
import io
import json
import os
import pty
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipeline.settings import PROJECT
from pipeline.text import harmless
from tests.conftest import SEEDS, Place
from tests.support.ogi import OGI, Ogi, text

#: Clears the screen, sets the title, rings, begins a C1 sequence, turns around, breaks the line, ends a direction.
HOSTILE = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202egnp.exe\u2066\r\u2028\x7f"
SHOWN = "\\x1b[2J\\x1b]0;owned\\x07\\x9b31m\\u202egnp.exe\\u2066\\x0d\\u2028\\x7f"
ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
FILE = "坏\x1b[2J\x07\u202e名\x9b\n  rejected  0 files.txt"
FILE_SHOWN = "坏\\x1b[2J\\x07\\u202e名\\x9b\\n  rejected  0 files.txt"


@pytest.fixture(scope="module")
def hostile(seeds: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The seeds' warehouse with such texts in its names, files, cells, issues and waivers."""
    made = Place(tmp_path_factory.mktemp("hostile"))
    made.settings.warehouse.parent.mkdir()
    shutil.copyfile(seeds.settings.warehouse, made.settings.warehouse)
    with duckdb.connect(str(made.settings.warehouse)) as con:
        con.execute("UPDATE dim_agency SET name = name || ?, aliases = [?]", [HOSTILE, HOSTILE])
        con.execute("UPDATE dim_report SET source_file = source_file || ?, title = ?", [HOSTILE, HOSTILE])
        con.execute("UPDATE quality_issue SET message = message || ?, suggestion = ?", [HOSTILE, HOSTILE])
        con.execute("UPDATE report_line SET text = text || ?", [HOSTILE])
        con.execute("UPDATE cell_note SET raw_text = ? WHERE raw_text IS NOT NULL", [HOSTILE])
    return made


@pytest.mark.parametrize(
    "words",
    [
        ["agencies"],
        ["issues"],
        ["show", "红旗区东街", 2025],
        ["trace", "红旗区东街", 2025, "granted"],
        ["sql", 'SELECT name AS "na\x1bme", aliases FROM dim_agency'],
    ],
    ids=lambda words: words[0],
)
def test_tables_show_escapes(ogi: Ogi, hostile: Place, words: list[object]) -> None:
    said = text(ogi(*words, settings=hostile))
    assert ACTING.findall(said) == []
    assert re.search(r"\\(x1b|e)\[2J", said)  # DuckDB has an escape of its own
    assert "\\u202e" in said.replace("\n", "")


def test_json_has_escapes_and_the_value(ogi: Ogi, hostile: Place) -> None:
    said = text(ogi("sql", "SELECT DISTINCT aliases[1] AS a FROM dim_agency", "--format", "json", settings=hostile))
    assert ACTING.findall(said) == []
    assert json.loads(said) == [{"a": HOSTILE}]


def test_csv_for_a_file_has_the_value(ogi: Ogi, hostile: Place) -> None:
    said = ogi("sql", "SELECT DISTINCT aliases[1] AS a FROM dim_agency", "--format", "csv", settings=hostile).stdout
    rows = list(csv.reader(io.StringIO(said.decode(), newline="")))
    assert rows == [["a"], [HOSTILE]]


def on_a_terminal(place: Place, *words: object) -> str:
    """What a command in a process of its own sends to a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [str(OGI), *map(str, words)],
        env={**os.environ, **place.environment, "PYTHONPATH": str(PROJECT), "TERM": "xterm", "COLUMNS": "200"},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    said = b""
    try:
        while part := os.read(ours, 1 << 16):
            said += part
    except OSError as error:  # Linux says so when the last process has closed the terminal
        assert error.errno == errno.EIO
    os.close(ours)
    assert process.wait() == 0, said
    return said.decode()


def test_csv_on_a_terminal_shows_escapes(hostile: Place) -> None:
    said = on_a_terminal(hostile, "sql", "SELECT DISTINCT aliases[1] AS a FROM dim_agency", "--format", "csv")
    assert SHOWN in said
    assert ACTING.findall(said.replace("\r\n", "\n")) == []


def test_tables_on_a_terminal_show_escapes(hostile: Place) -> None:
    said = on_a_terminal(hostile, "show", "红旗区东街", 2025)
    assert "\\x1b[2J" in said
    # Rich's colours, and nothing else.
    assert ACTING.findall(re.sub("\x1b\\[[0-9;]*m", "", said).replace("\r\n", "\n")) == []


@pytest.mark.parametrize(
    "words",
    [["show", HOSTILE, 2025], ["issues", "--rule", HOSTILE], ["sql", f"SELECT CAST('{HOSTILE}' AS INT)"], [HOSTILE]],
)
def test_messages_show_escapes(ogi: Ogi, seeds: Place, words: list[object]) -> None:
    done = ogi(*words, settings=seeds)
    assert done.returncode in (1, 2)
    assert ACTING.findall(done.stderr.decode()) == []
    assert "\\x1b[2J" in done.stderr.decode()


def test_a_run_shows_escapes_for_names_of_files(ogi: Ogi, place: Place, seed_text: Callable[[int], str]) -> None:
    place.put(FILE, "nothing")
    place.put("good.txt", seed_text(0))
    done = ogi("ingest", "--verbose")
    assert done.returncode == 0
    said = (done.stdout + done.stderr).decode()
    assert ACTING.findall(said) == []
    assert f"{FILE_SHOWN}: not_a_report" in said
    assert f"{FILE_SHOWN}: rejected, not_a_report\n" in done.stderr.decode()
    assert place.query("SELECT source_file FROM rejected_report") == [(FILE,)]


def test_letters_that_an_encoding_lacks(seeds: Place) -> None:
    """A message shows them as escapes. Data is not altered."""

    def run(*words: str) -> tuple[int, bytes, bytes]:
        environment = {**os.environ, **seeds.environment, "PYTHONPATH": str(PROJECT), "PYTHONIOENCODING": "ascii"}
        done = subprocess.run([str(OGI), *words], env=environment, capture_output=True, check=False)
        return done.returncode, done.stdout, done.stderr

    assert run("show", "月", "2025")[::2] == (
        1, b'ogi: no agency is called \\u201c\\u6708\\u201d; `ogi sql "FROM dim_agency"` lists all\n'
    )  # fmt: skip
    code, out, err = run("sql", "SELECT '红' AS a", "--format", "csv")
    assert (code, out) == (1, b"a\n")
    assert err == b"ogi: the output's encoding ascii lacks '\\u7ea2': set PYTHONUTF8=1\n"


def test_pages_isolate_names_and_show_escapes(ogi: Ogi, hostile: Place, tmp_path: Path) -> None:
    text(ogi("site", tmp_path / "site", settings=hostile))
    pages = list((tmp_path / "site").rglob("*.html")) + list((tmp_path / "site" / "data").rglob("*.js"))
    assert len(pages) > 10
    for page in pages:
        assert ACTING.findall(page.read_bytes().decode()) == [], page
    agency = max((tmp_path / "site" / "agencies").glob("*.html"), key=lambda path: path.stat().st_size)
    said = agency.read_text(encoding="utf-8")
    shown = harmless(HOSTILE).replace(">", "&gt;")
    assert re.search(f'<h1 lang="zh-CN"><bdi>[^<]+{re.escape(shown)}</bdi></h1>', said)
    assert re.search(f'<span class="file"><bdi>[^<]+{re.escape(shown)}</bdi></span>', said)
    assert SEEDS.exists()
