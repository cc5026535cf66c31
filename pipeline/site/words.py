"""Labels of codes in Chinese and English.

Belongs here: labels that no table of the warehouse has. Labels of the forms are in ``pipeline.forms``.
"""

import re
from functools import cache
from typing import NamedTuple

from pipeline import forms
from pipeline.forms import APPLICATIONS, PROACTIVE, REVIEW


class Words(NamedTuple):
    """A text in both languages."""

    zh: str
    en: str


TABLES = {table: Words(*titles) for table, titles in forms.TABLE_TITLES.items()}
SEVERITIES = {
    "error": Words("错误", "error"),
    "warning": Words("警告", "warning"),
    "info": Words("提示", "note"),
}
GROUPS = {
    "sums": Words("合计", "Sums of the form"),
    "values": Words("数值", "Values"),
    "years": Words("跨年", "Between years"),
    "narrative": Words("文字", "Text"),
    "sections": Words("章节", "Sections"),
    "identity": Words("身份", "Identity"),
    "reading": Words("读取", "Reading"),
}
FAULTS = {
    "reading": Words("看来是读取所致", "looks like a misreading"),
    "agency": Words("看来是原文所致", "looks like the agency's slip"),
}
STATES = {
    "present": Words("已入库", "present"),
    "missing": Words("缺", "missing"),
    "rejected": Words("文件未能入库", "rejected"),
    "superseded": Words("被取代", "superseded"),
}
#: Why a cell has no number; a nil mark is shown as it is printed.
NOT_STATED = {
    "blank": Words("空白", "blank"),
    "absent_row": Words("无此行", "no such row"),
    "unreadable": Words("无法辨认", "unreadable"),
    "ocr": Words("图像，未核实", "picture, not proved"),
    None: Words("未载明", "not stated"),
}
FORMS = {
    "2021": Words("2021 年表样（国办公开办函〔2021〕30号）", "form of 2021"),
    "2019": Words("2019 年表样（国办公开办函〔2019〕60号）", "form of 2019"),
    "hybrid": Words("两种表样混用", "of both forms"),
    None: Words("表样不明", "form unknown"),
}
REPORT_SCOPES = {
    "region": Words("全区域汇总（不计入合计）", "adds up a whole area (left out of sums)"),
    "own": Words("本机关", "the agency alone"),
}
CLAIM_SCOPES = {
    "region": Words("全区域", "whole area"),
    "other_body": Words("其他机关", "another body"),
    "other_year": Words("其他年度", "another year"),
}
#: What the English label of a cell of table two says of its row.
_ROW_NAME = re.compile("^(?:Regulations|(?:Administrative n|N)ormative documents|[^:]+:) ")
#: Rows of table two whose English labels do not begin with their names.
_DOCUMENTS = {"regulation": "Regulations", "normative_document": "Normative documents"}
#: Articles of the regulation that table two is divided by.
_NORMS, _SERVICES, _SANCTIONS, _FEES, _PURCHASES = (
    Words(f"第二十条第（{number}）项", f"Article 20 ({at})")
    for number, at in zip("一五六八九", (1, 5, 6, 8, 9), strict=True)
)
ARTICLES = {
    "regulation": _NORMS,
    "normative_document": _NORMS,
    "administrative_license": _SERVICES,
    "other_service": _SERVICES,
    "administrative_penalty": _SANCTIONS,
    "administrative_coercion": _SANCTIONS,
    "administrative_fee": _FEES,
    "government_procurement": _PURCHASES,
}
UNKNOWN = Words("未知", "unknown")
NOWHERE = Words("地区未定", "not placed")
LEVELS = {
    "国家": Words("国家", "national"),
    "省": Words("省级", "provincial"),
    "市": Words("市级", "prefectural"),
    "县": Words("县级", "county"),
    "乡": Words("乡级", "township"),
}
KINDS = {
    "人民政府": Words("人民政府", "people's government"),
    "政府办公室": Words("政府办公室", "office of a government"),
    "部门": Words("部门", "department"),
    "街道办事处": Words("街道办事处", "sub-district office"),
    "乡镇": Words("乡镇", "township or town"),
    "派出机构": Words("派出机构", "dispatched body"),
    "其他": Words("其他", "other"),
}
#: Why an indicator has no value.
NO_VALUE = {
    "not_stated": Words("未载明", "not stated"),
    "denominator_zero": Words("分母为零", "denominator is 0"),
    "previous_year_missing": Words("无上年", "no previous year"),
    "impossible": Words("数不相容", "numbers contradict"),
}
OUTCOMES = {
    "granted": Words("予以公开", "granted"),
    "partially_granted": Words("部分公开", "partially granted"),
    "denied": Words("不予公开", "denied"),
    "unavailable": Words("无法提供", "unavailable"),
    "not_processed": Words("不予处理", "not processed"),
    "other_processing": Words("其他处理", "other processing"),
}


