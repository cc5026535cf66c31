"""Whether a report adds up all bodies of an area or system, or counts its own office alone, where it says so.

A district's report of 全区汇总 includes those of its departments and streets, so adding both up counts twice.

Belongs here: the scope of a whole report. The scope of one number in its prose is ``narrative.claim_scope``'s.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

_UNITS = (
    "全[区县市省州旗盟镇乡]|全系统|本系统|各级行政机关|各(?:部门|单位|街道|乡镇|镇街)|所属(?:各?单位|部门|机构)|"
    "下属(?:各?单位|部门)|下级|[区县市省]级?(?:政府)?各?部门|直属(?:机构|单位)|派出机构|乡镇(?:街道)?"
)
_REPORT = (
    "(?:本(?:年度)?报告|本年报|报告(?:所列|中)?的?数据|(?:所列|统计)数据|数据统计(?:范围|口径)?|统计(?:范围|口径|数据))"
)
_REGION = re.compile(
    rf"{_REPORT}[^。；;]{{0,24}}?(?:汇总|涵盖|包括|包含|含|覆盖|为)[^。；;不]{{0,16}}?(?:{_UNITS})"
    rf"|(?:{_UNITS})[^。；;]{{0,10}}?(?:数据|情况)?(?:的)?汇总[^。；;]{{0,8}}(?:而成|编制|形成)"
    rf"|(?:根据|由)[^。；;]{{0,20}}?(?:{_UNITS})[^。；;]{{0,24}}?(?:汇总|综合)(?:编制|而成|形成)"
)
_OWN = re.compile(
    rf"{_REPORT}(?:"
    r"[^。；;]{0,16}?(?:仅|只)(?:含|包括|包含|涵盖|反映|统计|为|限)[^。；;]{0,8}?本(?:机关|级|局|部门|单位|委|厅|办)"
    rf"|[^。；;]{{0,16}}?不(?:含|包括|包含|涵盖)[^。；;]{{0,10}}?(?:{_UNITS})"
    r"|(?:的?(?:统计)?(?:范围|口径))?为本(?:机关|级|局|部门|单位))"
)
#: Without one of these a sentence does not say what the report's numbers include.
_NOUN = re.compile("本|汇总|统计|报告|数据")
#: A match of the expressions above has a match of each of these two in it; blanks may stand anywhere.
_NAMES_REPORT = re.compile(r"本\s*(?:年\s*度\s*)?报\s*告|本\s*年\s*报|数\s*据|统\s*计|汇\s*总|综\s*合")
_VERB = re.compile("[含包涵覆为汇综仅只]")
_TITLE_REGION = re.compile(r"[（(](?:全[区县市省州旗盟]|含所属|汇总)[^）)]{0,6}[)）]|全[区县市省州旗盟]汇总")
_TITLE_OWN = re.compile(r"[（(](?:本级|本机关|机关本级|本部|局机关)[)）]")


def scope_of(title: str | None, passages: Iterable[str]) -> str | None:
    """``region``, ``own``, or None where the report says neither, or both.

    >>> scope_of(None, ["本报告数据包括全区各街道、各部门。"])
    'region'
    >>> scope_of("某区财政局（本级）2024年政府信息公开工作年度报告", [])
    'own'
    """
    found = {_stated(text) for text in passages if _NAMES_REPORT.search(text)}
    if title:
        found.add("own" if _TITLE_OWN.search(title) else "region" if _TITLE_REGION.search(title) else None)
    found.discard(None)
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=1024)  # the same stock sentences in report after report
def _stated(text: str) -> str | None:
    if not (_VERB.search(text) and _NOUN.search(text)):
        return None
    plain = "".join(text.split())
    return "own" if _OWN.search(plain) else "region" if _REGION.search(plain) else None
