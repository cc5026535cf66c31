"""Table two in every layout: what is read, what is refused and named, and in which unit."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from pipeline.encoding import Decoded
from pipeline.reader.document import Document, Row
from pipeline.reader.formats import text as plain_text
from pipeline.reader.formats.html import page as html
from pipeline.reader.formats.raw_file import RawFile
from pipeline.reader.tables import disclosure_grid
from pipeline.reader.tables.matcher import match
from pipeline.reader.tables.reading import Reading

HEAD = "二、主动公开政府信息情况"
END = "三、收到和处理政府信息公开申请情况"
FORM: list[list[str]] = [
    ["第二十条第（一）项"],
    ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
    ["规章", "1", "3", "72"],
    ["行政规范性文件", "21", "38", "255"],
    ["第二十条第（五）项"],
    ["信息内容", "本年处理决定数量"],
    ["行政许可", "2488"],
    ["第二十条第（六）项"],
    ["信息内容", "本年处理决定数量"],
    ["行政处罚", "9318"],
    ["行政强制", "230"],
    ["第二十条第（八）项"],
    ["信息内容", "本年收费金额（单位：万元）"],
    ["行政事业性收费", "522.46"],
]
Rows = list[list[str]]
Layout = Callable[[Rows], Document]
#: What is read of FORM.
REGULATION = {"regulation.issued": 1, "regulation.repealed": 3, "regulation.in_force": 72}
NORMATIVE = {"normative_document.issued": 21, "normative_document.repealed": 38, "normative_document.in_force": 255}
LICENSE, PENALTY, COERCION, FEE = (
    "administrative_license.decisions",
    "administrative_penalty.decisions",
    "administrative_coercion.decisions",
    "administrative_fee.amount",
)
ALL = {**REGULATION, **NORMATIVE, LICENSE: 2488, PENALTY: 9318, COERCION: 230, FEE: 522.46}


def of_text(*lines: str) -> Document:
    return plain_text.from_text(Decoded("\n".join([HEAD, *lines, END]), ""))


def tabs(rows: Rows) -> Document:
    return of_text(*("\t".join(row) for row in rows))


def markdown(rows: Rows) -> Document:
    return of_text(*("| " + " | ".join(row) + " |" for row in rows))


def lines(rows: Rows) -> Document:
    return of_text(*(cell for row in rows for cell in row))


def pipes(rows: Rows) -> Document:
    return of_text(*("\n".join(f"{cell} |" for cell in row) + "\n|" for row in rows))


def page(rows: Rows) -> Document:
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    table = "".join(f"<tr>{row}</tr>\n" for row in cells)
    text = f"<h2>{HEAD}</h2>\n<table>\n{table}</table>\n<h2>{END}</h2>"
    return html.read(RawFile(text.encode(), ".html", 100_000))


LAYOUTS: list[Layout] = [tabs, markdown, lines, pipes, page]
GRIDS: list[Layout] = [tabs, markdown, page]


def changed(*changes: tuple[str, str]) -> Rows:
    """The form with some cells replaced."""
    cells = dict(changes)
    assert set(cells) <= {cell for row in FORM for cell in row}
    return [[cells.get(cell, cell) for cell in row] for row in FORM]


def replaced(label: str, *rows: list[str]) -> Rows:
    """The form with other rows instead of the one with a label."""
    at = [row[0] for row in FORM].index(label)
    return [*FORM[:at], *rows, *FORM[at + 1 :]]


def read(document: Document) -> dict[str, object]:
    """Each cell's number, or its state where it has none."""
    cells = match(document).proactive
    return {
        ".".join(key): cell.value.state if cell.value.number is None else float(cell.value.number)
        for key, cell in cells.items()
    }


def rules(reading: Reading) -> set[str]:
    return {finding.rule for finding in reading.findings}


def state(document: Document, key: str) -> str | None:
    item, measure = key.split(".")
    return match(document).proactive[item, measure].value.state


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_form(layout: Layout) -> None:
    assert read(layout(FORM)) == ALL
    assert rules(match(layout(FORM))) == set()


