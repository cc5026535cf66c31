"""Exports as an Excel workbook: every cell is there, none is a formula, and people can find their way in it.

The workbook is read here by its XML, and by calamine where its values are meant.
"""

import json
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from pipeline.export import about
from pipeline.export.build import export
from pipeline.export.errors import ExportError
from pipeline.export.relations import relations
from pipeline.export.run_record import run_record
from pipeline.export.xlsx import cells, reading, sheets, writing
from pipeline.warehouse.connection import connect
from tests.conftest import Place
from tests.support.exports import AGENCY, NASTY, by_row, done

pytest_plugins = ["tests.support.export_places"]


class Book:
    """The parts of a workbook as they stand in the file."""

    def __init__(self, path: Path) -> None:
        self.zip = zipfile.ZipFile(path)
        names = re.findall(r'<sheet name="([^"]*)"', self.zip.read("xl/workbook.xml").decode())
        self.xml = {
            name: self.zip.read(f"xl/worksheets/sheet{number}.xml").decode() for number, name in enumerate(names, 1)
        }
        styles = self.zip.read("xl/styles.xml").decode()
        self._formats = dict(re.findall(r'<numFmt numFmtId="(\d+)" formatCode="([^"]*)"', styles))
        xfs = re.search(r"<cellXfs.*?</cellXfs>", styles, re.DOTALL)
        assert xfs
        self._styles = re.findall(r"<xf [^>]*>", xfs.group())

    def style(self, sheet: str, ref: str) -> str:
        """The style of a cell, with its number format in words."""
        cell = re.search(rf'<c r="{ref}"(?: s="(\d+)")?', self.xml[sheet])
        assert cell, ref
        style = self._styles[int(cell.group(1) or 0)]
        return re.sub(r'numFmtId="(\d+)"', lambda found: f'shown="{self._formats.get(found[1], found[1])}"', style)

    def row_of(self, sheet: str, *values: str) -> int:
        """The number of the first row that has these texts in it."""
        for row in re.findall(r"<row .*?</row>", self.xml[sheet], re.DOTALL):
            if all(f">{value}</t>" in row for value in values):
                return int(row.split('r="')[1].split('"')[0])
        raise AssertionError(values)


def test_xlsx_has_every_cell(nasty: Place, tmp_path: Path) -> None:
    done(nasty, tmp_path, "xlsx")
    with CalamineWorkbook.from_path(tmp_path / "ogi.xlsx") as book:
        rows = list(book.get_sheet_by_name("报告文字").iter_rows())
        rest = list(book.get_sheet_by_name("长文本").iter_rows())
        handled = list(book.get_sheet_by_name("申请办理情况").iter_rows())
        disclosed = list(book.get_sheet_by_name("主动公开情况").iter_rows())
        reports = list(book.get_sheet_by_name("年度报告").iter_rows())
        agencies = list(book.get_sheet_by_name("行政机关").iter_rows())
    assert rows[:2] == [
        ["机关标识", "年度", "部分", "标题", "文字", "来源行号"],
        ["agency_id", "year", "section", "heading", "text", "source_line"],
    ]
    texts = [str(row[4]) for row in rows if row[0] == AGENCY]
    short = [text.replace("\ufffe", "_xFFFE_").replace("\uffff", "_xFFFF_") for text in NASTY if len(text) < 1000]
    assert texts[: len(short)] == short
    # Three are longer than a cell: 40,000 letters, 20,000 of two places each, 40,001 with ends of lines.
    assert [len(text) for text in texts[len(short) :]] == [32_767, 16_383, 32_767]
    last = 2 + len(NASTY)  # behind two rows of heads, and the agency's id is the first
    assert [row[:4] for row in rest[1:]] == [
        ["报告文字", str(number), "text", "2"] for number in range(last - 2, last + 1)
    ]
    assert [text + str(row[4]) for text, row in zip(texts[-3:], rest[1:], strict=True)] == list(NASTY)[-3:]
    (row,) = (row for row in handled if row[0] == AGENCY)
    # 16 digits are more than Excel keeps: these numbers are texts.
    assert row[2:] == [
        "new_received",
        -3,
        0,
        "",
        "9007199254740993",
        999999999999999,
        "1000000000000000",
        7,
        1,
        "[1,2]",
    ]
    assert [row[4] for row in disclosed if row[0] == AGENCY] == [0.000001, -12.5, "", "123456789012.123456"]
    (row,) = (row for row in reports if row[0] == AGENCY)
    assert "+title" in row
    assert date(2025, 3, 31) in row
    assert datetime(2026, 1, 2, 3, 4, 5, 123000) in row
    (row,) = (row for row in agencies if row[0] == AGENCY)
    assert row[:4] == [AGENCY, "=1+1", '["=1","","a\\"b","c,d","\\\\","𠮷","[1, 2]"]', "004107"]


