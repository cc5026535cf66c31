"""The number in a cell's text, or the reason why there is none.

The number is what is printed, never what was meant. Signs, thousands separators, full width, units, marks of notes and
words around it are understood; two numbers in a cell, or damage, are not.

Belongs here: what one cell's text means. Does not: which cell of the form it is (``columns``), which characters are
digits (``cell_characters``).
"""

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from pipeline.reader.tables import chinese_numerals
from pipeline.reader.tables.cell_characters import MARKS, STRANGE, plain_text


@dataclass(frozen=True, slots=True)
class CellValue:
    """What a cell holds where a number belongs.

    ``number`` is None unless exactly one number was read. ``state`` is None for a plain number, else the state that
    ``cell_note`` has. ``unit`` is the unit printed beside the number, if any: 元, 万元 … are units of the number as it
    is printed, 万, 亿 … alone are in the number already, and ￥ is the sign alone. ``joined`` is the number that the
    cell's pieces make when joined (``1 2`` → 12); it is only ever used where the form's sums prove it.
    """

    raw: str
    number: Decimal | None = None
    state: str | None = None
    unit: str | None = None
    joined: Decimal | None = None
    #: The number as an integer, of a cell that holds a whole number and nothing else; nearly all cells do.
    count: int | None = field(default=None, compare=False)

    @property
    def is_money(self) -> bool:
        """Whether a unit of money is printed beside the number."""
        return self.unit is not None and self.unit.endswith("元")


BLANK = CellValue("", state="blank")

#: Chinese characters that a value may begin with; what begins with another one is words.
FIRST_LETTERS = frozenset("共计合总无空零没未不暂增减净新约近逾超大人" + chinese_numerals.CHARACTERS)

