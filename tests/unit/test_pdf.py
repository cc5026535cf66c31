"""PDF files: what is shown is read with its place, what nobody sees is not, what cannot be told is refused or marked.

The pages are written operator by operator, so that what they show and where is known. Whole reports are cases
(``tests/cases/documents``).
"""

import zlib

import pytest

from pipeline.reader.document import Document, Place
from pipeline.reader.formats import registry
from pipeline.reader.formats.pages import content
from pipeline.reader.formats.raw_file import RawFile
from pipeline.sources.fetch import RejectedError
from tests.support.pdfs import grid, pages, text


def read(data: bytes, suffix: str = ".pdf") -> Document:
    return registry.read(RawFile(data, suffix, 300_000))


def cells(data: bytes) -> list[list[str]]:
    return [row.cells for row in read(data).rows]


def refused(data: bytes) -> str:
    with pytest.raises(RejectedError) as caught:
        read(data)
    return caught.value.reason


def test_a_pdf_is_told_by_its_bytes() -> None:
    document = read(pages(text(72, 700, "Report")), ".txt")
    assert (document.format, document.encoding, document.lines) == ("pdf", "pdfium", ["Report"])


@pytest.mark.parametrize(
    ("entries", "place"),
    [
        (b"", Place(1, 72.0, 131.7, 92.7, 143.7)),
        (b"/CropBox[50 600 400 800]", Place(1, 22.0, 89.7, 42.7, 101.7)),
        (b"/Rotate 90", Place(1, 698.3, 72.0, 710.3, 92.7)),
        (b"/Rotate 180", Place(1, 502.3, 698.3, 523.0, 710.3)),
        (b"/Rotate 270", Place(1, 131.7, 502.3, 143.7, 523.0)),
    ],
)
def test_a_place_is_on_the_page_as_it_is_shown(entries: bytes, place: Place) -> None:
    """12 points from 72 to 72 + 4 characters of Helvetica (667 + 556 + 222 + 278), base line at 700."""
    document = read(pages(text(72, 700, "Ealf"), entries=entries))
    assert document.lines == ["Ealf"]
    assert document.places is not None
    (found,) = document.places
    assert found is not None
    assert found.page == 1
    assert found[1:] == pytest.approx(place[1:], abs=0.2)


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (text(72, 700, "Seen") + text(72, 600, "Invisible", "3 Tr"), ["Seen"]),
        (text(72, 700, "Seen") + text(72, 600, "White", "1 g"), ["Seen"]),
        (b"0 0 0.5 rg 60 590 200 30 re f\n" + text(72, 600, "White on blue", "1 g"), ["White on blue"]),
        (text(72, 600, "Old") + b"1 g 60 590 200 30 re f\n" + text(72, 600, "New", "0 g"), ["New"]),
        (text(72, 700, "Seen") + text(700, 700, "Beside") + text(72, -50, "Below"), ["Seen"]),
        (b"q 60 690 30 40 re W n\n" + text(72, 700, "ABCDEFGH") + b"Q", ["AB"]),
        (text(72, 700, "Seen") + text(72, 600, "Tiny", size=0.4), ["Seen"]),
    ],
    ids=["invisible", "white", "white_on_blue", "covered", "outside", "clipped", "tiny"],
)
def test_what_nobody_sees_is_not_read(content: bytes, lines: list[str]) -> None:
    assert read(pages(content)).lines == lines


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pages(text(72, 700, "What a scanner read", "3 Tr")), "needs_ocr"),
        (pages(b"0 0 m 100 100 l S"), "needs_ocr"),
        (pages(text(72, 700, "Report"))[:-60], "damaged_document"),
        (pages(text(72, 700, "Report"))[:300], "damaged_document"),
        (b"%PDF-1.4 and nothing of one", "damaged_document"),
        (pages(text(72, 700, "Report")).replace(b"/Count 1", b"/Count 3"), "damaged_document"),
        (pages(text(72, 700, "Report")).replace(b"/Count 1", b"/Count 9999"), "too_large"),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes, reason: str) -> None:
    assert refused(data) == reason


