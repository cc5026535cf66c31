"""How well agencies are placed and told apart: names, texts and folders with the right answer (``tests/agencies``)."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from pipeline import regions
from pipeline.regions import Evidence

TABLES = Path(__file__).parents[1] / "agencies"
SETS = ("worked", "held_out", "blind")
FIELDS = ("region_code", "province", "city", "county", "level", "kind")
#: Of those that are placed, and of those that can be.
PRECISION, RECALL = 1.0, 0.95


@dataclass(frozen=True)
class Row:
    """A row of the truth: what a report says of its agency, and where that is."""

    said: dict[str, str]
    also: dict[str, set[str]] = field(default_factory=dict)

    @property
    def evidence(self) -> Evidence:
        said = self.said
        return Evidence(
            said["manifest_region"] or None,
            tuple(part for part in said["folder"].split("/") if part),
            lambda: f"{said['title']}。{said['text']}",
            said["url"] or None,
        )

    @property
    def placed(self) -> bool:
        """Whether it can be placed."""
        return bool(self.said["region_code"])

    def accepts(self, name: str, found: dict[str, str]) -> bool:
        """Whether an answer is the right one, or another that is as good."""
        if found[name] == self.said[name] or found[name] in self.also.get(name, ()):
            return True
        # With another code that is as good go the names of that division.
        return name in ("province", "city", "county") and found["region_code"] in self.also.get("region_code", ())


@dataclass
class Answer:
    """What the program made of a row."""

    row: Row
    found: dict[str, str]

    @property
    def wrong(self) -> list[str]:
        """Columns that are not right."""
        return [name for name in FIELDS if not self.row.accepts(name, self.found)]

    @property
    def placed(self) -> bool:
        return bool(self.found["region_code"])


def rows(name: str) -> Iterator[Row]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for said in csv.DictReader(file):
            also: dict[str, set[str]] = {}
            for part in filter(None, said["also"].split(";")):
                column, _, value = part.partition("=")
                also.setdefault(column, set()).add(value)
            yield Row(said, also)


def placed(name: str) -> list[Answer]:
    answers = []
    for row in rows(name):
        columns = regions.locate(row.said["name"], int(row.said["year"]), row.evidence).columns()
        answers.append(Answer(row, {column: value or "" for column, value in columns.items()}))
    return answers


def precision(answers: list[Answer]) -> float:
    """Of the rows that were placed, the share that is placed right."""
    told = [answer for answer in answers if answer.placed]
    return sum(not _misplaced(answer) for answer in told) / len(told)


def recall(answers: list[Answer]) -> float:
    """Of the rows that can be placed, the share that is placed right."""
    told = [answer for answer in answers if answer.row.placed]
    return sum(answer.placed and not _misplaced(answer) for answer in told) / len(told)


def _misplaced(answer: Answer) -> bool:
    return bool({"region_code", "province", "city", "county"} & set(answer.wrong))


@dataclass(frozen=True)
class Pair:
    """Two printed names, whether they are of one agency, and whether the program says so."""

    said: dict[str, str]
    found: bool

    @property
    def right(self) -> bool:
        return self.found == (self.said["same"] == "1")


def all_pairs() -> list[Pair]:
    return [pair for name in ("pairs", "pairs_blind") for pair in pairs(name)]


def pairs(name: str) -> list[Pair]:
    found = []
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for said in csv.DictReader(file):
            one, other = (
                regions.agency(
                    said[f"name_{side}"],
                    int(said[f"year_{side}"]),
                    Evidence(folders=tuple(part for part in said[f"context_{side}"].split("/") if part)),
                )
                for side in "ab"
            )
            found.append(Pair(said, one.agency_id == other.agency_id))
    return found


def cost(repeats: int = 5) -> float:
    """Seconds a report, over all rows, names not seen before."""
    from pipeline.regions.naming import parse_name

    asked = [(row.said["name"], int(row.said["year"]), row.evidence) for name in SETS for row in rows(name)]
    best = 1.0
    for _ in range(repeats):
        parse_name.cache_clear()
        begin = perf_counter()
        for one in asked:
            regions.agency(*one)
        best = min(best, (perf_counter() - begin) / len(asked))
    return best


def table(sets: dict[str, list[Answer]], told: list[Pair]) -> str:
    lines = [f"{'set':<10}{'rows':>6}{'placed':>8}{'precision':>11}{'recall':>9}{'level':>9}{'kind':>9}"]
    for name, answers in sets.items():
        level, kind = (1 - sum(column in a.wrong for a in answers) / len(answers) for column in ("level", "kind"))
        lines.append(
            f"{name:<10}{len(answers):>6}{sum(a.placed for a in answers):>8}{precision(answers):>11.2%}"
            f"{recall(answers):>9.2%}{level:>9.2%}{kind:>9.2%}"
        )
    lines.append(f"pairs of names, one agency or two: {sum(pair.right for pair in told)} of {len(told)} right")
    lines.append(f"cost a report: {cost() * 1e6:.0f} µs")
    return "\n".join(lines)


def missed(sets: dict[str, list[Answer]]) -> list[str]:
    bad = []
    for name, answers in sets.items():
        if precision(answers) < PRECISION:
            bad.append(
                f"agencies, {name}: {precision(answers):.2%} of the placed are right, the bar is {PRECISION:.0%}"
            )
        if recall(answers) < RECALL:
            bad.append(f"agencies, {name}: {recall(answers):.2%} are placed, the bar is {RECALL:.0%}")
    return bad


def shown(sets: dict[str, list[Answer]], told: list[Pair], most: int) -> Iterator[str]:
    for name, answers in sets.items():
        for answer in [a for a in answers if a.wrong][:most]:
            said = answer.row.said
            yield f"{name} {said['id']} {said['name']} {said['year']} {said['folder']}: " + ", ".join(
                f"{column} {answer.found[column] or 'NULL'}, not {said[column] or 'NULL'}" for column in answer.wrong
            )
    for pair in [p for p in told if not p.right][:most]:
        said = pair.said
        yield f"{said['id']} {said['name_a']} and {said['name_b']}: {'one' if pair.found else 'two'}; {said['why']}"
