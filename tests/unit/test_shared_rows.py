"""Rows of a grid that hold several rows of table three, and aligned rows below the headers of more columns."""

import pytest

from pipeline.reader.document import Document, Row
from pipeline.reader.layouts.text_rows import text_rows
from pipeline.reader.tables.aligned_cells import NumberLine, Page, cells_of
from pipeline.reader.tables.matcher import match
from pipeline.reader.tables.page_columns import Line, names_more, tokens
from pipeline.reader.tables.printed_labels import printed_items
from pipeline.reader.tables.reading import Reading
from pipeline.reader.tables.shared_rows import split_shared_rows

LABELS = "1.本机关不掌握相关政府信息<br>2.没有现成信息需要另行制作<br>3.补正后申请内容仍不明确"
NUMBERS = [[3, 0, 0, 0, 0, 1, 4], [0, 0, 2, 0, 0, 0, 2], [5, 0, 0, 0, 0, 0, 5]]
ITEMS = ["unavailable_not_held", "unavailable_needs_creation", "unavailable_still_unclear"]


def read(labels: str, cells: list[str]) -> Reading:
    """Table three in markdown with some plain rows and one that is shared."""
    plain = ["一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "（一）予以公开", "（七）总计"]
    rows = [[label, "1", "0", "0", "0", "0", "0", "1"] for label in plain]
    rows.insert(3, [labels, *cells])
    lines = ["三、收到和处理政府信息公开申请情况", *(f"| {' | '.join(row)} |" for row in rows)]
    return match(Document("\n".join(lines), lines, text_rows(lines)))


def stacked(numbers: list[list[int]]) -> list[str]:
    return ["<br>".join(map(str, column)) for column in zip(*numbers, strict=True)]


def test_a_row_that_holds_several_is_read_as_these() -> None:
    found = read(LABELS, stacked(NUMBERS)).applications
    assert [[int(cell.value.number or 0) for cell in found[item].cells.values()] for item in ITEMS] == NUMBERS


@pytest.mark.parametrize(
    ("labels", "cells"),
    [
        (LABELS, [*stacked(NUMBERS)[:-1], "4<br>7"]),  # a blank one is gone
        (LABELS.replace("<br>2.", "<br>其中：<br>2."), stacked(NUMBERS)),
        (LABELS.replace("3.补正后申请内容仍不明确", "2.没有现成信息需要另行制作"), stacked(NUMBERS)),
        (LABELS, [*stacked(NUMBERS)[:-1], "4<br>约2<br>5"]),
    ],
)
def test_a_row_whose_pieces_do_not_fit_is_not_cut(labels: str, cells: list[str]) -> None:
    row = Row(1, [labels.replace("<br>", " "), *(cell.replace("<br>", " ") for cell in cells)], "markdown")
    assert split_shared_rows([row]) == [row]
    found = read(labels, cells).applications
    assert all(cell.value.number is None for item in ITEMS if item in found for cell in found[item].cells.values())


def test_groups_before_the_labels_stand_in_the_first_row() -> None:
    numbers = [cell.replace("<br>", " ") for cell in stacked(NUMBERS)]
    rows = split_shared_rows([Row(7, ["（四）无法提供", LABELS.replace("<br>", " "), *numbers], "html")])
    assert [row.cells[0] for row in rows] == ["（四）无法提供", "", ""]
    assert [row.cells[-1] for row in rows] == ["4", "2", "5"]
    assert {row.line for row in rows} == {7}


def test_a_short_label_among_others_in_a_cell_is_printed() -> None:
    cells = ["1.信访举报投诉类申请 2.重复申请 3.要求提供公开出版物", "1 0 0"]
    assert printed_items([Row(9, cells, "html")], ["not_processed_repeated"], [(9, 9)]) == {"not_processed_repeated": 9}
    assert printed_items([Row(9, ["大量重复申请的人", "1"], "html")], ["not_processed_repeated"], [(9, 9)]) == {}


HEADERS = "      自然人  商业企业  科研机构  社会公益组织  法律服务机构  其他  总计"


@pytest.mark.parametrize(("more", "known"), [("", True), ("上年总计", False), ("去年同期", False), ("备注", True)])
def test_seven_numbers_below_headers_of_other_numbers_have_no_certain_column(more: str, *, known: bool) -> None:
    has_more = names_more([Line(1, tokens(more + HEADERS, wide=False))])
    line = Line(2, tokens("0    45    3    11    3    1    63", wide=False))
    page = Page([line], 0, list(range(7)), None, has_places=True, is_full=False, has_more=has_more)
    cells = cells_of([NumberLine(2, line.tokens, page, folded=False, alone=True)])
    assert (cells is not None) is known


def test_a_sentence_that_compares_is_no_header() -> None:
    assert not names_more([Line(1, tokens("同比增长的是自然人提出的申请数量", wide=False))])
