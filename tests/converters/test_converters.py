"""Documents that real programs turned into text are read: nothing wrong in silence, nothing lost under a false name."""

import zipfile
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.accuracy import bars, figures, folder
from tests.support.services import missing

from . import corpus, programs
from .document import documents
from .word import docx

#: The documents of the test; `make accuracy` draws others each time.
SEED, COUNT = 20261156, 12


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Texts of every converter, with their truth."""
    if command := programs.missing():
        missing("A converter", command)
    out = tmp_path_factory.mktemp("converted")
    corpus.write(out, SEED, COUNT, jobs=2)
    return out


def test_every_text_is_read_or_named(converted: Path) -> None:
    reads = folder.read_folder(converted)
    by_converter = figures.table(folder.grouped(reads, "group,converter"))
    assert len(reads) == COUNT * len(programs.CONVERTERS)
    assert not any(read.count.verdicts["silent"] for read in reads), by_converter
    groups = folder.grouped(reads, "group")
    assert {name: line.verdicts["lost"] for name, line in groups.items() if line.verdicts["lost"]} == {}, by_converter
    assert {name: groups[name].right >= share for name, share in bars.REACHED.items()} == dict.fromkeys(
        bars.REACHED, True
    ), by_converter


def test_a_document_is_the_same_each_time() -> None:
    first, again = documents(SEED, COUNT), documents(SEED, COUNT)
    assert [docx(document) for document in first] == [docx(document) for document in again]
    assert [document.to_json() for document in first] == [document.to_json() for document in again]


def test_a_document_has_each_number_in_a_cell_of_its_own() -> None:
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    for document in documents(SEED, COUNT):
        body = ElementTree.fromstring(zipfile.ZipFile(BytesIO(docx(document))).read("word/document.xml"))
        cells = ["".join(text.text or "" for text in cell.iter(f"{space}t")) for cell in body.iter(f"{space}tc")]
        for row in document.truth.applications.values():
            assert row[6] is None or str(row[6]) in {cell.replace(",", "") for cell in cells}


def test_the_lock_file_names_no_address() -> None:
    text = (Path(__file__).parent / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert text.count("--hash=sha256:") > 100
