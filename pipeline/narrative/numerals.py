"""Numbers in prose: where they stand, what they count, and whether they are exact.

Belongs here: digits in any width, thousands separators, 万, Chinese numerals, 余 and 约. What a number is about is
the business of the modules beside this one.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

#: Full-width forms to half width, one character to one, so that offsets stay.
WIDTH = {code + 0xFEE0: chr(code) for code in range(0x21, 0x7F)} | {0x3000: " ", 0x2236: ":", 0xA0: " "}

_UNITS = "件次|人次|件|条|份|次|项|宗|起|例|篇|个|期|则|部|批|笔"
_ABOUT_BEFORE = re.compile(r"(?:约|近|逾|超过?|不少于|多达|将近|大约|接近)\s*$")
_IS = re.compile("[为是均]$")
_CHINESE = "零〇一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾"
_NUMBER = re.compile(
    rf"""
    (?<!\d,)(?<![\d.〔\[第\u2460-\u2473A-Za-z-])
    (?:(?P<digits>\d{{1,3}}(?:[,，]\d{{3}})+(?!\d)|\d+(?:\.\d+)?)\s*(?P<scale>万|亿)?
      |(?<![{_CHINESE}第])(?P<chinese>[{_CHINESE}]+))
    \s*(?P<more>余|多|几|来)?\s*(?P<scale_behind>万)?\s*
    (?P<unit>{_UNITS})?(?P<over>以上|左右)?
    """,
    re.VERBOSE,
)
#: A text without this has no count.
ANY = re.compile(rf"\d|[{_CHINESE}]\s*(?:余|多|几)?\s*[件条份宗起例篇]|零")
#: What makes of digits something else than a count of things: a year, a share, a duration, money, a place in a list.
_NO_COUNT = re.compile(
    r"\s*(?:%|‰|％|年|月|日|号|时|分(?!别)|秒|元|万元|天|周|小时|个?工作日|个?百分点|[.、)）]\s*\S{0,2}$|/|人|名|~|:)"
)
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_DIGITS |= {c: n for n, c in enumerate("壹贰叁肆伍陆柒捌玖", 1)}
_PLACES = {"十": 10, "拾": 10, "百": 100, "千": 1000}
#: Chinese numerals before these classifiers are counts; before others they are words (一个, 一项, 一次性, 一期工程).
_CHINESE_UNITS = {"件", "条", "份", "宗", "起", "例", "篇", "件次"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number that counts something: its place in the text with its classifier, and what it says."""

    start: int
    end: int
    value: int
    unit: str | None
    approximate: bool


def find(text: str) -> list[Number]:
    """The counts in a text that has gone through ``WIDTH``; a number without a classifier only where it is zero.

    >>> [(n.value, n.unit, n.approximate) for n in find("收到申请1,024件、办结三十二件，发布信息1.2万余条，答复率100%")]
    [(1024, '件', False), (32, '件', False), (12000, '条', True)]
    """
    found = []
    for match in _NUMBER.finditer(text):
        unit = match["unit"]
        if unit == "人次" or (unit is None and _NO_COUNT.match(text, match.end())):
            continue
        if match["chinese"]:
            is_nil = match["chinese"] == "零" and _IS.search(text, 0, match.start()) is not None
            value = chinese(match["chinese"]) if unit in _CHINESE_UNITS or is_nil else None
            exact = True
        else:
            number = Decimal(match["digits"].replace(",", "").replace("，", ""))
            scale = match["scale"] or match["scale_behind"]
            number *= {"万": 10_000, "亿": 100_000_000}.get(scale or "", 1)
            value = int(number) if number == number.to_integral_value() else None
            exact = scale is None
        if value is None or (unit is None and value != 0):
            continue
        about = match["more"] or match["over"] or _ABOUT_BEFORE.search(text, 0, match.start())
        found.append(Number(match.start(), match.end(), value, unit, bool(about) or not exact))
    return found


def chinese(text: str) -> int | None:
    """The value of a Chinese numeral; None for what is none.

    >>> chinese("一百零三"), chinese("十二"), chinese("两"), chinese("二〇"), chinese("三万五千")
    (103, 12, 2, 20, 35000)
    """
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c == "万":
            total, section, digit = (section + digit) * 10_000, 0, 0
        else:
            section += (digit or 1) * _PLACES[c]
            digit = 0
    return total + section + digit
