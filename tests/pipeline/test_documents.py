"""Documents in a folder: loaded with their format and who read them, rejected with a reason, asked about again."""

from pathlib import Path

import pytest

from tests.converters.document import documents
from tests.converters.word import docx
from tests.support.workspace import Place

LOCKED = Path(__file__).parents[1] / "support" / "files" / "locked.docx"
#: Stands for LibreOffice: it makes a document of a file by taking the one that lies beside it.
OFFICE = """#!/bin/sh
case "$1" in --version) echo LibreOffice 7.4.7.2 40; exit;; esac
while [ "$1" != --outdir ]; do shift; done
/bin/mkdir -p "$2"
/bin/cp "${0%/*}/made.docx" "$2/report.docx"
"""


def test_documents_are_loaded_or_rejected_and_asked_again(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = map(docx, documents(3, 2))
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "made.docx").write_bytes(second)
    monkeypatch.setenv("PATH", str(programs))
    place.put("a.docx", first)
    place.put("locked.doc", LOCKED.read_bytes())
    place.put("cut.docx", first[:2000])
    place.put("old.doc", b"{\\rtf1 x}")
    place.ingest()
    loaded, rejected = (
        "SELECT source_file, format, regexp_extract(encoding, '[a-zA-Z]+') FROM dim_report ORDER BY 1",
        "SELECT source_file, reason FROM rejected_report ORDER BY 1",
    )
    assert place.query(loaded) == [("a.docx", "docx", "lxml")]
    refused = [("cut.docx", "damaged_document"), ("locked.doc", "encrypted"), ("old.doc", "unsupported_format")]
    assert place.query(rejected) == refused
    (programs / "soffice").write_text(OFFICE)
    (programs / "soffice").chmod(0o755)
    place.ingest()
    assert place.query(loaded) == [("a.docx", "docx", "lxml"), ("old.doc", "rtf", "LibreOffice")]
    assert place.query(rejected) == refused[:2]