# Labels -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "label",
    [
        "行政许可决定",
        "1.行政许可",
        "（一）行政许可",
        "行 政 许 可",
        "行政许可数",
        "行政许可（件）",
        "行政許可",
        "行政许可：",
        "行政　许可",
    ],
)
def test_slips_of_a_label(layout: Layout, label: str) -> None:
    assert read(layout(changed(("行政许可", label)))) == ALL


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("header", ["本年度处理决定数量", "处理决定数量", "本年处理决定数", "本年处理决定数量（件）"])
def test_slips_of_a_header(layout: Layout, header: str) -> None:
    assert read(layout(changed(("本年处理决定数量", header)))) == ALL


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("label", "foreign", "missing"),
    [
        ("行政强制", "行政检查", {COERCION}),
        ("行政许可", "其他行政权力", {LICENSE}),
        ("行政规范性文件", "党内规范性文件", set(NORMATIVE)),
        ("行政规范性文件", "其他文件", set(NORMATIVE)),
        ("行政事业性收费", "政府性基金", {FEE}),
    ],
)
def test_a_row_of_the_reports_own_is_none_of_the_form(
    layout: Layout, label: str, foreign: str, missing: set[str]
) -> None:
    """Instead of a row of the form, and beside it."""
    reading = match(layout(changed((label, foreign))))
    found = read(layout(changed((label, foreign))))
    assert found == {key: value for key, value in ALL.items() if key not in missing}
    assert "row_unknown" in rules(reading)
    row = next(row for row in FORM if row[0] == label)
    assert read(layout(replaced(label, row, [foreign, *("77" for _ in row[1:])]))) == ALL
    assert read(layout(replaced(label, [foreign, *("77" for _ in row[1:])], row))) == ALL


# Columns ----------------------------------------------------------------------------------------------------


def pairs(headers: list[str], cells: list[str]) -> Rows:
    """The form with several columns in article five."""
    rows = replaced("行政许可", ["行政许可", *cells])
    at = [row[0] for row in rows].index("行政许可")
    return [*rows[: at - 1], ["信息内容", *headers], *rows[at:]]


@pytest.mark.parametrize("layout", GRIDS)
@pytest.mark.parametrize(
    ("headers", "cells", "expected"),
    [
        (["上年处理决定数量", "本年处理决定数量"], ["98", "114"], 114),
        (["本年处理决定数量", "上年处理决定数量"], ["114", "98"], 114),
        (["上年处理决定数量", "本年处理决定数量"], ["98", ""], "blank"),
        (["本年处理决定数量", "上年处理决定数量"], ["", "98"], "blank"),
        (["2023年处理决定数量", "2024年处理决定数量"], ["98", "114"], 114),
        (["2024年", "2023年"], ["114", "98"], 114),
        (["上年数", "本年数", "增减"], ["98", "114", "16"], 114),
        (["本年处理决定数量", "去年同期", "同比增长（%）"], ["114", "98", "16.3"], 114),
        (["一季度", "二季度", "本年处理决定数量"], ["14", "100", "114"], 114),
        (["本年处理决定数量", "备注"], ["114", "含变更2件"], 114),
        (["本年处理决定数量", "备注"], ["", "见附件3"], "blank"),
        (["本年处理决定数量", "备注"], ["114", "①"], 114),
    ],
)
def test_only_this_years_column_is_read(layout: Layout, headers: list[str], cells: list[str], expected: object) -> None:
    assert read(layout(pairs(headers, cells)))[LICENSE] == expected


def test_columns_in_another_order_stand_under_their_headers() -> None:
    rows = [row[:1] + row[:0:-1] for row in FORM]
    for layout in LAYOUTS:
        assert read(layout(rows)) == ALL


@pytest.mark.parametrize("layout", [lines, pipes])
def test_a_pair_of_years_in_stacked_cells(layout: Layout) -> None:
    headers = ["上年处理决定数量", "本年处理决定数量"]
    assert read(layout(pairs(headers, ["98", "114"])))[LICENSE] == 114
    assert read(layout(pairs(headers, ["98"])))[LICENSE] == "unreadable"  # last year's, or this year's


def test_a_short_row_is_not_filled_up() -> None:
    found = read(tabs(pairs(["上年处理决定数量", "本年处理决定数量"], ["98"])))
    assert found[LICENSE] == "unreadable"
    assert read(tabs(replaced("规章", ["规章", "1", "72"])))["regulation.in_force"] == "unreadable"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_under_an_unknown_header_nothing_is_read(layout: Layout) -> None:
    """Nor under the header before it."""
    rows = [*FORM[:8], ["信息内容", "案卷目录"], *FORM[9:]]
    reading = match(layout(rows))
    assert read(layout(rows)) == {**ALL, PENALTY: "unreadable", COERCION: "unreadable"}
    assert "column_unknown" in rules(reading)


