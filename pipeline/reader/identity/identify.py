"""Whose report it is, and of which year.

Asked in this order, the first that answers wins: the manifest; the report's title; the page's title (HTML); a
sentence that names the report (“…现公布X局2024年政府信息公开工作年度报告”); 统计期限 (year); the first sentence's
year and subject; the office that the text names as compiler, then as publisher (agency); the file's name; its
folders. Where the report prints a fuller form of the same name, that is the name.

All answers are kept, and those that contradict the winner become findings – but for the compiling and publishing
office, which often is another body than the one that reports. Years in other positions – publication dates, document
numbers, comparisons – are never looked at.

Belongs here: the order. One module a kind of answer (``titles``, ``sentences``, ``file_names``), ``head`` for the first
lines that they search, ``answers`` for what becomes of contradictions.
"""

from dataclasses import dataclass

from pipeline.reader.document import Document
from pipeline.reader.findings import Finding
from pipeline.reader.identity import file_names, offices, sentences, titles
from pipeline.reader.identity.answers import Answer, Answers
from pipeline.reader.identity.head import Head
from pipeline.regions.naming import clean_name
from pipeline.sources.manifest import ManifestEntry


@dataclass(frozen=True, slots=True)
class Identity:
    """Agency and year, where each was found, and what disagrees. ``agency`` or ``year`` is None when nothing says."""

    agency: str | None
    year: int | None
    title: str | None
    origin: str
    findings: list[Finding]


def identify(document: Document, source_file: str, manifest: ManifestEntry | None = None) -> Identity:
    """Agency and year of a report, by its document, the path of its file, and its manifest."""
    answers = Answers()
    if manifest and manifest.agency:
        answers.agencies.append(Answer("manifest", clean_name(manifest.agency)))
    if manifest and manifest.year:
        answers.years.append(Answer("manifest", str(manifest.year)))
    head = Head(document)
    title = titles.from_head(head, answers)
    if document.title:
        titles.from_page_title(document.title, answers)
    sentences.from_head(head, answers)
    offices.from_head(head, answers)
    file_names.from_path(source_file, answers)
    answers.settle(head.text)
    if answers.agency() is None or answers.agencies[0] in answers.apart:
        offices.from_end(document, answers)
        answers.settle(head.text)
    return Identity(
        answers.agency(),
        answers.year(),
        title,
        answers.origin(),
        list(answers.contradictions()),
    )
