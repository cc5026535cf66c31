"""The tables as grids of cells with spans: what HTML prints, and what tabs, pipes and Markdown are made from.

`proactive_grid`, `applications_grid` and `review_grid` give rows of cells as a word processor holds them; `expand`
fills the spans to a rectangle. How a grid becomes text is said in the modules of the layouts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ..sheet import Article, Line, Sheet


@dataclass(frozen=True)
class Cell:
    """One cell: text, columns and rows that it spans, and what it is (label, head or value)."""

    text: str
    cols: int = 1
    rows: int = 1
    kind: str = "label"


Grid: TypeAlias = list[list[Cell]]


def _values(texts: Sequence[str], width: int) -> list[Cell]:
    """Value cells that fill `width` columns, the last one taking what is left."""
    cells = [Cell(text, kind="value") for text in texts]
    cells[-1] = Cell(cells[-1].text, width - len(cells) + 1, kind="value")
    return cells


def article_grid(article: Article, width: int) -> Grid:
    """One 项 of the proactive table."""
    head = [Cell(text, kind="head") for text in article.head]
    head[-1] = Cell(head[-1].text, width - len(head) + 1, kind="head")
    rows = [[Cell(article.title, width, kind="head")], head]
    rows += [[Cell(line.label), *_values(line.texts, width - 1)] for line in article.lines]
    return rows


def proactive_grid(sheet: Sheet) -> Grid:
    """The proactive table as one grid."""
    return [row for article in sheet.articles for row in article_grid(article, sheet.width)]


def applications_head(sheet: Sheet) -> Grid:
    """The three heading rows of the applications table."""
    columns = [Cell(text, kind="head") for text in sheet.columns]
    natural, organizations, total = columns[0], columns[1:6], columns[6]
    return [
        [Cell(sheet.note, 3, 3, "head"), Cell(sheet.applicants, 7, kind="head")],
        [
            Cell(natural.text, rows=2, kind="head"),
            Cell(sheet.organizations, 5, kind="head"),
            Cell(total.text, rows=2, kind="head"),
        ],
        organizations,
    ]


def applications_body(sheet: Sheet) -> Grid:
    """The rows of the applications table."""
    under_results = sum(line.level > 0 for line in sheet.lines)
    rows: Grid = []
    group = ""
    for line in sheet.lines:
        row: list[Cell] = []
        if line.level > 0 and not any(cell.text == sheet.results for other in rows for cell in other[:1]):
            row.append(Cell(sheet.results, rows=under_results))
        if line.level == 2 and line.group != group:
            group = line.group
            row.append(Cell(sheet.groups[group], rows=group_size(sheet.lines, group)))
        row.append(Cell(line.label, 3 - line.level))
        rows.append(row + _values(line.texts, 7))
    return rows


def group_size(lines: Sequence[Line], group: str) -> int:
    """How many rows a group has."""
    return sum(line.group == group for line in lines)


def review_head(sheet: Sheet) -> Grid:
    """The three heading rows of table four."""
    review, litigation, direct, after = sheet.review_titles
    outcomes = [Cell(text, kind="head") for text in sheet.outcomes]
    return [
        [Cell(review, 5, kind="head"), Cell(litigation, 10, kind="head")],
        [
            *(Cell(cell.text, rows=2, kind="head") for cell in outcomes),
            Cell(direct, 5, kind="head"),
            Cell(after, 5, kind="head"),
        ],
        [*outcomes, *outcomes],
    ]


def review_grid(sheet: Sheet) -> Grid:
    """Table four with its heading, if the report has one."""
    values = [Cell(text, kind="value") for text in sheet.review]
    return [*(review_head(sheet) if sheet.review_header else []), values]


def expand(grid: Grid, *, repeat: bool = False) -> list[list[str]]:
    """The grid as a rectangle; spanned places are empty, or with `repeat` carry the text of labels and heads again."""
    rows: list[list[str]] = []
    pending: dict[int, tuple[int, str]] = {}
    for cells in grid:
        row: list[str] = []

        def carry(row: list[str] = row) -> None:
            while len(row) in pending:
                left, text = pending[len(row)]
                if left == 1:
                    del pending[len(row)]
                else:
                    pending[len(row)] = (left - 1, text)
                row.append(text)

        for cell in cells:
            carry()
            again = cell.text if repeat and cell.kind != "value" else ""
            for offset in range(cell.cols):
                if cell.rows > 1:
                    pending[len(row)] = (cell.rows - 1, again)
                row.append(again if offset else cell.text)
        carry()
        rows.append(row)
    return rows