def column(table: str, item: str | None, name: str) -> Words:
    """The label of a column of the official tables; in table two it depends on the row."""
    if table == PROACTIVE:
        found = forms.disclosure_items().get((item or "", name))
        return (
            Words(found.label_zh.partition(" ")[2], _ROW_NAME.sub("", found.label_en)) if found else Words(name, name)
        )
    return Words(*forms.COLUMN_LABELS.get(table, {}).get(name, (name, name)))


def row(table: str, item: str) -> Words:
    """The label of a row of the official tables."""
    if table == APPLICATIONS and item in forms.application_items():
        spec = forms.application_items()[item]
        return Words(spec.label_zh, spec.label_en)
    if table == REVIEW and item in forms.TRACK_LABELS:
        return Words(*forms.TRACK_LABELS[item])
    for (code, _), cell in forms.disclosure_items().items():
        if table == PROACTIVE and code == item:
            return Words(cell.label_zh.partition(" ")[0], _DOCUMENTS.get(item) or cell.label_en.partition(":")[0])
    return Words(item, item)


def where(table: str | None, item: str | None, name: str | None) -> Words:
    """The label of the cell, row, column or table that an issue is about; empty for a whole report.

    >>> where("fact_reconsideration", "reconsideration", "corrected").zh
    '表四 · 行政复议 · 结果纠正'
    """
    if table not in TABLES:
        return Words("", "")
    parts = [row(table, item)] if item else []
    parts += [column(table, item, name)] if name else []
    parts = parts or [TABLES[table]]
    return Words(
        f"表{forms.TABLE_NUMBERS[table]} · " + " · ".join(part.zh for part in parts),
        ", ".join(part.en for part in parts),
    )


def suggestion(text: str | None) -> Words | None:
    """A suggestion of ``quality_issue`` with the labels of the form.

    >>> suggestion("reconsideration.corrected: 3 → 2")
    Words(zh='行政复议 · 结果纠正：3 → 2', en='administrative reconsideration, corrected: 3 → 2')
    """
    if text is None:
        return None
    changes = [_change(each) for each in text.split(" | ")]
    return Words(" 或 ".join(change.zh for change in changes), " or ".join(change.en for change in changes))


def _change(text: str) -> Words:
    cell, colon, change = text.partition(": ")
    item, dot, name = cell.partition(".")
    table = next((table for table, items in _items().items() if item in items), None)
    if not (colon and dot and table):
        return Words(text, text)
    at, beside = row(table, item), column(table, item, name)
    return Words(f"{at.zh} · {beside.zh}：{change}", f"{at.en}, {beside.en}: {change}")


def place(level: str | None, kind: str | None) -> tuple[Words, Words]:
    """Level and kind of an agency; codes that are not known stand for themselves."""
    return (
        LEVELS.get(level, Words(level, "")) if level else UNKNOWN,
        KINDS.get(kind, Words(kind, "")) if kind else UNKNOWN,
    )


@cache
def _items() -> dict[str, set[str]]:
    return {
        APPLICATIONS: set(forms.application_items()),
        REVIEW: set(forms.TRACKS),
        PROACTIVE: {item for item, _ in forms.disclosure_items()},
    }
