"""Table four in small: what is placed and by what, and what has no certain place and stays NULL, named."""

from collections.abc import Sequence

import pytest

from pipeline import forms
from pipeline.reader.document import Document
from pipeline.reader.formats import raw_file
from pipeline.reader.formats.html import page as html
from pipeline.reader.layouts.text_rows import text_rows
from pipeline.reader.tables.matcher import match
from pipeline.reader.tables.reading import Reading
from pipeline.reader.tables.review_head import Word, read_head, whole_track

TITLE = "四、政府信息公开行政复议、行政诉讼情况"
END = "五、存在的主要问题及改进情况\n公开内容不够丰富。\n六、其他需要报告的事项\n无。"
RESULTS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
TRACK_NAMES = ["行政复议", "行政诉讼（未经复议直接起诉）", "行政诉讼（复议后起诉）"]
HEAD = [
    ["行政复议", *[""] * 4, "行政诉讼", *[""] * 9],
    [*RESULTS, "未经复议直接起诉", *[""] * 4, "复议后起诉", *[""] * 4],
    [*[""] * 5, *RESULTS, *RESULTS],
]
HEAD_LINES = "\n".join(word for row in HEAD for word in row if word)
#: The words of the head one character below the other, as narrow columns of a page have them.
HEAD_OF_PAGE = """\
    行政复议               行政诉讼
            未经复议直接起诉               复议后起诉
结   结   其   尚
            结 结 其 尚            结   结 其 尚
果   果   他总  未
            果 果 他 未    总       果   果 他 未     总
维   纠   结计  审
            维 纠 结 审    计       维   纠 结 审     计
持   正   果   结
            持 正 果 结            持   正 果 结"""
NUMBERS = [6, 5, 9, 6, 26, 0, 0, 2, 2, 4, 0, 2, 8, 4, 14]
BLANK, UNREADABLE = "blank", "unreadable"


def read(*parts: str) -> Reading:
    """A report of table four alone."""
    text = "\n".join(["洪泽区水利局2023年政府信息公开工作年度报告", *parts])
    lines = text.split("\n")
    return match(Document(text, lines, text_rows(lines)))


def cells(reading: Reading) -> list[int | str]:
    """The fifteen cells in the form's order: numbers, or the states of cells without one."""
    return [
        reading.review[track].cells[column].value.state or UNREADABLE
        if (number := reading.review[track].cells[column].value.number) is None
        else int(number)
        for track in forms.TRACKS
        for column in forms.REVIEW_COLUMNS
    ]


def rules(reading: Reading) -> list[str]:
    return [finding.rule for finding in reading.findings if finding.where.table == forms.REVIEW]


def tabs(*rows: Sequence[object]) -> str:
    return "\n".join("\t".join(map(str, row)) for row in rows)


def markdown(*rows: Sequence[object]) -> str:
    lines = ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def stacked(numbers: list[int]) -> str:
    return "\n".join(map(str, numbers))


