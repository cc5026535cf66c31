"""The official forms as data: rows, columns, labels, order.

The rows of both forms (2021: 国办公开办函〔2021〕30号; 2019: 国办公开办函〔2019〕60号) are in the CSV files beside this
module, the spellings seen in reports in ``labels/*.csv``. To teach the reader a new spelling, add a line to a file in
``labels``.

Belongs here: what the forms print. Does not: what must add up (``pipeline.rules``).
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from pipeline.forms.skeleton import skeleton

#: The form's tables three, four and two, by the fact tables that hold them.
APPLICATIONS = "fact_application_handling"
REVIEW = "fact_reconsideration"
PROACTIVE = "fact_proactive_disclosure"

#: The first year the two official forms are about; the form of 2014 before them is out of scope.
FIRST_YEAR = 2019

#: Titles of the report's sections of the form that hold the tables, with an English rendering.
TABLE_TITLES = {
    PROACTIVE: ("主动公开政府信息情况", "Proactive disclosure"),
    APPLICATIONS: ("收到和处理政府信息公开申请情况", "Applications received and handled"),
    REVIEW: ("政府信息公开行政复议、行政诉讼情况", "Reconsideration and litigation"),
}
#: The numbers of these sections in a report's headings.
TABLE_NUMBERS = {PROACTIVE: "二", APPLICATIONS: "三", REVIEW: "四"}
#: Value columns of tables three and four in the form's order: the headers as the form prints them, and in English.
COLUMN_LABELS = {
    APPLICATIONS: {
        "natural_person": ("自然人", "natural persons"),
        "enterprise": ("商业企业", "enterprises"),
        "research_institution": ("科研机构", "research institutions"),
        "social_organization": ("社会公益组织", "social organizations"),
        "legal_service": ("法律服务机构", "legal service organizations"),
        "other": ("其他", "other organizations"),
        "total": ("总计", "total"),
    },
    REVIEW: {
        "upheld": ("结果维持", "upheld"),
        "corrected": ("结果纠正", "corrected"),
        "other": ("其他结果", "other result"),
        "pending": ("尚未审结", "pending"),
        "total": ("总计", "total"),
    },
}
#: Tracks of table four in the form's order: their names on the form, and in English.
TRACK_LABELS = {
    "reconsideration": ("行政复议", "administrative reconsideration"),
    "litigation_direct": ("行政诉讼 未经复议直接起诉", "litigation without reconsideration"),
    "litigation_after_reconsideration": ("行政诉讼 复议后起诉", "litigation after reconsideration"),
}
#: Columns of table three (自然人 … 总计), and those of them that the total sums up.
APPLICATION_COLUMNS = list(COLUMN_LABELS[APPLICATIONS])
APPLICANTS = APPLICATION_COLUMNS[:-1]
#: Columns of one track of table four, and those of them that the total sums up.
REVIEW_COLUMNS = list(COLUMN_LABELS[REVIEW])
RESULTS = REVIEW_COLUMNS[:-1]
TRACKS = list(TRACK_LABELS)


@dataclass(frozen=True, slots=True)
class ApplicationItem:
    """A row of table three; ``forms`` are those that have it."""

    item: str
    parent_item: str | None
    outcome: str
    forms: tuple[str, ...]
    first_year: int
    last_year: int | None
    label_zh: str
    label_en: str


@dataclass(frozen=True, slots=True)
class DisclosureItem:
    """A cell of table two; ``forms`` are those that have it."""

    item: str
    measure: str
    forms: tuple[str, ...]
    first_year: int
    last_year: int | None
    unit: str
    label_zh: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Spelling:
    """A spelling of a row's label: its skeleton, and whether it alone says which row it is."""

    item: str
    text: str
    strong: bool


def _csv(name: str) -> list[dict[str, str]]:
    path = resources.files(__name__) / name
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def _years(row: dict[str, str]) -> tuple[int, int | None]:
    return int(row["first_year"]), int(row["last_year"]) if row["last_year"] else None


@cache
def application_items() -> dict[str, ApplicationItem]:
    """Rows of table three by code, in the form's order."""
    return {
        row["item"]: ApplicationItem(
            row["item"],
            row["parent_item"] or None,
            row["outcome"],
            tuple(row["forms"].split()),
            *_years(row),
            row["label_zh"],
            row["label_en"],
        )
        for row in _csv("application_items.csv")
    }


@cache
def disclosure_items() -> dict[tuple[str, str], DisclosureItem]:
    """Cells of table two by item and measure, in the form's order."""
    return {
        (row["item"], row["measure"]): DisclosureItem(
            row["item"],
            row["measure"],
            tuple(row["forms"].split()),
            *_years(row),
            row["unit"],
            row["label_zh"],
            row["label_en"],
        )
        for row in _csv("disclosure_items.csv")
    }


def application_rows(form: str) -> list[str]:
    """Codes of the rows of table three on a form ("2021": 25, "2019": 23), in order."""
    return [code for code, item in application_items().items() if form in item.forms]


