"""The head of a report: its first lines that hold text, in the plain form in which they are searched.

Belongs here: lines, and where words stand in them. What the words mean is the business of the modules beside this one.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate, compress, pairwise

from pipeline.reader.document import Row
from pipeline.reader.identity.wording import A_REPORT, SUBJECT

#: Zero-width and private-use characters, which word processors leave behind.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\ue000-\uf8ff\ufffd]")
#: Tags that are left in text: a title cut by <br>.
_TAGS = re.compile("</?[a-z][^<>\0]{0,60}>", re.IGNORECASE)
_DASHES = re.compile("-{2,}")
#: Characters that may be invisible or have another form in NFKC: searching for them is quicker than normalizing.
_UNCOMMON = re.compile("[^\0-\x7f\u4e00-\u9fff、。“”‘’《》〈〉【】〔〕〇·—]")
#: The commonest signs that have another form in NFKC.
_WIDE = {wide: unicodedata.normalize("NFKC", wide) for wide in "，（）：；％　！？…"}
#: Separates lines that are made plain at once; no text, file name or folder has it.
_SEPARATOR = "\0"
_HEAD_LINES = 45
#: Lines of a menu, behind which a title is still looked for; and what begins behind the title.
_LONGEST_MENU = 400
_A_TITLE = re.compile(
    f"[12]\\d{{3}}.{{0,50}}{A_REPORT.pattern}|{A_REPORT.pattern}.{{0,3}}[12]\\d{{3}}|二.{{3}}年.{{0,50}}{A_REPORT.pattern}"
)
_SECTION = re.compile("一、|总体情况|信息内容|本年新收")
_DIGITS, _YEAR = re.compile("[12][0-9]{3}"), re.compile("[12][0-9]{3}年")
#: Of a report that is all one line, this much is its head.
_LONGEST_LINE = 3000


class Head:
    """The first lines that hold text: plain, their numbers, and as printed."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.lines: list[str] = []
        self.numbers: list[int] = []
        self.printed: list[str] = []
        remaining = iter(rows)
        while len(self.lines) < _HEAD_LINES and self._read(remaining, _HEAD_LINES):
            pass
        if len(self.lines) >= _HEAD_LINES and not _SECTION.search("".join(self.lines)):
            self._read_on(remaining)
        self.text = "".join(self.lines)
        self._ends = list(accumulate(map(len, self.lines)))
        #: Where reports are mentioned.
        self.mentions = self.spans(A_REPORT)

    def _read_on(self, rows: Iterator[Row]) -> None:
        """Go on behind a menu as long as the head: to the title that stands there, or the first section.

        Behind the first section other reports may be named.
        """
        seen = 0
        while len(self.lines) < _LONGEST_MENU:
            if any(_A_TITLE.search("".join(pair)) for pair in pairwise(self.lines[seen:])):
                self._read(rows, len(self.lines) + _HEAD_LINES)
                return
            if seen and _SECTION.search("".join(self.lines[seen:])):
                return
            seen = len(self.lines) - 1
            if not self._read(rows, len(self.lines) + _HEAD_LINES):
                return

    def _read(self, rows: Iterator[Row], wanted: int) -> bool:
        """Read as many rows as the head lacks lines of those wanted, or more; whether there are any.

        Of a row with several cells each is a line, and all of them together – but where one is a title, what stands
        beside it is no part of it.
        """
        numbers: list[int] = []
        printed: list[str] = []
        several: list[tuple[int, int]] = []
        missing = wanted - len(self.lines)
        for row in rows:
            cells = list(filter(str.strip, row.cells))
            if row.layout == "flat":  # a line of text, cut where digits stand: 2 0 2 4 年
                cells = [" ".join(cells)] if cells else []
            if len(cells) > 1:
                several.append((len(printed), len(printed) + len(cells)))
                cells.append(" ".join(cells))
            printed += cells
            numbers += [row.line] * len(cells)
            if len(printed) >= missing:
                break
        lines = _all_plain([each[:_LONGEST_LINE] for each in printed])
        for first, together in several:
            if any(map(_mentions_report, lines[first:together], printed[first:together])):
                lines[together] = ""
            elif _YEAR.fullmatch(lines[together]):
                lines[first:together] = [""] * (together - first)
        for at in range(len(lines) - 1):
            if _DIGITS.fullmatch(lines[at]) and lines[at + 1].startswith("年"):  # a year in two texts of a page
                lines[at], lines[at + 1] = "", lines[at] + lines[at + 1]
        self.lines += filter(None, lines)
        self.numbers += compress(numbers, lines)
        self.printed += compress(printed, lines)
        return bool(printed)

    def spans(self, words: re.Pattern[str]) -> list[tuple[int, int]]:
        """For each match of an expression in the whole head, the indices of the lines in which it begins and ends."""
        return [
            (bisect_right(self._ends, match.start()), bisect_right(self._ends, match.end() - 1))
            for match in words.finditer(self.text)
        ]

    def windows(self, spans: list[tuple[int, int]], size: int) -> Iterator[tuple[int, list[str]]]:
        """Each group of ``size`` lines (fewer at the end) that holds one of the spans, and the index of its first."""
        starts = {start for first, last in spans for start in range(max(last - size + 1, 0), first + 1)}
        return ((start, self.lines[start : start + size]) for start in sorted(starts))


def _mentions_report(line: str, printed: str) -> bool:
    text = line if len(printed) <= _LONGEST_LINE else plain(printed)
    return SUBJECT in text and A_REPORT.search(text) is not None


def plain(text: str) -> str:
    """A text without blanks, in one form of signs, and without the marks of headings and quotes around it."""
    return _all_plain([text])[0]


def _all_plain(texts: list[str]) -> list[str]:
    """``plain`` of many texts at once."""
    joined = _SEPARATOR.join(texts)
    if "<" in joined or "&" in joined:
        joined = _TAGS.sub("", joined).replace("&nbsp;", " ")
    if not joined.isascii():
        for wide, narrow in _WIDE.items():
            joined = joined.replace(wide, narrow)
        if _UNCOMMON.search(joined):
            joined = _INVISIBLE.sub("", unicodedata.normalize("NFKC", joined))
        for dash in "—–―":
            joined = joined.replace(dash, "-")
    joined = _DASHES.sub("-", "".join(joined.split()))
    return [text.strip("#*>=《》") for text in joined.split(_SEPARATOR)]
