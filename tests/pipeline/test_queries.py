"""The questions of docs/how-to/queries.md: each prints what the page shows, over the warehouse that it has made.

`python -m tests.pipeline.test_queries` writes the outputs of the page anew; look at the difference before you keep it.
Whether the numbers are right is tested here too: what the reports of the generator say is counted once more in plain
Python.
"""

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from pipeline.cli.main import main
from pipeline.settings import PROJECT
from tests.conftest import Place
from tests.generator import Truth, example

PAGE = PROJECT / "docs" / "how-to" / "queries.md"
_QUESTION = re.compile(
    r"## (?P<number>\d+)\. (?P<title>[^\n]+)\n\n\*\*(?P<chinese>[^\n]+)\*\*\n\n(?P<mind>.+?)\n\n"
    r"```sql\n(?P<sql>.*?)```\n(?:\n```text\n(?P<output>.*?)```\n)?",
    re.S,
)


@dataclass(frozen=True)
class Question:
    """A question of the page."""

    number: int
    chinese: str
    mind: str
    sql: str
    output: str


def questions() -> list[Question]:
    """All questions in the page's order."""
    return [
        Question(int(found["number"]), found["chinese"], found["mind"], found["sql"], found["output"] or "")
        for found in _QUESTION.finditer(PAGE.read_text(encoding="utf-8"))
    ]


def printed(warehouse: Path, sql: str) -> str:
    """What `ogi sql` prints."""
    done = CliRunner().invoke(main, ["sql", "--warehouse", str(warehouse), sql])
    assert done.exit_code == 0, done.output
    return done.stdout.rstrip("\n") + "\n"


def make(place: Place) -> None:
    """The warehouse that the page's first lines make."""
    example.write(place.raw)
    place.ingest()


@pytest.fixture(scope="session")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("queries"))
    make(place)
    return place


@pytest.mark.parametrize("question", questions(), ids=lambda question: str(question.number))
def test_a_question_prints_what_the_page_shows(asked: Place, question: Question) -> None:
    assert printed(asked.settings.warehouse, question.sql) == question.output


def test_there_are_twenty_each_in_both_languages_and_with_a_warning() -> None:
    found = questions()
    assert [question.number for question in found] == list(range(1, 21))
    assert PAGE.read_text(encoding="utf-8").count("```sql") == 20
    for question in found:
        assert re.search("[\u4e00-\u9fff]", question.chinese)
        assert len(question.mind) > 60


def test_every_question_only_reads() -> None:
    for question in questions():
        (statement,) = duckdb.extract_statements(question.sql)
        assert statement.type == duckdb.StatementType.SELECT


def test_the_first_lines_say_how_the_warehouse_is_made(asked: Place, tmp_path: Path) -> None:
    first = "\n".join(PAGE.read_text(encoding="utf-8").splitlines()[:10])
    module, folder = re.search(r"^\$ \.venv/bin/python -m (\S+) (\S+)$", first, re.M).groups()  # type: ignore[union-attr]
    assert module == example.__name__
    assert re.search(rf"^\$ \.venv/bin/ogi ingest {folder} --warehouse \S+ --staging \S+$", first, re.M)
    example.write(tmp_path)
    files = [{path.relative_to(of): path.read_bytes() for path in of.rglob("*.*")} for of in (asked.raw, tmp_path)]
    assert files[0] == files[1]


def test_python_reads_it_as_the_page_says(asked: Place) -> None:
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)[1]  # type: ignore[index]
    found: dict[str, Any] = {}
    exec(code.replace("data/warehouse/example/ogi.duckdb", str(asked.settings.warehouse)), found)
    assert found["frame"].height == len(TRUTHS)


# The same numbers, counted from what the reports were written from. Nothing of the program is in it.

_PROVINCES = {
    "江苏省": ("洪泽区", "淮安市", "吴中区", "苏州市"),
    "河南省": ("红旗区", "新乡市", "西工区"),
    "浙江省": ("海曙区", "宁波市"),
    "湖南省": ("岳麓区",),
    "重庆市": ("荣昌区", "渝北区"),
}
_APPLICANTS = (
    "natural_person", "enterprise", "research_institution", "social_organization", "legal_service", "other",
)  # fmt: skip


def _truths() -> Iterator[Truth]:
    for folder, report in example.reports():
        if folder == "reports" and "附件图片".encode() not in report.data:
            yield report.truth


TRUTHS = sorted(_truths(), key=lambda truth: (truth.agency, truth.year))


def _number(truth: Truth, item: str, column: int = 6) -> int | None:
    return truth.applications[item][column]


def _whole(truth: Truth) -> bool:
    """Whether it says that it adds up its area."""
    return truth.agency.endswith("区人民政府")


