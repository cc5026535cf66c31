"""PDF files that programs print are read: every cell of ruled tables, and nothing wrong in silence in any."""

import json
import subprocess
from pathlib import Path

import pytest

from pipeline.reader.formats import registry
from pipeline.reader.formats.raw_file import RawFile
from tests.accuracy import bars, figures, folder
from tests.support.services import missing

from . import prints, programs
from .templates import TEMPLATES

#: One document a template; `make accuracy` draws others each time.
SEED, COUNT = 20261128, len(TEMPLATES)

_TABLES = """
import json, sys
import pdfplumber
for file in sys.argv[1:]:
    with pdfplumber.open(file) as pdf:
        print(json.dumps([[cell for row in table for cell in row if cell is not None]
                          for page in pdf.pages for table in page.extract_tables()]))
"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of both printers, with their truth."""
    if command := prints.missing() or programs.missing():
        missing("A printer", command)
    out = tmp_path_factory.mktemp("printed")
    prints.write(out, SEED, COUNT)
    return out


def test_every_cell_of_ruled_tables_is_read(printed: Path) -> None:
    reads = folder.read_folder(printed)
    assert len(reads) == COUNT * len(prints.PRINTERS)
    table = figures.table(folder.grouped(reads, "group,printer,template"))
    assert bars.missed_of_prints(folder.grouped(reads, "group")) == [], table


def test_ruled_cells_are_those_that_pdfplumber_finds(printed: Path) -> None:
    """A second opinion on LibreOffice's files; of Chromium's, pdfplumber loses rows at the ends of pages."""
    truths = json.loads((printed / "truth.json").read_text(encoding="utf-8"))
    ruled = [file for file, truth in truths.items() if truth["template"] in ("ruled", "small", "double", "grey_head")]
    files = [printed / file for file in ruled if truths[file]["printer"] == "libreoffice"]
    command = [str(programs.ENVIRONMENT / "bin" / "python"), "-c", _TABLES, *map(str, files)]
    out = subprocess.run(command, capture_output=True, check=True, text=True)
    for file, line in zip(files, out.stdout.splitlines(), strict=True):
        document = registry.read(RawFile(file.read_bytes(), ".pdf", 300_000))
        ours = [cell for row in document.rows if row.layout == "document" for cell in row.cells]
        theirs = ["".join(cell.split()) for table in json.loads(line) for cell in table]
        assert sorted(filter(str.isdecimal, ours)) == sorted(filter(str.isdecimal, theirs)), file
