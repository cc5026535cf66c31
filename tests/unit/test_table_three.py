"""Table three in layouts that nobody prepared for: read where a careful person can read it, refused where not."""

from collections.abc import Sequence

import pytest

from pipeline import forms
from pipeline.encoding import Decoded
from pipeline.reader import raw_report
from pipeline.reader.extraction import _printed, extract
from pipeline.reader.formats import text as plain_text
from pipeline.reader.report_rows import RECORDS
from pipeline.reader.tables.matcher import match
from pipeline.reader.tables.reading import Reading
from pipeline.reader.tables.wrapped_labels import Piece, find_spans
from pipeline.settings import Settings
from pipeline.sources.files import SourceFile

LABELS = {
    "new_received": "一、本年新收政府信息公开申请数量",
    "carried_over": "二、上年结转政府信息公开申请数量",
    "granted": "（一）予以公开",
    "partially_granted": "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
    "denied_state_secret": "1.属于国家秘密",
    "denied_prohibited_by_law": "2.其他法律行政法规禁止公开",
    "denied_safety_stability": "3.危及“三安全一稳定”",
    "denied_third_party_rights": "4.保护第三方合法权益",
    "denied_internal_affairs": "5.属于三类内部事务信息",
    "denied_process_information": "6.属于四类过程性信息",
    "denied_enforcement_file": "7.属于行政执法案卷",
    "denied_administrative_inquiry": "8.属于行政查询事项",
    "unavailable_not_held": "1.本机关不掌握相关政府信息",
    "unavailable_needs_creation": "2.没有现成信息需要另行制作",
    "unavailable_still_unclear": "3.补正后申请内容仍不明确",
    "not_processed_petition": "1.信访举报投诉类申请",
    "not_processed_repeated": "2.重复申请",
    "not_processed_publication": "3.要求提供公开出版物",
    "not_processed_excessive": "4.无正当理由大量反复申请",
    "not_processed_reissue": "5.要求行政机关确认或重新出具已获取信息",
    "other_processing": "（六）其他处理",
    "total_processed": "（七）总计",
    "carried_forward": "四、结转下年度继续办理",
}
#: 9 new, 1 carried over; 3 granted, 4 denied by law, 1 petition; 2 carried forward.
NUMBERS = {item: [0] * 7 for item in LABELS} | {
    "new_received": [6, 2, 0, 0, 1, 0, 9],
    "carried_over": [1, 0, 0, 0, 0, 0, 1],
    "granted": [2, 1, 0, 0, 0, 0, 3],
    "denied_prohibited_by_law": [3, 0, 0, 0, 1, 0, 4],
    "not_processed_petition": [0, 1, 0, 0, 0, 0, 1],
    "total_processed": [5, 2, 0, 0, 1, 0, 8],
    "carried_forward": [2, 0, 0, 0, 0, 0, 2],
}
COLUMNS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
HEADING, BEHIND = "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况"


def read(*lines: str) -> Reading:
    """The tables of a text of these lines, under the heading of table three."""
    return match(plain_text.from_text(Decoded("\n".join([HEADING, *lines, BEHIND]), "utf-8")))


def numbers(reading: Reading, item: str) -> list[int | None]:
    cells = [reading.applications[item].cells[column].value.number for column in forms.APPLICATION_COLUMNS]
    return [None if number is None else int(number) for number in cells]


def states(reading: Reading, item: str) -> list[str | None]:
    return [reading.applications[item].cells[column].value.state for column in forms.APPLICATION_COLUMNS]


def is_read(reading: Reading, but: Sequence[str] = ()) -> bool:
    return {item: numbers(reading, item) for item in LABELS if item not in but} == {
        item: row for item, row in NUMBERS.items() if item not in but
    }


def tab_rows(rows: dict[str, Sequence[object]], columns: Sequence[str] = COLUMNS, behind: str = "") -> list[str]:
    """A row of headers and one a label, with an empty cell behind each if asked for."""
    lines = ["\t".join(["项目", *columns]), *("\t".join([LABELS[item], *map(str, row)]) for item, row in rows.items())]
    return [line + behind for line in lines]


