"""What the first sentences of a report say: the report named in passing, 统计期限, the first sentence's subject and
year.

Belongs here: agency and year in prose. Lines that are a title and nothing else are ``titles``' business, offices that
compiled or published the report those of ``offices``.
"""

import re

from pipeline.reader.identity.answers import Answer, Answers
from pipeline.reader.identity.bodies import begins_with_division, is_government, is_office, is_town, own_word
from pipeline.reader.identity.head import Head
from pipeline.reader.identity.titles import LONGEST_FRAGMENT
from pipeline.reader.identity.wording import A_REPORT, NAME, REPORT, YEAR, agency_name, arabic

_REPORT_OF_YEAR = re.compile(rf"{YEAR}(?:的)?{REPORT}")
_AGENCY_AND_REPORT = re.compile(rf"(?P<agency>{NAME})(?:[特现谨]?(?:编制|公布|发布|形成)了?)?{YEAR}(?:的)?{REPORT}")
#: A notice about such reports, or links to others.
_OF_REPORTS = re.compile(
    f"关于(?:做好|编制|报送|上报|开展|进一步|切实|组织)|{REPORT}(?:编制(?:要求|工作|格式|规范|和)|格式|模板|要求|的?通知)|[上下]一[篇条页]"
)
_BEFORE_SUBJECT = re.compile(
    "现公布|现发布|现(?:向社会)?公布|向社会公[布开]|现将|公布|发布|编制|按照|根据|要求|规定|[,，]"
)
_PERIOD_WORDS = re.compile("12月31日")
_PERIOD = re.compile(
    r"[12]\d{3}年1月1日[^。]{0,12}?(?P<full>[12]\d{3})年12月31日|(?P<short>[12]\d{3})年1月1日[^。0-9]{0,10}12月31日"
)
_OPENING = re.compile(rf"\W*(?:[(（]?[一1][)）]?[、.])?{YEAR}(?:来)?[,，、]?")
#: What a name is called from then on: X局(以下简称“我局”).
_CALLED = re.compile(r"\([^()]{0,4}(?:简称|下称)[^()]*\)")
_VERBS = re.compile(
    "坚持|认真|深入|深刻|严格|按照|根据|依据|在|以(?!上)|全面|紧紧|紧扣|紧密|高度|积极|始终|切实|贯彻|将(?!乐)|共(?!青)|全年|持续|"
    "不断|进一步|现(?!代)|主动|的|对(?!外|口|台)|为(?!民)|于(?!都|洪|田)|围绕|聚焦|扎实|继续|大力|充分|加强|落实|坚决|牢牢|牢固|"
    "立足|着力|强化|遵循|依托|把|收到|受理|办理|通过|深化|推进(?!中心|办)|政府信息公开|政务公开|锚定|本着|结合|秉持|秉承|履行|"
    "开展|制定|成立|建立|健全|突出|规范(?!化)|依法|做好|[,，。;；:：!！?？]"
)
_YEAR_BEHIND = re.compile(f"{YEAR}$")
#: How the names of others begin in a report: 县审计局, 局党组, 机关各处.
_RELATIVE = "省市县区州盟旗局委镇乡街处科院所站校党政机单部上下各"
#: Next year's work.
_PLANNED = re.compile("将(?!乐)|力争|拟|计划|继续|进一步")
_CLAUSES = re.compile("[,，。;；]")
_PROSE = re.compile("[,，。]")
_SHORTEST_SENTENCE = 18
#: So many sentences (paragraphs) from the first on are about the report's own year.
_FIRST_SENTENCES = 2
#: In so many clauses of the first sentence its subject may stand: 根据…,为…,X局….
_MOST_CLAUSES = 4


def from_head(head: Head, answers: Answers) -> None:
    """What the sentences at the head of a report answer."""
    _from_mention(head, answers)
    _from_period(head, answers)
    _from_first_sentence(head, answers)


def _from_mention(head: Head, answers: Answers) -> None:
    """A sentence that names the report with its agency and year."""
    for start, (printed,) in head.windows(head.mentions, 1):
        # The second expression alone would find the same, but tries every length of a name before every letter.
        line = _without_alias(printed)
        named = (len(line) > LONGEST_FRAGMENT or _PROSE.search(line)) and _REPORT_OF_YEAR.search(line)
        match = _AGENCY_AND_REPORT.search(line) if named else None
        if match is None or _OF_REPORTS.search(line):
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
    """The year that opens one of the first sentences, and the subject behind it, or behind the next such opening.

    The year of a later sentence may be another one (2023年收到…，比上年…; 2025年，力争…): it counts only if it is the
    only one.
    """
    prose = 0
    later: list[Answer] = []
    for at, (printed, number) in enumerate(zip(head.lines, head.numbers, strict=True)):
        if len(printed) < _SHORTEST_SENTENCE:
            continue
        line = _without_alias(printed)
        prose += _PROSE.search(line) is not None
        match = _OPENING.match(line)
        if match is None or line[match.end() : match.end() + 1].isdigit() or A_REPORT.search(line[:30]):
            continue
        behind = line[match.end() :]
        if _PLANNED.search(behind[:_SHORTEST_SENTENCE]):
            continue
        origin = "first_sentence" if prose <= _FIRST_SENTENCES and not later else "later_sentence"
        later.append(Answer(origin, arabic(match["year"]), number))
        name = _subject(behind, head.lines[at + 1 : at + 2])
        if name and len(name) >= 4:
            answers.agencies.append(Answer(origin, name, number))
            break
        if own_word(behind[:6]):
            break
        if found := _clause_subject(behind):
            answers.agencies.append(Answer("later_sentence", found[0], number))
            break
    if later and (later[0].origin == "first_sentence" or len({each.text for each in later}) == 1):
        answers.years.append(later[0])
    if not later or later[0].origin != "first_sentence":
        _from_clauses(head, answers)


def _without_alias(line: str) -> str:
    return _CALLED.sub("", line) if "称" in line else line


def _subject(text: str, following: list[str]) -> str | None:
    """The subject before the first verb; the end of a line may cut either in two."""
    parts = _VERBS.split(text, maxsplit=1)
    if len(parts) == 1 and following:
        parts = _VERBS.split(text + following[0], maxsplit=1)
    return agency_name(parts[0])


def _from_clauses(head: Head, answers: Answers) -> None:
    """The subject of a first sentence that no year opens: X局认真…, X局2024年…, 根据…，X局….

    A name there is taken only where it has its division, or is a town's: others may be those of any office.
    """
    for line, number in zip(head.lines, head.numbers, strict=True):
        if len(line) < _SHORTEST_SENTENCE or not _PROSE.search(line) or A_REPORT.fullmatch(line):
            continue
        if found := _clause_subject(line):
            name, year = found
            answers.agencies.append(Answer("first_sentence", name, number))
            if year:
                answers.years.append(Answer("first_sentence", year, number))
        return


def _clause_subject(text: str) -> tuple[str, str | None] | None:
    """The subject of the first clause that has an organ for it, and the year behind that."""
    for at, clause in enumerate(_CLAUSES.split(text)[:_MOST_CLAUSES]):
        subject = _VERBS.split(clause, maxsplit=1)[0]
        year = _YEAR_BEHIND.search(subject)
        name = agency_name(subject[: year.start()] if year else subject)
        if name is None or is_government(name):
            continue
        full = begins_with_division(name) or is_town(name)
        if full or (at == 0 and len(name) >= 4 and not is_office(name) and name[0] not in _RELATIVE):
            return name, arabic(year["year"]) if year else None
    return None