def disclosure_cells(form: str) -> list[tuple[str, str]]:
    """Item and measure of the cells of table two on a form ("2021": 10, "2019": 22), in order."""
    return [key for key, item in disclosure_items().items() if form in item.forms]


@cache
def application_spellings() -> list[Spelling]:
    """Spellings of the rows of table three, longest first."""
    return _spellings("application_handling.csv")


@cache
def disclosure_spellings() -> list[Spelling]:
    """Spellings of the rows of table two that are labels wherever they stand, longest first."""
    return [spelling for spelling in disclosure_cell_spellings() if spelling.strong]


@cache
def disclosure_cell_spellings() -> list[Spelling]:
    """Spellings of the rows of table two, also those that are labels only where they fill a cell; longest first."""
    return _spellings("proactive_disclosure.csv")


@cache
def disclosure_items_by_spelling() -> dict[str, str]:
    """Row of table two by the skeleton of a spelling."""
    return {label.text: label.item for label in disclosure_spellings()}


def _spellings(name: str) -> list[Spelling]:
    rows = _csv(f"labels/{name}")
    spellings = [Spelling(row["item"], skeleton(row["label"]), row["strength"] == "strong") for row in rows]
    return sorted(spellings, key=lambda spelling: -len(spelling.text))


@dataclass(frozen=True, slots=True)
class Measure:
    """A column header of table two on one form."""

    measure: str
    form: str


@cache
def measures_by_spelling() -> dict[str, Measure]:
    """Column headers of table two by skeleton."""
    return {
        skeleton(row["label"]): Measure(row["measure"], row["form"]) for row in _csv("labels/proactive_measures.csv")
    }


#: The headers of table two: its columns by measure, as the forms print them.
HEADERS: list[dict[str, str]] = [
    {"issued": "本年制发件数", "repealed": "本年废止件数", "in_force": "现行有效件数"},
    {"created": "本年新制作数量", "disclosed": "本年新公开数量", "disclosed_total": "对外公开总数量"},
    {"prior_year_items": "上一年项目数量", "change": "本年增减", "decisions": "处理决定数量"},
    {"prior_year_items": "上一年项目数量", "change": "本年增减"},
    {"decisions": "本年处理决定数量"},
    {"amount": "本年收费金额"},
    {"projects": "采购项目数量", "amount": "采购总金额"},
]
_ARTICLES = {
    "一": ["regulation", "normative_document"],
    "五": ["administrative_license", "other_service"],
    "六": ["administrative_penalty", "administrative_coercion"],
    "八": ["administrative_fee"],
    "九": ["government_procurement"],
}


@cache
def headers_by_letters() -> dict[str, dict[str, str]]:
    """The headers of table two by their letters in alphabetical order, the longest first."""
    letters = {"".join(sorted("".join(header.values()))): header for header in HEADERS}
    return dict(sorted(letters.items(), key=lambda pair: -len(pair[0])))


def rows_under(measures: list[str], article: str | None) -> list[str]:
    """The form's rows under a header of table two, in order; ``article`` is the numeral of its 第（…）项, if known.

    Empty when the header alone does not tell (处理决定数量 stands above two articles).
    """
    form = "2019" if "prior_year_items" in measures or "created" in measures or "projects" in measures else "2021"
    rows = [item for item, measure in disclosure_cells(form) if measure == measures[0]] if measures else []
    if article is not None:
        return [item for item in rows if item in _ARTICLES[article]]
    groups = [group for group in _ARTICLES.values() if any(item in rows for item in group)]
    return rows if len(groups) == 1 else []


@cache
def disclosure_vocabulary() -> re.Pattern[str]:
    """Finds in a skeleton what the head of table two is made of: articles, headers with units, row labels."""
    measures = "|".join(sorted(measures_by_spelling(), key=len, reverse=True))
    items = "|".join(label.text for label in disclosure_spellings())
    return re.compile(
        rf"(?P<article>第?二十条第?[一二三四五六七八九1-9]项|第[一五六八九]项)|(?P<content>信息内容)"
        r"|(?P<other>(?:上年度?|上一年度?|去年|历年|累计|计划|20[0-9]{2}年度?)(?:处理决定|收费|制发|废止|新制作|新公开)(?:总?件?数量?|金额|件))"
        rf"|(?:(?P<measure>{measures})|(?P<cut>本年新本年新(?=对外公开)))(?:单位)?(?:人民币|以)?(?:[百千万亿]*元)?(?:为单位|人民币|计|件)?"
        rf"|(?P<item>{items})(?:(?:决定|案件|情况)?(?:总?数量|总?件数|数|金额)?(?:单位)?(?:件|宗|起|[百千万亿]*元)?)"
    )


#: Headers of the 2019 form of which only the same letters are left: 本年新制作数量, 本年新公开数量.
CUT_HEADERS = [Measure("created", "2019"), Measure("disclosed", "2019")]
#: A column of another year, or of what the form does not ask.
OTHER_COLUMN = Measure("", "")
