"""Word documents: what Word prints of one is read, once, and in cells as they begin in a row."""

from collections.abc import Iterable
from itertools import chain

import pytest

from pipeline.reader.document import Document
from pipeline.reader.formats import registry
from pipeline.reader.formats.office import docx
from pipeline.reader.formats.raw_file import RawFile
from pipeline.reader.layouts import table_rows
from tests.support import word_parts
from tests.support.word_parts import cell, paragraph, part, row, run, table


def read(body: str, **parts: str) -> Document:
    return registry.read(RawFile(word_parts.docx(body, **parts), ".docx", 300_000))


def lines(body: str, **parts: str) -> list[str]:
    return read(body, **parts).lines


def rows(*content: str, **parts: str) -> list[list[str]]:
    """The cells of the rows of tables."""
    document = read("".join(content), **parts)
    return [each.cells for each in document.rows if each.layout == table_rows.DOCUMENT]


def text_of(*content: str, **parts: str) -> str:
    """The text of a paragraph in a cell."""
    return rows(table(row(cell(paragraph("".join(content))), "行")), **parts)[0][0]


def level(form: str, text: str, at: int = 0, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(*levels: str, nums: str = '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>') -> str:
    return part("numbering", f'<w:abstractNum w:abstractNumId="7">{"".join(levels)}</w:abstractNum>{nums}')


def in_list(text: str, at: int = 0, number: int = 1) -> str:
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{number}"/></w:numPr>')


def style(name: str, content: str, kind: str = "character") -> str:
    return f'<w:style w:type="{kind}" w:styleId="{name}">{content}</w:style>'


# The document ------------------------------------------------------------------------------------------------


def test_paragraphs_and_tables_in_order_each_cell_on_its_own_line() -> None:
    document = read(paragraph("标题") + table(row("a", "1"), row("b", "")) + paragraph("后"))
    assert document.lines == ["标题", "a", "1", "b", "", "后"]
    assert [(each.line, each.cells, each.layout) for each in document.rows][1:3] == [
        (2, ["a", "1"], table_rows.DOCUMENT),
        (4, ["b", ""], table_rows.DOCUMENT),
    ]
    assert document.format == "docx"
    assert document.encoding.startswith("lxml ")


@pytest.mark.parametrize("suffix", [".docx", ".docm", ".doc", ".txt", ""])
def test_it_is_known_by_its_bytes(suffix: str) -> None:
    file = RawFile(word_parts.docx(paragraph("政府信息公开")), suffix, 300_000)
    assert registry.read(file).lines == ["政府信息公开"]


def test_a_document_with_macros_is_read_and_its_macros_are_not_looked_at() -> None:
    types = word_parts.CONTENT_TYPES.replace(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    files = {"[Content_Types].xml": types, "word/document.xml": word_parts.document(paragraph("年报"))}
    data = word_parts.package(files | {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0 no macro at all"})
    assert registry.read(RawFile(data, ".docm", 300_000)).lines == ["年报"]


def test_the_main_part_is_the_one_that_the_file_names() -> None:
    files = {
        "word/document.xml": word_parts.document(paragraph("旧")),
        "word/d2.xml": word_parts.document(paragraph("新")),
    }
    assert docx.read(RawFile(word_parts.package(files, "/word/d2.xml"), ".docx", 300_000)).lines == ["新"]


def test_the_title_among_its_properties() -> None:
    files = {
        "word/document.xml": word_parts.document(paragraph("年报")),
        "docProps/core.xml": word_parts.CORE.format(" 题 "),
    }
    assert docx.read(RawFile(word_parts.package(files), ".docx", 300_000)).title == "题"
    assert read(paragraph("年报")).title is None


def test_namespaces_of_the_strict_variant() -> None:
    body = word_parts.document(table(row("a", cell("1", '<w:gridSpan w:val="2"/>'))) + paragraph("后"))
    strict = body.replace(word_parts.TRANSITIONAL, "http://purl.oclc.org/ooxml/wordprocessingml/main")
    document = docx.read(RawFile(word_parts.package({"word/document.xml": strict}), ".docx", 300_000))
    assert document.lines == ["a", "1", "后"]


@pytest.mark.parametrize("codec", ["utf-16", "utf-8-sig", "gb18030"])
def test_parts_in_other_encodings(codec: str) -> None:
    name = codec.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{name}"?>{word_parts.document(paragraph("政府信息公开"))}'
    data = word_parts.package({"word/document.xml": text.encode(codec)})
    assert docx.read(RawFile(data, ".docx", 300_000)).lines == ["政府信息公开"]


# Rows and cells ----------------------------------------------------------------------------------------------

DOWN, GOES_ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def test_spans_leave_one_cell_where_they_begin() -> None:
    assert rows(
        table(
            row(cell("三、结果", DOWN), cell("（一）予以公开", '<w:gridSpan w:val="2"/>'), "1"),
            row(cell("", GOES_ON), cell("（三）不予公开", DOWN), "1.国家秘密", "2"),
            row(cell("", GOES_ON), cell("", '<w:vMerge w:val="continue"/>'), "2.其他", "3"),
        )
    ) == [["三、结果", "（一）予以公开", "1"], ["（三）不予公开", "1.国家秘密", "2"], ["2.其他", "3"]]


def test_what_stands_in_a_continued_cell_is_not_printed() -> None:
    assert rows(table(row(cell("a", DOWN), "1"), row(cell("9", GOES_ON), "2"))) == [["a", "1"], ["2"]]


def test_a_cell_that_goes_on_from_none_is_a_cell() -> None:
    assert rows(table(row("a", "1"), row(cell("b", GOES_ON), "2"))) == [["a", "1"], ["b", "2"]]
    # The column is another one than that of the merged cell above.
    assert rows(table(row("a", cell("1", DOWN)), row(cell("b", GOES_ON), "2"))) == [["a", "1"], ["b", "2"]]


def test_columns_before_a_row_count() -> None:
    before = '<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>'
    shifted = row(cell("", GOES_ON), "2", properties=before)
    assert rows(table(row("a", cell("b", DOWN), "1"), shifted)) == [["a", "b", "1"], ["2"]]


def test_cells_merged_to_the_right_by_the_old_way() -> None:
    merged = row(cell("a", '<w:hMerge w:val="restart"/>'), cell("", "<w:hMerge/>"), "1")
    assert rows(table(merged, row(cell("b", "<w:hMerge/>"), "2", "3"))) == [["a", "1"], ["b", "2", "3"]]


def test_rows_and_cells_in_content_controls() -> None:
    control = "<w:sdt><w:sdtPr><w:alias w:val='9'/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    in_cell = cell(control.format(paragraph("2")))
    assert rows(
        table(
            control.format(row("a", "1")),
            row(control.format(cell("b")), in_cell),
            f"<w:customXml>{row('c', '3')}</w:customXml>",
        )
    ) == [["a", "1"], ["b", "2"], ["c", "3"]]


def test_rows_and_cells_deleted_with_tracked_changes() -> None:
    deleted = '<w:del w:id="1" w:author="a"/>'
    assert rows(
        table(
            row(cell("a", DOWN), "1"),
            row(cell("", GOES_ON), "9", properties=deleted),
            row(cell("", GOES_ON), "2", properties='<w:ins w:id="2"/>'),
            row("b", cell("9", '<w:cellDel w:id="3"/>'), "3"),
            row("c", "9", properties="<w:hidden/>"),
        )
    ) == [["a", "1"], ["2"], ["b", "3"]]


def test_a_table_cut_in_two_by_a_page_break_goes_on() -> None:
    cut = paragraph('<w:r><w:br w:type="page"/></w:r>')
    first, second = table(row(cell("三、结果", DOWN), "a", "1")), table(row(cell("", GOES_ON), "b", "2"))
    assert rows(first, cut, second) == [["三、结果", "a", "1"], ["", "b", "2"]]


def test_a_cell_of_several_paragraphs_and_lines_is_one_text() -> None:
    assert rows(
        table(row(cell(paragraph("社会") + paragraph(run("公益") + "<w:r><w:br/></w:r>" + run("组织"))), "1"))
    ) == [["社会 公益 组织", "1"]]


# Tables in tables --------------------------------------------------------------------------------------------


def test_a_small_table_in_a_cell_is_a_part_of_its_row() -> None:
    inner = table(row("1", "2", "3"))
    assert rows(table(row("一、新收", cell(inner + paragraph())))) == [["一、新收", "1", "2", "3"]]


def test_its_further_rows_stand_below() -> None:
    assert rows(table(row("三", cell(table(row("a", "1"), row("b", "2")) + paragraph())))) == [
        ["三", "a", "1"],
        ["b", "2"],
    ]
    labels, values = table(row("a"), row("b")), table(row("1"), row("2"))
    assert rows(table(row(cell(labels + paragraph()), cell(values + paragraph())))) == [["a", "1"], ["b", "2"]]


def test_a_table_that_lays_out_the_page_is_text() -> None:
    page = paragraph("二、主动公开") + table(row("a", "1"), row("b", "2")) + paragraph("一段话。" * 20)
    document = read(table(row(cell(page))))
    assert document.lines == ["二、主动公开", "a", "1", "b", "2", "一段话。" * 20]
    assert [each.layout == table_rows.DOCUMENT for each in document.rows] == [False, True, True, False]
    long = table(row(cell("".join(paragraph("很长的一段话。" * 30) for _ in range(10)))))
    assert {each.layout for each in read(long).rows}.isdisjoint({table_rows.DOCUMENT})


# Text boxes --------------------------------------------------------------------------------------------------


def box(content: str) -> str:
    """A text box as Word writes it: for programs that know drawings, and once more for those that do not."""
    inside = f"<w:txbxContent>{content}</w:txbxContent>"
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic><wps:wsp><wps:txbx>'
        f"{inside}</wps:txbx></wps:wsp></a:graphic></wp:anchor></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{inside}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


def test_a_text_box_is_read_once() -> None:
    assert lines(paragraph(run("前") + box(paragraph("框") + table(row("a", "1"))) + run("后"))) == [
        "前后",
        "框",
        "a",
        "1",
    ]
    inside = f"<w:txbxContent>{paragraph('旧框')}</w:txbxContent>"
    old = f"<w:r><w:pict><v:shape><v:textbox>{inside}</v:textbox></v:shape></w:pict></w:r>"
    assert lines(paragraph(old)) == ["", "旧框"]


def test_a_box_in_a_box_is_read_once_and_one_in_a_cell_is_of_the_cell() -> None:
    assert lines(paragraph(box(paragraph(run("外") + box(paragraph("内")))))) == ["", "外", "内"]
    assert rows(table(row("a", cell(paragraph(run("1") + box(paragraph("2"))))))) == [["a", "1 2"]]


def test_text_drawn_as_a_picture_and_shapes_that_are_hidden() -> None:
    art = '<w:r><w:pict><v:shape{}><v:textpath string="年度报告"/></v:shape></w:pict></w:r>'
    assert lines(paragraph(art.format(""))) == ["", "年度报告"]
    assert lines(paragraph(run("文") + art.format(' style="visibility: hidden"'))) == ["文"]
    hidden = box(paragraph("9")).replace("<a:graphic>", '<wp:docPr id="1" name="n" hidden="1"/><a:graphic>')
    assert lines(paragraph(run("文") + hidden)) == ["文"]


# Changes, hidden and struck text -----------------------------------------------------------------------------


def test_tracked_changes_are_read_as_accepted() -> None:
    deleted = '<w:del w:id="1"><w:r><w:delText>1</w:delText></w:r></w:del>'
    assert text_of(deleted, f"<w:ins w:id='2'>{run('5')}</w:ins>") == "5"
    moved = f"<w:moveFrom w:id='3'>{run('7')}</w:moveFrom><w:moveTo w:id='4'>{run('8')}</w:moveTo>"
    assert text_of(moved) == "8"
    # Inserted by one, deleted by another.
    assert (
        text_of(run("6"), '<w:ins w:id="5"><w:del w:id="6"><w:r><w:delText>9</w:delText></w:r></w:del></w:ins>') == "6"
    )


def test_earlier_properties_say_nothing() -> None:
    before = "<w:rPrChange w:id='1'><w:rPr><w:vanish/><w:strike/></w:rPr></w:rPrChange>"
    assert text_of(run("3", before)) == "3"
    listed = '<w:pPrChange w:id="1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:pPrChange>'
    assert lines(paragraph("文", listed), numbering=numbering(level("decimal", "%1."))) == ["文"]


def test_paragraphs_whose_end_is_deleted_are_one() -> None:
    deleted = '<w:rPr><w:del w:id="1"/></w:rPr>'
    assert lines(paragraph("前", deleted) + paragraph("后") + paragraph("末")) == ["前后", "末"]
    gone = paragraph('<w:del w:id="2"><w:r><w:delText>9</w:delText></w:r></w:del>', deleted)
    assert lines(gone + paragraph("后")) == ["后"]
    assert lines(paragraph("前") + gone) == ["前"]
    assert lines(paragraph("前", deleted) + table(row("a", "1"))) == ["前", "a", "1"]


@pytest.mark.parametrize(
    ("properties", "shown"),
    [
        ("<w:vanish/>", ""),
        ('<w:vanish w:val="0"/>', "9"),
        ('<w:vanish w:val="false"/>', "9"),
        ('<w:rStyle w:val="Hidden"/>', ""),
        ('<w:rStyle w:val="Inherits"/>', ""),
        ('<w:rStyle w:val="Shows"/>', "9"),
        ('<w:rStyle w:val="Hidden"/><w:vanish w:val="off"/>', "9"),
        ("<w:webHidden/>", "9"),
    ],
)
def test_hidden_text(properties: str, shown: str) -> None:
    styles = part(
        "styles",
        style("Hidden", "<w:rPr><w:vanish/></w:rPr>")
        + style("Inherits", '<w:basedOn w:val="Hidden"/>')
        + style("Shows", '<w:basedOn w:val="Inherits"/><w:rPr><w:vanish w:val="0"/></w:rPr>'),
    )
    assert text_of(run("1"), run("9", properties), styles=styles) == f"1{shown}"


def test_hidden_by_the_style_of_a_paragraph() -> None:
    styles = part(
        "styles",
        style("P", "<w:rPr><w:vanish/></w:rPr>", "paragraph") + style("C", "<w:rPr><w:vanish/></w:rPr>"),
    )
    hidden = '<w:pStyle w:val="P"/>'
    assert lines(paragraph("前") + paragraph("藏", hidden) + paragraph("后"), styles=styles) == ["前", "后"]
    # Hidden twice is shown.
    twice = paragraph(run("现", '<w:rStyle w:val="C"/>') + run("藏"), hidden)
    assert lines(twice + paragraph("后"), styles=styles) == ["现后"]


def test_styles_that_are_based_on_each_other() -> None:
    styles = part("styles", style("A", '<w:basedOn w:val="B"/>') + style("B", '<w:basedOn w:val="A"/>'))
    assert text_of(run("5", '<w:rStyle w:val="A"/>'), styles=styles) == "5"


def test_struck_text_is_no_number() -> None:
    assert text_of(run("12", "<w:strike/>"), run("15")) == "15"
    assert text_of(run("12", "<w:dstrike/>")) == "~~12~~"
    assert text_of(run("12", '<w:strike w:val="0"/>')) == "12"
    assert lines(paragraph(run("收到") + run("九", "<w:strike/>") + run("八件"))) == ["收到八件"]


# Notes -------------------------------------------------------------------------------------------------------

NOTES = part(
    "footnotes",
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    + '<w:footnote w:id="2">'
    + paragraph("<w:r><w:footnoteRef/></w:r>" + run(" 含上年 3 件"))
    + '</w:footnote><w:footnote w:id="5">'
    + paragraph("第二注")
    + "</w:footnote>",
)


def test_marks_of_footnotes_do_not_glue_to_numbers() -> None:
    mark = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="{}"/></w:r>'
    body = table(row(cell(paragraph(run("许可") + mark.format(5))), cell(paragraph(run("12") + mark.format(2))), "3"))
    assert lines(body + paragraph(run("共") + mark.format(2) + run("件")), footnotes=NOTES) == [
        "许可",
        "12[2]",
        "3",
        "共件",
        "[1] 第二注",
        "[2] 含上年 3 件",
    ]


def test_endnotes_and_marks_of_the_authors_own() -> None:
    notes = part("endnotes", f'<w:endnote w:id="1">{paragraph("尾注")}</w:endnote>')
    own = '<w:r><w:endnoteReference w:id="1" w:customMarkFollows="1"/></w:r>' + run(
        "*", '<w:vertAlign w:val="superscript"/>'
    )
    assert lines(table(row("a", cell(paragraph(run("7") + own)))), endnotes=notes) == ["a", "7[*]", "[1] 尾注"]


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        ((run("114"), run("1", '<w:vertAlign w:val="superscript"/>')), "114[1]"),
        ((run("114"), run("2", '<w:vertAlign w:val="subscript"/>')), "114[2]"),
        ((run("114"), run("[1]", '<w:vertAlign w:val="superscript"/>')), "114[1]"),
        ((run("注", '<w:vertAlign w:val="superscript"/>'), run("114")), "[注]114"),
        ((run("行政许可"), run("1", '<w:vertAlign w:val="superscript"/>')), "行政许可"),
        ((run("114"), run("1", '<w:position w:val="8"/>')), "114[1]"),
        ((run("11", '<w:position w:val="2"/>'), run("4", '<w:position w:val="1"/>')), "114"),
        ((run("114"), run("1", '<w:rStyle w:val="Mark"/>')), "114[1]"),
        # A cell that is raised as a whole has its number.
        ((run("11", '<w:vertAlign w:val="superscript"/>'), run("4", '<w:vertAlign w:val="superscript"/>')), "114"),
        ((run("114"), run("5", '<w:vertAlign w:val="baseline"/>')), "1145"),
    ],
)
def test_raised_text(pieces: Iterable[str], shown: str) -> None:
    styles = part("styles", style("Mark", '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'))
    assert text_of(*pieces, styles=styles) == shown


def test_what_stands_above_a_text() -> None:
    ruby = "<w:r><w:ruby><w:rubyPr/><w:rt>{}</w:rt><w:rubyBase>{}</w:rubyBase></w:ruby></w:r>"
    assert text_of(ruby.format(run("zhèng"), run("政")), run("府")) == "政府"
    assert text_of(ruby.format(run("a"), run("12"))) == "12[a]"


# Automatic numbers -------------------------------------------------------------------------------------------


def test_automatic_numbers_of_headings() -> None:
    lists = numbering(
        level("chineseCounting", "%1、"), level("chineseCounting", "（%2）", 1), level("decimal", "%3.", 2)
    )
    body = in_list("总体情况") + in_list("主动公开", 1) + in_list("甲", 2) + in_list("乙", 2) + in_list("依申请", 1)
    assert lines(body + in_list("主动公开") + in_list("再", 1), numbering=lists) == [
        "一、 总体情况",
        "（一） 主动公开",
        "1. 甲",
        "2. 乙",
        "（二） 依申请",
        "二、 主动公开",
        "（一） 再",
    ]


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("decimal", "11"),
        ("decimalZero", "11"),
        ("decimalFullWidth", "１１"),
        ("decimalEnclosedCircle", "⑪"),
        ("decimalEnclosedParen", "⑾"),
        ("chineseCountingThousand", "十一"),
        ("japaneseCounting", "十一"),
        ("ideographDigital", "一一"),
        ("chineseLegalSimplified", "壹拾壹"),
        ("upperLetter", "K"),
        ("lowerRoman", "xi"),
        ("ideographZodiac", "戌"),
    ],
)
def test_forms_of_automatic_numbers(form: str, shown: str) -> None:
    lists = numbering(level(form, "%1", more="<w:suff w:val='nothing'/>"))
    assert lines("".join(in_list("项") for _ in range(11)), numbering=lists)[-1] == f"{shown}项"