def test_headers_of_2019_that_are_both_cut() -> None:
    rows = [
        ["第二十条第（一）项"],
        ["信息内容", "本年新", "本年新", "对外公开总数量"],
        ["规章", "4", "5", "9"],
        ["规范性文件", "6", "7", "13"],
    ]
    expected = {"regulation.created": 4, "regulation.disclosed": 5, "regulation.disclosed_total": 9}
    expected |= {"normative_document.created": 6, "normative_document.disclosed": 7}
    for layout in LAYOUTS:
        assert read(layout(rows)) == {**expected, "normative_document.disclosed_total": 13}


@pytest.mark.parametrize("first", ["1", "12", "一"])
def test_a_column_of_ordinals_is_no_value(first: str) -> None:
    rows = [["序号", *row] if row[0] == "信息内容" else [first, *row] if len(row) > 1 else row for row in FORM]
    for layout in GRIDS:
        assert read(layout(rows)) == ALL


# Cells ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "cell", ["114①", "114[1]", "114注1", "114户", "114含变更2件", "一百一十四", "共114件", "114 件"]
)
def test_an_annotated_cell_is_read(layout: Layout, cell: str) -> None:
    document = layout(changed(("9318", cell)))
    assert read(document) == {**ALL, PENALTY: 114}
    assert state(document, PENALTY) == "annotated"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("cell", ["详见附件", "同上", "O", "约100件", "①", "未统计", "……"])
def test_a_cell_that_is_no_number_is_unreadable_and_no_absent_row(layout: Layout, cell: str) -> None:
    assert read(layout(changed(("9318", cell)))) == {**ALL, PENALTY: "unreadable"}


@pytest.mark.parametrize("layout", GRIDS)
def test_an_empty_cell_is_blank(layout: Layout) -> None:
    assert read(layout(changed(("9318", "")))) == {**ALL, PENALTY: "blank"}
    assert read(layout(changed(("9318", "/")))) == {**ALL, PENALTY: "nil_mark"}


@pytest.mark.parametrize("join", ["：", ":", "\u3000", "\u3000\u3000", "  ", " ", "……", "="])
def test_a_label_and_its_value_joined_on_a_line(join: str) -> None:
    document = of_text(*(join.join(row) for row in FORM[4:11]))
    assert read(document) == {LICENSE: 2488, PENALTY: 9318, COERCION: 230}


def test_a_dash_between_label_and_value_may_be_a_sign_or_nil() -> None:
    assert set(read(of_text(*(" - ".join(row) for row in FORM[4:11]))).values()) == {"unreadable"}


def test_table_two_as_sentences() -> None:
    document = of_text(
        "（一）规章：本年制发1件，本年废止3件，现行有效72件。",
        "（二）行政规范性文件：本年制发21件，本年废止38件，现行有效255件。",
        "（三）行政许可：本年处理决定2488件。",
        "（四）行政处罚：本年处理决定若干件。",
        "（五）行政事业性收费：本年收费金额522.46万元。",
    )
    found = {key: value for key, value in ALL.items() if key not in (PENALTY, COERCION)}
    assert read(document) == {**found, PENALTY: "unreadable"}


# Values apart from their labels -----------------------------------------------------------------------------


def test_values_above_their_labels_are_read_where_they_take_turns() -> None:
    document = of_text(
        *FORM[7], *FORM[8], "9318", "行政处罚", "230", "行政强制", *FORM[11], *FORM[12], "行政事业性收费", "5"
    )
    reading = match(document)
    assert read(document) == {PENALTY: 9318, COERCION: 230, FEE: 5}
    assert "read_by_order" in rules(reading)


def test_values_above_their_labels_are_refused_where_the_first_may_be_a_page() -> None:
    document = of_text(
        *FORM[7], *FORM[8], "12", "行政处罚", "230", "行政强制", *FORM[11], *FORM[12], "行政事业性收费", "5"
    )
    assert read(document) == {PENALTY: "unreadable", COERCION: "unreadable", FEE: 5}


def test_labels_before_their_values() -> None:
    apart = of_text(*FORM[7], *FORM[8], "行政处罚", "行政强制", "9318", "230")
    assert read(apart) == {PENALTY: 9318, COERCION: 230}
    assert "read_by_order" in rules(match(apart))
    one = of_text(*FORM[7], *FORM[8], "行政处罚", "行政强制", "9318")
    assert read(one) == {PENALTY: "unreadable", COERCION: "unreadable"}


