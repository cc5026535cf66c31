"""Office files other than Word's own of today: told by their bytes, refused with a reason, sheets read."""

import os
import signal
import struct
import tempfile
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter

from pipeline.reader.document import Document
from pipeline.reader.formats import registry
from pipeline.reader.formats.office import kinds, libreoffice
from pipeline.reader.formats.raw_file import RawFile
from pipeline.sources.fetch import RejectedError
from tests.support import word_parts
from tests.support.ole_files import ole

DOCUMENTS = Path(__file__).parents[1] / "support" / "files"
#: Locked by a program; written by LibreOffice, with so little text that its stream is a short one.
LOCKED, SHORT = DOCUMENTS / "locked.docx", DOCUMENTS / "short.doc"
ODT = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<o/>"}


def word_header(flags: int = 0) -> bytes:
    """How the stream of Word's binary format begins."""
    return struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0x0804, 0, flags) + bytes(4096)


def refused(data: bytes, suffix: str = ".doc", max_parts: int = 300_000) -> tuple[str, str]:
    with pytest.raises(RejectedError) as caught:
        registry.read(RawFile(data, suffix, max_parts))
    return caught.value.reason, caught.value.message


def zipped(files: dict[str, str]) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def types(main: str) -> dict[str, str]:
    return {"[Content_Types].xml": f'<Types><Override PartName="/x.xml" ContentType="{main}"/></Types>'}


OPEN_XML = "application/vnd.openxmlformats-officedocument."


@pytest.mark.parametrize(
    ("data", "suffix", "kind"),
    [
        (word_parts.docx(), ".zip", kinds.DOCX),
        (zipped({"word/document.xml": "<w/>"}), ".zip", kinds.DOCX),
        (zipped(types(f"{OPEN_XML}wordprocessingml.template.main+xml")), "", kinds.DOCX),
        (zipped(types(f"{OPEN_XML}spreadsheetml.sheet.main+xml")), ".docx", kinds.XLSX),
        (zipped(types("application/vnd.ms-excel.sheet.binary.macroEnabled.main")), "", kinds.XLSX),
        (zipped(types(f"{OPEN_XML}presentationml.presentation.main+xml")), ".docx", kinds.PPTX),
        (zipped(ODT), ".docx", kinds.ODT),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "", kinds.ODS),
        (zipped({"a.pdf": "x"}), ".docx", None),
        (zipped({"[Content_Types].xml": "<Types/>"}), ".docx", kinds.DOCX),
        (zipped({"[Content_Types].xml": "<Types/>"}), ".zip", None),
        (b"PK\x03\x04 and no more", ".docx", kinds.DOCX),
        (b"PK\x03\x04 and no more", ".zip", None),
        (ole({"WordDocument": word_header(), "1Table": b""}), ".wps", kinds.DOC),
        (ole({"Workbook": b"x"}), ".doc", kinds.XLS),
        (ole({"WordDocument": b"x", "Workbook": b"x"}), "", kinds.DOC),
        (ole({"CONTENTS": b"x"}), ".wps", kinds.OTHER_OLE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and no more", ".doc", kinds.BROKEN_OLE),
        (b"{\\rtf1\\ansi x}", ".doc", kinds.RTF),
        ("政府信息公开".encode(), ".doc", None),
    ],
)
def test_kinds_are_told_by_bytes(data: bytes, suffix: str, kind: str | None) -> None:
    assert kinds.kind(RawFile(data, suffix, 1000)) == kind


def test_a_directory_that_goes_round_in_circles() -> None:
    data = bytearray(ole({f"stream {number}": b"" for number in range(10)}))
    struct.pack_into("<I", data, 512 + 4, 1)
    assert refused(bytes(data))[0] == "damaged_document"


def test_locked_files() -> None:
    assert refused(LOCKED.read_bytes(), ".docx")[0] == "encrypted"
    assert refused(ole({"WordDocument": word_header(0x0100)}))[0] == "encrypted"
    manifest = "<m:manifest xmlns:m='m'><m:encryption-data/></m:manifest>"
    assert refused(zipped(ODT | {"META-INF/manifest.xml": manifest}), ".odt")[0] == "encrypted"


def test_a_short_text_stands_among_other_short_streams() -> None:
    data = bytearray(SHORT.read_bytes())
    begin = kinds.ole_streams(bytes(data))["WordDocument"]
    assert data[begin : begin + 2] == b"\xec\xa5"
    data[begin + 11] |= 1
    assert refused(bytes(data))[0] == "encrypted"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (ole({"CONTENTS": b"x"}), "unsupported_format"),
        (zipped(types(f"{OPEN_XML}presentationml.presentation.main+xml")), "unsupported_format"),
        (zipped({"mimetype": ODT["mimetype"]}), "damaged_document"),
        (zipped(ODT | {"content.xml": "<!DOCTYPE x><x/>"}), "damaged_document"),
        (zipped({"a.txt": "政府信息公开"}), "unsupported_format"),
        (ole({"WordDocument": word_header()})[:1030], "damaged_document"),
    ],
)
def test_what_is_refused(data: bytes, reason: str) -> None:
    assert refused(data)[0] == reason


def test_an_archive_is_called_one() -> None:
    assert refused(zipped({"a.txt": "政府信息公开"}), ".zip")[1].startswith("the file is a ZIP archive")