# Where it stands --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "table",
    [
        tabs(*HEAD, NUMBERS),
        markdown(*HEAD, NUMBERS),
        tabs(*([*row, ""] for row in HEAD), [*NUMBERS, ""]),  # a sheet of sixteen columns
        tabs(*([*row, "备注"] for row in HEAD), [*NUMBERS, "1件为上年结转"]),
        tabs(*(["", *row] for row in HEAD), ["案件数量", *NUMBERS]),
        tabs(*(["序号", *row] for row in HEAD), [1, *NUMBERS]),
        HEAD_LINES + "\n" + stacked(NUMBERS),
        HEAD_LINES + "\n" * 17 + stacked(NUMBERS),
        HEAD_LINES.replace("\n", "\n\n\n") + "\n" * 21 + stacked(NUMBERS).replace("\n", "\n\n\n"),
        HEAD_OF_PAGE + "\n6  5 9 6  26 0  0 2 2   4       0   2 8  4      14",
        HEAD_OF_PAGE + "\n6 5 9 6 26 0 0 2\n2 4 0 2 8 4 14",  # in two lines, in order
        HEAD_OF_PAGE + "\n6 5 9 6 26 0 0 2\n- 4 -\n2 4 0 2 8 4 14",
        " ".join(map(str, NUMBERS)),  # no head, directly under the title
    ],
)
def test_fifteen_numbers_in_order_are_the_fifteen_cells(table: str) -> None:
    reading = read(TITLE, "", table, "", END)
    assert cells(reading) == NUMBERS
    assert "ambiguous_reading" not in rules(reading)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "渠道\t一季度\t二季度\t三季度\t四季度\t合计\n" + tabs([1, 2, 3, 4, 10], [1, 1, 1, 1, 4], [2, 2, 2, 2, 8]),
        "\n".join(map(str, NUMBERS)),
        tabs(["", *RESULTS], *([f"{what}类行政诉讼", 1, 1, 1, 1, 4] for what in ("土地", "公安", "许可"))),
    ],
)
def test_another_table_of_fifteen_numbers_is_not_table_four(elsewhere: str) -> None:
    reading = read(TITLE, "（略）", "", "五、存在的主要问题及改进情况", "六、其他需要报告的事项", elsewhere)
    assert reading.review == {}


def test_prose_between_title_and_numbers_leaves_no_table_but_its_numbers_are_named() -> None:
    reading = read(TITLE, "本年度未发生行政复议和行政诉讼，与上年持平。", tabs(NUMBERS), END)
    assert set(cells(reading)) == {UNREADABLE}
    assert rules(reading) == ["ambiguous_reading"]


def test_sections_in_another_order() -> None:
    reading = read(
        TITLE, tabs(*HEAD, NUMBERS), "三、收到和处理政府信息公开申请情况", "一、本年新收\t1\t0\t0\t0\t0\t0\t1"
    )
    assert cells(reading) == NUMBERS


# Its head ---------------------------------------------------------------------------------------------------


def exchanged(tracks: list[int], results: list[int]) -> tuple[list[list[str]], list[int]]:
    """The head and the numbers with tracks and results in another order; 诉讼 stands together."""
    order = [track * 5 + result for track in tracks for result in results]
    names = ["行政复议", "未经复议直接起诉", "复议后起诉"]
    first = ["行政复议", *[""] * 4] if tracks[0] == 0 else ["行政诉讼", *[""] * 9]
    last = ["行政诉讼", *[""] * 9] if tracks[0] == 0 else ["行政复议", *[""] * 4]
    second = [cell for track in tracks for cell in (["" if track == 0 else names[track], *[""] * 4])]
    third = [RESULTS[result] for _ in tracks for result in results]
    return [[*first, *last], second, third], [NUMBERS[at] for at in order]


@pytest.mark.parametrize("tracks", [[0, 1, 2], [0, 2, 1], [1, 2, 0], [2, 1, 0]])
@pytest.mark.parametrize("results", [[0, 1, 2, 3, 4], [4, 0, 1, 2, 3], [1, 0, 2, 3, 4], [3, 2, 1, 0, 4]])
@pytest.mark.parametrize("layout", ["tabs", "markdown", "lines"])
def test_the_head_says_the_order(tracks: list[int], results: list[int], layout: str) -> None:
    head, numbers = exchanged(tracks, results)
    if layout == "lines":
        table = "\n".join(word for row in head for word in row if word) + "\n" + stacked(numbers)
    else:
        table = (tabs if layout == "tabs" else markdown)(*head, numbers)
    assert cells(read(TITLE, table, END)) == NUMBERS