def test_xlsx_has_no_formula_and_no_address(nasty: Place, tmp_path: Path) -> None:
    done(nasty, tmp_path, "xlsx")
    book = Book(tmp_path / "ogi.xlsx")
    assert [name for name, xml in book.xml.items() if re.search(r"<f[ />]", xml)] == []
    # Links lead to sheets alone, and no part of the file names another file.
    assert {name for name, xml in book.xml.items() if "<hyperlink" in xml} == {"说明"}
    assert re.search(r'<hyperlink [^>]*r:id="', book.xml["说明"]) is None
    assert [name for name in book.zip.namelist() if "externalLink" in name or "connections" in name] == []
    # Texts that look like formulas are marked, so that editing does not make formulas of them.
    at = book.row_of("报告文字", "=1+1")
    assert 'quotePrefix="1"' in book.style("报告文字", f"E{at}")
    assert 't="inlineStr"' in book.xml["报告文字"].split(f'<c r="E{at}"')[1].split(">")[0]
    assert 'quotePrefix="1"' not in book.style("报告文字", f"E{book.row_of('报告文字', 'a=1')}")


def test_xlsx_is_laid_out_for_people(nasty: Place, tmp_path: Path) -> None:
    done(nasty, tmp_path, "xlsx")
    book = Book(tmp_path / "ogi.xlsx")
    assert list(book.xml)[:4] == ["说明", "数据字典", "术语表", "机关年度一览"]
    assert list(book.xml)[-1] == "长文本"
    assert (
        '<pane xSplit="3" ySplit="2" topLeftCell="D3" activePane="bottomRight" state="frozen"/>'
        in (book.xml["机关年度一览"])
    )
    assert '<autoFilter ref="A2:AO8"/>' in book.xml["机关年度一览"]  # six reports under two rows of heads
    assert 'numberStoredAsText="1"' in book.xml["行政机关"]
    heads = re.findall(r'<c r="[A-Z]+([12])" [^>]*><is><t[^>]*>([^<]*)</t>', book.xml["机关年度一览"])
    assert [text for row, text in heads if row == "1"][:3] == ["机关标识", "年度", "机关名称"]
    assert [text for row, text in heads if row == "1"][10] == "本年新收（件）"
    assert [text for row, text in heads if row == "2"][:3] == ["agency_id", "year", "name"]
    widths = dict(re.findall(r'<col min="(\d+)" max="\d+" width="([\d.]+)"', book.xml["机关年度一览"]))
    assert 18 <= float(widths["1"]) <= 20  # an id has 16 letters
    assert 20 <= float(widths["3"]) <= 40  # the longest name has 14, as wide as 28


def test_xlsx_shows_numbers_by_their_unit(nasty: Place, tmp_path: Path) -> None:
    done(nasty, tmp_path, "xlsx")
    book = Book(tmp_path / "ogi.xlsx")
    assert 'shown="1"' in book.style("机关年度一览", "B3")  # a year: 0
    assert 'shown="#,##0"' in book.style("机关年度一览", "K3")  # a count
    assert 'shown="#,##0.00####"' in book.style("机关年度一览", "AM4")  # 万元
    at = book.row_of("指标值", "67fa00e8a3c507d1", "granted_share")
    assert 'shown="0.0%"' in book.style("指标值", f"F{at}")
    at = book.row_of("指标值", "67fa00e8a3c507d1", "normative_document_net")
    assert 'shown="#,##0"' in book.style("指标值", f"F{at}")
    at = book.row_of("主动公开情况", AGENCY, "repealed")
    assert 'shown="#,##0"' in book.style("主动公开情况", f"E{at}")
    at = book.row_of("主动公开情况", "67fa00e8a3c507d1", "administrative_fee")
    assert 'shown="#,##0.00####"' in book.style("主动公开情况", f"E{at}")
    at = book.row_of("年度报告", "+title")
    reports = [row[0] for row in nasty.query("SELECT column_name FROM (DESCRIBE dim_report)")]
    columns = {name: "ABCDEFGHIJKLMNOPQ"[place] for place, name in enumerate(reports)}
    assert 'shown="yyyy-mm-dd"' in book.style("年度报告", f"{columns['published']}{at}")
    assert 'shown="yyyy-mm-dd hh:mm:ss"' in book.style("年度报告", f"{columns['loaded_at']}{at}")


