"""The numbers that Word shows in front of the paragraphs of a list: 一、 （一） 1. – a reader sees them in the text.

They are not in the text of the file, which only names a list and a level. Of a format that is not known here, and of
bullets, nothing is shown: they are no part of what a paragraph says.

Belongs here: counting, and the formats of numbers. Which list a paragraph is in is ``docx_styles``'.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.reader.formats.office.docx_names import W, is_on, number, value
from pipeline.reader.formats.office.docx_styles import ListPlace

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_LEVELS = 9
_PLACEHOLDER = re.compile("%([1-9])")
#: A number that is no list.
_NO_LIST = "0"
_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
#: Numbers above this have no words here: no list of a report is so long.
_MOST_IN_WORDS = 99


def _in_words(count: int, digits: str = _DIGITS, ten: str = "十", *, short: bool = True) -> str | None:
    if not 0 < count <= _MOST_IN_WORDS:
        return None
    tens, ones = divmod(count, 10)
    many = "" if tens == 1 and short else digits[tens]
    return f"{many}{ten}{digits[ones] if ones else ''}" if tens else digits[ones]


def _roman(count: int) -> str | None:
    if not 0 < count <= _MOST_IN_WORDS:
        return None
    text = ""
    for amount, letters in _ROMAN:
        times, count = divmod(count, amount)
        text += letters * times
    return text


def _letter(count: int) -> str | None:
    """After z comes aa, then bb."""
    return chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1) if 0 < count <= _MOST_IN_WORDS else None


def _one_of(first: str, most: int) -> Callable[[int], str | None]:
    """Numbers that are characters of their own, one behind the other."""
    return lambda count: chr(ord(first) + count - 1) if 0 < count <= most else None


def _of(characters: str) -> Callable[[int], str | None]:
    return lambda count: characters[count - 1] if 0 < count <= len(characters) else None


def _upper(form: Callable[[int], str | None]) -> Callable[[int], str | None]:
    return lambda count: text.upper() if (text := form(count)) else None


def _digit_by_digit(digits: str) -> Callable[[int], str | None]:
    return lambda count: "".join(digits[int(digit)] for digit in str(count)) if count >= 0 else None


_FORMATS: dict[str, Callable[[int], str | None]] = {
    "decimal": str,
    "decimalZero": lambda count: f"{count:02d}",
    "decimalFullWidth": _digit_by_digit("０１２３４５６７８９"),
    "decimalFullWidth2": _digit_by_digit("０１２３４５６７８９"),
    "decimalHalfWidth": str,
    "decimalEnclosedCircle": _one_of("①", 20),
    "decimalEnclosedCircleChinese": _one_of("①", 20),
    "decimalEnclosedParen": _one_of("⑴", 20),
    "decimalEnclosedFullstop": _one_of("⒈", 20),
    "ideographEnclosedCircle": _one_of("㊀", 10),
    "lowerRoman": _roman,
    "upperRoman": _upper(_roman),
    "lowerLetter": _letter,
    "upperLetter": _upper(_letter),
    "chineseCounting": _in_words,
    "chineseCountingThousand": _in_words,
    "taiwaneseCounting": _in_words,
    "taiwaneseCountingThousand": _in_words,
    "japaneseCounting": _in_words,
    "ideographDigital": _digit_by_digit(_DIGITS),
    "taiwaneseDigital": _digit_by_digit(_DIGITS),
    "japaneseDigitalTenThousand": _digit_by_digit(_DIGITS),
    "chineseLegalSimplified": lambda count: _in_words(count, _LEGAL, "拾", short=False),
    "ideographTraditional": _of("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _of("子丑寅卯辰巳午未申酉戌亥"),
}


@dataclass(slots=True)
class _Level:
    """How the numbers of a level look and count. ``restart`` is the level after which they begin anew; 0: never."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    suffix: str = " "
    legal: bool = False
    hidden: bool = False
    restart: int | None = None