def _province(truth: Truth) -> str:
    return next(province for province, places in _PROVINCES.items() if any(place in truth.agency for place in places))


def _of(year: int) -> dict[str, Truth]:
    return {truth.agency: truth for truth in TRUTHS if truth.year == year}


def _agency_over_years() -> list[tuple]:
    items = ("new_received", "carried_over", "total_processed", "carried_forward", "granted", "partially_granted")
    return [
        (truth.year, truth.form, *(_number(truth, item) for item in items), 0)
        for truth in TRUTHS
        if truth.agency == "洪泽区市场监督管理局"
    ]


def _provinces_over_years() -> list[tuple]:
    sums: Counter[tuple[str, int]] = Counter()
    for truth in TRUTHS:
        if not _whole(truth):
            sums[_province(truth), truth.year] += _number(truth, "new_received") or 0
    rows = [(name, *(sums[name, year] for year in range(2022, 2026))) for name in _PROVINCES]
    return sorted(rows, key=lambda row: -row[4])


def _largest() -> list[tuple]:
    rows = []
    for whole, scope in ((False, "does not say"), (True, "region")):
        of = [
            (name, _number(truth, "new_received") or 0) for name, truth in _of(2025).items() if _whole(truth) == whole
        ]
        rows += [(scope, *row) for row in sorted(of, key=lambda row: -row[1])[:4]]
    return rows


def _granted_by_province() -> list[tuple]:
    granted: Counter[str] = Counter()
    processed: Counter[str] = Counter()
    for truth in _of(2025).values():
        part, all_ = _number(truth, "granted"), _number(truth, "total_processed")
        if not _whole(truth) and part is not None and all_:
            granted[_province(truth)] += part
            processed[_province(truth)] += all_
    rows = [(name, granted[name], all_, round(100 * granted[name] / all_, 1)) for name, all_ in processed.items()]
    return sorted(rows, key=lambda row: -row[3])


def _growth() -> list[tuple]:
    before, rows = _of(2024), []
    for name, truth in _of(2025).items():
        last = _number(before[name], "new_received") if name in before else None
        now = _number(truth, "new_received")
        if last is not None and now is not None and last >= 100:
            scope = "region" if _whole(truth) else None
            rows.append((name, scope, last, now, round(100 * (now - last) / last, 1)))
    return sorted(rows, key=lambda row: -row[4])[:6]


def _changes() -> list[tuple]:
    before, rows = _of(2024), []
    for name, truth in _of(2025).items():
        both = [before[name], truth] if name in before else []
        counts = [(_number(of, "granted") or 0, _number(of, "total_processed") or 0) for of in both]
        if counts and min(n for _, n in counts) >= 1000:
            last, now = (100 * part / n for part, n in counts)
            rows.append((name, round(last, 1), round(now, 1), round(now - last, 1)))
    return sorted(rows, key=lambda row: -row[3])


def _applicants() -> list[tuple]:
    sums: Counter[tuple[int, int]] = Counter()
    blank: Counter[int] = Counter()
    for truth in TRUTHS:
        if not _whole(truth):
            for column in range(6):
                number = _number(truth, "new_received", column)
                sums[column, truth.year] += number or 0
                blank[column] += number is None
    rows = [
        (name, *(sums[column, year] for year in (2021, 2023, 2025)), blank[column])
        for column, name in enumerate(_APPLICANTS)
    ]
    return sorted(rows, key=lambda row: -row[3])


def _breaks() -> list[tuple]:
    rows = []
    for truth in TRUTHS:
        after = _of(truth.year + 1).get(truth.agency)
        forward = _number(truth, "carried_forward")
        over = _number(after, "carried_over") if after else None
        if forward is not None and over is not None and forward != over:
            rows.append((truth.agency, truth.year, forward, over, over - forward))
    return sorted(rows, key=lambda row: -abs(row[4]))


def _corrected() -> list[tuple]:
    sums: dict[str, list[int]] = {}
    for truth in TRUTHS:
        _, corrected, _, pending, total = truth.review["reconsideration"]
        if not _whole(truth) and None not in (corrected, pending, total):
            of = sums.setdefault(truth.agency, [0, 0, 0])
            for place, number in enumerate((total, pending, corrected)):
                of[place] += number or 0
    rows = []
    for name, (total, pending, corrected) in sums.items():
        if total - pending >= 500:
            shares = (corrected / (total - pending), corrected / total)
            rows.append((name, total, pending, corrected, *(round(100 * share, 1) for share in shares)))
    return sorted(rows, key=lambda row: (-row[4], row[0]))


