"""Word documents (.docx, .docm): Office Open XML, read from its parts as Word prints them. Macros are not looked at.

Belongs here: which parts make the document, and in which order. Paragraphs and tables are ``docx_body``'s.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pipeline.reader.document import Document
from pipeline.reader.formats import printed
from pipeline.reader.formats.office import kinds, word_tables
from pipeline.reader.formats.office.docx_body import Body
from pipeline.reader.formats.office.docx_names import W, value
from pipeline.reader.formats.office.docx_numbering import Numbering
from pipeline.reader.formats.office.docx_runs import Runs, take_codes
from pipeline.reader.formats.office.docx_styles import Styles
from pipeline.reader.formats.office.package import Package, damaged
from pipeline.reader.formats.office.word_tables import Block, Line
from pipeline.reader.formats.printed import TableRow, TextLine
from pipeline.reader.formats.raw_file import RawFile
from pipeline.sources.fetch import RejectedError

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

NAME = "docx"
SUFFIXES = frozenset({".docx", ".docm"})
IS_DOCUMENT = True

_DOCUMENT, _BODY = f"{W}document", f"{W}body"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
_NOTES = {"footnotes": f"{W}footnote", "endnotes": f"{W}endnote"}
#: Texts in files inside this one or beside it, which Word fetches when it opens it.
_ELSEWHERE = (f"{W}altChunk", f"{W}subDoc")
_PICTURES = (f"{W}drawing", f"{W}pict", f"{W}object")


def claims(file: RawFile) -> bool:
    """Whether the file is a Word document, also one that is cut off."""
    return kinds.kind(file) == kinds.DOCX


def read(file: RawFile) -> Document:
    """The document of a Word file.

    Raises:
        RejectedError: damaged_document, encrypted, too_large, empty, needs_ocr or unsupported_format.
    """
    return read_as(file.data, file.max_parts)


def read_as(data: bytes, max_parts: int, reader: str | None = None) -> Document:
    """The document of a Word file's bytes, which ``reader`` made of a file in another format, if it did."""
    package = Package(data, max_parts)
    main = _main_part(package)
    try:
        content, has_pictures = _content(package, main)
    except RecursionError as error:
        raise damaged("its elements are nested too deep") from error
    words = sum(len(text.split()) for entry in content for text in entry.texts())
    cells = sum(len(entry.printed) for entry in content)
    if words + cells > max_parts:
        raise RejectedError(
            "too_large", f"{words + cells} words and cells; the limit is {max_parts} (setting OGI_MAX_PARTS)"
        )
    if not words:
        if has_pictures:
            raise RejectedError("needs_ocr", "the document has pictures and no text")
        raise RejectedError("empty", "the document has no text in it")
    return printed.document(content, reader=reader or _reader(), title=_title(package))


def _reader() -> str:
    from lxml import etree

    version: str = etree.__version__
    return f"lxml {version}"


def _main_part(package: Package) -> str:
    named: list[str] = package.related("").get("officeDocument", [])
    for name in [*named, "word/document.xml"]:
        if name in package:
            return name
    raise damaged("the part with the document is missing")


def _content(package: Package, main: str) -> tuple[list[TextLine | TableRow], bool]:
    """What is printed, in reading order, notes last; and whether there are pictures."""
    root = package.xml(main)
    body = None if root is None or root.tag != _DOCUMENT else root.find(_BODY)
    if root is None or body is None:
        raise damaged("its part with the document has no text of Word's")
    if next(root.iter(*_ELSEWHERE), None) is not None:
        raise RejectedError(
            "unsupported_format",
            "a part of its text is another file, inside it or beside it; open it in Word and save it again",
        )
    parts = package.related(main)

    def part(name: str) -> "Element | None":
        return next((found for each in parts.get(name, ()) if (found := package.xml(each)) is not None), None)

    runs = Runs(Styles(part("styles")))
    reader = Body(runs, Numbering(part("numbering")))
    take_codes(root)
    content = list(word_tables.content(reader.blocks(body)))
    for kind in _NOTES:
        if names := runs.notes.seen.get(kind):
            content += word_tables.content(_notes(reader, part(kind), kind, names))
    return content, next(root.iter(*_PICTURES), None) is not None


def _notes(reader: Body, root: "Element | None", kind: str, names: Iterable[str]) -> Iterator[Block]:
    """The notes of a kind in the order of their marks, each with its own in front."""
    if root is None:
        return
    take_codes(root)
    notes = {value(note, "id"): note for note in root.iter(_NOTES[kind])}
    for number, name in enumerate(names, 1):
        mark = f"[{number}] "
        for block in reader.blocks(notes[name]) if name in notes else ():
            if isinstance(block, Line) and (block.text.strip() or not mark):
                yield Line(mark + block.text.strip())
                mark = ""
            elif not isinstance(block, Line):
                yield block


def _title(package: Package) -> str | None:
    """What the document calls itself among its properties."""
    for name in package.related("").get("core-properties", ()):
        root = package.xml(name)
        text = None if root is None else root.findtext(_TITLE)
        if text and text.strip():
            return str(text).strip()
    return None
