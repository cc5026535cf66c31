"""What programs make of the tables: read where the text shows each cell, refused where it does not."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest

from pipeline.encoding import Decoded
from pipeline.reader.formats import text as plain_text
from pipeline.reader.layouts.page_numbers import page_numbers
from pipeline.reader.tables.matcher import match
from pipeline.reader.tables.proved_rows import prove
from pipeline.reader.tables.reading import Reading
from tests.unit.test_table_three import COLUMNS, LABELS, NUMBERS, is_read, numbers, read, states

BLANK_ZEROS = {item: [number or None for number in row] for item, row in NUMBERS.items()}
FORM_ROWS = [[LABELS[item], *map(str, NUMBERS[item])] for item in LABELS]


def stack(rows: Sequence[Sequence[object]], cell: int, blank: int, row: int) -> Iterator[str]:
    """One cell a line: so many lines from one cell to the next, more for a blank one, and more from row to row."""
    for label, *cells in rows:
        yield str(label)
        for number in cells:
            yield from [""] * (cell - 1) if number is not None else [""] * blank
            if number is not None:
                yield str(number)
        yield from [""] * (cell + row - 1)


def stacked(cell: int, blank: int, row: int) -> list[str]:
    return [*COLUMNS, *stack([[LABELS[item], *BLANK_ZEROS[item]] for item in LABELS], cell, blank, row)]


@pytest.mark.parametrize(("cell", "blank", "row"), [(3, 4, 2), (7, 8, 4), (1, 1, 0)])
def test_blank_cells_of_a_stack_are_counted_in_empty_lines(cell: int, blank: int, row: int) -> None:
    reading = read(*stacked(cell, blank, row))
    assert {item: numbers(reading, item) for item in LABELS} == BLANK_ZEROS


def test_a_row_of_a_stack_that_has_lost_a_line_is_not_placed() -> None:
    lines = stacked(3, 4, 2)
    label = lines.index(LABELS["granted"])
    del lines[label + 1]
    reading = read(*lines)
    assert numbers(reading, "granted") == [None] * 7
    assert set(states(reading, "granted")) == {"unreadable"}
    assert numbers(reading, "not_processed_petition") == BLANK_ZEROS["not_processed_petition"]


def test_numbers_of_labels_on_lines_of_their_own_are_no_cells() -> None:
    lines = [part for line in stack(FORM_ROWS, 1, 1, 0) for part in _numbering_apart(line)]
    assert is_read(read(*COLUMNS, *lines))


def _numbering_apart(line: str) -> list[str]:
    return [line[:2], line[2:]] if line[1:2] == "." else [line]


@pytest.mark.parametrize("gap", ["\t", "\n\t\t\t"])
def test_texts_between_tabs_are_one_cell(gap: str) -> None:
    """As a program writes a page whose labels' numbers are texts of their own."""
    cells = [cell for row in FORM_ROWS for cell in row]
    lines = [f"\t{cell[:2]}{gap}{cell[2:]}\t" if cell[1:2] == "." else f"\t{cell}\t" for cell in cells]
    prose = "\t全年新收政府信息公开申请\t9\t件，上年结转\t1\t件，办结\t8\t件，结转\t2\t件。\t"
    reading = read(prose, *(f"\t{column}\t" for column in COLUMNS), *"\n\t\n".join(lines).split("\n"))
    assert is_read(reading)


def test_labels_in_pieces_of_a_word_or_two_are_read_with_the_numbers_behind_them() -> None:
    lines = []
    for label, *cells in FORM_ROWS:
        lines += [label[at : at + 3] for at in range(0, len(label), 3)] + cells
    assert is_read(read("申请人情况", *lines))


def test_labels_in_pieces_are_refused_where_a_number_is_lacking() -> None:
    lines = []
    for label, *cells in FORM_ROWS:
        lines += [label[at : at + 3] for at in range(0, len(label), 3)]
        lines += cells[1:] if label == LABELS["granted"] else cells
    reading = read("申请人情况", *lines)
    assert "granted" not in reading.applications or numbers(reading, "granted") == [None] * 7


# Numbers cut by narrow cells ---------------------------------------------------------------------------------


def flattened(cut: dict[str, str]) -> Reading:
    """A flattened table, some of whose rows have their numbers on several lines."""
    lines = [f"{label} {cut.get(item, ' '.join(map(str, NUMBERS[item])))}" for item, label in LABELS.items()]
    return read(" ".join(COLUMNS), *"\n".join(lines).split("\n"))


def test_digits_on_the_next_line_belong_to_a_number_where_the_sum_proves_it() -> None:
    reading = flattened({"granted": "216\n7\n207 3 4 17 0 239\n8"})
    assert numbers(reading, "granted") == [2167, 207, 3, 4, 17, 0, 2398]
    assert is_read(reading, but=["granted", "partially_granted"])
    assert "read_by_sums" in {finding.rule for finding in reading.findings}


