"""What the first sentences of a report say: the report named in passing, 统计期限, the first sentence's subject and
year, the offices that compiled and published it.

Belongs here: agency and year in prose. Lines that are a title and nothing else are ``titles``' business.
"""

import re

from pipeline.reader.identity.answers import Answer, Answers
from pipeline.reader.identity.head import Head
from pipeline.reader.identity.titles import LONGEST_FRAGMENT
from pipeline.reader.identity.wording import A_REPORT, NAME, REPORT, YEAR, agency_name, arabic

_REPORT_OF_YEAR = re.compile(rf"{YEAR}(?:的)?{REPORT}")
_AGENCY_AND_REPORT = re.compile(rf"(?P<agency>{NAME})(?:[特现谨]?(?:编制|公布|发布|形成)了?)?{YEAR}(?:的)?{REPORT}")
_BEFORE_SUBJECT = re.compile("现公布|现发布|现将|公布|发布|编制|按照|根据|要求|规定|[,，]")
_PERIOD_WORDS = re.compile("12月31日")
_PERIOD = re.compile(
    r"[12]\d{3}年1月1日[^。]{0,12}?(?P<full>[12]\d{3})年12月31日|(?P<short>[12]\d{3})年1月1日[^。0-9]{0,10}12月31日"
)
_OPENING = re.compile(rf"\W*(?:[(（]?[一1][)）]?[、.])?{YEAR}(?:来)?[,，、]?")
_VERBS = re.compile(
    "坚持|认真|深入|严格|按照|根据|依据|在|以(?!上)|全面|紧紧|紧扣|紧密|高度|积极|始终|切实|贯彻|将(?!乐)|共(?!青)|全年|持续|"
    "不断|进一步|现|主动|的|对|为|于(?!都|洪|田)|围绕|聚焦|扎实|继续|大力|充分|加强|落实|坚决|牢牢|立足|着力|强化|遵循|依托|把|"
    "收到|受理|办理|通过|深化|推进|政府信息公开|政务公开|[,，。;；:：!！?？]"
)
_SHORTEST_SENTENCE = 18
_COMPILER = re.compile(rf"本(?:年度)?报告由(?P<agency>{NAME})(?:根据|按照|依据|依照|编制|负责|组织|汇总)")
_PUBLISHER = re.compile(rf"(?:发布机构|公开主体|信息来源)[:：]?(?P<agency>{NAME})(?:[^\u4e00-\u9fff].*|$)")
#: Who compiled or published it: words to look for, what they mean, and in how many lines it may stand.
_OFFICES = [
    ("compiler", re.compile("报告由"), _COMPILER, 2),
    ("publisher", re.compile("发布机构|公开主体|信息来源"), _PUBLISHER, 1),
]


def from_head(head: Head, answers: Answers) -> None:
    """What the sentences at the head of a report answer."""
    _from_mention(head, answers)
    _from_period(head, answers)
    _from_first_sentence(head, answers)
    _from_offices(head, answers)


def _from_mention(head: Head, answers: Answers) -> None:
    """A sentence that names the report with its agency and year."""
    for start, (line,) in head.windows(head.mentions, 1):
        # The second expression alone would find the same, but tries every length of a name before every letter.
        named = len(line) > LONGEST_FRAGMENT and _REPORT_OF_YEAR.search(line)
        match = _AGENCY_AND_REPORT.search(line) if named else None
        if match is None:
            continue
        # The name stands behind the last of 现公布, 根据 … and the like.
        name = agency_name(_BEFORE_SUBJECT.split(match["agency"])[-1])
        if name and len(name) >= 4:
            answers.agencies.append(Answer("sentence", name, head.numbers[start]))
            answers.years.append(Answer("sentence", arabic(match["year"]), head.numbers[start]))
            return


def _from_period(head: Head, answers: Answers) -> None:
    """统计期限: the year whose last day it ends with."""
    for start, lines in head.windows(head.spans(_PERIOD_WORDS), 2):
        if match := _PERIOD.search("".join(lines)):
            answers.years.append(Answer("period", match["full"] or match["short"], head.numbers[start]))
            return


def _from_first_sentence(head: Head, answers: Answers) -> None:
    """The year that opens the first sentence, and the subject behind it, or behind the next such opening."""
    has_year = False
    for line, number in zip(head.lines, head.numbers, strict=True):
        if len(line) < _SHORTEST_SENTENCE:
            continue
        match = _OPENING.match(line)
        if match is None or line[match.end() : match.end() + 1].isdigit() or A_REPORT.search(line[:30]):
            continue
        if not has_year:
            answers.years.append(Answer("first_sentence", arabic(match["year"]), number))
            has_year = True
        subject = _VERBS.split(line[match.end() :], maxsplit=1)[0]
        if (name := agency_name(subject)) and len(name) >= 4:
            answers.agencies.append(Answer("first_sentence", name, number))
            return


def _from_offices(head: Head, answers: Answers) -> None:
    """The offices that the text names as compiler and as publisher."""
    for origin, words, pattern, size in _OFFICES:
        for start, lines in head.windows(head.spans(words), size):
            match = pattern.search("".join(lines))
            if match and (name := agency_name(match["agency"])) and len(name) >= 3:
                answers.agencies.append(Answer(origin, name, head.numbers[start]))
                break
