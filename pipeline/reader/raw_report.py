"""One file to a raw report: its text, whose report it is and of which year; or the reason why it is rejected.

Belongs here: what is decided before the tables are read. The tables are ``extraction``'s, the format of the file is
``formats``'.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import chain

from pipeline import forms, regions
from pipeline.forms import traditional
from pipeline.reader.document import Document
from pipeline.reader.findings import Finding, Where
from pipeline.reader.formats import registry, staged
from pipeline.reader.formats.raw_file import RawFile
from pipeline.reader.hijacked import words_of_copies
from pipeline.reader.identity.identify import Identity, identify
from pipeline.regions.register import Register
from pipeline.settings import Settings
from pipeline.sources.fetch import RejectedError
from pipeline.sources.files import SourceFile
from pipeline.sources.manifest import ManifestEntry
from pipeline.system.confined import Limits

#: What every such report speaks of; a text without it is something else.
_SUBJECT = "信息公开"
#: Fewer traditional letters are a name or a link of a page in simplified ones.
_LEAST_TRADITIONAL = 10
#: Where whose report it is can stand outside its text (``identity.answers``).
_OUTSIDE = ("manifest", "file_name", "folder")
#: Of a report's text as evidence of where its agency is: addresses stand at the end, too.
_EVIDENCE_CHARACTERS = 50_000
#: Words of the three tables' heads, each of which only a report has.
_TABLE_HEAD = re.compile("信息内容|本年新收|勾稽关系|结果维持")


@dataclass(slots=True)
class RawReport:
    """A report's text with its agency and year, and where all of it came from: a row of ``raw/YEAR.parquet``."""

    # The file.
    source_file: str
    source_sha256: str
    # The document, as ``formats.staged`` keeps it.
    text: str
    encoding: str
    #: The name of the format (``formats.registry``).
    format: str
    # Whose report it is, and of which year; ``identity_from`` says where both were found.
    agency: str
    agency_id: str
    year: int
    title: str | None
    identity_from: str
    # Where the agency is, and what it is.
    region_code: str | None = None
    province: str | None = None
    city: str | None = None
    county: str | None = None
    level: str | None = None
    kind: str | None = None
    # What only the manifest says.
    published: date | None = None
    url: str | None = None
    # What was noticed so far.
    findings: list[Finding] = field(default_factory=list)
    # The document's rows, where they are staged.
    page: str | None = None


def parse(
    file: SourceFile,
    data: bytes,
    digest: str,
    manifest: ManifestEntry | None,
    settings: Settings,
    register: Register | None = None,
) -> RawReport:
    """Read a file's document and find its agency and year.

    Raises:
        RejectedError: what ``formats.registry`` says of its bytes, or not_a_report, hijacked_copy, no_agency, no_year
            or year_out_of_scope.
    """
    limits = Limits(settings.document_seconds, settings.document_mb)
    document = registry.read(RawFile(data, file.suffix, settings.max_parts), limits)
    if words := words_of_copies(document):
        raise RejectedError("hijacked_copy", f"the page calls itself by names of other sites: {', '.join(words)}")
    if not _mentions(_SUBJECT, document):
        raise RejectedError("not_a_report", f"the text nowhere speaks of {_SUBJECT}")
    identity = identify(document, file.source_file, manifest)
    name, year = _agency_and_year(identity, document, settings)
    agency = _agency(name, year, file, document, manifest, register)
    text, page = staged.dumps(document)
    return RawReport(
        source_file=file.source_file,
        source_sha256=digest,
        text=text,
        encoding=document.encoding,
        format=document.format,
        agency=_as_printed(name, document),
        agency_id=agency.agency_id,
        year=year,
        title=identity.title and _as_printed(identity.title, document),
        identity_from=identity.origin,
        **agency.location.columns(),
        published=manifest.published if manifest else None,
        url=manifest.url if manifest else None,
        findings=[
            *identity.findings,
            *_region_findings(name, agency.location),
            *_damage(document),
            *_script(document),
            *pictures(identity, document),
        ],
        page=page,
    )


def _mentions(words: str, document: Document) -> bool:
    """Whether words stand in a document, whatever blanks, tags or entities are between their letters."""
    return words in document.text or words in _bare_text(document)