@pytest.mark.parametrize(("form", "text"), [("bullet", "•"), ("hebrew1", "%1"), ("none", "")])
def test_no_number_of_bullets_and_unknown_forms(form: str, text: str) -> None:
    assert lines(in_list("项"), numbering=numbering(level(form, text))) == ["项"]


def test_numbers_by_style_from_a_start_anew_and_none() -> None:
    styles = part(
        "styles",
        style("H1", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>', "paragraph")
        + style("H2", '<w:basedOn w:val="H1"/>', "paragraph"),
    )
    lists = numbering(
        level("decimal", "%1."),
        level("decimal", "%1.%2", 1, '<w:pStyle w:val="H2"/>'),
        nums=(
            '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="7"/>'
            '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
        ),
    )
    first, second = '<w:pStyle w:val="H1"/>', '<w:pStyle w:val="H2"/>'
    body = (
        paragraph("甲", first)
        + paragraph("乙", second)
        + paragraph("丙", f'{first}<w:numPr><w:numId w:val="0"/></w:numPr>')
    )
    body += in_list("丁", number=2) + in_list("戊", number=2) + in_list("己")
    assert lines(body, styles=styles, numbering=lists) == ["1. 甲", "1.1 乙", "丙", "5. 丁", "6. 戊", "7. 己"]


def test_a_deleted_paragraph_is_not_counted() -> None:
    gone = paragraph(
        '<w:del w:id="2"><w:r><w:delText>9</w:delText></w:r></w:del>',
        '<w:numPr><w:numId w:val="1"/></w:numPr><w:rPr><w:del w:id="1"/></w:rPr>',
    )
    assert lines(in_list("甲") + gone + in_list("乙"), numbering=numbering(level("decimal", "%1."))) == [
        "1. 甲",
        "2. 乙",
    ]


def test_an_automatic_number_never_makes_a_number_with_the_text() -> None:
    for text in ("%1", "%1."):
        lists = numbering(level("decimal", text, more="<w:suff w:val='nothing'/>"))
        found = rows(table(row("a", cell(in_list("5")), cell(in_list("")))), numbering=lists)
        assert found == [["a", f"[{text.replace('%1', '1')}] 5", f"[{text.replace('%1', '2')}]"]]
        assert lines(in_list("5 件"), numbering=lists) == [f"{text.replace('%1', '1')} 5 件"]


# Fields and signs --------------------------------------------------------------------------------------------


def field(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def code(text: str) -> str:
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def test_fields_show_their_results() -> None:
    assert (
        text_of(field("begin"), code(" =SUM(LEFT) "), field("separate"), run("12"), field("end"), run("件")) == "12件"
    )
    assert text_of(f'<w:fldSimple w:instr=" =1+1 ">{run("2")}</w:fldSimple>') == "2"
    inner = field("begin") + code("PAGE") + field("separate") + run("7") + field("end")
    nested = field("begin") + code("IF ") + inner + run("=8") + field("separate") + run("3") + field("end")
    assert text_of(nested) == "3"


@pytest.mark.parametrize(
    ("chosen", "shown"), [("", "无"), ('<w:result w:val="1"/>', "5"), ('<w:result w:val="9"/>', "?")]
)
def test_a_drop_down_field_shows_its_entry(chosen: str, shown: str) -> None:
    entries = f'<w:ddList>{chosen}<w:listEntry w:val="无"/><w:listEntry w:val="5"/></w:ddList>'
    begin = f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{entries}</w:ffData></w:fldChar></w:r>'
    assert text_of(begin, code(" FORMDROPDOWN "), field("end")) == shown


def test_a_field_over_several_paragraphs_and_one_that_never_ends() -> None:
    body = paragraph(field("begin") + code("TOC") + field("separate") + run("一、总体情况")) + paragraph(
        run("二") + field("end")
    )
    assert lines(body + paragraph("后")) == ["一、总体情况", "二", "后"]
    assert lines(paragraph(field("begin") + code("X") + run("文")) + paragraph("后")) == ["文", "后"]
    assert lines(paragraph(field("end") + run("文"))) == ["文"]


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("<w:r><w:noBreakHyphen/><w:t>5</w:t></w:r>", "-5"),
        ("<w:r><w:t>1</w:t><w:softHyphen/><w:t>2</w:t></w:r>", "12"),
        ("<w:r><w:t>1</w:t><w:tab/><w:t>2</w:t></w:r>", "1 2"),
        ("<w:r><w:t>1</w:t><w:cr/><w:t>2</w:t></w:r>", "1 2"),
        ('<w:r><w:t>3</w:t><w:sym w:font="Symbol" w:char="F032"/></w:r>', "32"),
        ('<w:r><w:t>3</w:t><w:sym w:font="Wingdings" w:char="F082"/></w:r>', "3②"),
        ('<w:r><w:t>3</w:t><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', "3\uf0fe"),
        ('<w:r><w:t>3</w:t><w:sym w:font="宋体" w:char="2264"/></w:r>', "3≤"),
        ('<w:r><w:t>3</w:t><w:sym w:font="宋体" w:char="D800"/></w:r>', "3?"),
        ("<m:oMath><m:r><m:t>12</m:t></m:r></m:oMath>", "12"),
        (f'<w:hyperlink r:id="r9">{run("1")}</w:hyperlink><w:smartTag w:element="d">{run("2")}</w:smartTag>', "12"),
        ("<w:sdt><w:sdtContent>" + run("4") + "</w:sdtContent></w:sdt>", "4"),
        ("<w:r><w:t>1 </w:t></w:r><w:r><w:t> 2</w:t></w:r>", "12"),
        ('<w:r><w:t xml:space="preserve">1 </w:t><w:t>2</w:t></w:r>', "1 2"),
        ("<w:r><w:t>1<!-- x -->2</w:t></w:r>", "12"),
        ("<w:r><w:t>&#49;<![CDATA[2]]></w:t></w:r>", "12"),
        ("<w:r><w:lastRenderedPageBreak/><w:t>8</w:t><w:commentReference w:id='1'/></w:r>", "8"),
    ],
)
def test_signs(content: str, shown: str) -> None:
    assert text_of(content) == shown


