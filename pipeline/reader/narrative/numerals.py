"""Numbers in prose: where they stand, what they count, and whether they are exact.

Belongs here: digits in any width, thousands separators, 万, Chinese numerals, 余 and 约. What a number is about is
decided by the modules beside this one.
"""

import re
from decimal import Decimal
from typing import NamedTuple

#: Full-width forms to half width, one character for one, so that offsets stay the same.
WIDTH = {code + 0xFEE0: chr(code) for code in range(0x21, 0x7F)} | {0x3000: " ", 0x2236: ":", 0xA0: " "}
_WIDE = re.compile(f"[{re.escape(''.join(map(chr, WIDTH)))}]")

_UNITS = "件次|人次|件|条|份|次|项|宗|起|例|篇|个|期|则|部|批|笔"
_ABOUT_BEFORE = ("约", "近", "逾", "超", "超过", "不少于", "多达")
_IS = ("为", "是", "均")
#: 无一件引发复议.
_NOT_ANY = ("无", "没有", "任何", "未有", "每", "某", "同")
_CHINESE = "零〇一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟"
#: A number that begins with one of these is not zero; without a classifier it is no count, but a year or date.
_NOT_ZERO = frozenset("123456789" + _CHINESE.replace("零", ""))
#: Where a number begins, outside other numbers, dates, document numbers and item numbers. A Chinese numeral is one
#: only with a classifier behind it, or where it is zero; behind another numeral it may be, which ``_NUMBER`` tells.
_FIRST = re.compile(
    rf"(?:[\d零]|[{_CHINESE}](?=[{_CHINESE}]*\s*[余多几来]?\s*万?\s*[件条份宗起例篇{_CHINESE}]))"
    rf"(?<![{_CHINESE}第][{_CHINESE}])(?<!\d,.)(?<!\d:)(?<![\d.〔\[第\u2460-\u2473A-Za-z-].)",
    re.DOTALL,
)
_NUMBER = re.compile(
    rf"""
    (?:(?P<digits>\d{{1,3}}(?:[,，]\d{{3}})+(?!\d)|\d+(?:\.\d+)?)\s*(?P<scale>万|亿)?|(?P<chinese>[{_CHINESE}]+))
    \s*(?P<more>余|多|几|来)?\s*(?P<scale_behind>万)?\s*
    (?P<unit>{_UNITS})?(?P<over>以上|左右)?
    """,
    re.VERBOSE,
)
#: A text without a match has no count.
ANY = re.compile(rf"\d|[{_CHINESE}]\s*(?:余|多|几)?\s*[件条份宗起例篇]|零")
#: What makes digits something else than a count: a year, a share, a duration, an amount, an item's number.
_NO_COUNT = re.compile(
    r"\s*(?:%|‰|％|年|月|日|号|时|分(?!别)|秒|元|万元|天|周|小时|个?工作日|个?百分点|[.、)）]\s*\S{0,2}$|/|人|名|~|:)"
)
#: What 个 counts here is no thing that a report is about: 5个工作日.
_DURATION = re.compile(r"\s*(?:工作日|自然日|月|小时|百分点|年度|季度)")
#: A number of so many digits is no count, and ``Decimal`` rounds it.
_MANY_DIGITS = 28
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_DIGITS |= {c: n for n, c in enumerate("壹贰叁肆伍陆柒捌玖", 1)}
_PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
#: Chinese numerals before these classifiers are counts; before others they are words (一个, 一项, 一次性, 一期工程).
_CHINESE_UNITS = {"件", "条", "份", "宗", "起", "例", "篇", "件次"}


class Number(NamedTuple):
    """A number that counts something: where it stands with its classifier, its value, and whether it is exact."""

    start: int
    end: int
    value: int
    unit: str | None
    approximate: bool


def half_width(text: str) -> str:
    """A text in half width. A line has few wide forms, and ``str.translate`` would look every character up.

    >>> half_width("（一）收到申请１２件：")
    '(一)收到申请12件:'
    """
    for wide in set(_WIDE.findall(text)):
        text = text.replace(wide, WIDTH[ord(wide)])
    return text


def find(text: str) -> list[Number]:
    """The counts in a text that is in half width; a number without a classifier only where it is zero.

    >>> [(n.value, n.unit, n.approximate) for n in find("收到申请1,024件、办结三十二件，发布信息1.2万余条，答复率100%")]
    [(1024, '件', False), (32, '件', False), (12000, '条', True)]
    """
    found = []
    first = _FIRST.search(text)
    while first and (match := _NUMBER.match(text, first.start())):
        if (match["unit"] or text[match.start()] not in _NOT_ZERO) and (number := _count(text, match)):
            found.append(number)
        first = _FIRST.search(text, match.end())
    return found


def _count(text: str, match: re.Match[str]) -> Number | None:
    """The count that a number is, if it is one."""
    digits, scale, numeral, more, scale_behind, unit, over = match.groups()
    start, end = match.span()
    if unit == "人次":
        return None
    if numeral and text.endswith(_NOT_ANY, 0, start):
        return None
    if numeral:
        scale = None
        is_nil = numeral == "零" and text.endswith(_IS, 0, start)
        value = chinese(numeral) if unit in _CHINESE_UNITS or is_nil else None
    else:
        scale = scale or scale_behind
        value = _whole(digits.replace(",", "").replace("，", ""), scale)
    is_duration = unit == "个" and _DURATION.match(text, end) is not None
    if value is None or is_duration or (unit is None and (value != 0 or _NO_COUNT.match(text, end))):
        return None
    about = more or over or scale or text[:start].rstrip().endswith(_ABOUT_BEFORE)
    return Number(start, end, value, unit, bool(about))


def _whole(digits: str, scale: str | None) -> int | None:
    """The value of digits, with 万 or 亿 behind them; None where it is no whole number."""
    if scale is None and len(digits) < _MANY_DIGITS and "." not in digits:
        return int(digits)
    number = Decimal(digits) * {"万": 10_000, "亿": 100_000_000}.get(scale or "", 1)
    return int(number) if number == number.to_integral_value() else None


def chinese(text: str) -> int | None:
    """The value of a Chinese numeral; None where it is none.

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
