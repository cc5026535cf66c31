"""Which year a number is of, where its words name several: 2023 年结转至 2024 年, 2022 年、2023 年分别为 5 件和 8 件.

Belongs here: years that words around a number name, held against the report's. The time that a whole sentence speaks
of is ``claim_scope``'s.
"""

import re
from functools import lru_cache

from pipeline.reader.narrative.claim_scope import OTHER_YEAR, OWN

_PASSED = r"(?:结转|顺延|转入|转至|延续|接转|转接|遗留|转|延)"
#: The year that an application passes to, and the one that it comes from.
_TO = re.compile(
    rf"{_PASSED}(?:到|至|入)?(?:(?P<year>20\d\d)年|(?P<this>本年|今年))|(?P<later>20\d\d)年度?继续(?:办理|答复)"
)
_FROM = re.compile(
    rf"(?P<year>20\d\d)年(?:度|末|底)?(?:的)?(?:未办结|尚未办结|未答复)?(?:的)?{_PASSED}|{_PASSED}自(?P<since>20\d\d)年|"
    r"(?P<open>20\d\d)年(?:度|末|底)?(?:尚?未办结|未答复)"
)
#: 结转2022年度 5 件 comes from that year.
_OUT_OF = re.compile(r"结转20\d\d年")
_LISTED = re.compile(
    r"(?:(?:20\d\d年?(?:度)?[、,和及与]+)+20\d\d年(?:度)?|(?P<first>20\d\d)年?(?:-|—+|–|~|至|到)(?P<last>20\d\d)年(?:度)?)"
    r"[^;。\d]{0,40}?分别(?:为|是|有|收到|受理|答复|办结|办理|发布|公开|新收)?[^;。\d]{0,24}$"
)
_YEAR = re.compile(r"20\d\d")
_MOST_YEARS = 10


def passed_on(claim: str, lead: str, behind: str, year: int) -> str | None:
    """Whether what passes on came into the report's year or left it, by the years that its words name.

    >>> passed_on("carried_forward", "2023年结转至2024年的申请", "", 2024)
    'carried_over'
    >>> passed_on("carried_forward", "结转至2025年", "", 2024), passed_on("carried_over", "2021年结转", "", 2024)
    ('carried_forward', None)
    """
    words = lead if not behind or _TO.search(lead) else f"{lead}|{behind}"
    to_year, from_year = _last_year(_TO, words), _last_year(_FROM, words)
    if "本年" in words or "今年" in words:
        to_year = year if _TO.search(words) and to_year is None else to_year
    if to_year == year - 1 and _OUT_OF.search(words):
        return "carried_over"
    if to_year is not None:
        return {year: "carried_over", year + 1: "carried_forward"}.get(to_year)
    if from_year is not None:
        if claim == "carried_over":
            return claim if from_year == year - 1 else None
        return claim if from_year == year else None
    return claim


def _last_year(pattern: re.Pattern[str], words: str) -> int | None:
    """The year that the last match names; None where it names none."""
    named = None
    for match in pattern.finditer(words):
        named = next((int(year) for key, year in match.groupdict().items() if key != "this" and year), named)
    return named


@lru_cache(4096)
def listed_years(text: str) -> tuple[int, ...]:
    """The years of which the next numbers are one each: 2022年、2023年分别受理.

    >>> listed_years("2022年、2023年、2024年分别受理申请"), listed_years("2020—2022年,申请量分别为")
    ((2022, 2023, 2024), (2020, 2021, 2022))
    """
    match = _LISTED.search(text) if "分别" in text else None
    if match is None:
        return ()
    if match["first"]:
        first, last = int(match["first"]), int(match["last"])
        return tuple(range(first, last + 1)) if 0 < last - first < _MOST_YEARS else ()
    return tuple(int(found) for found in _YEAR.findall(match.group()))


def scope_of_year(named: int, year: int) -> str:
    """The scope of a number of a year in a report of another or the same."""
    return OWN if named == year else OTHER_YEAR