def test_digits_that_may_be_of_two_numbers_are_refused() -> None:
    """11 and 0, or 1 and 10: the row adds up to 11 both ways."""
    reading = flattened({"granted": "1\n1\n0 0 0 0 0 11"})
    assert "granted" not in reading.applications or numbers(reading, "granted") == [None] * 7
    found = {item: numbers(reading, item) for item in LABELS if item in reading.applications}
    assert all(row in (NUMBERS[item], [None] * 7) for item, row in found.items())


def test_numbers_around_the_middle_of_a_row_stand_where_the_whole_table_adds_up() -> None:
    rows = {item: [10 * number for number in row] for item, row in NUMBERS.items()}
    lines = []
    for item, label in LABELS.items():
        cells = list(map(str, rows[item]))
        if item == "total_processed":  # 50 and 80 are cut, and stand above and below the others
            lines += ["5 8", " ".join([label, *cells[1:6]]), "0 0"]
        else:
            lines.append(" ".join([label, *cells]))
    reading = read("申请人情况", *lines)
    assert numbers(reading, "total_processed") == [50, 20, 0, 0, 10, 0, 80]


def test_the_sums_of_a_table_prove_a_reading_only_if_no_other_holds() -> None:
    known = {
        "new_received": ["5", "2"],
        "carried_over": ["0", "0"],
        "carried_forward": ["0", "0"],
        "granted": ["5", "2"],
    }
    right, wrong = {"total_processed": ["5", "2"]}, {"total_processed": ["2", "5"]}
    assert prove(known, [[wrong, right]]) == [1]
    assert prove(known, [[wrong]]) is None
    assert prove(known, [[right, right]]) is None
    del known["carried_over"]
    assert prove(known, [[wrong, right]]) is None


def test_digits_cut_inside_a_cell_are_one_number_if_the_row_adds_up() -> None:
    rows = ["|".join(["", *row, ""]) for row in FORM_ROWS]
    head = "|".join(["", "", *COLUMNS, ""])
    granted = LABELS["granted"]
    good = [f"|{granted}|130<br>9|70|1|0|0|0|138<br>0|" if granted in row else row for row in rows]
    assert numbers(read(head, *good), "granted") == [1309, 70, 1, 0, 0, 0, 1380]
    bad = [f"|{granted}|130<br>9|70|1|0|0|0|1381|" if granted in row else row for row in rows]
    assert numbers(read(head, *bad), "granted") == [None, 70, 1, 0, 0, 0, 1381]


# Aligned text ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("granted", "gap", "expected"),
    [
        ("22824 0 19 86 34 2425", 6, [2282, 4, 0, 19, 86, 34, 2425]),  # 2282 and 4 have run together
        ("2282 0 19 86 34 11", 6, None),  # 4 is left out, and the total is wrong
        ("0 0 0 0 0 11", 6, None),  # a cell is left out; 1 and 1 would add up
        ("0 0 0 0 0 11", 1, None),
    ],
)
def test_two_numbers_without_a_blank_between_are_parted_where_the_whole_table_leaves_one_way(
    granted: str, gap: int, expected: list[int] | None
) -> None:
    printed = [2282, 4, 0, 19, 86, 34, 2425]
    more = [number - before for number, before in zip(printed, NUMBERS["granted"], strict=True)]
    lines = []
    for item, label in LABELS.items():
        cells = list(NUMBERS[item])
        if item in ("new_received", "granted", "total_processed"):
            cells = [cell + one for cell, one in zip(cells, more, strict=True)]
        texts = granted.split() if item == "granted" else map(str, cells)
        lines.append(f"{label:<{34 + gap if gap > 1 else 1}} {' '.join(f'{text:<{gap - 1}}' for text in texts)}")
    reading = read("".join(f"{column:<6}" for column in ["申请人情况", *COLUMNS]), *lines)
    assert numbers(reading, "total_processed")[0] == NUMBERS["total_processed"][0] + more[0]
    assert numbers(reading, "granted") == (expected or [None] * 7)


def test_a_letter_that_has_run_into_the_total_is_no_part_of_it() -> None:
    lines = [f"{label:<40}{''.join(f'{cell:<6}' for cell in cells)}".rstrip() for label, *cells in FORM_ROWS]
    lines = [f"{line}果" if LABELS["denied_prohibited_by_law"] in line else line for line in lines]
    assert is_read(read("".join(f"{column:<6}" for column in ["申请人情况", *COLUMNS]), *lines))


def test_a_sentence_is_no_row() -> None:
    prose = "（二）依申请公开情况。本年新收政府信息公开申请    9件。"
    lines = [f"{label:<40}{''.join(f'{cell:<6}' for cell in cells)}" for label, *cells in FORM_ROWS]
    table_two = ["第二十条第（五）项", "信息内容      本年处理决定数量", "行政许可          12"]
    source = [prose, "二、主动公开政府信息情况", *table_two, "三、收到和处理政府信息公开申请情况", *lines]
    reading = match(plain_text.from_text(Decoded("\n".join(source), "utf-8")))
    assert reading.proactive["administrative_license", "decisions"].value.number == 12
    assert is_read(reading)


# Rows of cells -----------------------------------------------------------------------------------------------