# Text with cells --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("printed", "state"), [("○", "unreadable"), ("6人", "annotated"), ("6①", "annotated")])
def test_what_stands_in_the_first_cell_moves_nothing(printed: str, state: str) -> None:
    rows = NUMBERS | {"new_received": [printed, *NUMBERS["new_received"][1:]]}
    reading = read(*tab_rows(rows, behind="\t"))
    assert numbers(reading, "new_received")[1:] == [2, 0, 0, 1, 0, 9]
    assert states(reading, "new_received")[0] == state
    assert is_read(reading, but=["new_received"])


def test_a_column_of_remarks_is_left_out() -> None:
    lines = tab_rows(NUMBERS, [*COLUMNS, "备注"], behind="\t")
    lines = [line.removesuffix("\t") if number == 0 else line for number, line in enumerate(lines)]
    lines[1] += "含转办"
    assert is_read(read(*lines))


def test_columns_are_those_of_the_header() -> None:
    order = [1, 0, 2, 3, 4, 5, 6]
    rows = {item: [row[at] for at in order] for item, row in NUMBERS.items()}
    assert is_read(read(*tab_rows(rows, [COLUMNS[at] for at in order])))


def test_headers_without_rows_in_another_order_are_refused() -> None:
    """One cell a line: the order of the headers is all that is known of the columns."""
    cells = [*(COLUMNS[at] for at in [0, 2, 1, 3, 4, 5, 6])]
    cells += [str(cell) for item, row in NUMBERS.items() for cell in (LABELS[item], *row)]
    reading = read(*cells)
    assert not reading.applications
    assert {finding.rule for finding in reading.findings} >= {"ambiguous_reading"}


@pytest.mark.parametrize("names", [["自然人", *COLUMNS[1:]], ["公民", "企业", "科研单位", *COLUMNS[3:6], "合计"]])
def test_organizations_on_both_sides_of_another_column_are_where_the_header_has_them(names: list[str]) -> None:
    """The header above the organizations begins anew behind the natural persons."""
    order = [1, 2, 0, 3, 4, 5, 6]
    upper = ["", "法人或其他组织", "", names[0], "法人或其他组织", "", "", names[6]]
    lower = ["", names[1], names[2], "", names[3], names[4], names[5], ""]
    rows = [[LABELS[item], *(row[at] for at in order)] for item, row in NUMBERS.items()]
    assert is_read(read(*("\t".join(map(str, row)) for row in [upper, lower, *rows])))
    moved = ["", *lower[2:], ""]  # the rows of the header have moved against each other
    reading = read(*("\t".join(map(str, row)) for row in [upper, moved, *rows]))
    assert all(numbers(reading, item) == [None] * 7 for item in LABELS)
    assert states(reading, "granted") == ["unreadable"] * 7


def test_a_header_of_unknown_words_in_another_order_is_not_the_forms() -> None:
    words = ["内资企业", "外资企业", "自然人", *COLUMNS[3:]]
    reading = read(*tab_rows(NUMBERS, words))
    assert all(numbers(reading, item) == [None] * 7 for item in LABELS)


@pytest.mark.parametrize("zero", [0, ""])
@pytest.mark.parametrize("first", [1, 301])
def test_a_column_that_numbers_the_rows_is_no_column_of_the_form(zero: object, first: int) -> None:
    """It stands between labels and numbers, and its header in a row above the applicants'."""
    rows = [
        [LABELS[item], first + at, *(number or zero for number in row)]
        for at, (item, row) in enumerate(NUMBERS.items())
    ]
    lines = ["\t".join(map(str, row)) for row in [["项目", "行次"], COLUMNS, *rows]]
    reading = read(*lines)
    expected = {item: [number or (None if zero == "" else 0) for number in row] for item, row in NUMBERS.items()}
    assert {item: numbers(reading, item) for item in LABELS} == expected


