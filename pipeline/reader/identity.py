"""Whose report it is, and of which year.

Asked in this order, the first that answers wins: the manifest; the report's title; the page's title (HTML); a
sentence that names the report (“…现公布X局2024年政府信息公开工作年度报告”); 统计期限 (year); the first sentence's
year and subject; the office that the text names as compiler, then as publisher (agency); the file's name; its
folders. Where the report prints a fuller form of the same name, that is the name.

All that answer are kept, and those that contradict the winner become findings – but for the compiling and
publishing office, which often is another body than the one that reports. Years in other places – publication
dates, document numbers, comparisons – are never looked at.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, compress
from typing import NamedTuple

from pipeline.reader.document import Row
from pipeline.reader.findings import Finding, Where
from pipeline.regions.naming import clean_name
from pipeline.sources.manifest import ManifestEntry

_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_YEAR = r"(?P<year>[12]\d{3}|[二][〇○零0][〇○零一二三四五六七八九]{2})年(?:度|以来)?"
#: What every title, and every mention, of a report has in it.
_SUBJECT = "信息公开"
_REPORT = rf"(?:政府|政务){_SUBJECT}(?:工作)?(?:年度)?(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:报告|年报)"
_A_REPORT = re.compile(_REPORT)
_A_YEAR = re.compile(rf"(?<!\d){_YEAR}")
_REPORT_OF_YEAR = re.compile(rf"{_YEAR}(?:的)?{_REPORT}")
_NAME = r"[\u4e00-\u9fff·()、]{2,40}?"
#: Endings of the names of administrative organs.
_ORGAN = (
    "人民政府|政府|街道办事处|办事处|街道|办公室|管理委员会|管委会|委员会|监督管理局|管理局|分局|总局|局|厅|"
    "部|院|署|总队|支队|大队|中心|总站|站|所|镇|乡|苏木|公司|集团|学校|大学|学院|医院|协会|联合会|联社|社|"
    "银行|委|办|处|馆|库|区|县|市|省|旗|州|盟|法院|检察院|残联|兵团"
)
_ENDS_LIKE_ORGAN = re.compile(f"(?:{_ORGAN})$")
_BEFORE = r"(?:[^:]{0,8}:|关于|\d+[.、])?"
_BEHIND = r"(?:[-_|>].*|\(.*\))?"
#: Titles that are a whole line, or a few lines put together.
_TITLES = [
    re.compile(rf"{_BEFORE}(?P<agency>{_NAME})(?:关于)?{_YEAR}(?:的)?{_REPORT}{_BEHIND}"),
    re.compile(rf"{_BEFORE}{_YEAR}(?P<agency>{_NAME})(?:的)?{_REPORT}{_BEHIND}"),
    re.compile(rf"{_BEFORE}{_YEAR}(?:的)?{_REPORT}[-_|(](?P<agency>{_NAME})\)?"),
    re.compile(rf"{_BEFORE}(?P<agency>{_NAME})(?:的)?{_REPORT}[(-]?{_YEAR}\)?"),
]
_PART_TITLES = [
    re.compile(rf"{_BEFORE}(?P<agency>{_NAME})(?:的)?{_REPORT}"),
    re.compile(rf"{_BEFORE}{_YEAR}(?:的)?{_REPORT}{_BEHIND}"),
]
_IN_SENTENCE = re.compile(rf"(?P<agency>{_NAME})(?:[特现谨]?(?:编制|公布|发布|形成)了?)?{_YEAR}(?:的)?{_REPORT}")
_PERIOD = re.compile(
    r"[12]\d{3}年1月1日[^。]{0,12}?(?P<full>[12]\d{3})年12月31日|(?P<short>[12]\d{3})年1月1日[^。0-9]{0,10}12月31日"
)
_OPENING = re.compile(rf"\W*(?:[(（]?[一1][)）]?[、.])?{_YEAR}(?:来)?[,，、]?")
_COMPILER = re.compile(rf"本(?:年度)?报告由(?P<agency>{_NAME})(?:根据|按照|依据|依照|编制|负责|组织|汇总)")
_PUBLISHER = re.compile(rf"(?:发布机构|公开主体|信息来源)[:：]?(?P<agency>{_NAME})(?:[^\u4e00-\u9fff].*|$)")
#: Who compiled or published it: words to look for, what they mean, and in how many lines it may stand.
_OFFICES = [
    ("compiler", re.compile("报告由"), _COMPILER, 2),
    ("publisher", re.compile("发布机构|公开主体|信息来源"), _PUBLISHER, 1),
]
_VERBS = re.compile(
    "坚持|认真|深入|严格|按照|根据|依据|在|以(?!上)|全面|紧紧|紧扣|紧密|高度|积极|始终|切实|贯彻|将(?!乐)|共(?!青)|全年|持续|"
    "不断|进一步|现|主动|的|对|为|于(?!都|洪|田)|围绕|聚焦|扎实|继续|大力|充分|加强|落实|坚决|牢牢|立足|着力|强化|遵循|依托|把|"
    "收到|受理|办理|通过|深化|推进|政府信息公开|政务公开|[,，。;；:：!！?？]"
)
#: Words that stand for a name – but not the places 本溪, 全州, 全椒 and 全南.
_PRONOUN = re.compile("^(?:本(?!溪)|我|该|各|全(?!州|椒|南)|一年来|过去)")
_PERIOD_WORDS = re.compile("12月31日")
_INTRODUCING = re.compile("^(?:关于|附件:?|现将|现公布|现发布|公布|发布|印发)+")
_BEFORE_SUBJECT = re.compile("现公布|现发布|现将|公布|发布|编制|按照|根据|要求|规定|[,，]")
_DIVISION = re.compile("[省市县区州盟旗]$")
_SENTENCE = re.compile("[。;；:：!！?？>]")
_FOLDER_YEAR = re.compile(r"^(?P<year>(?:19|20)\d\d)(?:年|年度)?$")
#: Zero-width and private-use characters, which word processors leave behind.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\ue000-\uf8ff\ufffd]")
_DASHES = re.compile("-{2,}")
#: What may be invisible, or has another form in NFKC; to look for it is quicker than to look every sign up.
_UNCOMMON = re.compile("[^\0-\x7f\u4e00-\u9fff、。“”‘’《》〈〉【】〔〕〇·—]")
#: The commonest signs that have another form in NFKC.
_WIDE = {wide: unicodedata.normalize("NFKC", wide) for wide in "，（）：；％　！？…"}
#: Between lines that are made plain at once; in no text, file name or folder.
_BETWEEN = "\0"
_HEAD_LINES = 45
#: Of a report that is all one line, this much is its head.
_LONGEST_LINE = 3000
_LONGEST_TITLE = 70
_SHORTEST_SENTENCE = 18
_LONGEST_PART = 42
#: Where a report speaks of itself.
_OWN_WORDS = {"title", "page_title", "sentence", "first_sentence"}
#: Where another body than the one that reports may stand: who compiled it, whose portal it is on.
_NO_WITNESS = {"compiler", "publisher", "first_sentence", "folder"}


@dataclass(slots=True)
class Identity:
    """Agency and year, where each was found, and what disagrees. ``agency`` or ``year`` is None when nothing says."""

    agency: str | None = None
    year: int | None = None
    title: str | None = None
    origin: str = ""
    findings: list[Finding] = field(default_factory=list)


class _Answer(NamedTuple):
    origin: str
    text: str
    line: int | None


def identify(
    title: str | None, rows: Iterator[Row], source_file: str, manifest: ManifestEntry | None = None
) -> Identity:
    """Agency and year of a report: of its page's title, its first rows, its file's name and folders, its manifest."""
    agencies: list[_Answer] = []
    years: list[_Answer] = []
    identity = Identity()
    if manifest:
        if manifest.agency:
            agencies.append(_Answer("manifest", clean_name(manifest.agency), None))
        if manifest.year:
            years.append(_Answer("manifest", str(manifest.year), None))
    head = _Head(rows)
    _from_title(head, identity, agencies, years)
    if title:
        _from_phrase("page_title", _plain(title), None, agencies, years, [*_TITLES, *_PART_TITLES])
    _from_prose(head, agencies, years)
    *folders, file_name = source_file.split("/")
    _from_file_name(_plain(file_name.rsplit(".", 1)[0]), agencies, years)
    for folder in reversed(folders):
        _from_folder(folder, agencies, years)
    if agencies:
        identity.agency = _fullest(agencies)
    if years:
        identity.year = int(years[0].text)
    identity.origin = " ".join(
        f"{what}:{answers[0].origin}" for what, answers in (("agency", agencies), ("year", years)) if answers
    )
    identity.findings += _disagreements(agencies, years)
    return identity


def _fullest(agencies: list[_Answer]) -> str:
    """The first answer, or a fuller form of the same name where the report prints one (洪泽区… / 淮安市洪泽区…)."""
    name = agencies[0].text
    if agencies[0].origin == "manifest":
        return name
    for answer in agencies[1:]:
        endings = (name, name + "办事处") if name.endswith("街道") else (name,)
        if answer.origin in _OWN_WORDS and len(answer.text) > len(name) and answer.text.endswith(endings):
            name = answer.text
    return name


class _Head:
    """The first lines that hold text: without blanks, their numbers, and as printed."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self.lines: list[str] = []
        self.numbers: list[int] = []
        self.printed: list[str] = []
        while len(self.lines) < _HEAD_LINES and self._read(rows):
            pass
        self._text = "".join(self.lines)
        self._ends = list(accumulate(map(len, self.lines)))
        self.reports = self.places(_A_REPORT)

    def _read(self, rows: Iterator[Row]) -> bool:
        """Read as many rows as the head lacks lines, or more; whether there are any.

        Of a row with several cells each is a line, and all of them together – but where one is a title, for what
        stands beside it is none of it.
        """
        numbers: list[int] = []
        printed: list[str] = []
        several: list[tuple[int, int]] = []
        missing = _HEAD_LINES - len(self.lines)
        for row in rows:
            cells = list(filter(str.strip, row.cells))
            if len(cells) > 1:
                several.append((len(printed), len(printed) + len(cells)))
                cells.append(" ".join(cells))
            printed += cells
            numbers += [row.line] * len(cells)
            if len(printed) >= missing:
                break
        lines = _all_plain([each[:_LONGEST_LINE] for each in printed])
        for first, together in several:
            if any(map(_holds_title, lines[first:together], printed[first:together])):
                lines[together] = ""
        self.lines += filter(None, lines)
        self.numbers += compress(numbers, lines)
        self.printed += compress(printed, lines)
        return bool(printed)

    def places(self, words: re.Pattern[str]) -> list[tuple[int, int]]:
        """In which line some words begin, and in which they end, wherever they stand."""
        return [
            (bisect_right(self._ends, match.start()), bisect_right(self._ends, match.end() - 1))
            for match in words.finditer(self._text)
        ]

    def runs(self, places: list[tuple[int, int]], size: int) -> Iterator[tuple[int, list[str]]]:
        """Each run of so many lines, or fewer at the end, that holds one of some places, and where it begins."""
        starts = {start for first, last in places for start in range(max(last - size + 1, 0), first + 1)}
        return ((start, self.lines[start : start + size]) for start in sorted(starts))