def frame(rows: Sequence[Sequence[str]]) -> list[str]:
    """A table as pandas prints it: numbered columns and rows, each cell at the right end of its column."""
    numbered = [["", *map(str, range(len(rows[0])))]]
    numbered += [[str(at), *(cell or "NaN" for cell in row)] for at, row in enumerate(rows)]
    most = len(str(len(rows[0]) - 1))
    numbered[0] = ["", *(name.ljust(most) for name in numbered[0][1:])]
    widths = [max(map(len, column)) for column in zip(*numbered, strict=True)]
    return ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in numbered]


def test_cells_of_numbered_columns_are_cut_where_their_columns_end() -> None:
    rows = [["", *COLUMNS], *([label, *("" if cell == "0" else cell for cell in cells)] for label, *cells in FORM_ROWS)]
    reading = read(*frame(rows))
    assert {item: numbers(reading, item) for item in LABELS} == BLANK_ZEROS


def test_a_table_of_few_rows_in_csv_has_two_headers_above_each() -> None:
    rows = ["第二十条第（一）项"] * 4 + ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]
    rows += ["规章", "1", "2", "3", "行政规范性文件", "4", "5", "6"]
    for article, labels in (("五", {"行政许可": "7"}), ("六", {"行政处罚": "8", "行政强制": "9"})):
        rows += [f"第二十条第（{article}）项"] * 4 + ["信息内容", *["本年处理决定数量"] * 3]
        rows += [cell for label, number in labels.items() for cell in (label, number, number, number)]
    lines = [",".join(rows[at : at + 4]) for at in range(0, len(rows), 4)]
    csv = [",".join(["", *COLUMNS]), *(",".join(row) for row in FORM_ROWS)]
    source = ["二、主动公开政府信息情况", *lines, "", "三、收到和处理政府信息公开申请情况", *csv]
    reading = match(plain_text.from_text(Decoded("\n".join(source), "utf-8")))
    found = {key: cell.value.number for key, cell in reading.proactive.items()}
    assert found["normative_document", "repealed"] == 5
    assert [found[item, "decisions"] for item in ("administrative_license", "administrative_penalty")] == [7, 8]


@pytest.mark.parametrize(("row", "expected"), [("37    2    2", [37, 2]), ("37    2    3", [None, None])])
def test_a_header_that_is_repeated_has_its_number_below_each(row: str, expected: list[int | None]) -> None:
    source = ["第二十条第（八）项", "信息内容    上一年项目数量    本年增/减    本年增/减", f"行政事业性收费    {row}"]
    reading = match(plain_text.from_text(Decoded("\n".join(source), "utf-8")))
    cells = [reading.proactive["administrative_fee", measure].value for measure in ("prior_year_items", "change")]
    assert [cell.number for cell in cells] == expected


def test_a_row_that_a_pages_end_has_broken_is_one() -> None:
    label = LABELS["not_processed_petition"]
    rows = []
    for name, *cells in FORM_ROWS:
        if name == label:
            rows += ["\t".join([name[:5], *cells]), "- 2 -", "\t".join([name[5:], *[""] * 7])]
        else:
            rows.append("\t".join([name, *cells]))
    assert is_read(read("\t".join(["", *COLUMNS]), *rows))


def test_a_blank_row_behind_another_keeps_its_own_label() -> None:
    rows = [
        "\t".join([name, *([""] * 7 if name == LABELS["not_processed_repeated"] else cells)])
        for name, *cells in FORM_ROWS
    ]
    reading = read("\t".join(["", *COLUMNS]), *rows)
    assert set(states(reading, "not_processed_repeated")) == {"blank"}
    assert is_read(reading, but=["not_processed_repeated"])


def test_rows_do_not_stand_below_a_header_that_ends_before_them() -> None:
    """The header stands one column left of the numbers, and the rows are ragged: they are counted from their labels."""
    head = ["\t\t申请人情况\t\t\t\t\t\t总计\t", "\t\t自然人\t法人或其他组织\t\t\t\t\t\t"]
    head.append("\t\t\t" + "\t".join(COLUMNS[1:6]) + "\t\t")
    shapes = ["{}\t\t\t{}", "{}\t\t{}\t", "\t{}\t\t{}", "\t\t{}\t{}\t\t", "\t{}\t{}\t"]
    rows = [shapes[at % 5].format(label, "\t".join(cells)) for at, (label, *cells) in enumerate(FORM_ROWS)]
    assert is_read(read(*head, *rows))


def test_an_eighth_number_behind_the_total_is_none_of_the_rows() -> None:
    rows = ["\t".join([label, *cells, "7" if label == LABELS["granted"] else ""]) for label, *cells in FORM_ROWS]
    assert is_read(read("\t".join(["", *COLUMNS, "备注"]), *rows))


def test_page_numbers_are_numbered_through_to_the_end_of_the_text() -> None:
    text = ["行政许可", "0", "1", "", "行政处罚", "0", "2", "", "六、", "3", ""]
    assert page_numbers(text) == [3, 7, 10]
    assert page_numbers([*text, "行政强制"]) == []
    assert page_numbers([line.replace("2", "4") for line in text]) == []
    assert all(before < after for before, after in pairwise(page_numbers(text)))
