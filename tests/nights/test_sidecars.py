"""manifest.csv, waivers.csv and agencies.csv as people edit them: a slip costs its line or value and is named with
file and line, the rest counts; only a file that cannot be understood at all is an error.
"""

from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.regions.register_checks import register
from pipeline.rules.waivers import waivers
from pipeline.sources import regular
from pipeline.sources.files import SIDECARS, SourceError, find
from pipeline.sources.manifest import manifests
from pipeline.sources.sidecar_rows import SidecarIssue
from pipeline.staging import collect
from tests.conftest import Place
from tests.support.workspace import SeedText


class Sidecar(NamedTuple):
    """A file of this kind: its header, a good row, and the column that needs a value."""

    header: str
    row: str
    first: str

    def read(self, folder: Path, issues: list[SidecarIssue] | None = None) -> int:
        """How many rows of the file in a folder count."""
        issues = [] if issues is None else issues
        read = {"file": manifests, "agency": waivers}.get(self.first)
        return len(read([folder], issues)) if read else len(register([folder], issues).entries)


FILES = {
    "manifest.csv": Sidecar("file,agency,year", "甲.txt,某市某局,2024", "file"),
    "waivers.csv": Sidecar(
        "agency,year,rule,reason,by,date", "某市某局,2024,balance,原文如此,王芳,2026-03-01", "agency"
    ),
    "agencies.csv": Sidecar("name,region_code,aliases", "洛阳市科学技术局,410300,市科委", "name"),
}


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / "sub" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# What stops a run


def not_understood(sidecar: Sidecar) -> dict[str, tuple[str | bytes, int, str]]:
    """Content, the line that the error names, and what it says."""
    header, row, first = sidecar
    return {
        "quote in header": (f'"{header}\n{row}\n', 1, "it is no CSV (unexpected end of data); a value in"),
        "column": (f"x{header}\n{row}\n", 1, f"it has no column named {first}; it needs"),
        "nothing": ("", 1, f"it has no column named {first}"),
        "column twice": (f"\n{header},{first}\n{row},x\n", 2, f"it has two columns named {first}"),
        "workbook": (b"PK\x03\x04" + bytes(100), 1, "it is a spreadsheet's own file; save it there as “CSV UTF-8”"),
        "binary": (bytes(range(256)) * 40, 1, "save it as “CSV UTF-8”"),
    }


@pytest.mark.parametrize("fault", not_understood(FILES["manifest.csv"]))
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_understood_is_an_error_with_file_and_line(tmp_path: Path, name: str, fault: str) -> None:
    content, line, message = not_understood(FILES[name])[fault]
    path = put(tmp_path, name, content)
    with pytest.raises(SourceError) as caught:
        FILES[name].read(tmp_path)
    assert str(caught.value).startswith(f"{path}, line {line}: {name} cannot be understood: ")
    assert message in str(caught.value)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / name).touch()

    def refused(path: str) -> bytes:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(regular, "read", refused)
    with pytest.raises(SourceError, match=f"{name}: the file cannot be read .Permission denied."):
        FILES[name].read(tmp_path)


# What costs a line, a value or a column


def slips(sidecar: Sidecar) -> dict[str, tuple[str, int, str | None, str, str]]:
    """What follows a good row, the line and column of the issue, what is left out, and the message."""
    _, row, first = sidecar
    rest = row[row.index(",") :]
    return {
        "long": (f"{row},more\n", 3, None, "line", "more values than columns; a value with a comma in it stands in"),
        "quote": (f'"x{row}\n,,\n', 3, None, "line", "it is no CSV (unexpected end of data); a value in"),
        "behind a quote": (f'"x"y,{row}\n', 3, None, "line", "it is no CSV"),
        "empty": (f" {rest}\n", 3, None, "line", f"nothing stands under {first}"),
        "formula": (f"#N/A{rest}\n", 3, first, "value", "#N/A is what a spreadsheet saves where it has no value"),
        "narrow": (f"########{rest}\n", 3, first, "value", "######## is what a spreadsheet saves"),
        "break": (f'"x\ny"{rest}\n', 3, None, "line", f"its {first} goes on to line 4; is a quote missing?"),
        "cut": (row.partition(",")[0], 3, None, "line", "the file ends in the middle of this line"),
    }


