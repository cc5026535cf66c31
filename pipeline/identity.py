"""Whose report it is, and of which year.

Asked in this order, the first that answers wins: the manifest; the report's title; the page's title (HTML);
a sentence that names the report (“…现公布X局2024年政府信息公开工作年度报告”); the beginning of the first sentence
(agency); 统计期限 (year); the first sentence's year; the file's name; its folders. All that answer are kept, and those
that contradict the winner become findings. Years in other places – publication dates, document numbers,
comparisons – are never looked at.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field

from pipeline.document import Document
from pipeline.reading import Finding
from pipeline.sources import ManifestEntry

#: The first year the two official forms are about; the form of 2014 before them is out of scope.
FIRST_YEAR = 2019

_DIGITS = dict(zip("〇○零一二三四五六七八九", "000123456789", strict=True))
_YEAR = r"(?P<year>[12]\d{3}|[二][〇○零0][〇○零一二三四五六七八九]{2})年度?"
_REPORT = r"(?:政府|政务)信息公开(?:工作)?(?:年度)?(?:工作)?(?:情况)?(?:的)?(?:年度)?报告"
_NAME = r"[\u4e00-\u9fff·()]{2,40}?"
#: Endings of the names of administrative organs.
_ORGAN = (
    "人民政府|政府|街道办事处|办事处|街道|办公室|管理委员会|管委会|委员会|监督管理局|管理局|分局|总局|局|厅|"
    "部|院|署|总队|支队|大队|中心|总站|站|所|镇|乡|苏木|公司|集团|学校|大学|学院|医院|协会|联合会|联社|社|"
    "银行|委|办|处|馆|库|区|县|市|省|旗|州|盟|法院|检察院"
)
_ENDS_LIKE_ORGAN = re.compile(f"(?:{_ORGAN})$")
_TITLES = [
    re.compile(rf"(?:关于)?(?P<agency>{_NAME})(?:关于)?{_YEAR}(?:的)?{_REPORT}"),
    re.compile(rf"{_YEAR}(?P<agency>{_NAME})(?:的)?{_REPORT}"),
    re.compile(rf"(?P<agency>{_NAME})(?:的)?{_REPORT}[(-]?{_YEAR}"),
]
_NAME_TITLE = re.compile(rf"^(?:关于)?(?P<agency>{_NAME})(?:的)?{_REPORT}$")
_YEAR_TITLE = re.compile(rf"^\W*{_YEAR}(?:的)?{_REPORT}")
_PERIOD = re.compile(
    r"(?:(?:19|20)\d\d)年1月1日[^。]{0,12}?(?P<full>(?:19|20)\d\d)年12月31日"
    r"|(?P<short>(?:19|20)\d\d)年1月1日[^。0-9]{0,10}12月31日"
)
_FIRST_SENTENCE = re.compile(rf"^\W*(?:{_YEAR}(?:以来|来)?[,，、]?)?(?P<rest>.*)")
_VERBS = re.compile(
    "坚持|认真|深入|严格|按照|根据|依据|在|以(?!上)|全面|紧紧|紧扣|紧密|高度|积极|始终|切实|贯彻|将|共|全年|持续|"
    "不断|进一步|现|主动|的|对|为|于|围绕|聚焦|扎实|继续|大力|充分|加强|落实|[,，。;；:：!！?？]"
)
_PRONOUN = re.compile("^(?:本|我|该|各|全)")
_FOLDER_YEAR = re.compile(r"^(?P<year>(?:19|20)\d\d)(?:年|年度)?$")
_TITLE_LINES = 40


@dataclass(slots=True)
class Identity:
    """Agency and year, where each was found, and what disagrees. ``agency`` or ``year`` is None when nothing says."""

    agency: str | None = None
    year: int | None = None
    title: str | None = None
    origin: str = ""
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Answer:
    origin: str
    text: str
    line: int | None


@dataclass(frozen=True, slots=True)
class _Head:
    """A line near the beginning: without blanks, its number, and as printed."""

    text: str
    line: int
    printed: str


def agency_id(name: str, region_code: str | None = None) -> str:
    """The id of an agency: 16 hex digits from its name, and its region where one is known.

    >>> agency_id("红旗区东街街道办事处") == agency_id("红旗区 东街街道办事处")
    True
    """
    identity = f"{clean_name(name)}|{region_code or ''}"
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def clean_name(name: str) -> str:
    """An agency's name without blanks and in half-width brackets, as it is stored."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def identify(document: Document, source_file: str, manifest: ManifestEntry | None = None) -> Identity:
    """Agency and year of a report from its text, its file's name and folders, and its manifest entry."""
    agencies: list[_Answer] = []
    years: list[_Answer] = []
    identity = Identity()
    if manifest:
        if manifest.agency:
            agencies.append(_Answer("manifest", clean_name(manifest.agency), None))
        if manifest.year:
            years.append(_Answer("manifest", str(manifest.year), None))
    head = _head(document)
    _from_title(head, identity, agencies, years)
    if document.title:
        _from_phrase("page_title", document.title, None, agencies, years)
    _from_prose(head, agencies, years)
    *folders, file_name = source_file.split("/")
    _from_phrase("file_name", file_name.rsplit(".", 1)[0], None, agencies, years)
    for folder in reversed(folders):
        _from_folder(folder, agencies, years)
    if agencies:
        identity.agency = agencies[0].text
    if years:
        identity.year = int(years[0].text)
    identity.origin = " ".join(
        f"{what}:{answers[0].origin}" for what, answers in (("agency", agencies), ("year", years)) if answers
    )
    identity.findings += _disagreements(agencies, years)
    return identity


