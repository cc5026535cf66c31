"""What a report says besides its tables: title, headings and the text of its sections.

The sentences state the report's own numbers where they speak of its tables (they never contradict the truth), and are
full of numbers and years that are none of it: plans for the next year, decrees, percentages, telephone numbers. Page
chrome is in `chrome.py`; how prose is set is in `document.py`.
"""

import random
import re
from dataclasses import dataclass, field

from .dice import Dice
from .form import TRACKS
from .names import Agency
from .truth import Truth

HEADINGS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
_REWORDED = (
    ("一、总体工作情况", "一、基本情况", "一、概述"),
    ("二、主动公开信息情况", "二、行政机关主动公开政府信息情况", "二、主动公开政府信息的情况"),
    ("三、收到和处理政府信息公开申请的情况", "三、行政机关收到和处理政府信息公开申请情况", "三、依申请公开情况"),
    (
        "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况",
        "四、政府信息公开行政复议、行政诉讼的情况",
        "四、因政府信息公开工作被申请行政复议、提起行政诉讼的情况",
    ),
    ("五、政府信息公开工作存在的主要问题及改进情况", "五、存在问题及改进情况", "五、存在的主要问题和改进措施"),
    ("六、其他需要报告事项", "六、需要报告的其他事项", "六、其他需要说明的事项"),
)
_ASPECTS = ("主动公开", "依申请公开", "政府信息管理", "政府信息公开平台建设", "监督保障")
_ACTIVE = (
    "{self}严格落实主动公开职责，全年通过政府网站公开各类信息{a}条，通过政务新媒体发布信息{b}条，较{last}年增长{p}%。",
    "围绕重点工作，及时发布工作动态、政策文件、财政预决算等信息{a}余条，制作图文解读{c}期，其中图解占{p}%。",
    "按照《{last}年政务公开工作要点》和国办公开办函{decree}要求，梳理公开事项{c}项，公开信息{a}条。",
    "全年召开新闻发布会{c}场，回应社会关切{b}次，及时率达100%。",
)
_MANAGEMENT = (
    "严格执行“三审三校”制度，坚持“先审查、后公开”“一事一审”，全年开展合规性审查{b}次，整改表述瑕疵{c}处。",
    "健全信息源头管理机制，动态调整主动公开目录{c}次，清理{before}年以前的失效文件，做到应公开尽公开。",
    "落实公文公开属性源头认定，对{last}年以来的公文逐件排查，建立台账，责任到人。",
)
_PLATFORM = (
    "持续优化政府网站栏目设置，新增专题专栏{c}个，政务微信公众号发文{b}篇，阅读量{a}万余次。",
    "升级政务公开专区，设置智能查询屏{c}台，服务群众{a}余人次，打造“15分钟政务公开圈”。",
    "加强线上线下平台建设，办理12345热线工单{a}件，群众满意度98.2%。",
)
_OVERSIGHT = (
    "将政务公开纳入年度考核（占比5%），全年组织培训{c}次，参训{b}人次，开展督查4轮，整改问题{c}项。",
    "明确1名分管领导和2名专职人员，印发通报{c}期；未发生责任追究情形。",
    "主动接受社会监督，公开举报电话{area}-8360{d}，对照{last}年第三方评估反馈的{c}个问题逐项整改。",
)
_PROBLEMS = (
    "一是公开内容不够全面，政策解读仍以文字为主，图文、视频形式占比不足20%；二是业务培训覆盖面不够。",
    "对照新要求，还存在一些不足：一是信息更新不够及时；二是基层专业人员力量薄弱，人员流动性较大。",
    "{year}年，政府信息公开工作取得了一定成绩，但信息公开的时效性有待提高，部分栏目{c}个月未更新。",
)
_PLANS = (
    "{next}年，{self}将进一步健全工作机制，计划新增图文解读{c}条，组织业务培训{c}次，提高公开质效。",
    "下一步，一是强化组织领导，压实工作责任；二是拓展公开渠道，力争{next}年底前完成{c}个专区建设。",
    "针对存在问题，将重点做好以下工作：（一）加强学习培训。（二）完善制度机制。（三）提升解读质量。",
)
_OTHERS = (
    "本年度未收取政府信息公开信息处理费。",
    "按照《政府信息公开信息处理费管理办法》，{year}年共收取信息处理费{a}元。",
    "无其他需要报告的事项。",
    "本年度未发生应当收取信息处理费的情况。本报告电子版可在政府网站查阅，联系电话：8{d}00。",
    "无。",
)
_INSTRUCTIONS = (
    "（该部分以表格形式报告）",
    "编写说明：本部分数据应与统计系统一致，没有的填0，不得留空；2021年起规章不再按新制作数量统计。",
    "（填报说明：各项数据按1月1日至12月31日统计，金额保留4位小数。）",
)
_NOTES = (
    "注：本表数据截至{year}年12月31日。",
    "注：1.表中数据不含所属事业单位；2.“行政规范性文件”指正式印发并备案的文件。",
    "备注：以上数据由各科室报送汇总。",
)
_SPACE_AFTER = re.compile(r"(?<![〔第\d.-])(\d+)(?=[年月日件条个次项期场人余台篇])")
_SPACE_BEFORE = re.compile(r"(?<=[\u4e00-\u9fff])(?=\d+ )")