@pytest.mark.parametrize("slip", slips(FILES["manifest.csv"]))
@pytest.mark.parametrize("name", FILES)
def test_a_slip_costs_its_line_and_no_other(tmp_path: Path, name: str, slip: str) -> None:
    sidecar = FILES[name]
    text, line, column, left_out, message = slips(sidecar)[slip]
    put(tmp_path, name, f"{sidecar.header}\n{sidecar.row}\n{text}")
    issues: list[SidecarIssue] = []
    assert sidecar.read(tmp_path, issues) == 1
    issue = issues[0]
    assert (issue.source_file, issue.source_line, issue.column_name) == (f"sub/{name}", line, column)
    assert issue.left_out == left_out
    assert message in issue.message


@pytest.mark.parametrize("name", FILES)
def test_lines_behind_a_broken_one_count(tmp_path: Path, name: str) -> None:
    sidecar = FILES[name]
    put(tmp_path, name, f'{sidecar.header}\n"{sidecar.row}\n{sidecar.row}\n')
    issues: list[SidecarIssue] = []
    assert sidecar.read(tmp_path, issues) == 1
    assert [issue.source_line for issue in issues] == [2]


@pytest.mark.parametrize("name", FILES)
def test_a_column_that_nobody_knows_is_named(tmp_path: Path, name: str) -> None:
    sidecar = FILES[name]
    text = f"{sidecar.header},yaer,note,备注1,\n{sidecar.row},2024,x,x,\n{sidecar.row},2024,x,x,lost\n"
    put(tmp_path, name, text.replace("year,", "year,", 1))
    issues: list[SidecarIssue] = []
    assert sidecar.read(tmp_path, issues) == 1
    assert (issues[0].source_line, issues[0].column_name, issues[0].left_out) == (1, "yaer", "column")
    assert issues[0].message.startswith("no column is called yaer; ")
    if name == "manifest.csv":
        assert issues[0].message == "no column is called yaer; is year meant? What stands in it is not read"
    assert "lost stands in column" in issues[1].message


@pytest.mark.parametrize("name", FILES)
def test_lines_of_nothing_but_commas_are_skipped(tmp_path: Path, name: str) -> None:
    sidecar = FILES[name]
    text = f"\ufeff{sidecar.header},\r\n\r\n{sidecar.row},\r\n,,,\r\n ,\r\n,,,,,,,,,,\r\n"
    (tmp_path / name).write_bytes(text.encode())
    issues: list[SidecarIssue] = []
    assert sidecar.read(tmp_path, issues) == 1
    assert issues == []


# As spreadsheets write them


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "sep=;", "，"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", FILES)
def test_encodings_and_delimiters_of_spreadsheets(tmp_path: Path, name: str, encoding: str, delimiter: str) -> None:
    sidecar = FILES[name]
    text = f"{sidecar.header.upper()}\r\n{sidecar.row}\r\n".replace(",", delimiter[-1])
    if delimiter.startswith("sep"):
        text = f"{delimiter}\r\n{text}"
    put(tmp_path, name, text.encode(encoding))
    issues: list[SidecarIssue] = []
    assert sidecar.read(tmp_path, issues) == 1
    assert issues == []


def test_damaged_bytes_cost_their_line(tmp_path: Path) -> None:
    rows = "".join(f"{number}.txt,某市某局\n" for number in range(200)).encode()
    put(tmp_path, "manifest.csv", b"file,agency\nx.txt,\xe6\x9f\n" + rows)
    issues: list[SidecarIssue] = []
    assert len(manifests([tmp_path], issues)) == 200
    assert [(issue.source_line, issue.left_out) for issue in issues] == [(2, "line")]


DATES = ["2025/1/3", "2025-01-03", "2025.1.3", "2025年1月3日", "20250103", "45660", "2025/1/3 0:00", "２０２５/1/3"]


@pytest.mark.parametrize("text", DATES)
def test_dates_as_spreadsheets_write_them(tmp_path: Path, text: str) -> None:
    put(tmp_path, "manifest.csv", f"file,published,year\na.txt,{text},2025年\n")
    issues: list[SidecarIssue] = []
    (entry,) = manifests([tmp_path], issues).values()
    assert (str(entry.published), entry.year) == ("2025-01-03", 2025)
    assert issues == []