def test_a_column_of_values_apart_from_its_labels() -> None:
    labels = ["信息内容", "行政处罚", "行政强制"]
    apart = of_text(*labels, *FORM[7], "本年处理决定数量", "9318", "230")
    assert read(apart) == {PENALTY: 9318, COERCION: 230}
    assert "read_by_order" in rules(match(apart))
    short = of_text(*labels, *FORM[7], "本年处理决定数量", "9318")
    assert read(short) == {PENALTY: "unreadable", COERCION: "unreadable"}


def test_values_under_one_of_two_equal_headers_are_of_neither() -> None:
    """The article stands beside 0 and 95, which are 现行有效; its labels stand behind 230 and 3968."""
    document = of_text(
        *("规章", "行政规范性文件", "", "信息内容", "行政许可", "", "0", "1", ""),
        *("第二十条第（一）项", "本年制发件数", "本年废止件数", "0", "39", "", "106399", ""),
        *("第二十条第（五）项", "本年处理决定数量", "", "第二十条第（六）项", "", "—1—", "", "0", "95", ""),
        *("现行有效件数", "", "信息内容", "", "本年处理决定数量", "", "230", "3968", "", "行政处罚", "行政强制"),
    )
    assert read(document)[PENALTY] == read(document)[COERCION] == "unreadable"


def test_labels_far_below_the_heading_are_not_absent() -> None:
    """Labels and numbers stand before the first article: the heading is nine lines above it."""
    document = of_text(
        *(
            "信息",
            "内容",
            "规章",
            "行政规范性文件",
            "",
            "0",
            "5",
            "",
            "第二十条第（一）项",
            "本年制",
            "发件数",
            "0",
            "44",
        ),
        *("第二十条第（五）项", "", "本年处理决定数量", "", "行政许可", "", "87557"),
    )
    assert {read(document)[cell] for cell in (*REGULATION, *NORMATIVE)} == {"unreadable"}


def test_numbers_without_labels_are_named_and_no_absent_rows() -> None:
    document = of_text(*FORM[0], *FORM[1], "1", "3", "72", "21", "38")
    assert set(read(document).values()) == {"unreadable"}
    assert set(read(document)) == {*REGULATION, *NORMATIVE}


def test_a_number_between_the_lines_of_its_label() -> None:
    first = of_text(*FORM[0], *FORM[1], *FORM[2], "行政规范性文", "21", "件", "38", "255")
    assert read(first) == {**REGULATION, **NORMATIVE}
    glued = of_text(*FORM[0], *FORM[1], *FORM[2], "行政规范性文件 21", "38", "255")
    assert read(glued) == {**REGULATION, **NORMATIVE}
    short = of_text(*FORM[0], *FORM[1], *FORM[2], "行政规范性文", "21", "件", "38")
    assert read(short) == {**REGULATION, **dict.fromkeys(NORMATIVE, "unreadable")}


def test_a_header_in_pieces() -> None:
    header = ["第二十条第（五）项", "信息内容", "上一年项 本年增/", "目数量", "减", "处理决定", "数量"]
    items = ("administrative_license", "other_service")
    three = ("prior_year_items", "change", "decisions")
    document = of_text(*header, "行政许可", "94", "3", "653", "其他对外管理", "37", "服务事项", "-5", "2531")
    numbers = (94, 3, 653, 37, -5, 2531)
    assert read(document) == dict(zip((f"{item}.{code}" for item in items for code in three), numbers, strict=True))
    part = of_text(*header[:3], "目数", *header[4:], "行政许可", "94", "3", "653")  # a letter is lost
    assert set(read(part).values()) == {"unreadable"}


def test_headers_in_another_order_name_no_rows() -> None:
    document = of_text("第二十条第（八）项", "本年增/减", "上一年项目数量", "17", "-1")
    assert set(read(document).values()) == {"unreadable"}
    named = of_text("第二十条第（八）项", "本年增/减", "上一年项目数量", "行政事业性收费", "-1", "17")
    assert read(named) == {"administrative_fee.prior_year_items": 17, "administrative_fee.change": -1}


# Units ------------------------------------------------------------------------------------------------------