def packed(content: bytes, flip: int = 0) -> bytes:
    """A file whose page is packed; ``flip`` changes the byte there of the packed stream."""
    stream = bytearray(zlib.compress(content))
    stream[flip] ^= 0x55 if flip else 0
    plain = pages(b"%PLACE%")
    said = b"<</Length 7>>stream\n%PLACE%"
    return plain.replace(said, b"<</Filter/FlateDecode/Length %d>>stream\n%s" % (len(stream), bytes(stream)))


def test_a_stream_that_does_not_unpack_is_damage_and_not_half_a_report() -> None:
    content = b"".join(text(72, 800 - 12 * number, f"Line {number * 7919 % 1000}") for number in range(60))
    assert len(read(packed(content)).lines) == 60
    for flip in (20, 100, 200, 300):
        assert refused(packed(content, flip)) == "damaged_document"


def test_a_page_that_unpacks_without_end_is_too_large() -> None:
    assert refused(packed(b" " * 250_000_000)) == "too_large"


def test_more_characters_than_a_report_has_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "MOST_GLYPHS", 5)
    assert refused(pages(text(72, 700, "Report"))) == "too_large"


def test_a_font_without_a_map_is_refused_and_its_characters_are_not_guessed() -> None:
    font = b"<</Type/Font/Subtype/Type0/BaseFont/Some/Encoding/Identity-H/DescendantFonts[4 0 R]>>"
    below = (
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Some/CIDSystemInfo"
        b"<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 1000/FontDescriptor 5 0 R>>"
    )
    descriptor = b"<</Type/FontDescriptor/FontName/Some/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 800>>"
    content = b"BT /F1 12 Tf 72 700 Td <002400250026> Tj ET"
    assert refused(pages(content, font=font, more=[below, descriptor])) == "unreadable_text"


GRID = grid([72, 172, 272], [700, 680, 660])


def test_cells_are_ruled_and_each_has_its_box() -> None:
    words = text(75, 685, "one") + text(175, 685, "-") + text(75, 665, "26") + text(175, 665, "0")
    document = read(pages(GRID + words))
    assert [row.cells for row in document.rows] == [["one", "-"], ["26", "0"]]
    assert document.places == [
        Place(1, 72.0, 142.0, 172.0, 162.0),
        Place(1, 172.0, 142.0, 272.0, 162.0),
        Place(1, 72.0, 162.0, 172.0, 182.0),
        Place(1, 172.0, 162.0, 272.0, 182.0),
    ]


@pytest.mark.parametrize(
    ("words", "first", "damaged"),
    [
        (text(75, 685, "12") + text(75, 685, "12"), ["12", ""], 0),
        (text(75, 685, "12") + text(75, 685, "15"), ["1\ufffd", ""], 1),
        (text(160, 685, "123456"), ["\ufffd", "123456\ufffd"], 2),
        (text(75, 685, "1 2"), ["1 2", ""], 0),
        (text(75, 685, "1") + text(81.7, 685, "2"), ["12", ""], 0),
        (text(75, 685, "1") + text(95, 685, "2"), ["1 2", ""], 0),
    ],
    ids=["printed_twice", "printed_over", "across_a_rule", "blank_between", "in_two_pieces", "far_apart"],
)
def test_a_number_is_whole_or_not_one(words: bytes, first: list[str], damaged: int) -> None:
    document = read(pages(GRID + words + text(175, 665, "0")))
    assert (document.rows[0].cells, document.damaged) == (first, damaged)


def test_a_number_goes_on_in_the_next_line_only_where_the_first_is_full() -> None:
    """A column of 16 points has room for two digits of 6.7 points, one of 60 points for many."""
    wrapped = text(73, 690, "26") + text(73, 678, "2")
    narrow, wide = grid([72, 88, 172], [704, 674, 640]), grid([72, 132, 172], [704, 674, 640])
    label = text(92, 685, "row") + text(136, 650, "x")
    assert cells(pages(narrow + wrapped + label))[0] == ["262", "row"]
    assert cells(pages(wide + wrapped + text(136, 685, "row")))[0] == ["26 2", "row"]


