"""The three tables of one report as they are to be printed: labels and cell texts, not yet laid out.

A `Sheet` joins the form, the writing habits (`style.py`) and the printed numbers (`cells.py`); every layout starts
from it. What a table looks like on the page belongs in `layouts/`.
"""

from dataclasses import dataclass

from .cells import Cells
from .dice import Dice
from .form import (
    APPLICATION_FORMS,
    COLUMN_LABELS,
    COLUMNS,
    GROUP_LABELS,
    MEASURE_LABELS,
    OUTCOME_LABELS,
    OUTCOMES,
    PROACTIVE_FORMS,
    PROACTIVE_LABELS,
    TRACKS,
)
from .style import Style
from .truth import APPLICATIONS, PROACTIVE, REVIEW, Truth


@dataclass(frozen=True)
class Line:
    """One row: its label and the texts of its cells. `level` and `group` as in `form.Item`."""

    item: str
    label: str
    texts: tuple[str, ...]
    level: int = 0
    group: str = ""


@dataclass(frozen=True)
class Article:
    """One 项 of the proactive table; `extra` is a local row that the form does not know."""

    title: str
    head: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Sheet:
    """Everything that the three tables print."""

    articles: tuple[Article, ...]
    width: int
    lines: tuple[Line, ...]
    groups: dict[str, str]
    results: str
    note: str
    applicants: str
    organizations: str
    columns: tuple[str, ...]
    review: tuple[str, ...]
    outcomes: tuple[str, ...]
    review_titles: tuple[str, str, str, str]
    review_header: bool


def build_sheet(truth: Truth, cells: Cells, style: Style, dice: Dice, *, may_lose_header: bool) -> Sheet:
    """Put labels and texts together; table four loses its header only where a section heading announces it."""
    lines = _lines(truth, cells, style)
    groups = {line.group for line in lines}
    return Sheet(
        articles=_articles(truth, cells, style, dice),
        width=4,
        lines=lines,
        groups={
            group: style.bracketed(group) + style.label(group, label)
            for group, label in GROUP_LABELS.items()
            if group in groups
        },
        results=style.results(),
        note=style.note(),
        applicants="申请人情况",
        organizations=dice.vary("法人或其他组织", "法人或者其他组织", p=0.05),
        columns=tuple(style.label(column, COLUMN_LABELS[column]) for column in COLUMNS),
        review=tuple(cells.texts[REVIEW, track, outcome] for track in TRACKS for outcome in OUTCOMES),
        outcomes=_outcomes(style, dice),
        review_titles=("行政复议", "行政诉讼", "未经复议直接起诉", "复议后起诉"),
        review_header=not (may_lose_header and dice.chance(0.03)),
    )


def _articles(truth: Truth, cells: Cells, style: Style, dice: Dice) -> tuple[Article, ...]:
    form = truth.proactive_form
    articles = []
    for block in PROACTIVE_FORMS[form]:
        if block.article in cells.dropped:
            continue
        lines = [
            Line(
                item,
                style.label(item, PROACTIVE_LABELS[form][item]),
                tuple(cells.texts[PROACTIVE, item, measure] for measure in block.measures),
            )
            for item in block.items
        ]
        if block.article == "一" and dice.chance(0.02):
            lines.append(Line("", "其他主动公开文件", tuple(str(dice.number(0, 60)) for _ in block.measures)))
        head = tuple(_measure_label(form, measure, cells, style, dice) for measure in block.measures)
        articles.append(Article(style.article(block.article), ("信息内容", *head), tuple(lines)))
    return tuple(articles)


def _measure_label(form: str, measure: str, cells: Cells, style: Style, dice: Dice) -> str:
    label = MEASURE_LABELS[form][measure]
    if measure != "amount":
        return style.label(measure, label)
    text = next(text for place, text in cells.texts.items() if place[2] == "amount")
    if form == "2019":
        stated = "元" in text or text in ("0", "", "0.00")
        return label if stated and dice.rng.random() < 0.6 else style.punctuate(f"{label}（{cells.amount_unit}）")
    label = dice.vary(label, "本年收费金额（万元）", "本年收费金额（单位:万元）", p=0.12)
    return style.punctuate(label.replace("万元", cells.amount_unit))


def _lines(truth: Truth, cells: Cells, style: Style) -> tuple[Line, ...]:
    lines = []
    for item in APPLICATION_FORMS[truth.application_form]:
        label = style.label(item.code, item.label)
        if item.level == 0:
            label = f"{item.marker}、{label}"
        elif item.level == 1:
            label = style.bracketed(item.marker) + label
        else:
            label = style.numbered(item.marker) + label
        texts = tuple(cells.texts[APPLICATIONS, item.code, column] for column in COLUMNS)
        lines.append(Line(item.code, label, texts, item.level, item.group))
    return tuple(lines)


def _outcomes(style: Style, dice: Dice) -> tuple[str, ...]:
    """The five headings of table four, with or without the blank that a line break left inside."""
    labels = [OUTCOME_LABELS[outcome] for outcome in OUTCOMES]
    if dice.chance(0.3):
        labels = [f"{label[:2]} {label[2:]}" if len(label) == 4 else label for label in labels]
    return tuple(labels)
