"""The two official forms as the generator knows them: codes, printed labels, order.

Typed by hand from the contract and the description of real reports, on purpose without a look at the reader, so that
a wrong label there shows up as a failing test. Only what the form itself says belongs here; the ways in which agencies
misprint it are in `style.py`. A further form is a new key in `APPLICATION_FORMS` and `PROACTIVE_FORMS`.
"""

from dataclasses import dataclass

COLUMNS = (
    "natural_person",
    "enterprise",
    "research_institution",
    "social_organization",
    "legal_service",
    "other",
    "total",
)
COLUMN_LABELS = {
    "natural_person": "自然人",
    "enterprise": "商业企业",
    "research_institution": "科研机构",
    "social_organization": "社会公益组织",
    "legal_service": "法律服务机构",
    "other": "其他",
    "total": "总计",
}
TRACKS = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
OUTCOMES = ("upheld", "corrected", "other", "pending", "total")
OUTCOME_LABELS = {
    "upheld": "结果维持",
    "corrected": "结果纠正",
    "other": "其他结果",
    "pending": "尚未审结",
    "total": "总计",
}
GROUP_LABELS = {"三": "不予公开", "四": "无法提供", "五": "不予处理", "六": "其他处理"}
RESULTS_LABEL = "本年度办理结果"
BALANCE_NOTE = "本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和"


@dataclass(frozen=True)
class Item:
    """One row of the applications table.

    `level` 0 is a row of its own (一、), 1 stands under 三 (（一）), 2 stands in a group of 三 (（三） 1.).
    """

    code: str
    level: int
    marker: str
    label: str
    group: str = ""


_HEAD = (
    Item("new_received", 0, "一", "本年新收政府信息公开申请数量"),
    Item("carried_over", 0, "二", "上年结转政府信息公开申请数量"),
    Item("granted", 1, "一", "予以公开"),
    Item("partially_granted", 1, "二", "部分公开（区分处理的，只计这一情形，不计其他情形）"),
    Item("denied_state_secret", 2, "1", "属于国家秘密", "三"),
    Item("denied_prohibited_by_law", 2, "2", "其他法律行政法规禁止公开", "三"),
    Item("denied_safety_stability", 2, "3", "危及“三安全一稳定”", "三"),
    Item("denied_third_party_rights", 2, "4", "保护第三方合法权益", "三"),
    Item("denied_internal_affairs", 2, "5", "属于三类内部事务信息", "三"),
    Item("denied_process_information", 2, "6", "属于四类过程性信息", "三"),
    Item("denied_enforcement_file", 2, "7", "属于行政执法案卷", "三"),
    Item("denied_administrative_inquiry", 2, "8", "属于行政查询事项", "三"),
    Item("unavailable_not_held", 2, "1", "本机关不掌握相关政府信息", "四"),
    Item("unavailable_needs_creation", 2, "2", "没有现成信息需要另行制作", "四"),
    Item("unavailable_still_unclear", 2, "3", "补正后申请内容仍不明确", "四"),
    Item("not_processed_petition", 2, "1", "信访举报投诉类申请", "五"),
    Item("not_processed_repeated", 2, "2", "重复申请", "五"),
    Item("not_processed_publication", 2, "3", "要求提供公开出版物", "五"),
    Item("not_processed_excessive", 2, "4", "无正当理由大量反复申请", "五"),
    Item("not_processed_reissue", 2, "5", "要求行政机关确认或重新出具已获取信息", "五"),
)
_OTHER_2021 = (
    Item("other_no_correction", 2, "1", "申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "六"),
    Item("other_fee_unpaid", 2, "2", "申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", "六"),
    Item("other_other", 2, "3", "其他", "六"),
)
_OTHER_2019 = (Item("other_processing", 1, "六", "其他处理"),)
_TAIL = (
    Item("total_processed", 1, "七", "总计"),
    Item("carried_forward", 0, "四", "结转下年度继续办理"),
)
APPLICATION_FORMS = {"2021": _HEAD + _OTHER_2021 + _TAIL, "2019": _HEAD + _OTHER_2019 + _TAIL}
NOT_DISPOSITIONS = ("new_received", "carried_over", "total_processed", "carried_forward")


@dataclass(frozen=True)
class Block:
    """One 第二十条第（…）项 of the proactive table: its columns and its rows."""

    article: str
    measures: tuple[str, ...]
    items: tuple[str, ...]


_CHANGES = ("prior_year_items", "change", "decisions")
PROACTIVE_FORMS = {
    "2021": (
        Block("一", ("issued", "repealed", "in_force"), ("regulation", "normative_document")),
        Block("五", ("decisions",), ("administrative_license",)),
        Block("六", ("decisions",), ("administrative_penalty", "administrative_coercion")),
        Block("八", ("amount",), ("administrative_fee",)),
    ),
    "2019": (
        Block("一", ("created", "disclosed", "disclosed_total"), ("regulation", "normative_document")),
        Block("五", _CHANGES, ("administrative_license", "other_service")),
        Block("六", _CHANGES, ("administrative_penalty", "administrative_coercion")),
        Block("八", ("prior_year_items", "change"), ("administrative_fee",)),
        Block("九", ("projects", "amount"), ("government_procurement",)),
    ),
}
MEASURE_LABELS = {
    "2021": {
        "issued": "本年制发件数",
        "repealed": "本年废止件数",
        "in_force": "现行有效件数",
        "decisions": "本年处理决定数量",
        "amount": "本年收费金额（单位：万元）",
    },
    "2019": {
        "created": "本年新制作数量",
        "disclosed": "本年新公开数量",
        "disclosed_total": "对外公开总数量",
        "prior_year_items": "上一年项目数量",
        "change": "本年增/减",
        "decisions": "处理决定数量",
        "projects": "采购项目数量",
        "amount": "采购总金额",
    },
}
_ITEM_LABELS = {
    "regulation": "规章",
    "normative_document": "行政规范性文件",
    "administrative_license": "行政许可",
    "other_service": "其他对外管理服务事项",
    "administrative_penalty": "行政处罚",
    "administrative_coercion": "行政强制",
    "administrative_fee": "行政事业性收费",
    "government_procurement": "政府集中采购",
}
PROACTIVE_LABELS = {"2021": _ITEM_LABELS, "2019": _ITEM_LABELS | {"normative_document": "规范性文件"}}