@pytest.mark.parametrize(
    "rules",
    [
        GRID,
        b"".join(b"%d %d 0.5 %d re f\n" % (x, 660, 40) for x in (72, 172, 272))
        + b"".join(b"%d %d %d 0.5 re f\n" % (72, y, 200) for y in (660, 680, 700)),
        GRID + grid([73.5, 173.5, 273.5], [701.5, 681.5, 661.5]),
        b"[2 1] 0 d\n" + GRID,
        b"".join(b"%d %d 100 20 re S\n" % (x, y) for x in (72, 172) for y in (660, 680)),
        b"72 700 m 272 700 l 272 660 l 72 660 l s 72 680 m 120 680 l 121 680 m 272 680 l S 172 660 m 172 700 l S\n",
    ],
    ids=["lines", "hairline_areas", "double", "dashed", "frames", "broken"],
)
def test_rules_may_be_drawn_in_any_way(rules: bytes) -> None:
    words = text(75, 685, "one") + text(175, 685, "2") + text(75, 665, "three") + text(175, 665, "4")
    assert cells(pages(rules + words)) == [["one", "2"], ["three", "4"]]


def test_merged_cells_stand_in_their_first_row() -> None:
    rules = grid([72, 272], [700, 640]) + b"172 700 m 172 640 l S 172 680 m 272 680 l S 172 660 m 272 660 l S\n"
    words = text(75, 668, "group") + text(175, 685, "1") + text(175, 665, "2") + text(175, 645, "3")
    assert cells(pages(rules + words)) == [["group", "1"], ["2"], ["3"]]


def test_a_row_that_the_page_cuts_is_one_row_again() -> None:
    above = grid([72, 172, 272], [120, 90, 60]) + text(75, 105, "first") + text(175, 105, "1")
    above += text(75, 75, "a label that is wi") + text(175, 75, "26")
    below = grid([72, 172, 272], [800, 780, 760]) + text(75, 785, "de") + text(75, 765, "third") + text(175, 765, "3")
    assert cells(pages(above, below)) == [["first", "1"], ["a label that is wide", "26"], ["third", "3"]]


def test_the_head_that_each_page_repeats_stands_once() -> None:
    xs, head = [72, 172, 272], text(75, 785, "name") + text(175, 785, "count")
    first = grid(xs, [800, 780, 760]) + head + text(75, 765, "one") + text(175, 765, "1")
    second = grid(xs, [800, 780, 760]) + head + text(75, 765, "two") + text(175, 765, "2")
    assert cells(pages(first, second)) == [["name", "count"], ["one", "1"], ["two", "2"]]


def test_page_numbers_and_running_heads_are_left_out() -> None:
    bodies = [text(72, 800, "Bureau of Roads") + text(72, 700, f"Text {word}") for word in ("one", "two", "three")]
    numbered = [body + text(290, 30, f"- {number} -") for number, body in enumerate(bodies, 1)]
    assert read(pages(*numbered)).lines == ["Text one", "Text two", "Text three"]
    assert read(pages(text(72, 700, "Text"), text(72, 800, "Bureau of Roads"))).lines == ["Text", "Bureau of Roads"]


def test_a_page_of_turned_text_is_read_upright_and_its_places_are_those_shown() -> None:
    turned = b"BT /F1 12 Tf 0 1 -1 0 300 100 Tm (Report 12) Tj ET\n"
    document = read(pages(turned))
    assert document.lines == ["Report 12"]
    assert document.places is not None
    assert document.places[0] == pytest.approx(Place(1, 289.7, 688.0, 301.7, 742.0), abs=2.0)


def test_digits_turned_against_their_page_are_not_guessed() -> None:
    turned = b"BT /F1 12 Tf -1 0 0 -1 268 690 Tm (21) Tj ET\n"
    words = text(75, 685, "a label of some length") + text(75, 665, "one") + text(175, 665, "1")
    assert cells(pages(grid([72, 232, 272], [700, 680, 660]) + words + turned))[0][1] == "\ufffd\ufffd"


def test_columns_without_rules_are_told_by_alignment() -> None:
    lines = text(72, 700, "items") + text(300, 700, "new") + text(400, 700, "old")
    lines += text(72, 680, "roads") + text(306, 680, "12") + text(406, 680, "3")
    lines += text(72, 660, "bridges") + text(306, 660, "5")
    lines += text(72, 640, "tunnels") + text(306, 640, "1") + text(406, 640, "7")
    assert cells(pages(lines)) == [
        ["items", "new", "old"],
        ["roads", "12", "3"],
        ["bridges", "5", ""],
        ["tunnels", "1", "7"],
    ]