def _head(document: Document) -> list[_Head]:
    """The first lines that hold text."""
    head = []
    for row in document.rows:
        printed = " ".join(row.cells)
        if text := _plain(printed):
            head.append(_Head(text, row.line, printed.strip("#*>《》 ")))
            if len(head) >= _TITLE_LINES:
                break
    return head


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("—", "-")


def _from_title(head: list[_Head], identity: Identity, agencies: list[_Answer], years: list[_Answer]) -> None:
    """A line, or two in a row, that is nothing but the report's title."""
    for index, this in enumerate(head):
        stripped, printed = this.text.lstrip("#*>-=《 ").rstrip("*#》 "), this.printed
        if len(stripped) > 80 or "。" in stripped:
            continue
        before = head[index - 1].text.lstrip("#* ") if index else ""
        if _YEAR_TITLE.match(stripped) and _ENDS_LIKE_ORGAN.search(before) and len(before) <= 40:
            stripped, printed = before + stripped, f"{head[index - 1].printed} {printed}"
        elif index + 1 < len(head) and not re.search(_REPORT, stripped) and len(stripped) <= 40:
            after = head[index + 1].text
            if not re.search(_REPORT, after) or len(after) > 40 or re.search(_YEAR, after):
                continue
            if not (re.search(_YEAR, stripped) or _ENDS_LIKE_ORGAN.search(stripped)):
                continue
            stripped, printed = stripped + after, f"{printed} {head[index + 1].printed}"
        known = len(years) + len(agencies)
        named = _from_phrase("title", stripped, this.line, agencies, years)
        if identity.title is None and len(years) + len(agencies) > known:
            identity.title = printed
        if named:
            return


def _from_phrase(
    origin: str,
    phrase: str,
    line: int | None,
    agencies: list[_Answer],
    years: list[_Answer],
) -> bool:
    """Agency and year from words of the shape of a title; whether they are of that shape."""
    plain = _plain(phrase)
    if not re.search(_REPORT, plain):
        if origin == "file_name" and (year := re.search(rf"(?<!\d){_YEAR}", plain)):
            years.append(_Answer(origin, _arabic(year["year"]), line))
        return False
    for pattern in _TITLES:
        match = pattern.search(plain)
        if match is None:
            continue
        agency = _agency(match["agency"])
        if agency is None:
            continue
        agencies.append(_Answer(origin, agency, line))
        years.append(_Answer(origin, _arabic(match["year"]), line))
        return True
    year = re.search(_YEAR + f"(?:的)?{_REPORT}", plain)
    if year and len(plain) <= 60:
        years.append(_Answer(origin, _arabic(year["year"]), line))
    elif (match := _NAME_TITLE.search(plain)) and (agency := _agency(match["agency"])):
        agencies.append(_Answer(origin, agency, line))
        return True
    return False


