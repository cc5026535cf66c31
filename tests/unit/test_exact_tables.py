"""Tables printed as the form is are read in one pass, and just as the general reading reads them.

The two readings know each other's helpers, so what is read is also compared with what the generator printed
(``test_generated``, ``test_cases``: both go through ``match``). Here they are compared with each other, field by field.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.reader import raw_report
from pipeline.reader.document import Document
from pipeline.reader.extraction import extract
from pipeline.reader.formats import registry, staged
from pipeline.reader.formats.raw_file import RawFile
from pipeline.reader.tables import matcher
from pipeline.reader.tables.exact_tables import Tables, read_exact
from pipeline.reader.tables.exact_verified import ExactReadingError, compare
from pipeline.reader.tables.matcher import general_reading, match
from pipeline.reader.tables.reading import Reading
from pipeline.settings import Settings
from pipeline.sources.fetch import RejectedError
from pipeline.sources.files import SourceFile
from tests.accuracy.cells import CASES
from tests.generator import generate
from tests.generator.mutations import MUTATIONS

#: Layouts of which reports are read so, and the least share of clean ones that must be, or the fast way is idle.
SHARES = {"tabs": 0.7, "html": 0.7, "markdown": 0.6, "lines": 0.5, "pipes": 0.15}
_FOUND = CASES.parent / "found"


def document(name: str, data: bytes) -> Document:
    """A file as the reader has it."""
    return staged.loads(*staged.dumps(registry.read(RawFile(data, Path(name).suffix, 300_000))))


def agree(name: str, data: bytes) -> bool:
    """Compare both readings of a file; whether it is read in the fast way, and at all."""
    try:
        return is_fast(document(name, data))
    except RejectedError:
        return False


def is_fast(read: Document) -> bool:
    """Compare both readings of a document, if it is read in the fast way."""
    if read_exact(read) is None:
        return False
    compare(match(read), general_reading(read))
    return True


def mutations(layout: str, seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """A clean report with one small change or two, again and again."""
    report = generate(seed, layout, noise=0, encoding="utf-8")
    text = report.data.decode()
    chance = random.Random(f"exact {layout} {seed}")
    for _ in range(count):
        changed = text
        for _ in range(chance.choice((1, 1, 2))):
            changed = chance.choice(MUTATIONS)(changed, chance)
        yield report.name, changed.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("layout", SHARES)
def test_both_readings_agree_on_generated_reports(layout: str) -> None:
    reports = [generate(seed, layout, noise=0) for seed in range(50)]
    fast = sum(agree(report.name, report.data) for report in reports)
    assert fast >= SHARES[layout] * len(reports)


@pytest.mark.parametrize("layout", SHARES)
def test_both_readings_agree_on_small_changes(layout: str) -> None:
    assert sum(agree(*file) for seed in range(4) for file in mutations(layout, seed, 12)) > 0


def test_both_readings_agree_on_cases_and_found_texts() -> None:
    files = sorted(path for folder in (CASES, _FOUND) for path in folder.rglob("*") if path.is_file())
    texts = [path for path in files if path.suffix in (".txt", ".html", ".htm", ".md")]
    assert sum(agree(path.name, path.read_bytes()) for path in texts) > 10


def _text(lines: list[str]) -> Document:
    return document("report.txt", "\n".join(lines).encode())


def _clean() -> list[str]:
    """The lines of a report that is read in the fast way."""
    for seed in range(100):
        report = generate(seed, "tabs", noise=0, encoding="utf-8")
        lines = report.data.decode().splitlines()
        if read_exact(_text(lines)) is not None:
            return lines
    raise AssertionError("no such report")


def _row(lines: list[str], label: str) -> int:
    return next(at for at, line in enumerate(lines) if label in line and "\t" in line)


@pytest.mark.parametrize("label", ["属于国家秘密", "总计", "结转下年度", "自然人", "结果纠正", "商业企业"])
def test_a_table_that_lacks_a_row_or_has_one_twice_is_left_to_the_general_reading(label: str) -> None:
    lines = _clean()
    at = _row(lines, label)
    assert read_exact(_text(lines[:at] + lines[at + 1 :])) is None
    assert read_exact(_text(lines[: at + 1] + lines[at:])) is None


@pytest.mark.parametrize("wrong", ["8888", "8 8", "88O", "约88", "見附件"])
def test_a_number_that_contradicts_the_sums_or_is_unclear_is_left_to_the_general_reading(wrong: str) -> None:
    lines = _clean()
    at = _row(lines, "属于国家秘密")
    cells = lines[at].split("\t")
    first = next(index for index, cell in enumerate(cells) if cell.strip().isdigit())
    lines[at] = "\t".join([*cells[:first], wrong, *cells[first + 1 :]])
    assert read_exact(_text(lines)) is None


def test_headers_in_another_order_are_left_to_the_general_reading() -> None:
    lines = _clean()
    at = _row(lines, "商业企业")
    lines[at] = lines[at].replace("商业企业", "·").replace("科研机构", "商业企业").replace("·", "科研机构")
    assert read_exact(_text(lines)) is None


@pytest.mark.parametrize("mark", ["—", "-", "/", "——", "－"])
@pytest.mark.parametrize("reading", [match, general_reading])
def test_a_row_of_marks_in_table_four_is_its_row(mark: str, reading: Callable[[Document], Reading]) -> None:
    """Fifteen strokes are no line drawn below the head."""
    lines = _clean()
    at = next(at for at, line in enumerate(lines) if at > _row(lines, "结果纠正") and line.count("\t") == 14)
    while not lines[at].split("\t")[0].isdigit():
        at += 1
    lines[at] = "\t".join([mark] * 15)
    rows = reading(_text(lines)).review.values()
    assert len(rows) == 3
    cells = [cell for row in rows for cell in row.cells.values()]
    assert {(cell.value.state, cell.value.raw, cell.line) for cell in cells} == {("nil_mark", mark, at + 1)}


def _swapped(read: Document) -> Tables | None:
    """A fast reading that is wrong: two columns of table three change places."""
    tables = read_exact(read)
    if tables is None:
        return None
    rows = tables.applications.rows
    for row in rows.values():
        row.cells["enterprise"], row.cells["total"] = row.cells["total"], row.cells["enterprise"]
    return tables._replace(applications=replace(tables.applications, rows=rows))


def test_a_fast_reading_that_is_wrong_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matcher, "read_exact", _swapped)
    with pytest.raises(ExactReadingError, match="applications: "):
        is_fast(_text(_clean()))


def test_with_verification_a_report_whose_readings_differ_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matcher, "is_verified", lambda: True)
    data = "\n".join(_clean()).encode()
    report = raw_report.parse(SourceFile("a.txt", "a.txt"), data, "0" * 64, None, Settings())
    extract(report)
    monkeypatch.setattr(matcher, "read_exact", _swapped)
    with pytest.raises(RejectedError, match="read as the form is, and as any table is: applications: ") as rejected:
        extract(report)
    assert rejected.value.reason == "parser_error"


def test_the_comparison_sees_the_order_of_cells_and_each_field() -> None:
    reading = match(_text(_clean()))
    compare(reading, reading)
    turned = dict(reversed(reading.proactive.items()))
    for other in (replace(reading, proactive=turned), replace(reading, digits=1), replace(reading, page_marks=[7])):
        with pytest.raises(ExactReadingError):
            compare(reading, other)


def test_verification_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().verify is False
    monkeypatch.setenv("OGI_VERIFY", "1")
    assert Settings().verify is True