CLAIMS = ("received", "carried_over", "answered", "carried_forward", "reconsideration", "litigation")
"""The numbers of the tables that the text may state."""
_REVIEW_CLAIMS = CLAIMS[4:]


@dataclass(frozen=True)
class Misstatement:
    """A number of the tables (one of CLAIMS) that the text states wrongly on purpose."""

    claim: str
    stated: int
    true: int


def misstate(truth: Truth, dice: Dice, claim: str | None = None, *, review: bool = True) -> Misstatement:
    """Another number for a claim (None: any, of the reviews only if `review`): at most nine more or four less.

    No number that another reading of the sentence would find in the tables, as new and carried over together.
    """
    true = _claimed(truth)
    claim = claim or dice.pick(CLAIMS if review else CLAIMS[: -len(_REVIEW_CLAIMS)])
    if claim in _REVIEW_CLAIMS:
        totals = [cells[4] or 0 for cells in truth.review.values()]
        taken = {*totals, totals[1] + totals[2], sum(totals)}
    else:
        taken = {true[item] for item in CLAIMS if item not in _REVIEW_CLAIMS}
        taken.add(true["received"] + true["carried_over"])
    near = range(max(1, true[claim] - 4), true[claim] + 10)
    return Misstatement(claim, dice.pick([number for number in near if number not in taken]), true[claim])


def _claimed(truth: Truth) -> dict[str, int]:
    """What the tables say of each of CLAIMS."""
    items = ("new_received", "carried_over", "total_processed", "carried_forward")
    review, *suits = (truth.review[track][4] or 0 for track in TRACKS)
    numbers = (*(truth.applications[item][6] or 0 for item in items), review, sum(suits))
    return dict(zip(CLAIMS, numbers, strict=True))


def _numeral(number: int) -> str:
    """A number in Chinese characters, as a count (两件); zero stays a digit."""
    if number in (0, 2) or number >= 10_000:
        return "两" if number == 2 else str(number)
    text = ""
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            text += "零一二三四五六七八九"[digit] + unit
        elif text and number % place:
            text = text.rstrip("零") + "零"
    return text[1:] if text.startswith("一十") else text


@dataclass
class Prose:
    """All text of a report but its tables; `before` and `after` stand around the table of sections two to four."""

    title: list[str]
    intro: list[str]
    headings: list[str]
    overall: list[str]
    before: list[list[str]]
    after: list[list[str]]
    problems: list[str]
    others: list[str]
    chrome_top: list[str] = field(default_factory=list)
    chrome_bottom: list[str] = field(default_factory=list)


def write_prose(truth: Truth, agency: Agency, dice: Dice, wrong: Misstatement | None = None) -> Prose:
    """The text of a report; call it before cells are left out of the truth.

    In some reports a 一、概述 comes first, and all headings are one higher. What is `wrong` is stated once, in section
    one, and all else stays as it is without it.
    """
    writer = _Writer(truth, agency, dice, wrong)
    title, named = writer.title()
    intro, headings = writer.intro(), writer.headings()
    if headings[0].startswith("二"):
        intro = ["一、概述", *(intro or [f"本报告根据《条例》编制，统计期限为{truth.year}年1月1日至12月31日。"])]
    prose = Prose(
        title=title,
        intro=intro,
        headings=headings,
        overall=writer.overall(named),
        before=[writer.before_table(number) for number in range(3)],
        after=[[writer.fill(dice.pick(_NOTES))] if dice.chance(0.05) else [] for _ in range(3)],
        problems=[writer.fill(dice.pick(_PROBLEMS)), writer.fill(dice.pick(_PLANS))],
        others=[writer.fill(dice.pick(_OTHERS))],
    )
    if dice.chance(0.35):
        for part in (prose.intro, prose.overall, *prose.before, *prose.after, prose.problems, prose.others):
            part[:] = [_SPACE_BEFORE.sub(" ", _SPACE_AFTER.sub(r"\1 ", text)) for text in part]
    return prose