YUAN = 12.5


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "header",
    [
        "本年收费金额（单位：元）",
        "本年收费金额（人民币：元）",
        "本年收费金额（以元为单位）",
        "本年收费金额（￥元）",
        "本年收费金额(元)",
        "本年收费金额 单位:元",
        "本年收费金额，元",
        "收费金额/元",
        "本年收费金额（单位：元人民币）",
    ],
)
def test_a_header_in_yuan(layout: Layout, header: str) -> None:
    document = layout(changed(("本年收费金额（单位：万元）", header), ("522.46", "125000")))
    assert read(document)[FEE] == YUAN
    assert state(document, FEE) == "unit_converted"


@pytest.mark.parametrize(
    ("unit", "cell", "expected"),
    [
        ("千元", "125", 12.5),
        ("亿元", "1.25", 12500),
        ("百万元", "3", 300),
        ("百元", "1250", 12.5),
        ("万 元", "12.5", 12.5),
    ],
)
def test_other_units(unit: str, cell: str, expected: float) -> None:
    document = tabs(changed(("本年收费金额（单位：万元）", f"本年收费金额（单位：{unit}）"), ("522.46", cell)))
    assert read(document)[FEE] == expected


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("cell", ["125000元", "125000（元）", "人民币125000元整", "12.5万", "12.5万元", "0.125百万元"])
def test_the_unit_in_the_cell_wins(layout: Layout, cell: str) -> None:
    for header in ("本年收费金额（单位：万元）", "本年收费金额（单位：元）", "本年收费金额"):
        document = layout(changed(("本年收费金额（单位：万元）", header), ("522.46", cell)))
        assert read(document)[FEE] == YUAN
        assert "unit_differs" not in rules(match(document))


BARE = ("本年收费金额（单位：万元）", "本年收费金额")


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "place",
    [
        (("行政事业性收费", "行政事业性收费（单位：元）"),),
        (("行政事业性收费", "行政事业性收费（元）"),),
        (("第二十条第（八）项", "第二十条第（八）项（金额单位：元）"),),
    ],
)
def test_the_unit_in_the_label_or_the_article(layout: Layout, place: tuple[tuple[str, str], ...]) -> None:
    document = layout(changed(BARE, ("522.46", "125000"), *place))
    assert read(document)[FEE] == YUAN


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "note",
    [
        "单位：元",
        "（单位：件、元）",
        "注：行政事业性收费金额的单位为元。",
        "（表中收费金额以元计）",
        "单位：件（元）",
        "数量：件；金额：元",
        "说明：表中收费金额以“元”为单位。",
        "注：收费金额以「元」计。",
    ],
)
def test_the_unit_above_or_below_the_table(layout: Layout, note: str) -> None:
    rows = changed(BARE, ("522.46", "125000"))
    assert read(layout([[note], *rows]))[FEE] == YUAN
    assert read(layout([*rows, [note]]))[FEE] == YUAN


@pytest.mark.parametrize("layout", [tabs, markdown, page])
@pytest.mark.parametrize(
    ("head", "unit"), [("备注", "金额以元计"), ("备注", "单位：元"), ("计量单位", "元"), ("单位", "（元）")]
)
def test_the_unit_in_a_column_beside_the_amount(layout: Layout, head: str, unit: str) -> None:
    headed = changed(BARE, ("522.46", "125000"))
    rows = [[*row, head] if row[-1] == "本年收费金额" else row for row in headed]
    rows[-1] = [*rows[-1], unit]
    assert read(layout(rows))[FEE] == YUAN
    rows[-1][-1] = "比上年多125元"
    assert read(layout(rows))[FEE] == 125000


@pytest.mark.parametrize("layout", [tabs, markdown, page])
def test_kinds_of_cases_are_no_rows_of_the_form(layout: Layout) -> None:
    kinds = [["行政处罚（简易程序）", "71"], ["行政处罚（普通程序）", "71"]]
    assert state(layout(replaced("行政处罚", *kinds)), PENALTY) == "unreadable"
    assert read(layout(replaced("行政处罚", *kinds, ["行政处罚总计", "142"])))[PENALTY] == 142
    assert read(layout(replaced("行政处罚", ["行政处罚", "142"], *kinds)))[PENALTY] == 142
    assert read(layout(replaced("行政处罚", ["行政处罚（件）", "142"])))[PENALTY] == 142


