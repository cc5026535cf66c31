"""Formats: which one reads a file, and a document staged between the steps."""

import pytest

from pipeline.reader.document import Document
from pipeline.reader.formats import registry, staged, text
from pipeline.reader.formats.html import page as html
from pipeline.reader.formats.raw_file import RawFile
from pipeline.sources.fetch import RejectedError

PAGE = "<html><title>年报</title><p>政府信息公开</p><table><tr><td>1</td>\r\n<td>2</td></tr></table></html>"
PLAIN = "政府信息公开\r\n一\t1\t2\r三|4|5\n"


def raw(content: str | bytes, suffix: str = ".txt") -> RawFile:
    return RawFile(content.encode() if isinstance(content, str) else content, suffix, 100_000)


def rows(document: Document) -> list[tuple[int, list[str]]]:
    return [(row.line, row.cells) for row in document.rows]


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".HTM"])
def test_tags_make_a_page_whatever_the_file_is_called(suffix: str) -> None:
    assert html.claims(raw(PAGE, suffix))
    assert not html.claims(raw(PLAIN, suffix))
    assert text.claims(raw(PLAIN, suffix))
    document = registry.read(raw(PAGE, suffix))
    assert (document.title, rows(document)) == ("年报", [(1, ["年报"]), (1, ["政府信息公开"]), (1, ["1", "2"])])


@pytest.mark.parametrize(
    ("content", "suffix", "message"),
    [
        ("政府信息公开", ".csv", f".csv: reports are read from {', '.join(registry.SUFFIXES)}"),
        ("政府信息公开", "", f"no suffix: reports are read from {', '.join(registry.SUFFIXES)}"),
        (b"PK\x03\x04", ".txt", "the file is a ZIP archive; give its text as .txt, .md or .html"),
    ],
)
def test_a_format_that_is_not_read(content: str | bytes, suffix: str, message: str) -> None:
    with pytest.raises(RejectedError) as caught:
        registry.read(raw(content, suffix))
    assert (caught.value.reason, caught.value.message) == ("unsupported_format", message)


@pytest.mark.parametrize("content", [PAGE, PLAIN])
def test_a_staged_document_is_the_same(content: str) -> None:
    document = registry.read(raw(content))
    again = staged.loads(*staged.dumps(document))
    assert again.rows == document.rows
    assert (again.text, again.lines) == (document.text, document.lines)


def test_rows_are_found_as_they_are_asked_for_and_once() -> None:
    document = registry.read(raw(PLAIN))
    first = next(iter(document))
    assert first.cells == ["政府信息公开"]
    assert document.rows[0] is first
    assert [row.line for row in document] == [1, 2, 3, 4]


@pytest.mark.parametrize("suffix", [".doc", ".xls", ".WPS"])
def test_a_page_under_the_name_of_an_office_file(suffix: str) -> None:
    assert registry.read(raw(PAGE, suffix)).format == "html"
    for other in (PLAIN, '<?xml version="1.0"?><w:wordDocument xmlns:w="w"><w:p>信息公开</w:p></w:wordDocument>'):
        with pytest.raises(RejectedError, match="reports are read from"):
            registry.read(raw(other, suffix))
