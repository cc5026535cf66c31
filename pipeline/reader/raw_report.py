"""One file to a raw report: bytes, hash, text, whose and when; or the reason why it is none.

Belongs here: what is decided before the tables are read. The tables are ``extract``'s.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import tee

from pipeline import forms, regions
from pipeline.reader import identity
from pipeline.reader.document import Row, dumps
from pipeline.reader.encoding import UndecodableError, decode
from pipeline.reader.findings import Finding
from pipeline.reader.formats import registry
from pipeline.regions.register import Register
from pipeline.settings import Settings
from pipeline.sources.fetch import RejectedError
from pipeline.sources.files import SourceFile
from pipeline.sources.manifest import ManifestEntry

FORMATS = {".txt", ".md", ".html", ".htm"}
_MAGIC = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP archive, or an Office file",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"{\\rtf": "an RTF file",
}
#: What every such report speaks of; a text without it is something else.
_SUBJECT = "信息公开"
_CHARACTERS_A_PART = 100
#: Of a report's text as evidence of where its agency is: addresses stand at the end, too.
_EVIDENCE_CHARACTERS = 50_000
_EMBEDDED = re.compile(rb"data:[\w/+.-]{3,40};base64,[A-Za-z0-9+/=%]*")
#: Words of the three tables' heads, each of which only a report has.
_TABLE = re.compile("信息内容|本年新收|勾稽关系|结果维持")


@dataclass(slots=True)
class RawReport:
    """A report's text with its agency and year, and where all of it came from."""

    source_file: str
    source_sha256: str
    text: str
    encoding: str
    agency: str
    agency_id: str
    year: int
    title: str | None
    identity_from: str
    region_code: str | None = None
    province: str | None = None
    city: str | None = None
    county: str | None = None
    level: str | None = None
    kind: str | None = None
    published: date | None = None
    url: str | None = None
    findings: list[Finding] = field(default_factory=list)
    #: The rows of an HTML page (``document.dumps``): finding them takes ten times as long as reading them.
    page: str | None = None


def take_in(
    file: SourceFile,
    data: bytes,
    digest: str,
    manifest: ManifestEntry | None,
    settings: Settings,
    register: Register | None = None,
) -> RawReport:
    """Decode a file and find its agency and year.

    Raises:
        RejectedError: empty, unsupported_format, undecodable, not_a_report, no_agency, no_year or
            year_out_of_scope.
    """
    if not data.strip():
        raise RejectedError("empty", "the file has no text in it")
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            raise RejectedError("unsupported_format", f"the file is {kind}; give its text as .txt, .md or .html")
    if file.suffix.lower() not in FORMATS:
        raise RejectedError(
            "unsupported_format",
            f"{file.suffix or 'no suffix'}: reports are read from {', '.join(sorted(FORMATS))}",
        )
    if b"data:" in data:
        data = _EMBEDDED.sub(b"", data)  # pictures inside a page, often most of its bytes
    try:
        decoded = decode(data)
    except UndecodableError as error:
        raise RejectedError("undecodable", str(error)) from error
    if not decoded.text.strip():
        raise RejectedError("empty", "the file has no text in it")
    _check_size(decoded.text, settings)
    if not _says(_SUBJECT, decoded.text):
        raise RejectedError("not_a_report", f"the text nowhere speaks of {_SUBJECT}")
    title, rows = registry.begin(decoded.text)
    head, evidence = tee(rows)
    who = identity.identify(title, head, file.source_file, manifest)
    if (who.agency is None or who.year is None) and not _TABLE.search("".join(decoded.text.split())):
        raise RejectedError("not_a_report", "the text has neither the title nor the tables of a report")
    if who.agency is None:
        raise RejectedError(
            "no_agency",
            "no title, first sentence, file or folder name says whose report it is; name the agency in manifest.csv",
        )
    if who.year is None:
        raise RejectedError(
            "no_year", "no title, 统计期限, first sentence or file name says which year; give the year in manifest.csv"
        )
    if not forms.FIRST_YEAR <= who.year <= settings.last_year:
        raise RejectedError(
            "year_out_of_scope",
            f"the year read is {who.year} ({who.origin}); the official forms are of {forms.FIRST_YEAR} to "
            f"{settings.last_year}. If the report has a slip there, give the year in manifest.csv",
        )
    agency = _agency(who.agency, who.year, file, evidence, manifest, register)
    report = RawReport(
        source_file=file.source_file,
        source_sha256=digest,
        text=decoded.text,
        encoding=decoded.encoding,
        agency=who.agency,
        agency_id=agency.agency_id,
        year=who.year,
        title=who.title,
        identity_from=who.origin,
        **agency.location.columns(),
        published=manifest.published if manifest else None,
        url=manifest.url if manifest else None,
        findings=[*who.findings, *_doubts(who.agency, agency.location)],
        page=dumps(rows) if isinstance(rows, list) else None,
    )
    if decoded.damaged:
        report.findings.append(
            Finding(
                "damaged_text",
                f"文件有 {decoded.damaged} 处字节无法按 {decoded.encoding} 解码，附近的数字可能不可靠。",
                f"{decoded.damaged} places of the file do not decode as {decoded.encoding}; "
                "numbers near them may be wrong.",
                actual=str(decoded.damaged),
            )
        )
    return report


def _check_size(text: str, settings: Settings) -> None:
    if len(text) < settings.max_parts:
        return  # no text has more parts than characters, but for one
    parts = len(text.split()) + text.count("<") + text.count("|")
    if parts > settings.max_parts or len(text) > settings.max_parts * _CHARACTERS_A_PART:
        raise RejectedError(
            "too_large",
            f"{parts} words, tags and cells in {len(text)} characters; the limit is {settings.max_parts} "
            f"parts of {_CHARACTERS_A_PART} characters (setting OGI_MAX_PARTS)",
        )


def _says(words: str, text: str) -> bool:
    """Whether words stand in a text, whatever blanks are between their letters."""
    return words in text or words in "".join(text.split())


def _agency(
    name: str,
    year: int,
    file: SourceFile,
    rows: Iterable[Row],
    manifest: ManifestEntry | None,
    register: Register | None,
) -> regions.Agency:
    """The agency of a printed name: as the register has it, else as name, manifest, text, folder and address tell."""

    @cache
    def text() -> str:
        return "\n".join(" ".join(row.cells) for row in rows if len(row.cells) <= 2)[:_EVIDENCE_CHARACTERS]

    evidence = regions.Evidence(
        manifest.region_code if manifest else None,
        tuple(file.source_file.split("/")[:-1]),
        text,
        manifest.url if manifest else None,
    )
    inferred = regions.agency(name, year, evidence)
    return (register.find(name, year, inferred) if register else None) or inferred


def _doubts(name: str, where: regions.Location) -> Iterator[Finding]:
    """What is to be said of an agency's place: witnesses that disagree, or none."""
    if where.conflict:
        placed = where.division.name if where.division else "NULL"
        yield Finding(
            "identity_region",
            f"“{name}”所在地不一致：{where.conflict}；采用 {placed}。",
            f"Where {name} is differs: {where.conflict}; {placed} is used.",
            actual=where.conflict,
        )
    elif where.division is None and where.level != "国家":
        several = "、".join("".join((*division.parents, division.name)) for division in where.candidates)
        yield Finding(
            "region_unknown",
            f"无法确定“{name}”所在地" + (f"，可能为：{several}。" if several else "。"),
            f"Nothing says where {name} is" + (f"; it may be {several}." if several else "."),
            actual=several or None,
        )
