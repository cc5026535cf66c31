"""Pages: what is shown, what stands in a cell, which cells make a row. Whole pages are cases (``tests/cases/html``)."""

import pytest

from pipeline.reader.document import Document
from pipeline.reader.formats import registry
from pipeline.reader.formats.raw_file import RawFile


def page(content: str, suffix: str = ".html") -> Document:
    return registry.read(RawFile(content.encode(), suffix, 100_000))


def rows(content: str, suffix: str = ".html") -> list[list[str]]:
    return [row.cells for row in page(content, suffix).rows if row.cells]


def cell(content: str, head: str = "") -> str:
    """The text of a cell with some content in a page with some head."""
    ((label, text),) = rows(f"<html><head>{head}</head><table><tr><td>许可<td>{content}</table></html>")
    assert label == "许可"
    return text


@pytest.mark.parametrize(
    "hidden",
    [
        "<span hidden>88</span>",
        '<span style="display:none">88</span>',
        '<span style="color:red;DISPLAY : NONE !important">88</span>',
        '<span style="visibility: hidden">88</span>',
        '<span style="font-size:0">88</span>',
        '<span style="font-size: 0px;">88</span>',
        '<span style="opacity:0">88</span>',
        "<del>88</del>",
        "<s>88</s>",
        "<strike>8<b>8</b></strike>",
        '<span style="text-decoration: line-through">88</span>',
        "<template>88</template>",
        "<script>88</script>",
        "<!-- 88 -->",
        '<input type="hidden" value="88">',
        "<dialog>88</dialog>",
        '<span style="position:absolute;left:-9999px;top:0">88</span>',
        '<span style="position:absolute;clip:rect(0 0 0 0);width:1px;height:1px;overflow:hidden">88</span>',
        '<span style="clip-path: inset(50%)">88</span>',
        '<div style="max-height:0;overflow:hidden">88</div>',
        '<span style="text-indent:-9999px">88</span>',
    ],
)
def test_what_nobody_sees_is_not_read(hidden: str) -> None:
    assert cell(f"{hidden}114") == "114"
    assert cell(f"114{hidden}") == "114"


@pytest.mark.parametrize(
    "shown",
    [
        '<span aria-hidden="true">114</span>',
        '<span style="font-size:0.8em">114</span>',
        '<span style="display:inline">114</span>',
        '<span style="text-decoration:underline">114</span>',
        '<span style="opacity:0.9">114</span>',
        "<ins>114</ins>",
        '<dialog open="">114</dialog>',
        '<p style="margin-left:-5.4pt;text-indent:-21.0pt">114</p>',
        '<span style="position:relative;left:-2px;overflow:hidden">114</span>',
        '<div style="max-height:0">114</div>',
        '<div style="height:20px;overflow:hidden">114</div>',
        '<span style="clip:rect(0,100px,20px,0)">114</span>',
        '<span style="font-size:0">88<b style="font-size:14px">114</b></span>',
        '<span style="visibility:hidden">88<b style="visibility:visible">114</b></span>',
    ],
)
def test_what_is_shown_is_read(shown: str) -> None:
    assert cell(shown) == "114"


@pytest.mark.parametrize(
    ("rules", "shown"),
    [
        (".x{display:none}", False),
        ("td .x, p{visibility:hidden}", False),
        (".x{position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0,0,0,0)}", False),
        ("@media screen{.x{display:none}}", False),
        ("span.x{text-decoration:line-through}", False),
        (".x{display:inline} .x{display:none}", False),
        ("b{display:none", True),
        ("@media print{.x{display:none}}", True),
        (".x{display:none} .x.y{display:inline}", True),
        (".x.y{display:inline} .x{display:none}", True),
        (".x{display:none} /* .z{ */ #i{display:inline}", True),
        (".x:hover{display:none}", True),
        ("..x{display:none}", True),
    ],
)
def test_rules_of_the_page_hide_what_no_stronger_rule_shows(rules: str, shown: bool) -> None:
    content = '<span class="x y" id="i">88</span>114'
    assert cell(content, f"<style>{rules}</style>") == ("88114" if shown else "114")