def test_a_broken_head_is_read_line_by_line() -> None:
    rows = [
        ["行政复议", "行政诉讼"],
        ["总", "结", "结", "其", "尚", "未经复议直接起诉", "复议后起诉"],
        ["计", "果", "果", "他", "未", "总", "结", "结", "其", "尚", "总", "结", "结", "其", "尚"],
        ["维", "纠", "结", "审", "计", "果", "果", "他", "未", "计", "果", "果", "他", "未"],
        ["持", "正", "果", "结", "维", "纠", "结", "审", "维", "纠", "结", "审"],
        ["持", "正", "果", "结", "持", "正", "果", "结"],
    ]
    head = read_head(tuple(tuple(Word(word, at) for at, word in enumerate(row)) for row in rows))
    assert head.tracks == forms.TRACKS
    assert ["total", "upheld", "corrected", "other", "pending"] in head.others
    text = "\n".join(map(" ".join, rows))
    first = read(TITLE, text, "3 1 2 0 0 6 0 3 1 2 5 5 0 0 0", END)
    assert cells(first) == [1, 2, 0, 0, 3, 0, 3, 1, 2, 6, 5, 0, 0, 0, 5]
    # Sums that no order makes hold, or more than one, prove nothing about such a head.
    assert set(cells(read(TITLE, text, "7 1 2 0 0 6 0 3 1 2 5 5 0 0 0", END))) == {UNREADABLE}


def test_names_of_rows() -> None:
    rows = [[TRACK_NAMES[track], *NUMBERS[track * 5 : track * 5 + 5]] for track in (2, 0, 1)]
    assert cells(read(TITLE, tabs(["", *RESULTS], *rows), END)) == NUMBERS
    assert cells(read(TITLE, markdown(["类别", *RESULTS], *rows), END)) == NUMBERS
    lines = "\n".join([*RESULTS, *(str(cell) for row in rows for cell in row)])
    assert cells(read(TITLE, lines, END)) == NUMBERS


def test_names_of_rows_in_pieces() -> None:
    """Each line between two rows belongs to the one before or to the one behind: only whole names tell."""
    table = """\
          结果维持   结果纠正   其他结果   尚未审结   总计
行政诉讼（未经    0      0      139    101   240
复议直接起诉）
行政诉讼（复议    0      0       0      2     2
  后起诉）
  行政复议     41     0       0     74    115"""
    assert cells(read(TITLE, table, END)) == [41, 0, 0, 74, 115, 0, 0, 139, 101, 240, 0, 0, 0, 2, 2]
    lost = table.replace("复议直接起诉）", "").replace("  后起诉）", "")
    assert set(cells(read(TITLE, lost, END))) == {UNREADABLE}


@pytest.mark.parametrize(
    ("label", "track"),
    [
        ("行政复议", "reconsideration"),
        ("复议", "reconsideration"),
        ("（二）行政诉讼（未经复议直接起诉）", "litigation_direct"),
        ("行政诉讼-经复议后再起诉", "litigation_after_reconsideration"),
        ("行政诉讼（复议", None),
        ("行政许可类行政复议", None),
    ],
)
def test_only_a_whole_name_is_a_name(label: str, track: str | None) -> None:
    assert whole_track(label) == track