def _agency(text: str) -> str | None:
    """A name, if the words can be one: no pronoun, and with the ending of an organ's name."""
    name = clean_name(text).strip("-·()") if text.count("(") != text.count(")") else clean_name(text).strip("-·")
    name = re.sub("^(?:关于|附件:?|现将|现公布|现发布|公布|发布|印发)+", "", name)
    if len(name) < 2 or _PRONOUN.match(name) or not _ENDS_LIKE_ORGAN.search(name.rstrip(")")):
        return None
    return name


def _from_prose(head: list[_Head], agencies: list[_Answer], years: list[_Answer]) -> None:
    """What the first sentences say: the report named in passing, the first sentence's subject, 统计期限."""
    for text, line in ((each.text, each.line) for each in head):
        for pattern in _TITLES[:1]:
            match = pattern.search(text)
            if match and len(text) > 60 and (name := _agency(_subject(match["agency"]))):
                agencies.append(_Answer("sentence", name, line))
                years.append(_Answer("sentence", _arabic(match["year"]), line))
    for text, line in ((each.text, each.line) for each in head):
        if match := _PERIOD.search(text):
            years.append(_Answer("period", match["full"] or match["short"], line))
            break
    for text, line in ((each.text, each.line) for each in head):
        if len(text) < 25:
            continue
        match = _FIRST_SENTENCE.match(text)
        if match and match["year"]:
            years.append(_Answer("first_sentence", _arabic(match["year"]), line))
            subject = _VERBS.split(match["rest"], maxsplit=1)[0]
            if (name := _agency(subject)) and len(name) >= 4:
                agencies.append(_Answer("first_sentence", name, line))
        break


def _subject(text: str) -> str:
    """The name at the end of some words: what stands behind the last of 现公布, 根据 … and the like."""
    return re.split("现公布|现发布|现将|公布|发布|编制|按照|根据|要求|规定|[,，]", text)[-1]


def _from_folder(folder: str, agencies: list[_Answer], years: list[_Answer]) -> None:
    plain = _plain(folder)
    if match := _FOLDER_YEAR.match(plain):
        years.append(_Answer("folder", match["year"], None))
    elif re.search(f"(?:{_ORGAN})$", plain) and len(plain) >= 4 and not re.search("[省市县区州盟旗]$", plain):
        agencies.append(_Answer("folder", plain, None))


def _arabic(year: str) -> str:
    return "".join(_DIGITS.get(c, c) for c in year.replace("二", "2"))


def _disagreements(agencies: list[_Answer], years: list[_Answer]) -> list[Finding]:
    findings = []
    for rule, answers, zh, en in (
        ("identity_agency", agencies, "机关名称", "agency"),
        ("identity_year", years, "年份", "year"),
    ):
        if not answers:
            continue
        chosen = answers[0]
        others = [a for a in answers[1:] if not _same(rule, a.text, chosen.text)]
        for text, _ in Counter(a.text for a in others).items():
            other = next(a for a in others if a.text == text)
            findings.append(
                Finding(
                    rule,
                    f"{zh}不一致：{_ORIGINS[chosen.origin]}为“{chosen.text}”，{_ORIGINS[other.origin]}为“{text}”；"
                    f"采用前者。",
                    f"The {en} differs: {chosen.origin} says {chosen.text}, {other.origin} says {text}; "
                    "the former is used.",
                    line=other.line or chosen.line,
                    actual=text,
                )
            )
    return findings


_ORIGINS = {
    "manifest": "清单",
    "title": "标题",
    "page_title": "网页标题",
    "sentence": "正文",
    "first_sentence": "首句",
    "period": "统计期限",
    "file_name": "文件名",
    "folder": "文件夹",
}


def _same(rule: str, one: str, other: str) -> bool:
    """Whether two answers agree; a short name agrees with the full name that ends with it, or holds its words."""
    if one == other:
        return True
    return rule == "identity_agency" and (one.endswith(other) or other.endswith(one) or one in other or other in one)