def test_a_cell_of_struck_text_alone_is_not_blank() -> None:
    assert cell("<del>88</del>") == "~~88~~"
    assert cell('<span style="display:none">88</span>') == ""


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("114<sup>1</sup>", "114[1]"),
        ("114<sup>[1]</sup>", "114[1]"),
        ("114<sub>注1</sub>", "114[注1]"),
        ('114<a href="#fn1"><sup>1</sup></a>', "114[1]"),
        ('114<a href="#fn1">1</a>', "114[1]"),
        ("<b>114</b><sup>①</sup>", "114[①]"),
        ('114<span style="vertical-align: super">2</span>', "114[2]"),
        ("<ruby>114<rp>(</rp><rt>1</rt><rp>)</rp></ruby>", "114[1]"),
        ("<sup>114</sup>", "114"),
        ("规章<sup>1</sup>", "规章"),
        ("<ruby>规章<rt>gui</rt></ruby>", "规章"),
        ("公开<sup>（试行）</sup>", "公开（试行）"),
        ('<a href="#top">返回</a>', "返回"),
    ],
)
def test_a_footnote_mark_is_no_digit(content: str, text: str) -> None:
    assert cell(content) == text


def test_a_footnote_mark_in_prose_is_left_out() -> None:
    assert rows("<p>收到申请114<sup>1</sup>件</p>") == [["收到申请114件"]]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('<input value="114">', "114"),
        ('<input type="number" value="114">', "114"),
        ('<input type="checkbox" value="1">114', "114"),
        ("<input>", ""),
        ("<select><option>0<option selected>114</select>", "114"),
        ("<select><option>114</select>", "114"),
        ("<select><option>1<option>2</select>", "?1?2"),
        ("<textarea>114</textarea>", "114"),
        ("114<button>修改</button>", "114"),
        ("1<br>2", "1 2"),
        ("114&amp;nbsp;", "114"),
    ],
)
def test_a_field_in_a_cell_shows_its_value(content: str, text: str) -> None:
    assert cell(content) == text


def test_fields_outside_cells_are_no_text() -> None:
    assert rows('<p>年报<input value="114"><select><option selected>2</select></p>') == [["年报"]]


ONE = "<table><tr><td>46</td></tr></table>"


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (f"<tr><td>处罚<td>{ONE}<tr><td>强制<td>2", [["处罚", "46"], ["强制", "2"]]),
        (
            "<tr><td>新收<td><table><tr><td>1<td>2<td>3</table><tr><td>结转<td>0",
            [["新收", "1", "2", "3"], ["结转", "0"]],
        ),
        (
            "<tr><td><table><tr><td>处罚<tr><td>强制</table><td><table><tr><td>46<tr><td>2</table>",
            [["处罚", "46"], ["强制", "2"]],
        ),
        ("<tr><td>组<td><table><tr><td>处罚<td>46<tr><td>强制<td>2</table>", [["组", "处罚", "46"], ["强制", "2"]]),
    ],
)
def test_a_table_in_a_cell_goes_on_in_its_row(table: str, expected: list[list[str]]) -> None:
    assert rows(f"<table>{table}</table>") == expected


def test_a_table_that_lays_out_the_page_is_text_and_its_short_cells_are_rows() -> None:
    text = "本机关认真贯彻落实条例，规范公开流程，提升公开质量。"
    inner = f"<p>{text}</p>{ONE}<p>{text}</p>"
    content = f"<table><tr><td>索引号<td>113<tr><td colspan=2>{inner}</table>"
    assert rows(content) == [["索引号", "113"], [text], ["46"], [text]]


SEVEN = [f"<td>{number}</td>" for number in "0123010"]
ABOVE = f"<table><tr><td>一</td>{''.join(SEVEN)}</tr><tr><td>二</td>{''.join(SEVEN)}</tr>"


@pytest.mark.parametrize("between", ["", "<p>- 3 -</p>", "<p>第 3 页</p>\n"])
@pytest.mark.parametrize("cut", [1, 4, 6])
def test_a_row_over_two_tables_is_one(between: str, cut: int) -> None:
    first, second = "".join(SEVEN[:cut]), "".join(SEVEN[cut:])
    content = (
        f"{ABOVE}<tr><td>1.重复</td>{first}</tr></table>{between}<table><tr>{second}</tr><tr><td>3.</td></tr></table>"
    )
    assert ["1.重复", *"0123010"] in rows(content)


@pytest.mark.parametrize(
    ("between", "second"),
    [
        ("<p>以下为行政复议情况。</p>", "<td>0</td>" * 4),
        ("", "<td>0</td>" * 5),
        ("", "<td>合计</td>" + "<td>0</td>" * 3),
    ],
)
def test_another_table_behind_a_short_row_is_another_table(between: str, second: str) -> None:
    content = f"{ABOVE}<tr><td>1.重复</td>{''.join(SEVEN[:3])}</tr></table>{between}<table><tr>{second}</tr></table>"
    assert ["1.重复", "0", "1", "2"] in rows(content)


