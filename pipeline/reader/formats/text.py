"""Plain text and Markdown, line by line: ``pipeline.reader.layouts`` says where the cells of a line begin and end."""

from pipeline.encoding import Decoded
from pipeline.forms import traditional
from pipeline.reader.document import Document, source_lines
from pipeline.reader.formats.raw_file import RawFile
from pipeline.reader.layouts.separators import plain_lines
from pipeline.reader.layouts.text_rows import text_rows
from pipeline.sources.files import TEXT_SUFFIXES

NAME = "text"
SUFFIXES = TEXT_SUFFIXES
IS_DOCUMENT = False


def claims(file: RawFile) -> bool:
    """Whether the suffix says that the file is text: what no other format has claimed is read line by line."""
    return file.is_text


def read(file: RawFile) -> Document:
    """The document of a text."""
    return from_text(file.decoded)


def from_text(decoded: Decoded) -> Document:
    """The document of a decoded text; its rows are found as they are asked for."""
    lines = source_lines(decoded.text)
    text, letters = traditional.folded(decoded.text)
    plain = plain_lines(text, source_lines(text) if letters else lines)
    return Document(
        decoded.text,
        lines,
        text_rows(plain),
        plain=plain,
        traditional=letters,
        encoding=decoded.encoding,
        damaged=decoded.damaged,
    )