def test_a_rows_number_is_no_applicants_where_its_total_is_blank() -> None:
    """The numbers have a gap, and do not show themselves; seven cells are filled, none is a total."""
    rows = [[LABELS[item], at + 1 + (at > 4), *row] for at, (item, row) in enumerate(NUMBERS.items())]
    rows[9][-1] = ""
    reading = read(*("\t".join(map(str, row)) for row in [["项目", "", *COLUMNS], *rows]))
    item = list(NUMBERS)[9]
    assert numbers(reading, item)[0] in (None, 0)


def test_a_column_that_is_left_out_moves_no_other() -> None:
    """The table has no research institutions: 0 in none of its cells."""
    columns = [name for name in COLUMNS if name != "科研机构"]
    rows = {item: [number for at, number in enumerate(row) if at != 2] for item, row in NUMBERS.items()}
    reading = read(*tab_rows(rows, columns))
    expected = {item: [*row[:2], None, *row[2:]] for item, row in rows.items()}
    assert {item: numbers(reading, item) for item in LABELS} == expected


def test_two_columns_for_each_applicant_are_not_seven() -> None:
    """Last year's (17 each) and this year's, under one header: which is which only the years above them say."""
    header = ["项目", *(cell for name in COLUMNS for cell in (name, ""))]
    rows = [[LABELS[item], *(cell for number in row for cell in (17, number or ""))] for item, row in NUMBERS.items()]
    reading = read(*("\t".join(map(str, row)) for row in [header, *rows]))
    assert all(numbers(reading, item) == [None] * 7 for item in LABELS)


def test_rows_whose_blank_cells_a_program_has_cut_off_are_blank() -> None:
    """Only where the row behind has a label of its own: else the numbers may stand on the next line."""
    cut = {"denied_enforcement_file", "denied_administrative_inquiry"}
    rows = ["\t".join([LABELS[item], *([] if item in cut else map(str, row))]) for item, row in NUMBERS.items()]
    reading = read("\t".join(["项目", *COLUMNS]), *rows)
    assert is_read(reading, but=[*cut])
    assert all(states(reading, item) == ["blank"] * 7 for item in cut)
    at = next(at for at, row in enumerate(rows) if row == LABELS["denied_administrative_inquiry"])
    reading = read("\t".join(["项目", *COLUMNS]), *rows[: at + 1], "1\t0\t0\t0\t0\t0\t1", *rows[at + 1 :])
    assert numbers(reading, "denied_administrative_inquiry") in ([1, 0, 0, 0, 0, 0, 1], [None] * 7)
    if "denied_administrative_inquiry" in reading.applications:
        assert "blank" not in states(reading, "denied_administrative_inquiry")


@pytest.mark.parametrize("item", ["granted", "denied_enforcement_file", "other_processing", "total_processed"])
@pytest.mark.parametrize("words", ["见附件", "不详", "（见附件）"])
def test_words_in_a_row_without_numbers_are_no_blanks(item: str, words: str) -> None:
    lines = tab_rows(NUMBERS)
    at = next(number for number, line in enumerate(lines) if line.startswith(LABELS[item]))
    lines[at] = f"{LABELS[item]}\t{words}" + "\t" * 6
    assert states(read(*lines), item)[0] == "unreadable"
    assert is_read(read(*lines), but=[item])


@pytest.mark.parametrize("item", ["granted", "denied_enforcement_file"])
def test_a_row_that_ends_in_other_words_than_its_label_is_not_blank(item: str) -> None:
    lines = tab_rows(NUMBERS)
    at = next(number for number, line in enumerate(lines) if line.startswith(LABELS[item]))
    lines[at] = f"{LABELS[item]} 见附件"
    document = plain_text.from_text(Decoded("\n".join([HEADING, *lines, BEHIND]), "utf-8"))
    reading = match(document)
    named = item in reading.applications and set(states(reading, item)) == {"unreadable"}
    assert named or item in _printed(document, reading)


def test_pipes_between_the_cells_alone() -> None:
    """A row whose first cell is blank begins with a pipe, and has as many cells as the others."""
    rows = [["" if LABELS[item][0] == "（" else LABELS[item], LABELS[item], *row] for item, row in NUMBERS.items()]
    lines = [" | ".join(map(str, row)) for row in [["", "", *COLUMNS], *rows]]
    assert is_read(read(*lines))