_NUMBER = r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_PLAIN = re.compile(_NUMBER)
#: Multiples that stand between a number and what it counts.
_SCALES = {"百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_SCALE = "十万|百万|千万|[百千万亿萬億]"
_COUNTED = "件次|人次|户次|[件条項项个個份次宗起人名户家部本篇页例案批封笔则処处]"
_MONEY = "(?:人民币)?[元圆](?:人民币)?[整正]?"
#: What brackets, or words without brackets, may say of the number before them.
_NOTE = rf"[{MARKS}#]+|[(\[{{<].*[)\]}}>]|[(\[{{<][^)\]}}>]*|注.*|[,;。]?\s*(?:含|其中|包括|包含|不含).{{1,20}}"
_ANNOTATED = re.compile(
    rf"(?:[*†‡※★☆✱✲⁂]+\s*)?(?:共|共计|计|合计|总计|一共)?[:]?\s*(?:人民币|RMB|(?P<sign>[￥¥]))?\s*(?P<number>{_NUMBER})"
    rf"\s*(?P<scale>{_SCALE})?\s*(?P<unit>{_COUNTED}|{_MONEY})?\s*(?P<note>(?:{_NOTE})?)\s*[{MARKS}]*[。.;,]?"
)
#: A unit in brackets behind the number: 125000（元）, 12（单位：万元）, 3.4（万件）.
_UNIT_IN_BRACKETS = re.compile(
    rf"[(\[]\s*(?:单位\s*:?)?\s*(?:人民币\s*:?)?(?P<scale>{_SCALE})?(?P<unit>{_COUNTED}|{_MONEY})?\s*[)\]]"
)
_CHINESE = re.compile(
    rf"(?:共|共计|计|合计|总计|一共)?(?:人民币)?(?P<number>[{chinese_numerals.CHARACTERS}]+)(?P<unit>件次|人次|户次|{_MONEY}|[件项个份次宗起人名户家部本篇页例案批])?"
)
_PLACE = re.compile("[十百千万亿拾佰仟萬億]")
_CHANGE = re.compile(r"(?:净|新)?(?P<way>增加?|减少?|增长)\s*(?P<number>[0-9]+)\s*[项件个]?")
#: An approximate number is none for certain.
_APPROXIMATE = re.compile(
    rf"(?:(?:约|近|逾|超过?|大约)\s*{_NUMBER}|{_NUMBER}\s*(?:余|多|几)).{{0,6}}"
    rf"|{_NUMBER}\s*(?:{_SCALE})?\s*(?:余|多)?\s*(?:{_COUNTED}|{_MONEY})?\s*(?:左右|以上|以内|以下|上下|余|多)"
)
#: A note that says that the number before it is wrong.
_CORRECTED = re.compile("应为|更正|改为|实为|有误|订正|修正|调整为")
_BRACKETS = re.compile(r"[(\[{<][^()\[\]{}<>]*[)\]}>]")
_DIGITS = re.compile("[0-9]")

_DASHES = frozenset("-‐‑‒–—―─~/\\| \t\u2003\u2002\u2009")
#: What is printed for nothing, in lower case: in words, and as tables of programs print an empty cell.
_NIL = {"无", "無", "空", "暂无", "没有", "不适用", "不涉及", "未涉及", "无此项", "无数据"}
_NIL |= {"n/a", "na", "<na>", "nil", "null", "nan", "none"}
_LETTERS_FOR_ZERO = frozenset("OoQDΟοОо○◯〇⭕◌●")
_SPLIT = re.compile(r"[+-]?[0-9]+(?:[ ,.]+[0-9]+)+")
#: A number with something in it or beside it that is neither a note's mark nor a unit, or such things alone.
_DAMAGED = re.compile(
    rf"[\d\s?�.,·、。*#'\"oOlI+\-_:;=~^%‰￥¥$°¼½¾⅐-⅟√×✓✔✗✘±≈<>≤≥↑↓→△▲▽▼{MARKS}{STRANGE}\u202e\u20dd-\u20e4\u0300-\u036f]*"
)
_LONE_MARKS = re.compile(rf"[\s{MARKS}{STRANGE}√×✓✔✗✘↑↓▲△▽▼]+")
_WITH_LETTERS = re.compile(r"[+-]?[0-9][0-9.,]*\s?[A-Za-zＡ-ｚ]{1,2}")
#: What is printed for a character that was lost.
_LOST = re.compile(r"[□■▢▯?�\s]+")
#: No printed number is as large: counts are stored as BIGINT, amounts with twelve digits before the point.
_LIMIT = Decimal(10) ** 12
#: A text of more letters is words, whatever stands in it.
_LONGEST = 500


@lru_cache(maxsize=16384)
def parse(text: str) -> CellValue | None:
    """The value of a cell's text; None when the text is words.

    >>> parse(" １,２３４ ").number
    Decimal('1234')
    >>> parse("22（其中修订 16 件）").state, parse("22（其中修订 16 件）").number
    ('annotated', Decimal('22'))
    >>> parse("114①").number, parse("①").state, parse("3.4万件").number
    (Decimal('114'), 'unreadable', Decimal('34000'))
    >>> parse("1 2").number, parse("1 2").state, parse("1 2").joined
    (None, 'unreadable', Decimal('12'))
    >>> parse("自然人") is None, parse("2019年") is None, parse("三") is None
    (True, True, True)
    """
    plain, is_stripped = plain_text(text)
    if not plain:
        return BLANK
    if plain.isascii() and plain.isdigit() and len(plain) <= 12:
        return _stripped(text, Decimal(plain)) if is_stripped else CellValue(text, Decimal(plain), count=int(plain))
    if "\u4e00" <= plain[0] <= "\u9fff" and plain[0] not in FIRST_LETTERS:
        return None
    value = _value(text, plain)
    if value is not None and value.number is not None:
        if abs(value.number) >= _LIMIT:
            return unreadable(text)
        if is_stripped and value.state is None:
            return _stripped(text, value.number)
    return value


def parse_in_column(text: str) -> CellValue:
    """The value of a cell that is known to stand in a number's column: never words.

    >>> parse_in_column("三件").number, parse_in_column("三").number, parse_in_column("一").state
    (Decimal('3'), Decimal('3'), 'unreadable')
    >>> parse_in_column("见附件").state
    'unreadable'
    """
    value = parse(text)
    if value is not None:
        return value
    plain = plain_text(text).text
    is_numeral = plain != "一" and (len(plain) == 1 or _PLACE.search(plain))  # 一 may be a dash, 二〇二四 a year
    number = chinese_numerals.value_of(plain) if is_numeral else None
    return unreadable(text) if number is None else _stripped(text, Decimal(number))


def unreadable(text: str) -> CellValue:
    """The value of a cell in a number's column whose text is no number for certain."""
    return CellValue(text, state="unreadable")


def _stripped(text: str, number: Decimal) -> CellValue:
    return CellValue(text, number, "annotated")


def _value(text: str, plain: str) -> CellValue | None:
    """The value of a text that is not empty; None when it is words."""
    if _PLAIN.fullmatch(plain):
        return CellValue(text, Decimal(plain.replace(",", "")))
    if plain.lower() in _NIL or (_DASHES.issuperset(plain) and plain.strip("~ ")):
        return CellValue(text, state="nil_mark")
    if len(plain) > _LONGEST:
        return None
    if _DIGITS.search(plain) is None:
        return _without_digits(text, plain)
    if match := _ANNOTATED.fullmatch(plain):
        return _annotated(text, match)
    if match := _CHANGE.fullmatch(plain):
        number = Decimal(match["number"])
        return CellValue(text, -number if match["way"].startswith("减") else number, "annotated")
    if _SPLIT.fullmatch(plain):
        return CellValue(text, state="unreadable", joined=Decimal(re.sub(r"[ ,.]+", "", plain)))
    is_damaged = _DAMAGED.fullmatch(plain) or _APPROXIMATE.fullmatch(plain) or _WITH_LETTERS.fullmatch(plain)
    return unreadable(text) if is_damaged else None


def _annotated(text: str, match: re.Match[str]) -> CellValue:
    """The number with words, a unit or a note's mark around it."""
    note, scale, unit = match["note"], match["scale"], match["unit"]
    if _CORRECTED.search(note) or (note[:1] in "([{<" and _has_digits_outside(note)):
        return unreadable(text)
    if scale is None and unit is None and (inside := _UNIT_IN_BRACKETS.fullmatch(note)):
        scale, unit = inside["scale"], inside["unit"]
    value = _scaled(text, Decimal(match["number"].replace(",", "")), scale, unit)
    return replace(value, unit="￥") if match["sign"] and value.unit is None else value


def _scaled(text: str, number: Decimal, scale: str | None, unit: str | None) -> CellValue:
    """A number of so many 万, or in so many 万元."""
    scale = (scale or "").replace("萬", "万").replace("億", "亿")
    if unit is not None and ("元" in unit or "圆" in unit):
        return CellValue(text, number, "annotated", scale + "元")
    if scale:
        number = (number * _SCALES[scale]).normalize() + 0  # without an exponent: 34000, not 3.4E+4
    return CellValue(text, number, "annotated", unit or scale or None)


def _has_digits_outside(note: str) -> bool:
    """Whether digits stand behind the brackets of a note."""
    before = None
    while note != before:
        before, note = note, _BRACKETS.sub("", note)
    return note[:1] not in "([{<" and _DIGITS.search(note) is not None


def _without_digits(text: str, plain: str) -> CellValue | None:
    """The value of a text in which no digit from 0 to 9 stands."""
    if _LOST.fullmatch(plain) or _LONE_MARKS.fullmatch(plain):
        return unreadable(text)
    if plain == "〇":
        return _stripped(text, Decimal(0))
    if _LETTERS_FOR_ZERO.issuperset(plain):
        return unreadable(text)
    if (match := _CHINESE.fullmatch(plain)) and _stands_alone(match):
        number = chinese_numerals.value_of(match["number"])
        return None if number is None else _scaled(text, Decimal(number), None, match["unit"])
    if _DAMAGED.fullmatch(plain) and any(c.isnumeric() for c in plain):
        return unreadable(text)
    return None


def _stands_alone(match: re.Match[str]) -> bool:
    """Whether a Chinese numeral is a number: 三 and 二十 may be a numbering or a piece of 第二十条, 二〇二四 a year."""
    numeral = match["number"]
    if match["unit"] is not None or numeral == "零":
        return True
    return len(numeral) > 2 and _PLACE.search(numeral, 1) is not None