def test_three_tables_and_results_as_rows_and_a_number_a_row() -> None:
    three = "\n\n".join(
        f"（{number}）{name}\n\n" + tabs(RESULTS, NUMBERS[at : at + 5])
        for number, name, at in zip("一二三", TRACK_NAMES, (0, 5, 10), strict=True)
    )
    assert cells(read(TITLE, three, END)) == NUMBERS
    turned = [[result, *NUMBERS[at::5]] for at, result in enumerate(RESULTS)]
    assert cells(read(TITLE, tabs(["", *TRACK_NAMES], *turned), END)) == NUMBERS
    single = [[TRACK_NAMES[at // 5], RESULTS[at % 5], number] for at, number in enumerate(NUMBERS)]
    assert cells(read(TITLE, tabs(*single), END)) == NUMBERS


def test_rows_of_years() -> None:
    others = [1] * 15
    label = [["", *row] for row in HEAD]
    assert cells(read(TITLE, tabs(*label, ["上年", *others], ["本年", *NUMBERS]), END)) == NUMBERS
    years = read(TITLE, tabs(*label, ["2022年", *others], ["2023年", *NUMBERS]), END)
    assert set(cells(years)) == {UNREADABLE}
    assert rules(years) == ["ambiguous_reading"]


def test_no_column_of_totals() -> None:
    results = RESULTS[:4]
    head = [
        ["行政复议", *[""] * 3, "行政诉讼", *[""] * 7],
        [*results, "未经复议直接起诉", *[""] * 3, "复议后起诉", *[""] * 3],
    ]
    table = tabs(*head, [*[""] * 4, *results, *results], [number for at, number in enumerate(NUMBERS) if at % 5 < 4])
    assert cells(read(TITLE, table, END)) == [
        "absent_row" if at % 5 == 4 else number for at, number in enumerate(NUMBERS)
    ]


# Numbers that sums prove ------------------------------------------------------------------------------------


def test_digits_in_a_second_line() -> None:
    reading = read(TITLE, HEAD_OF_PAGE, "26 0 0 0 26 0 0 0 13 13 0 0 0 0 0", "2 2 1 1", END)
    assert cells(reading) == [262, 0, 0, 0, 262, 0, 0, 0, 131, 131, 0, 0, 0, 0, 0]
    assert rules(reading) == ["read_by_sums"]
    # 6 and 12 might both go on: the sums prove nothing, and no columns do.
    unclear = read(TITLE, HEAD_OF_PAGE, "0 0 0 6 6 0 0 12 0 12 0 0 0 0 0", "1 1", END)
    assert set(cells(unclear)) == {UNREADABLE}


def test_digits_in_a_second_line_below_their_numbers() -> None:
    table = "0   0   0   6   6   0 0 12 0 12 0 0 0 0      0\n                         1    1"
    assert cells(read(TITLE, HEAD_OF_PAGE, table, END))[5:10] == [0, 0, 121, 0, 121]


def test_a_page_number_behind_the_numbers() -> None:
    assert cells(read(TITLE, HEAD_OF_PAGE, " ".join(map(str, NUMBERS)), "4", END)) == NUMBERS
    inside = stacked(NUMBERS[:7]) + "\n7\n" + stacked(NUMBERS[7:])
    assert cells(read(TITLE, HEAD_LINES, inside, END)) == NUMBERS


def test_split_numbers() -> None:
    assert cells(read(TITLE, HEAD_LINES, "1 2 4 2 3 21 0 0 0 0 0 2 0 0 0 2", END))[:5] == [12, 4, 2, 3, 21]


# Not everything printed -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "table",
    [
        tabs(*HEAD, [""] * 15),
        markdown(*HEAD, [""] * 15),
        HEAD_LINES,
        HEAD_LINES + "\n" * 16,
        HEAD_OF_PAGE,
        tabs(["", *RESULTS], *([name, *[""] * 5] for name in TRACK_NAMES)),
    ],
)
def test_a_blank_table_is_blank_and_no_warning(table: str) -> None:
    reading = read(TITLE, table, END)
    assert set(cells(reading)) == {BLANK}
    assert rules(reading) == []


@pytest.mark.parametrize("mark", ["—", "/", "无"])
def test_fifteen_marks_for_nothing_are_nil_in_any_order(mark: str) -> None:
    """The head of plain text has its words in no order; fifteen equal marks need none."""
    head = [
        "行政复议",
        "",
        "行政诉讼",
        "未经复议直接起诉",
        "复议后起诉",
        "结果 结果 其他 尚未",
        "总计 结果 结果 其他 尚未",
        "维持 纠正 结果 审结",
    ]
    reading = read(TITLE, *head, *[mark] * 15, END)
    assert cells(reading) == ["nil_mark"] * 15
    assert rules(reading) == ["read_by_order"]
    short = read(TITLE, *head, *[mark] * 14, END)
    assert set(cells(short)) <= {UNREADABLE}


def test_blank_cells_of_a_grid() -> None:
    numbers = ["", 5, "", 1, 6, *[""] * 5, 3, "", "", "", 3]
    expected = [BLANK if number == "" else number for number in numbers]
    assert cells(read(TITLE, tabs(*HEAD, numbers), END)) == expected
    assert cells(read(TITLE, markdown(*(["", *row, ""] for row in HEAD), ["件数", *numbers, ""]), END)) == expected


def test_a_dated_note_below_a_row_with_a_blank_is_no_row() -> None:
    """Fifteen cells are all of the table, though a total among them is blank."""
    numbers = [0, 0, 0, 0, "", 0, 2, 2, 2, 6, 0, 0, 0, 0, 0]
    reading = read(TITLE, tabs(*HEAD, numbers), "注：本表数据截至 2025 年 12 月 31 日。", END)
    assert cells(reading) == [BLANK if number == "" else number for number in numbers]
    assert rules(reading) == []


def test_a_row_that_is_shorter_than_its_head_may_have_lost_its_first_cell() -> None:
    """The head has a total twice; the row's first, blank cell is cut off: fifteen are left, none certain."""
    head = [[*RESULTS, "总计", *RESULTS, *RESULTS]]
    numbers = [60, "", 31, 91, 91, "", 77, "", 58, 135, "", 6, "", 106, 112]
    names = [[*[TRACK_NAMES[0]] * 6, *[TRACK_NAMES[1]] * 5, *[TRACK_NAMES[2]] * 5]]
    assert set(cells(read(TITLE, tabs(*names, *head, numbers), END))) == {UNREADABLE}


def test_fifteen_marked_cells_without_a_head_are_read_where_all_sums_hold() -> None:
    numbers = ["", 24, 31, "", 55, 67, "", "", "", 67, "", "", 58, 63, 121]
    expected = [BLANK if number == "" else number for number in numbers]
    assert cells(read(TITLE, tabs(numbers), END)) == expected
    reading = read(TITLE, tabs([*numbers[:-1], 120]), END)
    assert set(cells(reading)) == {UNREADABLE}
    assert rules(reading) == ["ambiguous_reading"]
    assert set(cells(read(TITLE, tabs(numbers[1:]), END))) == {UNREADABLE}


def test_fifteen_numbers_in_rows_under_a_head_without_totals_have_no_place() -> None:
    head = [[*TRACK_NAMES[:1], *[""] * 3, *TRACK_NAMES[1:2], *[""] * 3, *TRACK_NAMES[2:], *[""] * 3], RESULTS[:4] * 3]
    reading = read(TITLE, tabs(*head, NUMBERS[:7], NUMBERS[7:]), END)
    assert set(cells(reading)) == {UNREADABLE}
    assert rules(reading) == ["ambiguous_reading"]


def test_blank_lines_are_cells_where_they_make_fifteen() -> None:
    numbers = ["", "", 2, "", 2, *[""] * 5, 3, "", "", "", 3]
    reading = read(TITLE, HEAD_LINES, *map(str, numbers), END)
    assert cells(reading) == [BLANK if number == "" else number for number in numbers]
    assert set(cells(read(TITLE, HEAD_LINES, "2\n2\n3\n3", END))) == {UNREADABLE}


def line(places: dict[int, str], *, wide: bool = False) -> str:
    """A line with texts in columns of a page, in which Chinese letters may be two columns wide."""
    text, column = "", 0
    for start, word in places.items():
        text += " " * (start - column) + word
        column = start + len(word) * (2 if wide and not word.isascii() else 1)
    return text


def page(numbers: dict[int, str], *, wide: bool = False, total: int = 60) -> str:
    """Tables three and four of a page: the head's words stand in columns 4, 10, 16 … 88."""
    lines = [{20: "自然人", 34: "商业企业", 60: "总计"}]
    lines += [
        {0: "一、本年新收政府信息公开申请数量", 40: "1", total: "1"},
        {0: "二、上年结转数量", 40: "2", total: "2"},
        {6: "（七）总计", 40: "3", total: "3"},
    ]
    lines += [{0: TITLE}, {8: "行政复议", 50: "行政诉讼"}, {36: "未经复议直接起诉", 70: "复议后起诉"}]
    lines += [{4 + 6 * at: word[at % 5] for at in range(15)} for word in ("维纠其尚总", "持正他未计")]
    return "\n".join(line(places, wide=wide) for places in [*lines, numbers])


@pytest.mark.parametrize("wide", [False, True])
def test_blanks_of_aligned_text_by_the_columns_of_the_page(wide: bool) -> None:
    numbers = {34: "1", 46: "3", 58: "4", 64: "12", 88: "12"}
    expected = [*[BLANK] * 5, 1, BLANK, 3, BLANK, 4, 12, *[BLANK] * 3, 12]
    assert cells(read(page(numbers, wide=wide), END)) == expected


@pytest.mark.parametrize(
    ("numbers", "total"),
    [
        ({37: "1", 58: "1"}, 60),  # between two words of the head
        ({34: "1", 46: "3", 58: "5"}, 60),  # does not add up
        ({34: "1", 46: "1"}, 60),  # no total
        ({34: "1", 58: "1"}, 85),  # the totals of table three are not below their head: lines have no common columns
    ],
)
def test_columns_that_are_not_certain(numbers: dict[int, str], total: int) -> None:
    assert set(cells(read(page(numbers, total=total), END))) == {UNREADABLE}


def test_columns_of_another_page() -> None:
    text = page({34: "1", 58: "1"})
    before, row = text.rsplit("\n", 1)
    assert set(cells(read(before, "\f" + row, END))) == {UNREADABLE}


def test_a_number_that_cannot_be_read_does_not_shift_the_others() -> None:
    for garbage in ("○", "O", "1?"):
        numbers: list[str] = [str(number) for number in NUMBERS]
        numbers[7] = garbage
        expected: list[int | str] = [*NUMBERS]
        expected[7] = UNREADABLE
        assert cells(read(TITLE, tabs(*HEAD, numbers), END)) == expected
        assert cells(read(TITLE, HEAD_LINES, "\n".join(numbers), END)) == expected
        assert cells(read(TITLE, tabs(*HEAD, [garbage, *numbers[1:7], "2", *numbers[8:]]), END))[1:] == NUMBERS[1:]


@pytest.mark.parametrize("numbers", [NUMBERS[:14], NUMBERS[1:], [*NUMBERS, 3, 4]])
def test_another_number_of_numbers_has_no_places(numbers: list[int]) -> None:
    for table in (tabs(*HEAD, numbers), HEAD_LINES + "\n" + stacked(numbers), HEAD_OF_PAGE + "\n" + tabs(numbers)):
        reading = read(TITLE, table, END)
        assert set(cells(reading)) == {UNREADABLE}
        assert rules(reading) == ["ambiguous_reading"]


def test_a_page_of_html() -> None:
    head = "<tr><td colspan=5>行政复议<td colspan=10>行政诉讼</tr><tr>" + "".join(
        f"<td rowspan=2>{result}" for result in RESULTS
    )
    head += "<td colspan=5>未经复议直接起诉<td colspan=5>复议后起诉</tr><tr>" + "".join(f"<td>{r}" for r in RESULTS * 2)
    body = "<tr>" + "".join(f"<td>{number}" for number in NUMBERS) + "</tr>"
    page = f"<html><body><p>{TITLE}</p><table>{head}</tr>{body}</table><p>五、存在的主要问题</p></body></html>"
    document = html.read(raw_file.RawFile(page.encode(), ".html", 1000))
    assert cells(match(document)) == NUMBERS
