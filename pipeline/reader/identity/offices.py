"""Offices that a report or its page names: who compiled it, who published it, whom to ask, who signed it.

Any of them may be another body than the one that reports: a government's office compiles and publishes the reports of
others. ``answers`` weighs them. The last pages are read only where nothing else says whose report it is.

Belongs here: labels and phrases that name an office. Sentences about the agency's work are ``sentences``' business.
"""

import re
from itertools import pairwise

from pipeline.reader.document import Document
from pipeline.reader.identity.answers import Answer, Answers
from pipeline.reader.identity.bodies import is_government
from pipeline.reader.identity.chrome import is_trail, segments
from pipeline.reader.identity.head import Head, plain
from pipeline.reader.identity.wording import NAME, agency_name

_COMPILERS = [
    re.compile(rf"本(?:年度)?(?:报告|年报)由(?P<agency>{NAME})(?:根据|按照|依据|依照|编制|编写|撰写|负责|组织|汇总)"),
    re.compile(rf"本(?:报告|年报)[是系]由?(?P<agency>{NAME})(?:根据|按照|依据|依照|编制|编写)"),
    re.compile(rf"(?:^|[,。:])由(?P<agency>{NAME})(?:编制|编写|撰写|形成)"),
    re.compile(rf"(?:^|[。])(?P<agency>{NAME})(?:根据|按照|依据|依照)《[^》]*》[^。]{{0,40}}(?:编制|制作|形成)了?本"),
]
_COMPILER_WORDS = re.compile(
    "(?:报告|年报)[由是系]|由[\u4e00-\u9fff]{2,40}?(?:编制|编写|撰写|形成)|(?:编制|制作|形成)了?本"
)
_LABEL = (
    "发布机构|发布单位|发布部门|发文机关|发文机构|发文单位|公开主体|公开机构|公开单位|公开责任部门|公开部门|责任部门|责任单位|"
    "主办单位|制发机关|制作机关|编制机关|编制单位|信息来源|来源|稿源|信息提供|供稿单位|供稿"
)
_PUBLISHER_WORDS = re.compile(_LABEL)
#: As a page prints it: the value ends with a blank, or with the next label.
_PUBLISHER = re.compile(rf"(?:{_LABEL})(?:\s*[】\]]\s*[:：]?\s*|\s*[:：]\s*|\s+)(?P<agency>[^\s|:：;；,，]{{2,40}})")
#: The head of an official letter.
_LETTERHEAD = re.compile(rf"(?P<agency>{NAME})文件")
_PUBLISHER_ALONE = re.compile(rf"[【\[]?(?:{_LABEL})[】\]]?:?")
_NOT_THE_NAME = re.compile("(?:发布|浏览|日期|时间|字号|字体|点击|作者|主题|生成|成文|索引|文号|打印|编辑).*$")
_CONTACTS = [
    re.compile(
        rf"请(?:与|向|联系|致电|咨询)[:：]?(?P<agency>{NAME})(?:联系|咨询|反映|索取|[,，(。]|办公地址|地址|联系电话|电话|$)"
    ),
    re.compile(
        rf"(?:联系单位|联系部门|受理机构|机构名称)[:：](?P<agency>{NAME})(?:[^\u4e00-\u9fff]|地址|联系电话|电话|$)"
    ),
    re.compile(rf"^(?P<agency>{NAME})联系(?:电话|方式)"),
]
_CONTACT_WORDS = re.compile("请与|请向|请联系|请致电|请咨询|联系(?:单位|部门|电话|方式)|受理机构|机构名称")
#: The office of a body, which answers the telephone for it.
_OWN_OFFICE = re.compile("(?<=[局厅委院会])(?:党政办公室|办公室|综合[科股室])$")
_DATE = r"(?:[12]\d{3}年\d+月\d+日|二[^年]{3}年.{1,3}月.{1,3}日)"
_SIGNED = re.compile(rf"(?P<agency>{NAME}){_DATE}")
_A_DATE = re.compile(_DATE)
_FULL_NAME = re.compile(NAME.rstrip("?"))
#: The last rows of a report, where it is signed.
_LAST_ROWS = 60
#: Where a letter's head stands.
_FIRST_LINES = 5


def from_head(head: Head, answers: Answers) -> None:
    """The offices that the head names as compiler and as publisher, and the folder of the site."""
    _from_compiler(head, answers)
    _from_publisher(head, answers)
    _from_letterhead(head, answers)
    _from_trail(head, answers)


def from_end(document: Document, answers: Answers) -> None:
    """The office to ask, and the one that signed: the last to answer, as every row must be read for it."""
    rows = ["".join(row.cells) for row in document.rows if 0 < len(row.cells) <= 2]
    for text in rows:
        if _CONTACT_WORDS.search(text) and _add_first("contact", plain(text), _CONTACTS, None, answers):
            break
    last = [text for text in map(plain, rows[-_LAST_ROWS:]) if text]
    for this, following in pairwise([*last, ""]):
        match = _SIGNED.fullmatch(this)
        signed = match["agency"] if match else this if _A_DATE.fullmatch(following) else ""
        name = agency_name(signed) if _FULL_NAME.fullmatch(signed) else None
        if name and len(name) >= 4:
            answers.agencies.append(Answer("signature", name))
            return


def _from_compiler(head: Head, answers: Answers) -> None:
    for start, lines in head.windows(head.spans(_COMPILER_WORDS), 2):
        if _add_first("compiler", "".join(lines), _COMPILERS, head.numbers[start], answers):
            return


def _add_first(origin: str, text: str, patterns: list[re.Pattern[str]], line: int | None, answers: Answers) -> bool:
    """Add the first name that one of some phrases gives; whether there is one."""
    for pattern in patterns:
        match = pattern.search(text)
        if match and (name := agency_name(_OWN_OFFICE.sub("", match["agency"]))) and len(name) >= 3:
            answers.agencies.append(Answer(origin, name, line))
            return True
    return False


def _from_publisher(head: Head, answers: Answers) -> None:
    """The publisher, on a line with its label, or on the line (the cell) behind it."""
    for at, _ in head.spans(_PUBLISHER_WORDS):
        if _PUBLISHER_ALONE.fullmatch(head.lines[at]):
            names = head.lines[at + 1 : at + 2]
        else:
            names = [plain(match["agency"]) for match in _PUBLISHER.finditer(head.printed[at])]
        for text in names:
            words = _NOT_THE_NAME.sub("", text)
            name = agency_name(words) if _FULL_NAME.fullmatch(words) else None
            if name and len(name) >= 3:
                answers.agencies.append(Answer("publisher", name, head.numbers[at]))
                return


def _from_letterhead(head: Head, answers: Answers) -> None:
    for line, number in zip(head.lines[:_FIRST_LINES], head.numbers, strict=False):
        match = _LETTERHEAD.fullmatch(line) if line.endswith("文件") else None
        if match and (name := agency_name(match["agency"])) and len(name) >= 4:
            answers.agencies.append(Answer("publisher", name, number))
            return


def _from_trail(head: Head, answers: Answers) -> None:
    """The organ in whose folder the page is: 首页 > 政务公开 > X局 > 年报."""
    for line, number in zip(head.lines, head.numbers, strict=True):
        if ("位置" not in line and "首页" not in line) or not is_trail(line):
            continue
        for part in reversed(segments(line)):
            name = agency_name(part) if _FULL_NAME.fullmatch(part) else None
            if name and len(name) >= 3 and not is_government(name):
                answers.agencies.append(Answer("trail", name, number))
                return
        return