def test_heads_and_labels_beside_rows_of_divisions_are_rows() -> None:
    head = "<div><div>本年新收</div><div>自然人</div></div><p>三</p>"
    found = rows(f"<body><div>{head}<div><div>重复</div><div>3</div></div></div></body>")
    assert found == [["本年新收", "自然人"], ["三"], ["重复", "3"]]
    listed = "".join(
        f"<li><span class='a'>{a}</span><span class='b'>{b}</span></li>" for a, b in (("许可", 3), ("罚", 4))
    )
    assert rows(f"<body><p>本年新收</p><ul>{listed}</ul></body>")[1:] == [["许可", "3"], ["罚", "4"]]


def test_a_table_whose_one_cell_holds_the_page_lays_it_out() -> None:
    prose = "".join(f"<p>第{number}段，认真落实政务公开工作要点。</p>" for number in range(100))
    assert ["第7段，认真落实政务公开工作要点。"] in rows(f"<table><tr><td>{prose}</td></tr></table>")
    assert rows("<table><tr><td><p>规章</p><p>数</p></td><td>3</td></tr></table>") == [["规章 数", "3"]]


@pytest.mark.parametrize("of", ["div", "ul"])
def test_rows_of_divisions_keep_their_blank_cells(of: str) -> None:
    inner = "div" if of == "div" else "li"
    row = "".join(f"<{inner}>{text}</{inner}>" for text in ("重复申请", "3", "", "3"))
    prose = "<div><div>一、总体情况</div><div>信息内容</div><div>2024年收到申请3件，均已办结。</div></div>"
    found = rows(f"<body>{prose}<div>本年新收</div><{of}>{row}</{of}></body>")
    assert found[-1] == ["重复申请", "3", "", "3"]
    assert ["一、总体情况"] in found


@pytest.mark.parametrize(
    "content",
    [
        "<tr><td>规章</td><td>3</td><td>12</td></tr></table><p>三</p>",
        "<p>二</p><td>规章</td><td>3</td><td>12</td></tr></table>",
        "<table><tr><td>规章<td>3<td>12",
        "<table><tr><th>规章<th>3<th colspan=0>12",
        "<TABLE><TR><TD rowspan=99>规章<TD>3<TD colspan=999>12</TABLE>",
        "<div><table><td>规章</td><td>3</td><td>12</td></div>",
    ],
)
def test_damaged_tables_keep_their_cells_apart(content: str) -> None:
    assert ["规章", "3", "12"] in rows(content)


def test_the_rest_of_a_page_in_a_last_cell_that_never_ends_is_text() -> None:
    text = "本机关将加强培训，完善机制，持续提升工作水平，进一步扩大公开范围，规范公开流程，接受社会监督。" * 2
    document = page(f"<table><tr><td>起诉<td>4\n<h2>五、问题</h2>\n<p>{text}</p>")
    assert [(row.line, row.cells) for row in document.rows] == [
        (1, ["起诉", "4"]),
        (2, ["五、问题"]),
        (3, [text]),
    ]


def test_numbers_that_a_program_gave_rows_and_columns_are_left_out() -> None:
    numbered = "<tr><th><th>0<th>1<th>2<th>3</tr>" + "".join(
        f"<tr><th>{index}<td>{label}<td>1<td>2<td>3</tr>" for index, label in enumerate("甲乙丙")
    )
    assert rows(f"<table>{numbered}</table>") == [[label, "1", "2", "3"] for label in "甲乙丙"]
    own = "".join(f"<tr><td>{index}<td>{label}<td>1</tr>" for index, label in enumerate("甲乙"))
    assert rows(f"<table>{own}</table>") == [["0", "甲", "1"], ["1", "乙", "1"]]


def test_letters_written_as_numbers_are_letters() -> None:
    text = "政府信息公开工作年度报告" * 6
    document = page("<p>" + "".join(f"&#{ord(letter)};" for letter in text) + "</p>")
    assert [row.cells for row in document.rows] == [[text]]


def test_preformatted_text_keeps_its_lines() -> None:
    document = page("<body><p>年报</p>\n<pre>\n规章\t3\t12\n\n许可 | 46\n</pre><p>完</p></body>")
    assert [(row.line, row.cells) for row in document.rows if row.cells] == [
        (1, ["年报"]),
        (3, ["规章", "3", "12"]),
        (5, ["许可", "46"]),
        (6, ["完"]),
    ]


def test_markdown_with_tables_of_a_page_keeps_its_lines() -> None:
    document = page("# 年报\n\n正文\n<table>\n<tr><td>规章</td><td>3</td></tr>\n</table>\n| 许可 | 46 |\n", ".md")
    assert [(row.line, row.cells) for row in document.rows if row.cells] == [
        (1, ["# 年报"]),
        (3, ["正文"]),
        (5, ["规章", "3"]),
        (7, ["许可", "46"]),
    ]