def _holds_title(line: str, printed: str) -> bool:
    text = line if len(printed) <= _LONGEST_LINE else _plain(printed)
    return _SUBJECT in text and _A_REPORT.search(text) is not None


def _plain(text: str) -> str:
    return _all_plain([text])[0]


def _all_plain(texts: list[str]) -> list[str]:
    """Texts without blanks, in one form of signs, and without the marks of headings and quotes around them."""
    joined = _BETWEEN.join(texts)
    if not joined.isascii():
        for wide, narrow in _WIDE.items():
            joined = joined.replace(wide, narrow)
        if _UNCOMMON.search(joined):
            joined = _INVISIBLE.sub("", unicodedata.normalize("NFKC", joined))
        for dash in "—–―":
            joined = joined.replace(dash, "-")
    joined = _DASHES.sub("-", "".join(joined.split()))
    return [text.strip("#*>=《》") for text in joined.split(_BETWEEN)]


def _from_title(head: _Head, identity: Identity, agencies: list[_Answer], years: list[_Answer]) -> None:
    """The line, or up to three in a row, that is nothing but the report's title."""
    for patterns, size in [(_TITLES, 1), (_TITLES, 2), (_TITLES, 3), (_PART_TITLES, 1), (_PART_TITLES, 2)]:
        for start, lines in head.runs(head.reports, size):
            text = "".join(lines)
            if len(lines) < size or len(text) > _LONGEST_TITLE or (size > 1 and not all(map(_is_part, lines))):
                continue
            if not _from_phrase("title", text, head.numbers[start], agencies, years, patterns):
                continue
            printed = head.printed[start : start + size]
            identity.title = identity.title or " ".join(each.strip("#*>=《》 ") for each in printed)
        if identity.title:
            return