def test_tabs_and_line_breaks_of_a_paragraph() -> None:
    body = paragraph("<w:r><w:t>一、新收</w:t><w:tab/><w:t>1</w:t><w:tab/><w:t>2</w:t><w:br/><w:t>次行</w:t></w:r>")
    document = read(body)
    assert document.lines == ["一、新收\t1\t2", "次行"]
    assert document.rows[0].cells == ["一、新收", "1", "2"]


# Refused -----------------------------------------------------------------------------------------------------


def refused(data: bytes, suffix: str = ".docx", max_parts: int = 300_000) -> str:
    from pipeline.sources.fetch import RejectedError

    with pytest.raises(RejectedError) as caught:
        registry.read(RawFile(data, suffix, max_parts))
    return caught.value.reason


BOMB = '<!DOCTYPE w:document [<!ENTITY a "1111111111"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-7"])
@pytest.mark.parametrize("doctype", [BOMB, EXTERNAL, "<!DOCTYPE w:document>"])
def test_a_document_type_is_refused_with_all_its_entities(doctype: str, codec: str) -> None:
    body = word_parts.document(paragraph(run("&x;" if "SYSTEM" in doctype else "1")))
    text = f'<?xml version="1.0" encoding="{codec}"?>{doctype}{body}'
    assert refused(word_parts.package({"word/document.xml": text.encode(codec)})) == "damaged_document"


