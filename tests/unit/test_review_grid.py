"""Table four with columns and rows of the publisher's own: left out by their names, never by their numbers."""

import pytest

from tests.unit.test_review import END, NUMBERS, RESULTS, TITLE, TRACK_NAMES, UNREADABLE, cells, read

BLANK = "blank"
#: Numbers with blank zeros, as printed; the last track's sum is all that tells it from the column beside it.
PRINTED = ["", "2", "2", "", "4", "2", "", "", "", "2", "1", "", "", "", "1"]
READ = [int(text) if text else BLANK for text in PRINTED]
TRACKS_ROW = ["行政复议", *[""] * 4, "行政诉讼", *[""] * 9]
KINDS_ROW = [*[""] * 5, "未经复议直接起诉", *[""] * 4, "复议后起诉", *[""] * 4]


def tabs(*rows: list[str]) -> str:
    return "\n".join("\t".join(row) for row in rows)


def beside(before: list[str], behind: list[str], number: list[str], last: list[str]) -> str:
    """The table with columns before and behind the form's: their heads, and their cells."""
    pad, tail = [""] * len(before), [""] * len(behind)
    return tabs(
        [*before, *TRACKS_ROW, *behind],
        [*pad, *KINDS_ROW, *tail],
        [*pad, *RESULTS * 3, *tail],
        [*number, *PRINTED, *last],
    )


@pytest.mark.parametrize(
    "table",
    [
        beside([], ["合计"], [], ["7"]),
        beside([], ["诉讼总计"], [], ["3"]),
        beside(["年度"], [], ["2022"], []),
        beside(["序号"], ["备注"], ["1"], ["1件撤回"]),
        beside(["单位"], [], ["南陵县人力资源和社会保障局"], []),
    ],
)
def test_a_column_of_another_name_is_none_of_the_form(table: str) -> None:
    assert cells(read(TITLE, table, END)) == READ


def test_a_column_without_a_name_leaves_the_place_of_numbers_open() -> None:
    row = ["", "2", "2", "", "4", "2", "", "", "", "2", "1", "", "", "", "3", "7"]  # the last sum does not hold
    table = tabs(["行政复议行政诉讼"], ["未经复议直接起诉复议后起诉"], [*RESULTS * 3], row)
    assert set(cells(read(TITLE, table, END))) == {UNREADABLE}


def test_words_in_cells_are_no_end_of_the_table() -> None:
    printed = ["见说明3", "2", "2023年未开展", "详见附件2", "2", *["不涉及"] * 10]
    found = cells(read(TITLE, tabs(TRACKS_ROW, KINDS_ROW, RESULTS * 3, printed), END))
    assert (found[1], found[4]) == (2, 2)
    assert BLANK not in (found[0], found[3])


def test_a_last_cell_into_which_the_next_section_runs_is_no_number() -> None:
    printed = [*(text or "0" for text in PRINTED[:-1]), "1||五、存在的主要问题及改进情况|部分栏目6个月未更新。"]
    assert set(cells(read(TITLE, tabs(TRACKS_ROW, KINDS_ROW, RESULTS * 3, printed)))) == {UNREADABLE}


@pytest.mark.parametrize("name", ["合计", "行政诉讼合计", "诉讼总计"])
def test_a_row_that_sums_tracks_is_no_track(name: str) -> None:
    rows = [["类型", *RESULTS], [TRACK_NAMES[0], "", "1", "", "", "1"], [TRACK_NAMES[1], "", "", "2", "", "2"]]
    rows += [[TRACK_NAMES[2], *[""] * 5], [name, "0", "1", "2", "0", "3"]]
    expected = [BLANK, 1, BLANK, BLANK, 1, BLANK, BLANK, 2, BLANK, 2, *[BLANK] * 5]
    assert cells(read(TITLE, tabs(*rows), END)) == expected


def test_a_row_of_all_lawsuits_above_both_kinds_is_their_sum() -> None:
    rows = [["类型", *RESULTS], [TRACK_NAMES[0], *map(str, NUMBERS[:5])], ["行政诉讼", "0", "2", "10", "6", "18"]]
    rows += [[TRACK_NAMES[1], *map(str, NUMBERS[5:10])], [TRACK_NAMES[2], *map(str, NUMBERS[10:])]]
    assert cells(read(TITLE, tabs(*rows), END)) == NUMBERS


def test_last_years_total_stands_for_no_result_that_is_not_printed() -> None:
    rows = [["类型", "结果维持", "结果纠正", "尚未审结", "总计", "上年总计"]]
    rows += [
        [name, *numbers]
        for name, numbers in zip(
            TRACK_NAMES, (["", "2", "2", "4", "1"], ["", "", "", "", "0"], ["", "2", "", "2", "2"]), strict=True
        )
    ]
    found = cells(read(TITLE, tabs(*rows), END))
    assert found == [BLANK, 2, "absent_row", 2, 4, *[BLANK] * 2, "absent_row", *[BLANK] * 3, 2, "absent_row", BLANK, 2]


@pytest.mark.parametrize("separator", ["，", "、", "；", "/", "~", "……", ":"])
def test_numbers_between_other_separators_are_no_blank_table(separator: str) -> None:
    rows = [["类别", *RESULTS]]
    rows += [[name, *map(str, NUMBERS[at : at + 5])] for name, at in zip(TRACK_NAMES, (0, 5, 10), strict=True)]
    found = cells(read(TITLE, "\n".join(separator.join(row) for row in rows), END))
    assert set(found) == {UNREADABLE} or found == NUMBERS