@pytest.mark.parametrize(
    "text", ["31.1.2026", "1/3/2025", "2025/13/1", "2025-02-30", "4566", "99999", "25-1-3", "soon"]
)
def test_what_may_be_two_dates_or_none_is_none(tmp_path: Path, text: str) -> None:
    put(tmp_path, "manifest.csv", f"file,published,year\na.txt,{text},2025\n")
    issues: list[SidecarIssue] = []
    (entry,) = manifests([tmp_path], issues).values()
    assert (entry.published, entry.year) == (None, 2025)
    assert issues == [
        SidecarIssue(
            "sub/manifest.csv", 2, "published", text, "value", f"{text} is no date like 2026-01-31 or 2026/1/31"
        )
    ]


def test_commas_that_excel_leaves_out_at_the_end_of_a_line(tmp_path: Path) -> None:
    put(tmp_path, "manifest.csv", "file,agency,year\na.txt\nb.txt,某市某局\n")
    issues: list[SidecarIssue] = []
    entries = manifests([tmp_path], issues)
    assert [entry.agency for entry in entries.values()] == [None, "某市某局"]
    assert issues == []


# The manifest


@pytest.mark.parametrize(
    ("lines", "line", "column", "left_out", "message"),
    [
        ("a.txt,MMXXV,,\n", 2, "year", "value", "MMXXV is no year like 2025"),
        ("a.txt,,4107,\n", 2, "region_code", "value", "region_code 4107 is not six digits"),
        ("a.txt,,4.10702E+11,\n", 2, "region_code", "value", "region_code 4.10702E+11 is not six digits"),
        ("a.txt,,999999,\n", 2, "region_code", "value", "999999 is the code of no division"),
        ("a.txt,,,\na.txt,2024,,\n", 3, "file", "line", "a.txt is named twice; line 2 counts"),
        ("a.txt,,,\n./a.txt,2024,,\n", 3, "file", "line", "./a.txt is named twice; line 2 counts"),
        ("b.txt,,,\n", 2, "file", "line", "b.txt is no report under the source: there is none of that name"),
        ("A.txt,,,\n", 2, "file", "line", "A.txt is no report under the source: it may mean each of a.TXT, a.txt"),
    ],
)
def test_what_is_wrong_in_a_manifest_is_in_the_warehouse(
    place: Place, seed_text: SeedText, lines: str, line: int, column: str, left_out: str, message: str
) -> None:
    place.put("a.txt", seed_text(0))
    place.put("a.TXT", "x")
    place.put("manifest.csv", f"file,year,region_code,url\n{lines}")
    place.ingest()
    assert place.query("SELECT source_file, year FROM dim_report") == [("a.txt", 2025)]
    ((*found, said),) = place.query(
        "SELECT source_file, source_line, column_name, left_out, message FROM sidecar_issue"
    )
    assert found == ["manifest.csv", line, column, left_out]
    assert said.startswith(message)
    place.put("manifest.csv", "file,year,region_code,url\n")
    place.ingest()
    assert place.query("FROM sidecar_issue") == []


def test_none_of_them_is_a_report(tmp_path: Path) -> None:
    assert set(SIDECARS) == set(FILES)
    for name in [*SIDECARS, "report.txt"]:
        (tmp_path / name).touch()
    assert [file.source_file for file in find([tmp_path])] == ["report.txt"]


def test_the_manifest_nearest_to_a_file_wins(tmp_path: Path) -> None:
    for folder in ("a", "z"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "manifest.csv").write_text("file,year\n1.txt,2025\n")
    (tmp_path / "manifest.csv").write_text("file,year\na/1.txt,2024\nz/1.txt,2024\nz/2.txt,2024\n")
    years = {name: entry.year for name, entry in manifests([tmp_path], []).items()}
    assert years == {"a/1.txt": 2025, "z/1.txt": 2025, "z/2.txt": 2024}


def test_sources_in_each_other_have_the_names_of_both(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "manifest.csv").write_text("file,year\n1.txt,2025\n")
    assert set(manifests([tmp_path, tmp_path / "a"], [])) == {"a/1.txt", "1.txt"}
    (tmp_path / "a" / "1.txt").touch()
    assert set(manifests([tmp_path / "a" / "1.txt"], [])) == {"1.txt"}


def test_beside_a_single_file_other_lines_of_its_manifest_are_no_issues(place: Place) -> None:
    one = place.put("a.txt", "x")
    place.put("b.txt", "y")
    place.put("manifest.csv", "file,year\na.txt,2024\nb.txt,2024\nc.txt,2024\n")
    issues: list[SidecarIssue] = []
    assert set(manifests([one], issues)) == {"a.txt"}
    collect.collect([one], place.settings)
    assert issues == []
