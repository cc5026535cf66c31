"""Tables with other separators than tabs, blanks and pipes. Whole texts are cases (``tests/cases/markdown``)."""

import pytest

from pipeline.reader.document import Row
from pipeline.reader.formats import registry
from pipeline.reader.formats.raw_file import RawFile
from pipeline.reader.layouts import markdown


def found(text: str) -> list[Row]:
    return [row for row in registry.read(RawFile(text.encode(), ".txt", 100_000)).rows if row.cells]


def rows(text: str) -> list[list[str]]:
    return [row.cells for row in found(text)]


def table(separator: str, *, lead: bool) -> str:
    blank = "" if lead else "0"  # a bar at the end alone may close the row
    lines = [["信息内容", "制发", "废止"], ["规章", "3", blank], ["许可", "12", "0"]]
    return "\n".join((separator if lead else "") + separator.join(line) + (separator if lead else "") for line in lines)


@pytest.mark.parametrize("separator", ["│", "┃", "║", "｜", "¦", " │ ", " ｜ "])
@pytest.mark.parametrize("lead", [True, False])
def test_bars_of_other_scripts_are_pipes(separator: str, lead: bool) -> None:
    blank = "" if lead else "0"
    assert rows(table(separator, lead=lead)) == [
        ["信息内容", "制发", "废止"],
        ["规章", "3", blank],
        ["许可", "12", "0"],
    ]


@pytest.mark.parametrize("line", ["首页｜年报", "通知｜关于印发的"])
def test_a_bar_in_prose_is_no_table(line: str) -> None:
    assert rows(line) == [[line]]


def test_rules_drawn_between_rows_are_no_rows() -> None:
    text = "┌──┬──┐\n│规章│ 3│\n├──┼──┤\n│　　├──┤\n│许可│12│\n└──┴──┘"
    assert [cells for cells in rows(text) if any(cells)] == [["规章", "3"], ["许可", "12"]]
    assert rows("────────\n年报") == [["年报"]]


GRID = """\
+------+----+
| 内容 | 数 |
+======+====+
| 行政 | 12 |
| 许可 |    |
+------+----+
| 规章 | 3  |
+------+----+"""
PLAIN = """\
+------+----+
| 内容 | 数 |
+------+----+
| 行政 |    |
| 许可 | 12 |
+------+----+"""


NARROW = """\
+------+----+----+----+
| 内容 | 甲 | 乙 | 计 |
+------+----+----+----+
| {} | {} | {} | {} |
| {} | {} | {} | {} |
+------+----+----+----+
| 规章 | 3  | 0  | 3  |
+------+----+----+----+
| 许可 | 2  | 2  | 4  |
+------+----+----+----+"""


@pytest.mark.parametrize(
    ("lines", "row"),
    [
        (["行政", "14", "3 ", "14", "处罚", "1 ", "  ", "4 "], ["行政 处罚", "14 1", "3", "14 4"]),
        (["行政", "14", "14", "29", "处罚", "9 ", "9 ", "8 "], ["行政 处罚", "14 9", "14 9", "29 8"]),
        (["行政", "14", "3 ", "14", "处罚", "1 ", "  ", "5 "], ["行政 处罚", "14 1", "3", "14 5"]),  # no sum: not read
    ],
)
def test_digits_that_a_narrow_cell_wraps_are_of_one_row(lines: list[str], row: list[str]) -> None:
    found = [cells for cells in rows(NARROW.format(*lines)) if any(cells)]
    assert found[1] == row
    assert len(found) == 4


@pytest.mark.parametrize(
    "lines",
    [
        ["行政", "14", "14", "28", "处罚", "11", "12", "23"],  # each adds up
        ["行政", "4 ", "14", "19", "处罚", "11", "  ", "11"],  # a cell with room for more
        ["行政", "14", "14", "29", "处罚", "11", "12", "23"],  # as many numbers in the second
    ],
)
def test_rows_that_share_their_rules_stay_rows(lines: list[str]) -> None:
    found = [cells for cells in rows(NARROW.format(*lines)) if any(cells)]
    assert found[1:3] == [[cell.strip() for cell in lines[:4]], [cell.strip() for cell in lines[4:]]]


def test_a_row_on_several_lines_is_one_where_every_row_has_a_rule() -> None:
    assert rows(GRID) == [["内容", "数"], ["行政 许可", "12"], ["规章", "3"]]
    assert [row.line for row in found(GRID)] == [2, 4, 7]
    assert rows(PLAIN) == [["内容", "数"], ["行政", ""], ["许可", "12"]]


def test_two_numbers_of_a_column_are_not_joined() -> None:
    assert ["许可", "2"] in rows(GRID.replace("| 许可 |    |", "| 许可 | 2  |"))


@pytest.mark.parametrize("rule", ["| - | - |", "|-|-|", "|:-:|-:|", "| --- | --- |", "|:---|---:|"])
def test_a_rule_under_a_header_is_no_row(rule: str) -> None:
    assert rows(f"| 内容 | 数 |\n{rule}\n| 规章 | - |") == [["内容", "数"], ["规章", "-"]]