def _bare_text(document: Document) -> str:
    """All cells of a document, without blanks."""
    return "".join("".join(chain.from_iterable(row.cells for row in document.rows)).split())


def _agency_and_year(identity: Identity, document: Document, settings: Settings) -> tuple[str, int]:
    """The agency's name and the year that were found.

    Raises:
        RejectedError: one of them was not found, or the official forms are not of that year.
    """
    agency, year = identity.agency, identity.year
    if (agency is None or year is None) and not _TABLE_HEAD.search(_bare_text(document)):
        raise RejectedError("not_a_report", "the text has neither the title nor the tables of a report")
    if agency is None:
        raise RejectedError(
            "no_agency",
            "no title, first sentence, file or folder name says whose report it is; name the agency in manifest.csv",
        )
    if year is None:
        raise RejectedError(
            "no_year", "no title, 统计期限, first sentence or file name says which year; give the year in manifest.csv"
        )
    if not forms.FIRST_YEAR <= year <= settings.last_year:
        raise RejectedError(
            "year_out_of_scope",
            f"the year read is {year} ({identity.origin}); the official forms are of {forms.FIRST_YEAR} to "
            f"{settings.last_year}. If the report has a slip there, give the year in manifest.csv",
        )
    return agency, year


def _agency(
    name: str,
    year: int,
    file: SourceFile,
    document: Document,
    manifest: ManifestEntry | None,
    register: Register | None,
) -> regions.Agency:
    """The agency of a printed name: the register's, else inferred from name, manifest, text, folders and address."""

    @cache
    def text() -> str:
        return "\n".join(" ".join(row.cells) for row in document.rows if len(row.cells) <= 2)[:_EVIDENCE_CHARACTERS]

    evidence = regions.Evidence(
        manifest.region_code if manifest else None,
        tuple(file.source_file.split("/")[:-1]),
        text,
        manifest.url if manifest else None,
    )
    inferred = regions.agency(name, year, evidence)
    return (register.find(name, year, inferred) if register else None) or inferred


def _region_findings(name: str, location: regions.Location) -> Iterator[Finding]:
    """That the evidence of an agency's region disagrees, or that there is none."""
    if location.conflict:
        chosen = location.division.name if location.division else "NULL"
        yield Finding("identity_region", Where(), name=name, chosen=chosen, actual=location.conflict)
    elif location.division is None and location.level != "国家":
        several = "、".join("".join((*division.parents, division.name)) for division in location.candidates)
        if several:
            yield Finding("region_unknown", Where(), "several", name=name, actual=several)
        else:
            yield Finding("region_unknown", Where(), name=name)


def _as_printed(name: str, document: Document) -> str:
    """A name in the letters in which the document prints it."""
    if not document.traditional:
        return name
    text = "".join(document.text.split())
    begin = traditional.simplified(text).find(name)
    return name if begin < 0 else text[begin : begin + len(name)]


def _script(document: Document) -> Iterator[Finding]:
    if document.traditional >= _LEAST_TRADITIONAL:
        yield Finding("traditional_text", Where(), actual=str(document.traditional))


def pictures(identity: Identity, document: Document) -> Iterator[Finding]:
    """That pages were read from pictures, and what nothing but them says of whose report it is."""
    if not document.seen:
        return
    places = document.places or ()
    pages = sorted({place.page for line in document.seen if (place := places[line - 1])})
    yield Finding("read_from_picture", Where(), actual=", ".join(map(str, pages)))
    pictures = set(document.seen)
    printed = "".join("".join(text for at, text in enumerate(document.lines, 1) if at not in pictures).split())
    origins = identity.origin.split()
    told = {"agency": identity.agency or "", "year": f"{identity.year}年"}
    if not all(
        words in printed or any(f"{what}:{origin}" in origins for origin in _OUTSIDE) for what, words in told.items()
    ):
        yield Finding("identity_from_picture", Where(), agency=identity.agency or "", year=str(identity.year or ""))


def _damage(document: Document) -> Iterator[Finding]:
    if document.damaged:
        yield Finding("damaged_text", Where(), encoding=document.encoding, actual=str(document.damaged))