def test_what_is_damaged() -> None:
    whole = word_parts.docx(paragraph("政府信息公开" * 1000))
    assert refused(whole[: len(whole) // 2]) == "damaged_document"
    assert refused(whole[: len(whole) // 2], ".doc") == "damaged_document"
    assert refused(word_parts.package({})) == "damaged_document"
    assert refused(word_parts.package({"word/document.xml": "<w:document"})) == "damaged_document"
    assert refused(word_parts.package({"word/document.xml": "<html/>"})) == "damaged_document"
    assert refused(with_damage(whole, "word/document.xml")) == "damaged_document"


def with_damage(data: bytes, name: str) -> bytes:
    """A file one of whose parts cannot be unpacked."""
    broken = bytearray(data)
    at = data.index(name.encode()) + len(name)
    broken[at + 5 : at + 15] = b"\xff" * 10
    return bytes(broken)


def test_a_damaged_list_of_types_hides_nothing() -> None:
    data = with_damage(word_parts.docx(paragraph("政府信息公开")), "[Content_Types].xml")
    assert registry.read(RawFile(data, "", 1000)).lines == ["政府信息公开"]


def test_two_parts_of_one_name() -> None:
    files = {
        "word/document.xml": word_parts.document(paragraph("甲")),
        "word/Document.xml": word_parts.document(paragraph("乙")),
    }
    assert refused(word_parts.package(files)) == "damaged_document"


def test_what_is_too_large() -> None:
    words = paragraph("年 " * 2000)
    assert refused(word_parts.docx(words), max_parts=1000) == "too_large"
    # A part of one letter a thousand times packed small.
    assert refused(word_parts.docx(paragraph("年" * 400_000)), max_parts=1000) == "too_large"
    assert refused(word_parts.docx("<w:p/>" * 20_000), max_parts=1000) == "too_large"
    assert refused(word_parts.package({f"word/{at}.xml": "" for at in range(5001)})) == "too_large"


def test_elements_that_are_nested_too_deep() -> None:
    deep = 800
    body = "<w:sdt><w:sdtContent>" * deep + paragraph("文") + "</w:sdtContent></w:sdt>" * deep
    assert refused(word_parts.docx(body)) == "damaged_document"


def test_without_text() -> None:
    assert refused(word_parts.docx(paragraph())) == "empty"
    assert refused(word_parts.docx(paragraph("<w:r><w:drawing/></w:r>"))) == "needs_ocr"


@pytest.mark.parametrize("element", ['<w:altChunk r:id="r9"/>', '<w:subDoc r:id="r9"/>'])
def test_text_in_another_file_inside_it(element: str) -> None:
    for body in (paragraph("年报") + element, paragraph(run("年报") + element)):
        assert refused(word_parts.docx(body)) == "unsupported_format"


def test_a_locked_entry_of_the_zip() -> None:
    data = bytearray(word_parts.docx(paragraph("年报")))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(b"word/document.xml", data.index(signature) if signature == b"PK\x03\x04" else 0)
        while data[at - (30 if signature == b"PK\x03\x04" else 46) :][:4] != signature:
            at = data.index(b"word/document.xml", at + 1)
        data[at - (30 if signature == b"PK\x03\x04" else 46) + flags] |= 1
    assert refused(bytes(data)) == "encrypted"


def test_every_text_is_in_one_place() -> None:
    """No text of a document with everything in it is there twice or lost."""
    texts = [f"第{number}处" for number in range(8)]
    body = (
        paragraph(run(texts[0]) + box(paragraph(texts[1])))
        + table(row(cell(paragraph(texts[2]) + table(row(texts[3], "x")) + paragraph()), texts[4]), row(texts[5], ""))
        + f"<w:sdt><w:sdtContent>{paragraph(texts[6])}</w:sdtContent></w:sdt>"
        + paragraph(f"<w:ins>{run(texts[7])}</w:ins>")
    )
    found = list(chain.from_iterable(each.cells for each in read(body).rows))
    assert sorted(text for text in found if text.startswith("第")) == texts
