"""How well agency and year are found: heads of reports with the right answer (``tests/agencies/heads*.jsonl``).

A row has ``head``, the first lines of a report as pages, PDFs and Word give them; ``agency``, the names that are
right, none where none may be given; ``year``; and what else is expected: ``read`` (both are found and nothing
contradicts them), ``issue`` (both are found, and a contradiction is named), or the reason of a rejection. ``tail``
stands at the report's end; ``file`` is its path.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.reader import raw_report
from pipeline.settings import Settings
from pipeline.sources.fetch import RejectedError
from pipeline.sources.files import SourceFile

HEADS = Path(__file__).parents[1] / "agencies"
#: What stands between head and tail: enough for a report to be one.
_BODY = """
二、主动公开政府信息情况
第二十条第（一）项
信息内容\t本年制发件数\t本年废止件数\t现行有效件数
规章\t0\t0\t0
行政规范性文件\t1\t0\t2
"""


@dataclass(frozen=True)
class Outcome:
    """What the reader made of a head, beside what is right."""

    name: str
    expect: str
    agencies: tuple[str, ...]
    year: int | None
    found: tuple[str | None, int | None]
    reason: str
    issues: tuple[str, ...]

    @property
    def right(self) -> bool:
        if self.expect not in ("read", "issue"):
            return self.reason == self.expect
        agency, year = self.found
        return agency in self.agencies and year == self.year and bool(self.issues) == (self.expect == "issue")

    @property
    def silently_wrong(self) -> bool:
        """Whether a false agency or year is given and nothing speaks of it."""
        agency, year = self.found
        return not self.reason and not self.issues and (agency not in self.agencies or year != self.year)

    def __str__(self) -> str:
        found = self.reason or f"{self.found[0]} {self.found[1]}"
        return (
            f"{self.name}: {found} {', '.join(self.issues)}; right: {self.expect} {'/'.join(self.agencies)} {self.year}"
        )


def outcomes(file: str) -> Iterator[Outcome]:
    """Each head of a file, through the reader."""
    for line in (HEADS / file).read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        name = row.get("file", "report.txt")
        text = f"{row['head']}{_BODY}{row.get('tail', '')}\n"
        if name.endswith(".html"):
            text = _page(row["head"], row.get("tail", ""))
        found, reason, issues = read(name, text)
        yield Outcome(row["id"], row["expect"], tuple(row["agency"]), row["year"], found, reason, issues)


def read(name: str, text: str) -> tuple[tuple[str | None, int | None], str, tuple[str, ...]]:
    """Agency and year that the reader finds, or the reason of a rejection, and what contradicts them."""
    try:
        report = raw_report.parse(SourceFile(name, name), text.encode(), "0" * 64, None, Settings())
    except RejectedError as error:
        return (None, None), error.reason, ()
    issues = tuple(each.rule for each in report.findings if each.rule in ("identity_agency", "identity_year"))
    return (report.agency, report.year), "", issues


def _page(head: str, tail: str) -> str:
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in line.split("\t")) + "</tr>"
        for line in _BODY.strip().splitlines()
    )
    return f"<html><head></head><body>{head}<table>{rows}</table>{tail}</body></html>"


def table(found: list[Outcome]) -> str:
    """The score by category."""
    rows, right, wrong = Counter[str](), Counter[str](), Counter[str]()
    for outcome in found:
        category = outcome.name.rsplit("_", 1)[0]
        rows[category] += 1
        right[category] += outcome.right
        wrong[category] += outcome.silently_wrong
    lines = [f"{'heads':<20}{'rows':>6}{'right':>7}{'silently wrong':>16}"]
    for category in rows:
        lines.append(f"{category:<20}{rows[category]:>6}{right[category]:>7}{wrong[category]:>16}")
    lines.append(f"{'all':<20}{rows.total():>6}{right.total():>7}{wrong.total():>16}")
    return "\n".join(lines)