def test_xlsx_says_first_what_is_in_it(nasty: Place, tmp_path: Path) -> None:
    done(nasty, tmp_path, "xlsx")
    (run_id,) = nasty.query("SELECT run_id FROM ingest_run")[0:1][0]
    with CalamineWorkbook.from_path(tmp_path / "ogi.xlsx") as book:
        first = list(book.get_sheet_by_name("说明").iter_rows())
        columns = list(book.get_sheet_by_name("数据字典").iter_rows())
        words = list(book.get_sheet_by_name("术语表").iter_rows())
    assert ["运行标识 run", run_id] in [row[:2] for row in first]
    assert ["行政机关", "dim_agency", "6"] in [row[:3] for row in first]
    assert ["万元", "10,000 CNY"] in [row[:2] for row in first]
    assert [row[3] for row in first if row[0] == "长文本"] == ["3 个文本超出单元格的部分"]
    assert {row[3] for row in first} >= {chinese for chinese, _ in about.FORMATS["xlsx"]}
    assert ["fact_reconsideration", "行政复议与行政诉讼", "pending", "尚未审结", "BIGINT", "件"] in [
        row[:6] for row in columns
    ]
    assert ["结转", "carrying over"] in [row[:2] for row in words]


def test_xlsx_goes_on_in_another_sheet(nasty: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "SHEET_ROWS", 52)  # fifty rows a sheet
    with connect(nasty.settings.warehouse) as con:
        exported = export(con, tmp_path, "xlsx")
    rows = nasty.query("SELECT count(*) FROM fact_application_handling")[0][0]
    assert rows == 126
    assert exported.rows["fact_application_handling"] == 126
    assert (
        "fact_application_handling is too long for one sheet and goes on: 申请办理情况, 申请办理情况 2, 申请办理情况 3"
        in exported.notes
    )
    assert "report_section: 3 texts are longer than a cell may be and go on in a sheet of their own" in exported.notes
    with CalamineWorkbook.from_path(tmp_path / "ogi.xlsx") as book:
        found = [book.get_sheet_by_name(f"申请办理情况{end}").to_python() for end in ("", " 2", " 3")]
        first = [row[:4] for row in book.get_sheet_by_name("说明").iter_rows()]
    assert [len(sheet) for sheet in found] == [52, 52, 28]
    assert found[0][:2] == found[1][:2] == found[2][:2]
    assert by_row(row[:3] for sheet in found for row in sheet[2:]) == by_row(
        [row[0], float(row[1]), row[2]] for row in nasty.query("FROM fact_application_handling")
    )
    (line,) = (row for row in first if row[0] == "申请办理情况 2")
    assert line[2] == "50"
    assert str(line[3]).startswith("（共 3 张，第 2 张）")
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    resources = {resource["name"]: resource for resource in package["resources"]}
    assert resources["fact_application_handling-3"]["dialect"]["sheetName"] == "申请办理情况 3"
    assert resources["fact_application_handling-3"]["rows"] == 26


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [""]),
        ("a" * 32_767, ["a" * 32_767]),
        ("a" * 32_768, ["a" * 32_767, "a"]),
        ("𠮷" + "a" * 32_766, ["𠮷" + "a" * 32_765, "a"]),
        ("a" * 32_766 + "𠮷", ["a" * 32_766, "𠮷"]),
        ("𠮷" * 16_384, ["𠮷" * 16_383, "𠮷"]),
        ("a" * 100_000, ["a" * 32_767, "a" * 32_767, "a" * 32_767, "a" * 1_699]),
    ],
)
def test_long_texts_are_cut_where_a_cell_is_full(text: str, expected: list[str]) -> None:
    assert list(cells.chunks(text)) == expected