def _is_part(text: str) -> bool:
    """Whether a line can be a piece of a title: short, and without a sentence's punctuation."""
    return len(text) <= _LONGEST_PART and not _SENTENCE.search(text)


def _from_phrase(
    origin: str,
    phrase: str,
    line: int | None,
    agencies: list[_Answer],
    years: list[_Answer],
    patterns: list[re.Pattern[str]],
) -> bool:
    """Agency and year from words of the shape of a title; whether they are of that shape."""
    if _SUBJECT not in phrase:
        return False
    for pattern in patterns:
        match = pattern.fullmatch(phrase)
        if match is None:
            continue
        said = match.groupdict()
        agency = _agency(said["agency"]) if said.get("agency") else None
        if said.get("agency") and agency is None:
            continue
        if agency:
            agencies.append(_Answer(origin, agency, line))
        if said.get("year"):
            years.append(_Answer(origin, _arabic(said["year"]), line))
        return True
    return False


def _agency(text: str) -> str | None:
    """A name, if the words can be one: no pronoun, and with the ending of an organ's name."""
    name = clean_name(text).strip("-·、")
    if name.count("(") != name.count(")"):
        name = name.strip("()")
    name = _INTRODUCING.sub("", name)
    if len(name) < 2 or _PRONOUN.match(name) or not _ENDS_LIKE_ORGAN.search(name.rstrip(")")):
        return None
    return name


