"""The head of table four: which track and which result stands at each place.

A head is read in the order of its words. Its words may be broken into characters and lie on several lines; then each
line gives a part of the order, and all lines together decide.

Belongs here: names of tracks and results, and their order. Does not: the numbers below them (``review_places``).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, groupby, pairwise, permutations, product
from typing import NamedTuple

from pipeline.forms import REVIEW_COLUMNS, TRACKS

RECONSIDERATION, DIRECT, AFTER = TRACKS
#: Both kinds of litigation, which the form has no row for.
LITIGATION = "litigation"
TOTAL = REVIEW_COLUMNS[-1]

#: A place of the form: track and result.
Place = tuple[str, str]

#: Names in a head without blanks; the first that fits counts, so that 复议后起诉 is no 复议.
_NAMES = re.compile(
    "(?P<direct>未经(?:行政)?复议[而]?(?:直接)?(?:提?起诉(?:讼)?)?|直接(?:提?起诉?讼?|诉讼))"
    "|(?P<after>经?(?:行政)?复议[之以]?后(?:[再又]?(?:提?起)?(?:行政)?诉讼?)?)"
    "|(?P<reconsideration>(?:行政)?复议)|(?P<litigation>行政诉讼|诉讼|应诉)"
    "|(?P<upheld>(?:结果)?维持?)|(?P<corrected>(?:结果)?纠正?)|(?P<other>其他(?:结果)?|其它(?:结果)?|他)"
    "|(?P<pending>尚?未审结?|尚?未结|尚未?|审结?|未)|(?P<total>总计|合计|总|计)"
)
_OF_TRACKS = re.compile("[行政复议诉讼经直接起]")
_TRACK_OF = {"reconsideration": RECONSIDERATION, "direct": DIRECT, "after": AFTER, "litigation": LITIGATION}
#: Words on two lines that begin so many columns apart stand beside each other, not below.
_APART = 4
_FORM_ORDER = tuple(range(len(REVIEW_COLUMNS)))


class Word(NamedTuple):
    """A word of the head: its text, and its place in its row (a cell's index, or a column of aligned text)."""

    text: str
    at: int


class Name(NamedTuple):
    """A track or a result that a word of the head names, with the word's row and place."""

    code: str
    row: int
    at: int

    @property
    def is_track(self) -> bool:
        """Whether it names a track."""
        return self.code not in REVIEW_COLUMNS


#: A track's whole name as a row's label has it, brackets left out.
_WHOLE = re.compile(
    "(?P<direct>(?:行政诉讼)?(?:未经(?:行政)?复议)?直接(?:提起(?:诉讼)?|起诉)|行政诉讼未经(?:行政)?复议)"
    "|(?P<after>(?:行政诉讼)?经?(?:行政)?复议后(?:[再又]?(?:提起诉讼|起诉)))|(?P<reconsideration>行政复议)"
    "|(?P<litigation>行政诉讼)|(?P<bare>复议)"
)
#: What stands in a label beside the name: a number, results of the head, what is counted.
_BESIDE = re.compile(
    "[(（]?[一二三四五六七八九十0-9]{1,2}[)）、.．]|结果维持?|维持|结果纠正?|纠正|其他结果?|尚?未审结?|审结|[总合]计|结果|[持正果结]"
    "|案件|数量|件数?|情况|单位|本年度?|今年|[*#（）()：:、，,|]"
)
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
#: Letters of the head's words and of what stands beside them (案件数量, 单位：件, 小计, 序号).
_OWN = frozenset(
    "行政复议诉讼未经直接起后结果维持纠正其他它尚审总计合小案件数量单位宗项目类别序号情况提再又被应的本年度今一二三"
)
#: Names of results, in pieces too.
RESULT_WORDS = re.compile("结果|维持?|纠正?|其他|尚?未审结|尚未|审结|总计|[总计果结正持]")
#: What is left out of a label before it is compared.
BRACKETS = str.maketrans("", "", "()（）[]【】:：、，,·—-")


@dataclass(slots=True)
class Head:
    """What a head says: its names, the order of tracks and of results."""

    names: list[Name]
    tracks: list[str]
    results: list[str]
    #: Other orders of results that its words allow; none where the order is certain.
    others: list[list[str]]
    #: Whether its results are whole words, which stand in their order.
    is_whole: bool

    @property
    def places(self) -> list[Place]:
        """The places of the form in the order of the head."""
        return list(product(self.tracks, self.results))

    @property
    def groups(self) -> int:
        """How many times it names the results."""
        return sum(name.code == "corrected" for name in self.names)

    @property
    def has_results(self) -> bool:
        """Whether it names results, not tracks alone."""
        return len({name.code for name in self.names if not name.is_track}) > 1


@lru_cache(maxsize=4096)
def codes(text: str) -> tuple[str, ...]:
    """Codes of the tracks and results that a text without blanks names.

    >>> codes("未经复议直接起诉结果维持")
    ('litigation_direct', 'upheld')
    """
    names_track = _OF_TRACKS.search(text) is not None
    found = [(match.lastgroup or "", len(match[0])) for match in _NAMES.finditer(text)]
    # A single letter beside those of a track is a piece of its name: 行政诉讼（未 | 经复议直接起诉）.
    return tuple(_TRACK_OF.get(name, name) for name, size in found if size > 1 or not names_track)


def track_of(label: str) -> str | None:
    """The track that a row's label names, the last of them if several."""
    return next((code for code in reversed(codes(label)) if code in TRACKS), None)


def whole_track(label: str) -> str | None:
    """The track whose whole name a label is, the last if several; None where the label has other words too.

    >>> whole_track("（二）行政诉讼（未经复议直接起诉）")
    'litigation_direct'
    >>> whole_track("行政诉讼（未经")
    >>> whole_track("行政许可类行政复议")
    """
    tracks = [track for track in whole_tracks(label) if track in TRACKS]
    return tracks[-1] if tracks else None


@lru_cache(maxsize=4096)
def whole_tracks(label: str) -> list[str]:
    """The tracks whose whole names a text is made of; empty where it has other words too."""
    plain = _BESIDE.sub("", label).translate(BRACKETS)
    found = list(_WHOLE.finditer(plain))
    names = [match.lastgroup or "" for match in found]
    if "".join(match[0] for match in found) != plain or ("bare" in names and len(names) > 1):
        return []  # 行政诉讼（复议 is a part of a name, 复议 alone is one
    return [_TRACK_OF.get(name, RECONSIDERATION) for name in names]


@lru_cache(maxsize=4096)
def strangeness(text: str) -> int:
    """How many letters of a text table four does not have."""
    return sum(letter not in _OWN for letter in _HAN.findall(text))


@lru_cache(maxsize=2048)
def read_head(rows: tuple[tuple[Word, ...], ...], *, by_columns: bool = False) -> Head:
    """Read the head's rows of words, which most reports have alike.

    ``by_columns``: places are columns of the page, so that words on two lines can be compared.
    """
    names = [
        Name(code, number, word.at) for number, row in enumerate(rows) for word in row for code in codes(word.text)
    ]
    results, others, is_whole = _results(names)
    if by_columns and results == _columns_of(_FORM_ORDER) and _totals_follow(names):
        others = others[:1]  # where the total stands, the page shows
    return Head(names, _tracks(names, by_columns=by_columns), results, others, is_whole)


def _tracks(names: Sequence[Name], *, by_columns: bool) -> list[str]:
    first: dict[str, Name] = {}
    for name in names:
        if name.is_track:
            first.setdefault(name.code, name)

    def precedes(one: str, other: str) -> bool:
        a, b = first[one], first[other]
        apart = by_columns and a.row != b.row and abs(a.at - b.at) >= _APART
        return a.at < b.at if apart else names.index(a) < names.index(b)

    lawsuits = [DIRECT, AFTER]
    if DIRECT in first and AFTER in first and precedes(AFTER, DIRECT):
        lawsuits = [AFTER, DIRECT]
    litigation = LITIGATION if LITIGATION in first else lawsuits[0]
    if RECONSIDERATION in first and litigation in first and precedes(litigation, RECONSIDERATION):
        return [*lawsuits, RECONSIDERATION]
    return [RECONSIDERATION, *lawsuits]


def _results(names: Sequence[Name]) -> tuple[list[str], list[list[str]], bool]:
    """The order of the results that agrees best with all lines, others that may be meant, and whether words are whole.

    It is the form's where no other agrees better. Another one is certain if it alone fits every line of whole words.
    """
    found = {name.code for name in names if not name.is_track}
    without_total = TOTAL not in found and len(found) == len(REVIEW_COLUMNS) - 1
    form = _FORM_ORDER[:-1] if without_total else _FORM_ORDER
    parts = list(_sequences(names))
    groups = max(Counter((name.row, name.code) for name in names if name.code == TOTAL).values(), default=1)
    least = sum(max(groups, *map(part.count, part)) for part in parts)
    best, others = [form], []
    whole = all(len({part.count(at) for at in form}) == 1 for part in parts)
    if not whole and not without_total and parts:
        # A total that stands first or between the results leaves its trace in some lines only.
        moved = [(*form[:at], form[-1], *form[at:-1]) for at in range(len(form) - 1)]
        others = [form, *(order for order in moved if _cost(order, parts, 1) <= _cost(form, parts, 1))]
    if _cost(form, parts, groups) > least:
        costs = {order: _cost(order, parts, groups) for order in permutations(form)}
        plain = _cost(form, parts, 1)
        better = [order for order in costs if costs[order] < costs[form] and _cost(order, parts, 1) < plain]
        if better:
            lowest = min(costs[order] for order in better)
            best = [order for order in better if costs[order] == lowest]
            fewest = min(map(_steps_back, best))
            if len(best) > 1 or lowest > least or not whole:
                others = [form, *(order for order in best if _steps_back(order) == fewest)]
    return _columns_of(best[0]), [_columns_of(order) for order in dict.fromkeys(others)], whole


def _totals_follow(names: Sequence[Name]) -> bool:
    """Whether each total stands on the page right behind a word of 尚未审结, the result before it on the form."""
    results = sorted((name for name in names if not name.is_track), key=lambda name: name.at)
    totals = [index for index, name in enumerate(results) if name.code == TOTAL]
    return bool(totals) and all(index > 0 and results[index - 1].code == "pending" for index in totals)


def _columns_of(order: Sequence[int]) -> list[str]:
    return [REVIEW_COLUMNS[at] for at in order]


def _steps_back(order: Sequence[int]) -> int:
    """How many results stand before one that the form has before them; the total does not count."""
    results = [at for at in order if at != _FORM_ORDER[-1]]
    return sum(a > b for a, b in combinations(results, 2))


def _sequences(names: Iterable[Name]) -> Iterator[list[int]]:
    """The results line by line; lines of one word each make one sequence, in which a word may be in pieces."""
    pending: list[int] = []
    results = [name for name in names if not name.is_track]
    for _, line in groupby(results, key=lambda name: name.row):
        part = [REVIEW_COLUMNS.index(code) for code, _ in groupby(name.code for name in line)]
        if len(part) > 1:
            if pending:
                yield pending
                pending = []
            yield part
        elif not pending or pending[-1] != part[0]:
            pending += part
    if pending:
        yield pending


def _cost(order: Sequence[int], parts: Iterable[Sequence[int]], groups: int) -> int:
    """Into how many groups the lines fall if results stand in that order: each step back begins another group.

    Each line has as many ``groups`` at least, whether or not it has a word of each.
    """
    rank = {result: at for at, result in enumerate(order)}
    steps = ((rank.get(a, 0) >= rank.get(b, 0) for a, b in pairwise(part)) for part in parts)
    return sum(max(groups, 1 + sum(of_part)) for of_part in steps)