@pytest.mark.parametrize(
    ("cell", "value", "same"),
    [
        ("", None, True),
        ("", "", True),
        ("", 0, False),
        ("", Decimal(0), False),
        (0.0, None, False),
        (0.0, 0, True),
        (0.0, False, False),
        (False, 0, False),
        (True, True, True),
        (1.0, True, False),
        ("1", 1, False),
        (1.0, "1", False),
        (-3.0, -3, True),
        (3.0000001, 3, False),
        (9007199254740992.0, 9007199254740993, False),
        ("9007199254740993", 9007199254740993, True),
        (12.5, Decimal("12.500000"), True),
        (12.500001, Decimal("12.500000"), False),
        ("123456789012.123456", Decimal("123456789012.123456"), True),
        (123456789012.12346, Decimal("123456789012.123456"), False),
        (0.3333333333333333, 1 / 3, True),
        (0.333333333333334, 1 / 3, False),
        ("nan", float("nan"), True),
        ("a ", "a", False),
        (date(2024, 1, 1), datetime(2024, 1, 1), True),
        (datetime(2024, 1, 1, 0, 0, 0, 123000), datetime(2024, 1, 1, 0, 0, 0, 123456), True),
        (datetime(2024, 1, 1, 0, 0, 1), datetime(2024, 1, 1), False),
        ("2024-01-01", datetime(2024, 1, 1), False),
        (date(2024, 1, 1), date(2024, 1, 1), True),
    ],
)
def test_a_cell_holds_a_value_or_not(cell: Any, value: Any, same: bool) -> None:
    assert cells.holds(cell, value) is same


_ROW = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>{0}</t></is></c></row>'


@pytest.mark.parametrize(
    ("sheet", "old", "new"),
    [
        ("申请办理情况", "<v>-3</v>", "<v>-4</v>"),
        ("申请办理情况", "9007199254740993", "9007199254740992"),
        ("报告文字", "<t>=1+1</t>", "<t>=1+2</t>"),
        ("报告文字", ' xml:space="preserve"> lead', ">lead"),
        ("报告文字", ">source_line<", ">source<"),
        ("年度报告", "<t>+title</t>", "<t>title</t>"),
        ("长文本", "<t>text</t>", "<t>heading</t>"),
        ("结转台账", "</sheetData>", f"{_ROW.format(9)}</sheetData>"),
        ("已知问题", "</sheetData>", f"{_ROW.format(3)}</sheetData>"),
        ("说明", "行政机关", "行政机构"),
        ("术语表", "结转", "结余"),
    ],
)
def test_a_damaged_workbook_is_noticed(
    nasty: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sheet: str, old: str, new: str
) -> None:
    real = writing.write

    def write(*arguments: Any) -> Any:
        written = real(*arguments)
        path = arguments[3] / sheets.FILE
        book = Book(path)
        wanted = f"xl/worksheets/sheet{list(book.xml).index(sheet) + 1}.xml"
        parts = {name: book.zip.read(name) for name in book.zip.namelist()}
        assert old.encode() in parts[wanted]
        parts[wanted] = parts[wanted].replace(old.encode(), new.encode(), 1)
        with zipfile.ZipFile(path, "w") as out:
            for name, data in parts.items():
                out.writestr(name, data)
        return written

    monkeypatch.setattr(writing, "write", write)
    with pytest.raises(ExportError, match=r"ogi\.xlsx: "):
        done(nasty, tmp_path, "xlsx")
    assert list(tmp_path.iterdir()) == []


def test_rows_that_are_missing_in_a_workbook_are_noticed(
    seeds: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = sheets.rows
    monkeypatch.setattr(writing.sheets, "rows", lambda con, relation: list(real(con, relation))[:-1])
    with connect(seeds.settings.warehouse) as con:
        found = [relation for relation in relations(con) if relation.name == "dim_report"]
        written = writing.write(con, found, run_record(con), tmp_path)
        monkeypatch.setattr(writing.sheets, "rows", real)
        with pytest.raises(ExportError, match="dim_report has rows that are on no sheet"):
            reading.check(con, found, run_record(con), tmp_path / "ogi.xlsx", written)


def test_a_file_that_is_no_workbook_any_more(seeds: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = writing.write

    def write(*arguments: Any) -> Any:
        written = real(*arguments)
        path = arguments[3] / sheets.FILE
        path.write_bytes(path.read_bytes()[:-100])
        return written

    monkeypatch.setattr(writing, "write", write)
    with pytest.raises(ExportError, match="the workbook cannot be written or read back"):
        done(seeds, tmp_path, "xlsx")