def _from_prose(head: _Head, agencies: list[_Answer], years: list[_Answer]) -> None:
    """What the first sentences say: the report named in passing, 统计期限, the first sentence's subject and year."""
    for start, (line,) in head.runs(head.reports, 1):
        # The second pattern alone would find the same, but tries every length of a name before every letter.
        named = len(line) > _LONGEST_PART and _REPORT_OF_YEAR.search(line)
        match = _IN_SENTENCE.search(line) if named else None
        if match and (name := _agency(_subject(match["agency"]))) and len(name) >= 4:
            agencies.append(_Answer("sentence", name, head.numbers[start]))
            years.append(_Answer("sentence", _arabic(match["year"]), head.numbers[start]))
            break
    for start, lines in head.runs(head.places(_PERIOD_WORDS), 2):
        if match := _PERIOD.search("".join(lines)):
            years.append(_Answer("period", match["full"] or match["short"], head.numbers[start]))
            break
    for line, number in zip(head.lines, head.numbers, strict=True):
        if len(line) < _SHORTEST_SENTENCE:
            continue
        match = _OPENING.match(line)
        if match is None or line[match.end() : match.end() + 1].isdigit() or _A_REPORT.search(line[:30]):
            continue
        if not any(answer.origin == "first_sentence" for answer in years):
            years.append(_Answer("first_sentence", _arabic(match["year"]), number))
        subject = _VERBS.split(line[match.end() :], maxsplit=1)[0]
        if (name := _agency(subject)) and len(name) >= 4:
            agencies.append(_Answer("first_sentence", name, number))
            break
    for origin, words, pattern, size in _OFFICES:
        for start, lines in head.runs(head.places(words), size):
            match = pattern.search("".join(lines))
            if match and (name := _agency(match["agency"])) and len(name) >= 3:
                agencies.append(_Answer(origin, name, head.numbers[start]))
                break


def _subject(text: str) -> str:
    """The name at the end of some words: what stands behind the last of 现公布, 根据 … and the like."""
    return _BEFORE_SUBJECT.split(text)[-1]


def _from_file_name(name: str, agencies: list[_Answer], years: list[_Answer]) -> None:
    """A file called as its report is, or at least with its year."""
    if _from_phrase("file_name", name, None, agencies, years, [*_TITLES, *_PART_TITLES]):
        return
    if year := _A_YEAR.search(name):
        years.append(_Answer("file_name", _arabic(year["year"]), None))


def _from_folder(folder: str, agencies: list[_Answer], years: list[_Answer]) -> None:
    year, agency = _folder(folder)
    if year:
        years.append(_Answer("folder", year, None))
    elif agency:
        agencies.append(_Answer("folder", agency, None))


@lru_cache(4096)
def _folder(name: str) -> tuple[str | None, str | None]:
    """The year that a folder is called after, or the agency."""
    plain = _plain(name)
    if match := _FOLDER_YEAR.match(plain):
        return match["year"], None
    is_agency = _ENDS_LIKE_ORGAN.search(plain) and len(plain) >= 4 and not _DIVISION.search(plain)
    return None, plain if is_agency else None


def _arabic(year: str) -> str:
    return year.translate(_DIGITS)


def _disagreements(agencies: list[_Answer], years: list[_Answer]) -> list[Finding]:
    findings = []
    for rule, answers in (("identity_agency", agencies), ("identity_year", years)):
        if not answers:
            continue
        chosen = answers[0]
        witnesses = answers[1:] if rule == "identity_year" else [a for a in answers[1:] if a.origin not in _NO_WITNESS]
        others = [a for a in witnesses if not _same(rule, a.text, chosen.text)]
        for text in dict.fromkeys(a.text for a in others):
            other = next(a for a in others if a.text == text)
            findings.append(
                Finding(
                    rule,
                    Where(line=other.line or chosen.line),
                    chosen_origin=(_ORIGINS[chosen.origin], chosen.origin),
                    chosen=chosen.text,
                    other_origin=(_ORIGINS[other.origin], other.origin),
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
    "compiler": "编制单位",
    "publisher": "发布机构",
    "period": "统计期限",
    "file_name": "文件名",
    "folder": "文件夹",
}


def _same(rule: str, one: str, other: str) -> bool:
    """Whether two answers agree; a short name agrees with the full name that ends with it, or holds its words."""
    if one == other:
        return True
    return rule == "identity_agency" and (one.endswith(other) or other.endswith(one) or one in other or other in one)