@pytest.mark.parametrize(
    ("data", "suffix"),
    [(ole({"WordDocument": word_header()}), ".doc"), (b"{\\rtf1 x}", ".rtf"), (zipped(ODT), ".odt")],
)
def test_without_libreoffice_the_command_that_installs_it(
    data: bytes, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libreoffice, "program", lambda: None)
    assert refused(data, suffix) == (
        "unsupported_format",
        f"LibreOffice reads {suffix} files and is not installed; install it with: {libreoffice.INSTALL}",
    )


def fake_office(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that stands for LibreOffice."""
    program = folder / "soffice"
    program.write_text(f'#!/bin/sh\ncase "$1" in --version) echo LibreOffice 7.4.7.2 40; exit;; esac\n{script}\n')
    program.chmod(0o755)
    monkeypatch.setattr(libreoffice, "program", lambda: str(program))
    return program


RTF = b"{\\rtf1 x}"


def test_what_libreoffice_makes_is_read_and_its_name_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "made.docx").write_bytes(word_parts.docx(word_parts.paragraph("政府信息公开")))
    copy = f'while [ "$1" != --outdir ]; do shift; done; mkdir -p "$2"; cp {tmp_path}/made.docx "$2/report.docx"'
    fake_office(tmp_path, copy, monkeypatch)
    document = registry.read(RawFile(RTF, ".rtf", 1000))
    assert (document.lines, document.format, document.encoding) == (["政府信息公开"], "rtf", "LibreOffice 7.4.7.2")


def test_nothing_made_is_damage_after_a_second_trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_office(
        tmp_path, f"echo trial >> {tmp_path}/trials; echo Error: source file could not be loaded >&2", monkeypatch
    )
    reason, message = refused(RTF, ".rtf")
    assert reason == "damaged_document"
    assert message.endswith("LibreOffice 7.4.7.2 makes nothing of it: Error: source file could not be loaded")
    assert (tmp_path / "trials").read_text().split() == ["trial", "trial"]


def test_a_program_that_does_not_end_is_ended_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As LibreOffice does, it passes over the signal that asks it to end, and has a child that does the work.
    fake_office(tmp_path, f"trap '' TERM; sleep 60 & echo $! > {tmp_path}/child; wait", monkeypatch)
    monkeypatch.setattr(libreoffice, "_LONGEST", 1)
    reason, message = refused(RTF, ".rtf")
    assert (reason, message) == ("too_large", "LibreOffice takes more than 1 s to read it")
    assert ends(int((tmp_path / "child").read_text()))


def ends(process: int) -> bool:
    """Whether a process ends soon: it was told to, and the system may be busy."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{process}/stat").read_text().split()[2] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.01)
    return False


def test_it_ends_with_the_process_that_called_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # where nobody tidies up behind a process that is killed
    libreoffice._profile.cache_clear()
    fake_office(
        tmp_path,
        f"sleep 60 & echo $! > {tmp_path}/child.new; mv {tmp_path}/child.new {tmp_path}/child; wait",
        monkeypatch,
    )
    caller = os.fork()
    if not caller:
        libreoffice.to_docx(RTF, ".rtf")
        os._exit(0)
    until = time.monotonic() + 20
    while not (tmp_path / "child").exists() and time.monotonic() < until:
        time.sleep(0.01)
    os.kill(caller, signal.SIGKILL)
    os.waitpid(caller, 0)
    assert ends(int((tmp_path / "child").read_text()))


# Sheets ------------------------------------------------------------------------------------------------------


def sheet(fill: "object", **options: object) -> bytes:
    data = BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True, **options})
    fill(book)  # type: ignore[operator]
    book.close()
    return data.getvalue()


def read(data: bytes) -> Document:
    return registry.read(RawFile(data, ".xlsx", 300_000))


def test_a_sheet_is_a_table_of_cells_as_they_begin() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        page = book.add_worksheet("表")
        page.merge_range(0, 0, 0, 3, "政府信息公开")
        page.merge_range(1, 0, 2, 0, "组")
        page.write_row(1, 1, ["甲", 3, 2.5])
        page.write_row(2, 1, ["乙", "", 0.1 + 0.2])
        page.write(4, 0, "一段话。")
        hidden = book.add_worksheet("藏")
        hidden.write(0, 0, "9")
        hidden.hide()

    document = read(sheet(fill))
    assert [each.cells for each in document.rows] == [
        ["政府信息公开"],
        ["组", "甲", "3", "2.5"],
        ["乙", "", "0.3"],
        ["一段话。"],
    ]
    assert document.format == "sheet"


def test_formulas_have_their_results_or_the_sheet_is_refused() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet().write_formula(0, 0, "=1+1", None, 2)

    whole = sheet(fill)
    assert read(whole).lines == ["2"]
    with zipfile.ZipFile(BytesIO(whole)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace("<v>2</v>", "")
    assert refused(zipped(parts), ".xlsx")[0] == "unsupported_format"


def test_sheets_that_are_damaged_empty_or_too_large() -> None:
    whole = sheet(lambda book: book.add_worksheet().write(0, 0, "政府信息公开 " * 500))
    assert refused(whole[: len(whole) // 2], ".xlsx")[0] == "damaged_document"
    assert refused(whole, ".xlsx", 100)[0] == "too_large"
    assert refused(sheet(lambda book: book.add_worksheet()), ".xlsx")[0] == "empty"
    far = sheet(lambda book: (page := book.add_worksheet(), page.write(0, 0, 1), page.write(900_000, 5_000, 1)))
    assert refused(far, ".xlsx")[0] == "too_large"
    assert refused(ole({"Workbook": b"no workbook"}), ".xls")[0] == "damaged_document"
