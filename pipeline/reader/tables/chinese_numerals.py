"""Whole numbers in Chinese characters: 一百一十四, 二〇二四, 壹拾贰万伍仟.

Belongs here: the value of a numeral that stands alone. Does not: where a numeral is a number and where it is a word or
a numbering (``cell_values``).
"""

import re

_DIGITS = {
    **{numeral: value for value, numeral in enumerate("零一二三四五六七八九")},
    **{numeral: value for value, numeral in enumerate("零壹贰叁肆伍陆柒捌玖")},
    **{numeral: value for value, numeral in enumerate("零壹貳參肆伍陸柒捌玖")},
    "〇": 0,
    "两": 2,
    "兩": 2,
}
_PLACES = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_MYRIADS = {"亿": 10**8, "億": 10**8, "万": 10**4, "萬": 10**4}
#: Every character of a numeral.
CHARACTERS = "".join([*_DIGITS, *_PLACES, *_MYRIADS])
_SECTION = re.compile(rf"零?(?:[{''.join(_DIGITS)}]?[{''.join(_PLACES)}]零?)*[{''.join(_DIGITS)}]?")
_MOST_DIGITS = 12


def value_of(numeral: str) -> int | None:
    """The value of a numeral; None where it is none, or one that nobody writes.

    >>> value_of("一百一十四"), value_of("三万五千"), value_of("二〇"), value_of("一千零五"), value_of("〇")
    (114, 35000, 20, 1005, 0)
    >>> value_of("十百"), value_of("三四百"), value_of("万"), value_of("一百二"), value_of("三万五")
    (None, None, None, None, None)
    """
    if not numeral or len(numeral) > _MOST_DIGITS * 2:
        return None
    if all(c in _DIGITS for c in numeral):
        return int("".join(str(_DIGITS[c]) for c in numeral)) if len(numeral) <= _MOST_DIGITS else None
    total, rest = 0, numeral
    for myriad in (10**8, 10**4):
        head, sign, tail = _split(rest, myriad)
        if not sign:
            continue
        section = _section(head)
        if not section:
            return None
        total, rest = total + section * myriad, tail
    if total and len(rest) == 1:
        return None  # 三万五 is 35,000 to one and 30,005 to another
    last = _section(rest) if rest else 0
    return None if last is None else total + last


def _split(numeral: str, myriad: int) -> tuple[str, str, str]:
    """The numeral before and behind the sign of a myriad, if it has one."""
    for sign in (sign for sign, value in _MYRIADS.items() if value == myriad):
        if sign in numeral:
            return numeral.partition(sign)
    return numeral, "", ""


def _section(numeral: str) -> int | None:
    """The value of a numeral below ten thousand; None unless its places fall: 千, 百, 十, ones."""
    if not numeral or not _SECTION.fullmatch(numeral):
        return None
    total, digit, lowest, gap = 0, None, 10**4, False
    for c in numeral:
        if c in _PLACES:
            place = _PLACES[c]
            if place >= lowest or (digit is None and place != 10) or digit == 0:
                return None
            total, digit, lowest, gap = total + (digit or 1) * place, None, place, False
        elif _DIGITS[c] == 0:
            gap = True
        else:
            digit = _DIGITS[c]
    if digit and lowest > 10 and total and not gap:
        return None  # 一百二 is 120 to one and 102 to another
    return total + (digit or 0)
