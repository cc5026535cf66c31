"""A format of the tests' own, whose documents do what hostile ones do: the second word of the file says what."""

from pipeline.reader.document import Document
from pipeline.reader.formats import printed
from pipeline.reader.formats.printed import Printed, TableRow, TextLine
from pipeline.reader.formats.raw_file import RawFile
from pipeline.sources.fetch import RejectedError
from tests.support import hostile_work

NAME = "hostile"
SUFFIXES = frozenset({".hostile"})
IS_DOCUMENT = True
MAGIC = b"%HOSTILE "


def claims(file: RawFile) -> bool:
    return file.data.startswith(MAGIC)


def read(file: RawFile) -> Document:
    """What the file asks for; otherwise a document of its lines, those with tabs as rows of a table."""
    head, _, rest = file.data.partition(b"\n")
    asked = head.removeprefix(MAGIC)
    if asked.startswith(b"reject"):
        raise RejectedError("encrypted", "it is locked")
    if asked == b"long":
        rest = b"x " * 200_000
    hostile_work.work(asked)
    lines = rest.decode().split("\n")
    return printed.document(
        [
            TableRow(tuple(map(Printed, line.split("\t")))) if "\t" in line else TextLine((Printed(line),))
            for line in lines
        ],
        reader=NAME,
    )