def stacked_pipes(label: str, row: Sequence[object]) -> list[str]:
    """A cell a line with a pipe behind it, a lone pipe for an empty one and for the end of the row."""
    *cells, last = row
    return [f"{label} |", *(f"{cell} |" if cell != "" else "|" for cell in cells), f"{last} | ||", "|"]


@pytest.mark.parametrize("is_torn", [False, True])
def test_a_pipe_marks_an_empty_cell_also_where_the_total_is_no_number(is_torn: bool) -> None:
    """Only where the row begins and ends as all full rows do: a cell may be missing where one more line stands."""
    lines = [line for item, row in NUMBERS.items() for line in stacked_pipes(LABELS[item], row)]
    at = lines.index(f"{LABELS['new_received']} |")
    row = stacked_pipes(LABELS["new_received"], [6, "", 0, 0, 1, 0, "无"])
    lines[at : at + len(row)] = [*row, *["|"] * is_torn]
    reading = read(*lines)
    assert is_read(reading, but=["new_received"])
    assert numbers(reading, "new_received") == ([None] * 7 if is_torn else [6, None, 0, 0, 1, 0, None])
    if not is_torn:
        assert states(reading, "new_received")[1] == "blank"


def test_an_empty_line_between_pipes_is_no_cell() -> None:
    """Behind the last row the table ends with an empty line; its empty cell is the pipe among its numbers."""
    lines = [line for item, row in NUMBERS.items() for line in stacked_pipes(LABELS[item], row)[:-1]]
    lines[-7:] = stacked_pipes(LABELS["carried_forward"], [2, 0, 0, "", 0, 0, 2])[1:-1]
    reading = read(*lines, "", "", "注：本表数据截至2021年12月31日。")
    assert is_read(reading, but=["carried_forward"])
    assert numbers(reading, "carried_forward") == [2, 0, 0, None, 0, 0, 2]


@pytest.mark.parametrize("separator", ["\t", "\n"])
def test_exact_labels_win_over_the_order_of_the_form(separator: str) -> None:
    items = list(NUMBERS)
    items[4], items[5] = items[5], items[4]
    lines = tab_rows({item: NUMBERS[item] for item in items})
    assert is_read(read(*"\n".join(lines).replace("\t", separator).split("\n")))


def test_a_row_of_the_agencys_own_takes_no_place() -> None:
    lines = tab_rows({item: row for item, row in NUMBERS.items() if item != "not_processed_repeated"})
    lines.insert(
        lines.index(next(line for line in lines if line.startswith("3.要求"))), "行政检查\t7\t0\t0\t0\t0\t0\t7"
    )
    reading = read(*lines)
    assert "not_processed_repeated" not in reading.applications
    assert "row_unknown" in {finding.rule for finding in reading.findings}
    assert is_read(reading, but=["not_processed_repeated"])


def test_subtotals_in_a_groups_head_are_no_row() -> None:
    lines = tab_rows(NUMBERS)
    lines.insert(5, "（三）不予公开\t3\t0\t0\t0\t1\t0\t4")
    reading = read(*lines)
    assert is_read(reading)
    assert {finding.rule for finding in reading.findings} <= {"unused_number", "table_missing"}


def test_a_row_broken_over_two_lines_is_one() -> None:
    lines = tab_rows(NUMBERS)
    lines[1:2] = [f"{LABELS['new_received']}\t6\t2", "- 3 -", "0\t0\t1\t0\t9"]
    assert is_read(read(*lines))
    lines[3] = "0\t0\t1\t0\t8"  # a row that does not add up may have lost a cell
    assert set(states(read(*lines), "new_received")) == {"unreadable"}


def test_a_table_that_goes_on_repeats_its_first_rows() -> None:
    lines = tab_rows(NUMBERS)
    assert is_read(read(*lines[:14], "续表", *lines[:3], *lines[14:]))


@pytest.mark.parametrize(("years", "is_certain"), [(["2023年", "2024年"], True), (["附表一", "附表二"], False)])
def test_of_two_years_the_later_counts(years: list[str], is_certain: bool) -> None:
    before = {item: [n * 3 for n in row] for item, row in NUMBERS.items()}
    reading = read(years[0], *tab_rows(before), years[1], *tab_rows(NUMBERS))
    assert is_read(reading) if is_certain else not reading.applications


