"""Documents as agencies publish them, by format and by the program that wrote them, with the truth of every cell.

    python -m tests.accuracy --only documents --documents 40

The same reports in each format: a line a format and writer. A format is a function of ``FORMATS`` that writes the
reports and says which file is of which; the reports are those of ``tests.converters``.
"""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

from tests.converters import programs
from tests.converters.document import Document, Paragraph, documents
from tests.converters.numbered import with_automatic_numbers
from tests.converters.page import page
from tests.converters.sheet import xlsx
from tests.converters.word import docx

from . import figures, folder

_WORD = "docx:MS Word 2007 XML"
#: The share of cells that must be right; nothing may be wrong in silence or lost under a false note.
BARS = {"doc": 0.999}


class Made(NamedTuple):
    """A file of a report: the report's name, the program that wrote it, where it is below the folder."""

    name: str
    writer: str
    file: Path


Writer: TypeAlias = Callable[[Mapping[str, Document], Path], Iterator[Made]]


def write(out: Path, seed: int, count: int, formats: Sequence[str] = ()) -> None:
    """Write the reports in the formats (all, if none is named) with their ``truth.json``."""
    made = {document.name: document for document in documents(seed, count)}
    truths = {}
    for kind in formats or FORMATS:
        place = out / kind
        place.mkdir(parents=True, exist_ok=True)
        for name, writer, file in FORMATS[kind](made, place):
            truths[file.relative_to(out).as_posix()] = {"format": kind, "writer": writer} | made[name].to_json()
    (out / "truth.json").write_text(json.dumps(truths, ensure_ascii=False), encoding="utf-8")


def read(seed: int, count: int, formats: Sequence[str] = ()) -> list[folder.Read]:
    """Reports of a seed, written and read."""
    with tempfile.TemporaryDirectory() as scratch:
        write(Path(scratch), seed, count, formats)
        return folder.read_folder(Path(scratch))


def table(reads: Sequence[folder.Read]) -> str:
    """The figures by format and writer."""
    return figures.table(folder.grouped(reads, "format,writer"))


def missed(reads: Sequence[folder.Read]) -> list[str]:
    """The formats below their bar."""
    found = []
    for kind, line in folder.grouped(reads, "format").items():
        bar = BARS.get(kind, 1.0)
        if kind != "all" and line.right < bar:
            found.append(f"documents, {kind}: {line.right:.3%} of the cells, the bar is {bar:.1%}")
        if kind != "all":
            found += [
                f"documents, {kind}: {line.verdicts[v]} cells {v}" for v in ("silent", "lost") if line.verdicts[v]
            ]
            found += [f"documents, {kind}: {line.faults} reports with a wrong agency or year"] * bool(line.faults)
    return found


# Formats ----------------------------------------------------------------------------------------------------


def _docx(reports: Mapping[str, Document], out: Path) -> Iterator[Made]:
    """Word documents: written by hand, by python-docx, and by LibreOffice from pages and from Word documents."""
    plain = _plain(reports, out / "plain")
    yield from (Made(name, "by hand", file) for name, file in plain.items())
    for each in ("python-docx", "LibreOffice", "numbered"):
        (out / each).mkdir()
    for name, file in plain.items():
        numbered = out / "numbered" / f"{name}.docx"
        numbered.write_bytes(with_automatic_numbers(file.read_bytes(), "tab" if int(name) % 2 else "nothing"))
        yield Made(name, "by hand, automatic numbers", numbered)
    jobs = []
    for name, report in reports.items():
        source = out / f"{name}.json"
        source.write_text(json.dumps(_blocks(report)), encoding="utf-8")
        jobs.append(("python-docx", source, out / "python-docx" / f"{name}.docx"))
    programs.tools(jobs)
    yield from (Made(name, "python-docx", job[2]) for name, job in zip(reports, jobs, strict=True))
    pages = []
    for name, report in reports.items():
        pages.append(out / f"{name}.html")
        pages[-1].write_text(page(report), encoding="utf-8")
    made = programs.office(pages, "docx", _WORD, out / "LibreOffice", "HTML (StarWriter)")
    yield from (Made(name, "LibreOffice from a page", file) for name, file in zip(reports, made, strict=True))


def _by_office(kind: str, into: str) -> Writer:
    """What LibreOffice writes of Word documents."""

    def made(reports: Mapping[str, Document], out: Path) -> Iterator[Made]:
        plain = _plain(reports, out / "plain")
        files = programs.office(list(plain.values()), kind, into, out)
        yield from (Made(name, "LibreOffice", file) for name, file in zip(plain, files, strict=True))

    return made


def _xlsx(reports: Mapping[str, Document], out: Path) -> Iterator[Made]:
    for name, report in reports.items():
        file = out / f"{name}.xlsx"
        file.write_bytes(xlsx(report))
        yield Made(name, "xlsxwriter", file)


def _plain(reports: Mapping[str, Document], out: Path) -> dict[str, Path]:
    out.mkdir(parents=True, exist_ok=True)
    found = {}
    for name, report in reports.items():
        found[name] = out / f"{name}.docx"
        found[name].write_bytes(docx(report))
    return found


def _blocks(report: Document) -> list[tuple[object, ...]]:
    """The blocks of a report as plain values."""
    return [
        (block.kind, block.text)
        if isinstance(block, Paragraph)
        else ("table", len(block.widths), [[(cell.text, cell.cols, cell.rows) for cell in row] for row in block.grid])
        for block in report.blocks
    ]


FORMATS: dict[str, Writer] = {
    "docx": _docx,
    "doc": _by_office("doc", "doc:MS Word 97"),
    "rtf": _by_office("rtf", "rtf"),
    "odt": _by_office("odt", "odt"),
    "xlsx": _xlsx,
}
