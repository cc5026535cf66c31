"""Documents that real programs wrote, in every format: all cells are right, and what Word hides stays hidden."""

from pathlib import Path

import pytest

from pipeline.reader.formats import registry
from pipeline.reader.formats.raw_file import RawFile
from tests.accuracy import documents
from tests.support import word_parts
from tests.support.services import missing
from tests.support.word_parts import cell, paragraph, part, row, run, table

from . import programs

SEED, COUNT = 20261128, 4
_NOTES = part("footnotes", f'<w:footnote w:id="2">{paragraph("含上年三件")}</w:footnote>')
_LISTS = part(
    "numbering",
    '<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
    '<w:lvlText w:val="%1、"/><w:suff w:val="nothing"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>',
)
_LISTED = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
_DELETED = '<w:del w:id="1" w:author="a" w:date="2024-01-01T00:00:00Z"><w:r><w:delText>9</w:delText></w:r></w:del>'
_INSERTED = f'<w:ins w:id="2" w:author="a" w:date="2024-01-01T00:00:00Z">{run("5")}</w:ins>'
_MARK = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="2"/></w:r>'
_DOWN, _GOES_ON, _TWO = '<w:vMerge w:val="restart"/>', "<w:vMerge/>", '<w:gridSpan w:val="2"/>'


def _width(properties: str = "") -> str:
    return f'<w:tcW w:w="1500" w:type="dxa"/>{properties}'


def _traps() -> bytes:
    """A document with what a reader may take for more, or less, than is printed."""
    rows = (
        row(cell("三、结果", _width(_DOWN)), cell("（一）公开", _width(_TWO)), cell("1", _width())),
        row(
            cell("", _width(_GOES_ON)),
            cell("（三）不公开", _width()),
            cell(paragraph(_DELETED + _INSERTED), _width()),
            cell(paragraph(run("12") + _MARK), _width()),
        ),
        row(
            cell("", _width(_GOES_ON)),
            cell(paragraph(run("明") + run("藏", "<w:vanish/>")), _width()),
            cell(paragraph(run("7", "<w:strike/>")), _width()),
            cell("", _width()),
        ),
    )
    columns = '<w:gridCol w:w="1500"/>' * 4
    grid = table(*rows).replace("<w:tblGrid/>", f"<w:tblGrid>{columns}</w:tblGrid>")
    body = (
        paragraph("总体情况", _LISTED)
        + grid
        + paragraph("问题", _LISTED)
        + paragraph(run("前") + run("藏", "<w:vanish/>"))
    )
    return word_parts.docx(body, footnotes=_NOTES, numbering=_LISTS)


@pytest.fixture(scope="module", autouse=True)
def _programs() -> None:
    if command := programs.missing():
        missing("A converter", command)


def test_every_format_is_read_right() -> None:
    reads = documents.read(SEED, COUNT)
    assert documents.missed(reads) == [], documents.table(reads)


@pytest.mark.parametrize(
    ("kind", "into"),
    [("docx", "docx:MS Word 2007 XML"), ("doc", "doc:MS Word 97"), ("rtf", "rtf"), ("odt", "odt")],
)
def test_what_is_not_printed_is_not_read(kind: str, into: str, tmp_path: Path) -> None:
    source = tmp_path / "traps.docx"
    source.write_bytes(_traps())
    made = programs.office([source], kind, into, tmp_path / "made")[0]
    document = registry.read(RawFile(made.read_bytes(), f".{kind}", 300_000))
    # LibreOffice writes the 、 of an automatic number into RTF as a question mark.
    comma = "?" if kind == "rtf" else "、"
    assert [each.cells for each in document.rows if each.cells] == [
        [f"一{comma}总体情况"],
        ["三、结果", "（一）公开", "1"],
        ["（三）不公开", "5", "12[1]"],
        ["明", "~~7~~", ""],
        [f"二{comma}问题"],
        ["前"],
        ["[1] 含上年三件"],
    ]
    assert document.format == kind