def test_a_row_of_nil_marks_is_a_row() -> None:
    assert rows("| 内容 | 数 |\n| --- | --- |\n| - | - |")[-1] == ["-", "-"]
    assert rows("规章  许可  收费\n---  ---  ---  ---  ---  ---")[-1] == ["---"] * 6


def test_a_rule_of_groups_of_dashes_is_no_row() -> None:
    assert rows("内容        数\n----------  --  ----------\n规章        3") == [["内容", "数"], ["规章", "3"]]


ITEMS = ["规章", "规范性文件", "许可", "处罚", "强制", "收费", "检查", "其他"]


@pytest.mark.parametrize("separator", [",", ";"])
def test_csv_is_a_table(separator: str) -> None:
    lines = [["内容", "制发", "废止", "有效", "备注", ""], *([item, "3", "0", "12", "", "1"] for item in ITEMS)]
    text = "\n".join(separator.join(line) for line in lines)
    assert rows(text) == [[*line[:5], line[5]] for line in lines]
    quoted = text.replace(f"{separator}12{separator}", f'{separator}"1{separator}234"{separator}')
    assert rows(quoted)[1][3] == f"1{separator}234"


@pytest.mark.parametrize(
    "text",
    [
        "一,二\n" * 3,
        "\n".join("在区委,区政府的领导下,全面推进政务公开,不断提高服务水平" for _ in range(30)),
        "\n".join(f"{item}\n1,234\n2,345" for item in ITEMS * 4),
        "\n".join(f"{item} 1,234,{at}" + ",12" * at for at, item in enumerate(ITEMS)),
    ],
)
def test_commas_that_may_be_anything_else_are_left(text: str) -> None:
    assert all("," in "".join(cells) for cells in rows(text) if any(c.isdigit() for c in "".join(cells)))
    assert not any(row.layout == markdown.NAME for row in found(text))


def test_wide_blanks_and_entities_are_blanks() -> None:
    assert rows("许可\u30003\u300012") == [["许可", "3", "12"]]
    assert rows("许可&emsp;3&emsp;12") == [["许可", "3", "12"]]
    assert rows("许可&nbsp;&nbsp;&nbsp;3&nbsp;&nbsp;12") == [["许可", "3", "12"]]
    assert rows("&#25919;&#24220;&#20449;&#24687;") == [["政府信息"]]
    assert rows("\u3000\u3000全年收到\u3000申请") == [["全年收到\u3000申请"]]


NUMBERED = "\t0\t1\t2\t3\n0\t规章\t3\t3\t12\n1\t许可\t46\t\t"


def test_numbers_that_a_program_gave_rows_and_columns_are_left_out() -> None:
    assert rows(NUMBERED) == [["规章", "3", "3", "12"], ["许可", "46", "", ""]]
    assert rows(NUMBERED.replace("\t", ",") + "\n注,\n" + ",,,\n" * 12)[:2] == [
        ["规章", "3", "3", "12"],
        ["许可", "46", "", ""],
    ]
    assert rows(NUMBERED.replace("46\t\t", "46\tNaN\tNaN")) == rows(NUMBERED)
    alone = "\n".join(f"| {at} | {item} | {at} |" for at, item in enumerate(ITEMS))
    assert rows(f"年报\n{alone}")[1:] == [[item, str(at)] for at, item in enumerate(ITEMS)]


@pytest.mark.parametrize("first", ["1", "3"])
def test_other_numbers_before_a_label_stay(first: str) -> None:
    text = "\n".join(f"| {int(first) + at} | {item} | 5 |" for at, item in enumerate(ITEMS))
    assert rows(text)[0] == [first, "规章", "5"]
    assert rows("年报\n0 |\n1 |\n2 |\n3 |\n4 |")[1:] == [["0"], ["1"], ["2"], ["3"], ["4"]]
    sevens = "\n".join(f"| {at} | 5 | 5 |" for at in range(6))
    assert rows(f"年报\n| 规章 | 有 | 无 |\n{sevens}")[2] == ["0", "5", "5"]
    assert rows("| 0 | 规章 | 5 |\n| 1 | 许可 | 6 |") == [["0", "规章", "5"], ["1", "许可", "6"]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("114<sup>1</sup>", "114[1]"),
        ("114[^1]", "114[1]"),
        ("114[^注]", "114[注]"),
        ("~~88~~114", "114"),
        ("<del>88</del>114", "114"),
        ("~~88~~", "~~88~~"),
        ("<!-- 88 -->114", "114"),
        ("**114**", "114"),
        ("`114`", "114"),
        ("1<br>2", "1 2"),
        ("&nbsp;", ""),
        ("a\\|b", "a／b"),
    ],
)
def test_marks_in_a_cell_of_markdown(cell: str, text: str) -> None:
    row = markdown.row(f"| 许可 | {cell} |", 1)
    assert row is not None
    assert row.cells == ["许可", text]