def test_one_cell_beside_two_labels_is_of_neither() -> None:
    rows = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in replaced("行政强制", ["行政强制"])
    )
    document = html.read(
        RawFile(f"<html><p>{HEAD}</p><table>{rows}</table><p>{END}</p></html>".encode(), ".html", 100_000)
    )
    assert (state(document, PENALTY), state(document, COERCION)) == ("unreadable", "unreadable")
    assert read(document)[LICENSE] == 2488


@pytest.mark.parametrize("layout", [tabs, markdown])
@pytest.mark.parametrize("first", [True, False])
def test_last_years_table_under_its_caption_is_not_read(layout: Layout, first: bool) -> None:
    this = layout(FORM).text.replace(HEAD, "").replace(END, "").strip("\n")
    other = this.replace("9318", "77").replace("2488", "66")
    parts = [f"附：2022年度情况\n\n{other}", f"2023年主动公开政府信息情况\n\n{this}"]
    document = of_text("\n\n".join(parts if first else parts[::-1]))
    assert read(document) == ALL


def test_units_that_contradict_each_other() -> None:
    label = tabs(changed(("行政事业性收费", "行政事业性收费（元）"), ("522.46", "125000")))
    assert read(label)[FEE] == YUAN  # the row's own label is nearest
    assert "unit_differs" in rules(match(label))
    note = tabs([*changed(("522.46", "125000")), ["注：收费金额单位：元"]])
    assert read(note)[FEE] == "unreadable"
    assert "unit_differs" in rules(match(note))
    both = tabs(changed(("本年收费金额（单位：万元）", "本年收费金额（单位：元、万元）")))
    assert read(both)[FEE] == "unreadable"
    dollars = tabs(changed(("本年收费金额（单位：万元）", "本年收费金额（单位：美元）")))
    assert read(dollars)[FEE] == "unreadable"


def test_units_of_other_things_do_not_count() -> None:
    for note in ("单位：件", "注：采购金额单位为元", "全年收费125万元。"):
        assert read(tabs([[note], *FORM]))[FEE] == 522.46


@pytest.mark.parametrize(
    ("header", "cell", "doubtful"),
    [
        ("本年收费金额（单位：万元）", "5000000.00", True),
        ("本年收费金额（单位：万元）", "625000.00", True),
        ("本年收费金额（单位：万元）", "99999.5", False),
        ("本年收费金额（单位：万元）", "625000", False),
        ("本年收费金额", "625000", True),
        ("本年收费金额", "522.46", False),
        ("本年收费金额（单位：元）", "12.5", True),
        ("本年收费金额（单位：元）", "625000.50", False),
        ("本年收费金额（单位：元）", "0", False),
    ],
)
def test_an_amount_that_does_not_fit_its_unit_is_named(header: str, cell: str, doubtful: bool) -> None:
    document = tabs(changed(("本年收费金额（单位：万元）", header), ("522.46", cell)))
    expected = Decimal(cell) / (10000 if "：元" in header else 1)
    assert read(document)[FEE] == float(expected)
    assert ("amount_magnitude" in rules(match(document))) == doubtful


@pytest.mark.parametrize(
    ("cells", "lines"),
    [
        (["政府集中采购", "5", "7.5"], [2, 3]),
        (["政府集中采购", "", "5", "7.5"], [3, 4]),  # a cell more than headers: the numbers stand further right
        (["政府集中采购", "", "", "5", "", "7.5"], [4, 6]),
    ],
)
def test_a_number_has_the_line_of_its_own_cell(cells: list[str], lines: list[int]) -> None:
    head = disclosure_grid.head_of(("信息内容", "采购项目数量", "采购总金额"))
    assert head is not None
    row = Row(1, cells, "html", list(range(1, len(cells) + 1)))
    found = disclosure_grid.read_row("government_procurement", row, 0, head)
    assert found is not None
    assert [(str(cell.value.number), cell.line) for cell in found.values()] == [("5", lines[0]), ("7.5", lines[1])]


def test_a_number_under_a_header_of_several_columns_has_the_line_of_its_own_cell() -> None:
    head = disclosure_grid.head_of(("信息内容", "采购项目数量", "采购项目数量", "采购总金额"))
    assert head is not None
    row = Row(1, ["政府集中采购", "", "5", "7.5"], "html", [1, 2, 3, 4])
    found = disclosure_grid.read_row("government_procurement", row, 0, head)
    assert found is not None
    assert [(str(cell.value.number), cell.line) for cell in found.values()] == [("5", 3), ("7.5", 4)]