class _Writer:
    """Fills sentences with the report's names and with numbers that mean nothing."""

    def __init__(self, truth: Truth, agency: Agency, dice: Dice, wrong: Misstatement | None = None) -> None:
        self.truth = truth
        self.wrong = wrong
        self.agency = agency
        self.dice = dice
        self.decree = "〔2019〕60号" if truth.year <= 2020 else "〔2021〕30号"
        self.area = dice.pick(["0517", "010", "0371", "023", "0731", "0898"])

    def fill(self, sentence: str) -> str:
        dice, year = self.dice, self.truth.year
        return sentence.format(
            self=self.agency.self_name,
            year=year,
            last=year - 1,
            before=year - dice.number(2, 6),
            next=year + 1,
            a=dice.number(60, 5500),
            b=dice.number(10, 400),
            c=dice.number(2, 12),
            d=dice.number(100, 999),
            p=dice.pick(["12.5", "20", "31", "8.6", "45", "145"]),
            decree=self.decree,
            area=self.area,
        )

    def title(self) -> tuple[list[str], bool]:
        """The title's lines, and whether they name the agency."""
        name, year, dice = self.agency.name, self.truth.year, self.dice
        document = dice.vary("政府信息公开工作年度报告", "政府信息公开年度报告", p=0.06)
        forms = [
            ([f"{name}{year}年{document}"], True),
            ([f"{name} {year} 年{document}"], True),
            ([f"{year}年{name}{document}"], True),
            ([f"{year} 年{name}{document}"], True),
            ([name, f"{year}年{document}"], True),
            ([f"{year}年", f"{name}{document}"], True),
            ([f"{name}{year}年度{document}"], True),
            ([f"{year}年{document}-{name}"], True),
            ([f"{name}{document}", f"（{year}年度）"], True),
            ([f"{name}", f" {year} 年", document], True),
        ]
        if dice.chance(0.04):
            return dice.pick([[], [f"{year}年{document}"], [document]]), False
        return dice.vary(forms[0], *forms, p=0.7)

    def intro(self) -> list[str]:
        """How the report was made and which time it covers."""
        dice, agency, year = self.dice, self.agency, self.truth.year
        if not dice.chance(0.6):
            return []
        maker = agency.name + ("办公室" if agency.is_government else "")
        by = dice.vary(f"本报告由{maker}", "本报告", p=0.5)
        period = dice.pick(
            [
                f"自{year}年1月1日起至{year}年12月31日止",
                f"从{year}年1月1日到{year}年12月31日止",
                f"为{year}年1月1日至12月31日",
                f"自{year}年1月1日至{year}年12月31日",
            ]
        )
        return [
            f"{by}根据《中华人民共和国政府信息公开条例》（国务院令第711号）和国办公开办函{self.decree}规定编制。"
            f"本报告所列数据的统计期限{period}。"
            f"如对本报告有疑问，请与{maker}联系（地址：翔宇南道{dice.number(1, 99)}号，"
            f"邮编：2{dice.number(10000, 99999)}，电话：{self.area}-8{dice.number(1000000, 9999999)}）。"
        ]

    def headings(self) -> list[str]:
        """The six headings; an empty one is not printed."""
        dice = self.dice
        headings = [dice.vary(usual, *others, p=0.07) for usual, others in zip(HEADINGS, _REWORDED, strict=True)]
        if dice.chance(0.03):
            return [""] * 6
        if dice.chance(0.03):
            return [heading.replace("、", ".", 1) for heading in headings]
        if dice.chance(0.03):
            return ["二三四五六七"[number] + text[1:] for number, text in enumerate(headings)]
        return headings

    def overall(self, named: bool) -> list[str]:
        """Section one: the only place where the agency must be named, if the title does not."""
        dice, year = self.dice, self.truth.year
        parent = self._leaders()
        who = self.agency.name if not named or dice.chance(0.3) else self.agency.self_name
        verb = dice.pick(["认真贯彻落实", "严格按照", "深入贯彻"])
        first = dice.pick(
            [
                f"{year}年，{who}坚持以习近平新时代中国特色社会主义思想为指导，{verb}《中华人民共和国政府信息"
                "公开条例》，扎实推进政务公开工作。现将有关情况报告如下。",
                f"{year}年，{who}在{parent}的坚强领导下，{verb}《中华人民共和国政府信息公开条例》各项要求，"
                "持续提升公开质效。",
                f"{year}年，{who}{verb}《条例》和各级关于政务公开工作的部署，切实保障人民群众的知情权、参与权。",
            ]
        )
        numbers = "一二三四五"
        style = dice.vary("（{}）{}情况。", "（{}）{}：", "{}、{}情况\n", "{}是{}。", "（{}）{}\n", p=0.5)
        paragraphs = [first]
        for number, (aspect, text) in enumerate(zip(_ASPECTS, self._aspects(), strict=True)):
            head, separator, _ = style.format(numbers[number], aspect).partition("\n")
            paragraphs += [head, text] if separator else [head + text]
        return paragraphs

    def _leaders(self) -> str:
        word = self.agency.region
        return f"{word}委、{word}政府"

    def _aspects(self) -> list[str]:
        active, *others = (self.fill(self.dice.pick(of)) for of in (_ACTIVE, _MANAGEMENT, _PLATFORM, _OVERSIGHT))
        requests = self._requests()
        return [active, self._misstated(self.wrong) if self.wrong else requests, *others]

    def _misstated(self, wrong: Misstatement) -> str:
        """The sentence on applications or on reviews with one wrong number; chance of its own, for all else's sake."""
        dice = Dice(random.Random(f"{wrong} {self.agency.name} {self.truth.year}"), self.dice.noise)
        numbers = _claimed(self.truth) | {wrong.claim: wrong.stated}
        chinese = dice.chance(0.15)
        texts = [_numeral(numbers[claim]) if chinese else str(numbers[claim]) for claim in CLAIMS]
        new, over, total, forward, review, suits = texts
        received = dice.pick([f"全年共收到政府信息公开申请{new}件", f"本年新收政府信息公开申请{new}件"])
        if wrong.claim in _REVIEW_CLAIMS:
            return f"{received}。政府信息公开行政复议{review}件、行政诉讼{suits}件。"
        if wrong.claim == "received" and dice.chance(0.4):
            return f"{received}。"
        return f"{received}，上年结转{over}件，办结{total}件，结转下年度{forward}件。"

    def _requests(self) -> str:
        """What the report says of applications and reviews: its own numbers, or none."""
        rows, dice = self.truth.applications, self.dice
        new, over, total, forward = (
            rows[item][6] for item in ("new_received", "carried_over", "total_processed", "carried_forward")
        )
        if dice.chance(0.35):
            return "进一步畅通申请渠道，规范办理流程，依法依规做好答复工作，均在法定期限内办结。"
        text = (
            dice.pick(["全年未收到政府信息公开申请。", "全年共收到政府信息公开申请0件。"])
            if new == 0
            else dice.pick([f"全年共收到政府信息公开申请{new}件", f"本年新收政府信息公开申请{new}件"])
            + dice.pick(["。", f"，上年结转{over}件，办结{total}件，结转下年度{forward}件。"])
        )
        review = self.truth.review["reconsideration"][4]
        suits = [self.truth.review[track][4] for track in ("litigation_direct", "litigation_after_reconsideration")]
        if dice.chance(0.5) and review is not None and None not in suits:
            number = sum(suit or 0 for suit in suits)
            if review or number:
                text += f"政府信息公开行政复议{review}件、行政诉讼{number}件。"
            else:
                text += "未发生因政府信息公开引起的行政复议、行政诉讼。"
        return text

    def before_table(self, number: int) -> list[str]:
        """Template instructions that were left in, or a sentence in front of the table."""
        texts = []
        if self.dice.chance(0.06):
            texts.append(self.dice.pick(_INSTRUCTIONS))
        if self.dice.chance(0.06):
            told = {1: "received", 2: "reconsideration"}.get(number)
            narrative = self._narrative(number)
            if not (self.wrong and self.wrong.claim == told):
                texts.append(narrative)
        return texts

    def _narrative(self, number: int) -> str:
        year = self.truth.year
        if number == 0:
            return f"{year}年，通过政府网站主动公开政府信息{self.dice.number(20, 900)}条，比{year - 1}年增加12条。"
        if number == 1:
            new = self.truth.applications["new_received"][6]
            return f"{year}年，共收到政府信息公开申请{new}件，具体情况见下表。"
        review = self.truth.review["reconsideration"][4]
        return f"{year}年，因政府信息公开被申请行政复议{review}件，详见下表。"