@dataclass(slots=True)
class _List:
    """A list of the text: the definition whose counts it shares, what it says otherwise, where it begins anew."""

    definition: str
    own: dict[int, _Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of a document, and how far each has been counted."""

    def __init__(self, root: "Element | None") -> None:
        self._definitions: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, _List] = {}
        self._levels_of_styles: dict[tuple[str, str], int] = {}
        self._counts: dict[str, dict[int, int]] = {}
        if root is not None:
            self._read(root)

    def _read(self, root: "Element") -> None:
        by_link: dict[str, str] = {}
        links: dict[str, str] = {}
        for node in root.iter(f"{W}abstractNum"):
            name = value(node, "abstractNumId") or ""
            self._definitions[name] = _levels(node)
            for level in node.iter(f"{W}lvl"):
                if style := value(level.find(f"{W}pStyle")):
                    self._levels_of_styles[name, style] = _index(level)
            if link := value(node.find(f"{W}styleLink")):
                by_link[link] = name
            if link := value(node.find(f"{W}numStyleLink")):
                links[name] = link
        for node in root.iter(f"{W}num"):
            name = value(node.find(f"{W}abstractNumId")) or ""
            found = _List(by_link.get(links.get(name, ""), name))
            for override in node.iter(f"{W}lvlOverride"):
                index = _index(override)
                found.own |= _levels(override)
                start = override.find(f"{W}startOverride")
                if start is not None:
                    found.starts[index] = number(start, 1)
            self._lists[value(node, "numId") or ""] = found

    def shown(self, place: ListPlace, style: str | None) -> str:
        """The number of the next paragraph in a list, with what parts it from the text; empty if none is shown."""
        found = self._lists.get(place.number_id or _NO_LIST)
        if found is None:
            return ""
        index = place.level
        if index is None:
            index = self._levels_of_styles.get((found.definition, style or ""), 0)
        levels = self._definitions.get(found.definition, {}) | found.own
        level = levels.get(index)
        if level is None:
            return ""
        counts = self._counts.setdefault(found.definition, {})
        _count(counts, levels, index, found.starts)
        return "" if level.hidden else _text(level, levels, counts)


def _count(counts: dict[int, int], levels: dict[int, _Level], index: int, starts: dict[int, int]) -> None:
    """Count a paragraph of a level; those of deeper levels begin anew behind it."""
    if index in starts:
        counts[index] = starts.pop(index)
    else:
        counts[index] = counts[index] + 1 if index in counts else levels[index].start
    for deeper in range(index + 1, _LEVELS):
        restart = levels[deeper].restart if deeper in levels else None
        if restart is None or index < restart:
            counts.pop(deeper, None)


def _text(level: _Level, levels: dict[int, _Level], counts: dict[int, int]) -> str:
    if level.form in ("none", "bullet") and not _PLACEHOLDER.search(level.text):
        return "" if level.form == "bullet" or not level.text else f"{level.text}{level.suffix}"
    text = level.text
    for digit in set(_PLACEHOLDER.findall(text)):
        index = int(digit) - 1
        of_level = levels.get(index, _Level())
        form = _FORMATS.get("decimal" if level.legal else of_level.form)
        shown = form(counts.get(index, of_level.start)) if form else None
        if shown is None:
            return ""
        text = text.replace(f"%{digit}", shown)
    return f"{text}{level.suffix}" if text.strip() else ""


def _index(node: "Element") -> int:
    text = value(node, "ilvl") or ""
    return int(text) if text.isascii() and text.isdecimal() else 0


def _levels(node: "Element") -> dict[int, _Level]:
    levels: dict[int, _Level] = {}
    for level in node.findall(f"{W}lvl"):
        restart, legal = level.find(f"{W}lvlRestart"), level.find(f"{W}isLgl")
        hidden = level.find(f"{W}rPr/{W}vanish")
        levels[_index(level)] = _Level(
            number(level.find(f"{W}start"), 0),
            value(level.find(f"{W}numFmt")) or "decimal",
            value(level.find(f"{W}lvlText")) or "",
            "" if value(level.find(f"{W}suff")) == "nothing" else " ",
            legal is not None and is_on(legal),
            hidden is not None and is_on(hidden),
            None if restart is None else number(restart),
        )
    return levels
