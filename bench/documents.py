"""What reading a document costs, by format: milliseconds of one core from its bytes to rows of cells.

PDF and OFD files are the real reports of the test cases; Word documents and sheets are generated, and written by what
needs no other program.

Belongs here: the measuring. What is read right is ``tests.accuracy``' question.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from pipeline.reader.formats import registry
from pipeline.reader.formats.raw_file import RawFile
from tests.converters.document import Document, documents
from tests.converters.sheet import xlsx
from tests.converters.word import docx

_CASES = Path(__file__).parents[1] / "tests" / "cases" / "documents"
_SEED, _GENERATED, _LEAST_READINGS = 7, 20, 20
_MAX_PARTS = 300_000
_WRITERS: dict[str, Callable[[Document], bytes]] = {".docx": docx, ".xlsx": xlsx}


def costs() -> Iterator[tuple[str, int, float]]:
    """Each format, how many different reports there are of it, and the median of what reading one costs."""
    for suffix, files in _files().items():
        again = -(-_LEAST_READINGS // len(files))
        taken = [_seconds(data, suffix) for _ in range(again + 1) for data in files]
        yield suffix.lstrip("."), len(files), median(taken[len(files) :])  # the first round loads the libraries


def _files() -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    for path in sorted(_CASES.glob("*/report.*")):
        found.setdefault(path.suffix, []).append(path.read_bytes())
    made = list(documents(_SEED, _GENERATED))
    return found | {suffix: [write(document) for document in made] for suffix, write in _WRITERS.items()}


def _seconds(data: bytes, suffix: str) -> float:
    file = RawFile(data, suffix, _MAX_PARTS)
    begin = time.process_time()
    assert registry.read(file).rows
    return time.process_time() - begin