def test_a_single_row_with_its_exact_label_is_read() -> None:
    reading = read("\t".join([LABELS["new_received"], *map(str, NUMBERS["new_received"])]))
    assert numbers(reading, "new_received") == NUMBERS["new_received"]


def test_a_row_whose_label_is_printed_is_not_absent() -> None:
    lines = tab_rows(NUMBERS)
    lines[11] = "7.属于行政执法案卷 见附件"
    document = plain_text.from_text(Decoded("\n".join([HEADING, *lines, BEHIND]), "utf-8"))
    reading = match(document)
    assert "denied_enforcement_file" in reading.applications or "denied_enforcement_file" in _printed(document, reading)
    assert "other_other" not in _printed(document, reading)


# Aligned text -----------------------------------------------------------------------------------------------

WIDTH_OF_LABEL, PITCH = 14, 8


def aligned(rows: dict[str, Sequence[object]], at: str, *, shift: int = 0) -> list[str]:
    """Labels wrapped in a narrow column, the numbers on their first, middle or last line."""
    lines = []
    for item, row in rows.items():
        label = LABELS[item]
        pieces = [label[start : start + 6] for start in range(0, len(label), 6)]
        line = {"top": 0, "middle": len(pieces) // 2, "bottom": len(pieces) - 1}[at]
        for number, piece in enumerate(pieces):
            values = "".join(f"{value!s:^{PITCH}}" for value in row) if number == line else ""
            lines.append((" " * shift + f"{piece:{WIDTH_OF_LABEL}}" + values).rstrip())
    return lines


def header(shift: int = 0) -> str:
    return " " * (shift + WIDTH_OF_LABEL) + "".join(f"{name[:3]:^{PITCH}}" for name in COLUMNS)


@pytest.mark.parametrize("at", ["top", "middle", "bottom"])
def test_numbers_belong_to_the_label_whose_lines_they_share(at: str) -> None:
    assert is_read(read(header(), *aligned(NUMBERS, at)))


BLANKS = {item: [number or "" for number in row] for item, row in NUMBERS.items()}


def test_blank_zeros_are_placed_by_the_columns_of_their_page() -> None:
    reading = read(header(), *aligned(BLANKS, "top"))
    assert numbers(reading, "not_processed_petition") == [None, 1, None, None, None, None, 1]
    assert numbers(reading, "granted") == [2, 1, None, None, None, None, 3]
    assert states(reading, "denied_state_secret") == ["blank"] * 7


def test_a_letter_that_has_run_into_the_total_leaves_no_row_blank() -> None:
    """The head of the group, one letter a line, stands behind the numbers of the row beside it: 4果."""
    lines = aligned(BLANKS, "top")
    at = next(number for number, line in enumerate(lines) if line.startswith("2.其他"))
    lines[at] += "果"
    assert states(read(header(), *lines), "denied_prohibited_by_law")[-1] in (None, "unreadable")


def test_a_page_that_shows_no_columns_places_nothing() -> None:
    """On the second page everything stands elsewhere, and 1 … 1 would fit any column."""
    first, second = dict(list(BLANKS.items())[:12]), dict(list(BLANKS.items())[12:])
    narrower = [line.replace(" " * PITCH, " " * 3) for line in aligned(second, "top", shift=3)]
    reading = read(header(), *aligned(first, "top"), "", "", "- 1 -", *narrower)
    assert set(states(reading, "not_processed_petition")) == {"unreadable"}
    assert numbers(reading, "granted") == [2, 1, None, None, None, None, 3]


def test_digits_that_a_narrow_cell_has_cut_are_one_number_if_the_row_adds_up() -> None:
    rows = NUMBERS | {"granted": [12, 1, 0, 0, 0, 0, 130]}
    lines = aligned(rows, "top")
    at = next(number for number, line in enumerate(lines) if line.startswith("（一）予以"))
    place = lines[at].index("12")
    lines.insert(at + 1, " " * place + "9")
    assert numbers(read(header(), *lines), "granted") == [129, 1, 0, 0, 0, 0, 130]


def test_digits_that_also_add_up_apart_are_refused() -> None:
    """12 over 1 and 12 over 1: the upper halves add up, too, and the row below could begin with the lower ones."""
    lines = aligned(NUMBERS | {"granted": [12, 0, 0, 0, 0, 0, 12]}, "top")
    at = next(number for number, line in enumerate(lines) if line.startswith("（一）予以"))
    first, last = lines[at].index("12"), lines[at].rindex("12")
    label_rest = lines[at + 1]
    lines[at + 1] = label_rest + " " * (first - len(label_rest)) + "1" + " " * (last - first - 1) + "1"
    assert numbers(read(header(), *lines), "granted") in ([121, 0, 0, 0, 0, 0, 121], [None] * 7)


# Labels apart from their numbers ----------------------------------------------------------------------------


def by_columns(rows: Sequence[Sequence[int]]) -> list[str]:
    return [line for column in zip(*rows, strict=True) for line in [*map(str, column), ""]]


def test_numbers_behind_all_labels_are_read_column_by_column() -> None:
    reading = read(*LABELS.values(), "", *by_columns(list(NUMBERS.values())))
    assert is_read(reading)
    assert {finding.rule for finding in reading.findings} >= {"read_by_order"}


def test_numbers_behind_all_labels_that_do_not_add_up_are_refused() -> None:
    rows = [*NUMBERS.values()]
    rows[2] = [2, 1, 0, 0, 0, 0, 4]
    reading = read(*LABELS.values(), "", *by_columns(rows))
    assert all(numbers(reading, item) == [None] * 7 for item in reading.applications)


# Pieces of labels -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
def test_pieces_of_labels_beside_pieces_of_their_groups_are_put_together(size: int) -> None:
    """三、本年度办理结果 stands one character a line beside the others."""
    bare = [label for item in LABELS for label in [_bare(LABELS[item])]]
    group = iter("三本年度办理结果")
    pieces, lines, line = [], {}, 0
    for item, label in zip(LABELS, bare, strict=True):
        for start in range(0, len(label), size):
            line += 1
            if item not in ("new_received", "carried_over") and (letter := next(group, "")):
                pieces.append(Piece(letter, line))
            pieces.append(Piece(label[start : start + size], line))
            lines.setdefault(item, []).append(line)
    found = find_spans(pieces, "2019")
    assert {span.item: (span.first, span.last) for span in found.spans} == {
        item: (of_item[0], of_item[-1]) for item, of_item in lines.items()
    }


def _bare(label: str) -> str:
    return "".join(letter for letter in label if letter.isalnum())


@pytest.mark.parametrize("row", ["{label} — — — — — — —", "{label}\n— — — — — — —", "{begin}\n{end}\n- - - - - - -"])
def test_a_flat_row_of_marks_for_nothing_is_a_row(row: str) -> None:
    flat = [f"{label} {' '.join(map(str, NUMBERS[item]))}" for item, label in LABELS.items()]
    label = LABELS["denied_internal_affairs"]
    at = list(LABELS).index("denied_internal_affairs")
    lines = [*flat[:at], row.format(label=label, begin=label[:6], end=label[6:]), *flat[at + 1 :]]
    reading = read(*lines)
    assert states(reading, "denied_internal_affairs") == ["nil_mark"] * 7
    assert is_read(reading, but=["denied_internal_affairs"])


def test_a_row_of_dashes_is_no_row_where_it_only_parts_the_text() -> None:
    flat = [f"{label} {' '.join(map(str, NUMBERS[item]))}" for item, label in LABELS.items()]
    assert is_read(read("- - - - -", *flat, "- - - - - - - - - -", "注 — —"))


# A table without numbers ------------------------------------------------------------------------------------

OTHER = {
    "other_no_correction": "1.申请人无正当理由逾期不补正",
    "other_fee_unpaid": "2.申请人逾期未按收费通知要求缴纳费用",
}


def of_2021() -> list[str]:
    """The labels of the newer form."""
    at = list(LABELS).index("other_processing")
    labels = list(LABELS.values())
    return [*labels[:at], "（六）其他处理", *OTHER.values(), "3.其他", *labels[at + 1 :]]


@pytest.mark.parametrize(("labels", "rows"), [([*LABELS.values()], 23), (of_2021(), 25)], ids=["2019", "2021"])
@pytest.mark.parametrize("form", ["{}", "{}\t{}", "      {}"])
def test_labels_without_any_number_are_a_blank_table(labels: list[str], rows: int, form: str) -> None:
    reading = read(*COLUMNS, *(form.format(label, label) for label in labels), "- 3 -")
    assert len(reading.applications) == rows
    assert all(set(states(reading, item)) == {"blank"} for item in reading.applications)


@pytest.mark.parametrize("printed", ["5", "见附件", "无", "/", "O", "（一）予以公开 5"])
def test_labels_with_anything_that_may_be_a_value_are_no_blank_table(printed: str) -> None:
    labels = of_2021()
    reading = read(*COLUMNS, *labels[:9], printed, *labels[9:])
    assert not any(set(states(reading, item)) == {"blank"} for item in reading.applications)


# Numbers that no row can claim ------------------------------------------------------------------------------


def test_a_row_beside_numbers_that_may_be_its_own_is_not_blank() -> None:
    """21 2 23 stands between rows 5 and 6 as a program printed them without columns: whose it is nobody knows."""
    reading = read(
        "自然人",
        "一、本年新收政府信息公开申请数量 886 4 25 915",
        "（一）予以公开 14 14",
        "（二）部分公开（区分处理的，只",
        "1.属于国家秘密 93 93",
        "2.其他法律行政法规禁",
        "3.危及“三安全一稳",
        "4.保护第三方合法权益",
        "5.属于三类内部事务信",
        "21 2 23",
        "6.属于四类过程性信息 14 14",
        "7.属于行政执法案卷 94 94",
        "8.属于行政查询事项 136 1 137",
        "1.本机关不掌握相关政",
    )
    assert "blank" not in states(reading, "denied_internal_affairs")


def test_marks_for_nothing_are_no_reason_to_leave_a_stack_unread() -> None:
    """The rows 1, 2 and 3 of a stack with dashes: their numbers are not those of the rows as they stand."""
    stack = ["2.其他法律行政法规禁止公开", "1", *["—"] * 11, "1", "—", "3.危及“三安全一稳定”", "—"]
    reading = read("1.属于国家秘密", "1", *stack)
    for item in ("denied_state_secret", "denied_prohibited_by_law", "denied_safety_stability"):
        assert set(states(reading, item)) == {"unreadable"}


def test_labels_between_the_heading_and_the_first_row_that_was_read_are_not_absent() -> None:
    """The table's first row that was read is 总计: labels above it, from the heading on, are of rows that were not."""
    labels = ["1.申请人无正当理由逾期不补", "正、行政机关不再处理其政府信", "2.申请人逾期未按收费通知要求"]
    lines = [HEADING, *labels, "9", "（七）总计", "2", "四、结转下年度继续办理", "2", "未经复议直接起诉"]
    document = plain_text.from_text(Decoded("\n".join(lines), "utf-8"))
    reading = match(document)
    assert "other_no_correction" not in reading.applications
    assert "other_no_correction" in _printed(document, reading)


def test_the_one_row_of_the_older_form_is_named_where_it_is_printed_and_not_read() -> None:
    """Without it and without the three rows of the newer form, nothing but its label tells that it is there."""
    lines = tab_rows({item: row for item, row in NUMBERS.items() if item != "other_processing"})
    lines.insert(20, "（六）其他处理 见附件")
    text = "\n".join(["洪泽区水利局2020年政府信息公开工作年度报告", HEADING, *lines, BEHIND])
    report = raw_report.parse(SourceFile("r.txt", "r.txt"), text.encode(), "0" * 64, None, Settings())
    notes = RECORDS["cell_note"].read(extract(report).rows["cell_note"])
    of_row = [note.state for note in notes if note.item == "other_processing"]
    assert of_row == ["unreadable"]