def _documents() -> list[tuple]:
    measures = ("issued", "repealed", "in_force")
    return [
        (truth.year, *(truth.proactive.get(("normative_document", measure)) for measure in measures))
        for truth in TRUTHS
        if truth.agency == "海曙区民政局"
    ]


def _notes() -> list[tuple]:
    cells: Counter[str] = Counter()
    reports: Counter[str] = Counter()
    for truth in TRUTHS:
        states = [state for state in truth.notes.values() if state != "annotated"]
        cells.update(states)
        reports.update(set(states))
    return [
        (state, number, reports[state]) for state, number in sorted(cells.items(), key=lambda row: (-row[1], row[0]))
    ]


def _reasons() -> list[tuple]:
    sums: Counter[str] = Counter()
    for truth in TRUTHS:
        if not _whole(truth) and truth.year >= 2021:
            for item in truth.applications:
                if item.startswith(("denied_", "unavailable_", "not_processed_")):
                    sums[item] += _number(truth, item) or 0
    every = sums.total()
    return [(number, round(100 * number / every, 1)) for _, number in sums.most_common(8)]


@pytest.mark.parametrize(
    ("number", "columns", "expected"),
    [
        (1, slice(0, 9), _agency_over_years),
        (2, slice(0, 5), _provinces_over_years),
        (3, slice(0, 3), _largest),
        (4, (2, 3), _reasons),
        (6, slice(0, 4), _granted_by_province),
        (7, slice(0, 5), _growth),
        (8, slice(0, 4), _changes),
        (10, slice(0, 5), _applicants),
        (11, (0, 1, 2, 4, 6), _breaks),
        (14, slice(0, 6), _corrected),
        (15, (0, 2, 3, 4), _documents),
        (16, slice(0, 3), _notes),
    ],
)
def test_the_numbers_are_what_the_reports_say(
    asked: Place, number: int, columns: slice | tuple[int, ...], expected: Callable[[], list[tuple]]
) -> None:
    places = range(20)[columns] if isinstance(columns, slice) else columns
    rows = asked.query(questions()[number - 1].sql)
    assert rows
    assert [tuple(row[place] for place in places) for row in rows] == expected()


def test_what_was_put_in_on_purpose_is_found(asked: Place) -> None:
    rows = {question.number: asked.query(question.sql) for question in questions()}
    assert [row[:3] for row in rows[18]] == [
        ("洪泽区民政局", 2022, "missing"),
        ("渝北区财政局", 2025, "rejected"),
        ("苏州市吴中区教育局", 2023, "missing"),
        ("苏州市吴中区教育局", 2024, "missing"),
        ("重庆市荣昌区医疗保障局", 2024, "missing"),
        ("重庆市荣昌区医疗保障局", 2025, "missing"),
        ("重庆市荣昌区财政局", 2021, "missing"),
    ]
    wrong = {report.truth.agency: report.error for _, report in example.reports() if report.error}
    assert wrong["西工区统计局"] == ("narrative", ("received", "19", "12"))
    assert [row[:4] for row in rows[19]] == [("西工区统计局", 2025, 19, 12)]
    # One cell and its total break in each of three series, and either report has the issue.
    assert {row[0]: row[4] for row in rows[12]}["carry_over"] == 3 * 2 * 2
    assert [(row[0], row[1], row[7]) for row in rows[13]] == [
        ("洪泽区教育局", 2023, 2),
        ("洪泽区教育局", 2024, 2),
        ("西工区统计局", 2024, 0),
    ]


def test_an_interval_is_wilsons(asked: Place) -> None:
    """By hand with z = 1.96, z² = 3.8415: (part + z²/2 ± z √(part (n - part) / n + z²/4)) / (n + z²).

    1 of 1: 1 / 4.8415 = 20.7 % and 1. 2 of 5: (3.9207 ± 1.96 √2.1604) / 8.8415, from 1.0399 / 8.8415 = 11.8 % to
    6.8015 / 8.8415 = 76.9 %.
    """
    found = {row[1:3]: row[4:6] for row in asked.query(questions()[4].sql)}
    assert found[1, 1] == (20.7, 100.0)
    assert found[2, 5] == (11.8, 76.9)
    assert found[0, 0] == (None, None)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = Place(Path(folder))
        make(made)
        text = PAGE.read_text(encoding="utf-8")
        for question in questions():
            output = printed(made.settings.warehouse, question.sql)
            at = text.index(f"```sql\n{question.sql}```\n")
            end = at + len(f"```sql\n{question.sql}```\n")
            if question.output:
                text = text.replace(f"\n```text\n{question.output}```\n", "", 1)
            text = text[:end] + f"\n```text\n{output}```\n" + text[end:]
        PAGE.write_text(text, encoding="utf-8")
