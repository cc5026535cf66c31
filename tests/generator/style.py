"""How one report writes the form's labels: brackets, numbering, punctuation, shortened and misprinted labels.

Drawn once a report, so that a report is consistent with itself, with a few exceptions inside (a single label that
differs). Variants are those named in the description of real reports; add a new one to `LABEL_VARIANTS`. How numbers
are printed is in `cells.py`.
"""

from dataclasses import dataclass, field

from .dice import Dice
from .form import BALANCE_NOTE, RESULTS_LABEL

FULL_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")

LABEL_VARIANTS: dict[str, tuple[str, ...]] = {
    "partially_granted": ("部分公开", "部分公开（区分处理的，只计这一情形、不计其他情形）"),
    "denied_prohibited_by_law": ("其他法律行政止公开", "其他法律、行政法规禁止公开"),
    "denied_safety_stability": ('危及"三安全一稳定"', "危及三安全一稳定", "危及“三安全—稳定”"),
    "denied_internal_affairs": ("属于三类内部事务",),
    "denied_process_information": ("属于四类过程性 信息",),
    "unavailable_not_held": ("本机关不掌握",),
    "not_processed_reissue": ("要求确认或重新出具已获取信息", "要求行政机关确认或者重新出具已获取信息"),
    "other_no_correction": (
        "逾期不补正",
        "申请人无正当理由逾期不补正，行政机关不再处理其政府信息公开申请",
        "申请人无正当理由逾期不补正、行政机关不再处理",
    ),
    "other_fee_unpaid": (
        "逾期未按收费通知要求缴纳费用",
        "申请人逾期未按收费通知要求缴纳费用，行政机关不再处理其政府信息公开申请",
    ),
    "other_other": ("其他情形", "其 他"),
    "other_processing": ("其他",),
    "total_processed": ("总 计", "合计"),
    "carried_forward": ("结转下年度继续办理的政府信息公开申请数量", "结转下年度继续办理数量"),
    "new_received": ("本年新收政府信息公开 申请数量",),
    "carried_over": ("上年结转政府信息公开申请", "上年度结转政府信息公开申请数量"),
    "六": ("其他",),
    "social_organization": ("社会公益", "社会公 益组织"),
    "enterprise": ("商业 企业",),
    "research_institution": ("科研 机构",),
    "legal_service": ("法律服 务机构",),
    "total": ("总 计",),
    "regulation": ("规 章",),
    "normative_document": ("规范性文件", "行政规范性 文件"),
    "in_force": ("现行有效件", "现行有效 件数"),
    "change": ("本年增／减", "本年增减", "本年增/ 减"),
    "administrative_fee": ("行政事业性 收费",),
    "other_service": ("其他对外管理 服务事项",),
}
EXPLANATIONS: dict[str, tuple[str, ...]] = {
    "new_received": ("（{y}年1月1日至12月31日收到的申请）", "（不含{b}年结转的申请）"),
    "granted": ("（含{b}年受理、{y}年答复的）",),
    "normative_document": ("（不含{b}年清理废止的12件）", "（以〔{y}〕1号文统一编号的）"),
    "administrative_license": ("（{y}年度全部事项，含第711号令规定的2类）",),
    "denied_safety_stability": ("（《条例》第14条：国家安全、公共安全、经济安全、社会稳定）",),
}
"""Explanations inside a label, with numbers that are no data: {y} is the year, {b} the year before."""


@dataclass
class Style:
    """The writing habits of one report."""

    year: int
    left: str = "（"
    right: str = "）"
    after_bracket: str = ""
    point: str = "."
    full_digits: bool = False
    comma: str = ""
    article_gap: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    explained: dict[str, str] = field(default_factory=dict)

    @classmethod
    def choose(cls, dice: Dice, year: int, *, explain: bool) -> "Style":
        """Draw the habits; `explain` allows numbers inside labels, which only some layouts keep readable."""
        style = cls(year)
        if dice.chance(0.35):
            style.left, style.right = "(", ")"
            style.after_bracket = dice.vary("", " ", p=0.5)
        style.point = dice.vary(".", "、", ". ", "．", p=0.45)
        style.full_digits = dice.chance(0.06)
        style.comma = dice.vary("", ",", ", ", p=0.12)
        style.article_gap = dice.vary("", " ", p=0.12)
        for code, variants in LABEL_VARIANTS.items():
            if dice.chance(0.05):
                style.labels[code] = dice.pick(variants)
        if explain and dice.chance(0.06):
            code = dice.pick(sorted(EXPLANATIONS))
            style.explained[code] = dice.pick(EXPLANATIONS[code]).format(y=year, b=year - 1)
        return style

    def label(self, code: str, official: str) -> str:
        """The label of a row or column without its number."""
        return self.punctuate(self.labels.get(code, official) + self.explained.get(code, ""))

    def punctuate(self, text: str) -> str:
        """The text with this report's brackets and commas."""
        if self.left == "(":
            text = text.replace("（", self.left).replace("）", self.right)
        if self.comma and "，" in text:
            text = text.replace("，", self.comma)
        return text

    def bracketed(self, numeral: str) -> str:
        """（三） in this report's writing."""
        return f"{self.left}{numeral}{self.right}{self.after_bracket}"

    def numbered(self, number: str) -> str:
        """`1.` in this report's writing."""
        return (number.translate(FULL_DIGITS) if self.full_digits else number) + self.point

    def article(self, numeral: str) -> str:
        """The heading of one 项 of the proactive table."""
        return f"第二十条{self.article_gap}第{self.left}{numeral}{self.right}项"

    def results(self) -> str:
        """三、本年度办理结果."""
        return f"三、{RESULTS_LABEL}"

    def note(self) -> str:
        """The remark in the corner of the applications table."""
        return self.punctuate(f"（{BALANCE_NOTE}）")
