"""A page's text with its source lines: each cell and block is marked with its line before the page is parsed.

Belongs here: the marks, and the text without them. The page that is marked is ``page``'s.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator

#: The attribute with a cell's source line.
LINE = "data-ogi-line"
#: Tags in any case, letter by letter: with ``IGNORECASE`` the search takes twice the time. İ, ı and ſ count as i and s.
_MARKED = re.compile(
    r"(<(?:[tT][dDhH]|/?(?:[pP]|[dD](?:[dDlLtT]|[iIİı][vV])|[hH][1-6rR]|[lL][iIİı]|[uUoO][lL]|[bB](?:[rR]|[oO][dD][yY])|"
    r"[tT][iIİı][tT][lL][eE]|[sSſ][eE][cC][tT][iIİı][oO][nN]|[aA][rR][tT][iIİı][cC][lL][eE]|[cC][eE][nN][tT][eE][rR]))\b)"
)
_CELLS = {"<td", "<th", "<TD", "<TH", "<Td", "<Th", "<tD", "<tH"}
#: The mark of a line; ``=`` where the text behind it is printed with all its blanks.
_MARK = re.compile("\x1f(\\d*)=?\x1f")
MARK_OR_TABLE = re.compile("\x1f(\\d*)(=?)\x1f|\x1eT(\\d+)\x1e")
_OF_TABLES = re.compile(r"<(/?)(table|t[rdh])\b", re.IGNORECASE)
#: Numbers of Chinese letters, and so many of them that a page may hold nothing else.
_LETTER = re.compile(r"&#(?:[xX]([0-9a-fA-F]{4,5})|(\d{5}));?")
#: Numbers of control characters, of which this module makes its marks.
_CONTROLS = re.compile(r"&#(?:0*(?:2[89]|3[01])|[xX]0*1[c-fC-F])(?![0-9a-fA-F]);?")
_CHINESE = range(0x2E80, 0x10000)
_MANY_LETTERS = 50
#: Tags of a page, and those that begin a block of it; and a table with all that is in it.
_OF_PAGES = ("<html", "<HTML", "<body", "<BODY", "<div", "<DIV", "<script", "<SCRIPT")
_BLOCK = re.compile(r"<(?:html|body|head|p|div|br|h[1-6]|ul|ol|title|tr|td|th)\b", re.IGNORECASE)
_PRE = re.compile(r"<pre\b[^<>]*>(.*?)(?:</pre|\Z)", re.IGNORECASE | re.DOTALL)
_TABLE = re.compile(r"<table\b.*?(?:</table\s*>|\Z)", re.IGNORECASE | re.DOTALL)
#: Elements nested deeper than this become line breaks: no page needs them, and parsing them takes quadratic time.
_DEEPEST_PAGE = 1000


def mark_of_line(line: int | str) -> str:
    """The mark that stands in a text where a source line begins."""
    return f"\x1f{line}\x1f"


def mark_of_table(number: int) -> str:
    """The mark that stands in a text instead of a table."""
    return f"\x1eT{number}\x1e"


def with_letters(text: str) -> str:
    """The page with letters instead of the numbers that stand for them, where most of its letters are written so."""
    letters = text.count("&#")
    if letters:
        text = _CONTROLS.sub(" ", text)
    return _LETTER.sub(_letter, text) if letters >= _MANY_LETTERS else text


def _letter(entity: re.Match[str]) -> str:
    code = int(entity[1], 16) if entity[1] else int(entity[2])
    return chr(code) if code in _CHINESE else entity[0]


def with_lines(text: str) -> str:
    """The page with the source line of each cell as an attribute, and of each block as a mark in its text."""
    if _has_cells_outside(text):
        text = _with_tables(text)
    parts = _MARKED.split(text)
    if _may_be_too_deep(parts[1::2]):
        parts[1::2] = _flattened(parts[1::2])
    line, mark, attribute = 1, mark_of_line(1), f' {LINE}="1"'
    for at in range(1, len(parts), 2):
        before = parts[at - 1]
        if "\n" in before:
            line += before.count("\n")
            mark, attribute = f"\x1f{line}\x1f", f' {LINE}="{line}"'
        tag = parts[at]
        parts[at] = tag + attribute if tag in _CELLS else mark + tag
    return "".join(parts)


def is_mixed(text: str) -> bool:
    """Whether a text is Markdown, in which only the tables are those of a page: its lines are lines."""
    if any(tag in text for tag in _OF_PAGES):
        return False
    return _BLOCK.search(_TABLE.sub("", text)) is None


def with_line_marks(text: str) -> str:
    """The text with a mark before each line that begins outside all tables."""
    lines = []
    depth = 0
    for number, line in enumerate(text.split("\n"), 1):
        is_marked = not depth and line.lstrip()[:6].lower() != "<table"
        lines.append(f"\x1f{number}=\x1f{line}" if is_marked else line)
        for closes, tag in _OF_TABLES.findall(line):
            if tag.lower() == "table":
                depth = max(0, depth - 1) if closes else depth + 1
    return "\n".join(lines)


def with_marked_lines_of_pre(text: str) -> str:
    """The page with a mark before each line of its preformatted text."""
    parts, end, line = [], 0, 1
    for match in _PRE.finditer(text):
        begin = line + text.count("\n", end, match.start(1))
        parts.append(text[end : match.start(1)])
        lines = match[1].split("\n")
        parts += "\n".join(f"\x1f{number}=\x1f{each}" for number, each in enumerate(lines, begin)), "\x1f\x1f"
        line, end = begin + len(lines) - 1, match.end(1)
    return "".join([*parts, text[end:]])


def clean(text: str | None) -> str:
    """Text as a browser shows it: runs of blanks become one, marks become blanks.

    An entity that was written as text (``&amp;nbsp;``) is what it means.
    """
    if not text:
        return ""
    if "\x1f" in text:
        text = _MARK.sub(" ", text)
    if "&" in text:
        text = html.unescape(text)
    return " ".join(text.split())


def blocks(text: str, line: int) -> Iterator[tuple[str, int]]:
    """The blocks of a marked text that begins on a line: the text of each that has any, and its line."""
    first, *parts = _MARK.split(text)
    for block, number in zip([first, *parts[1::2]], [str(line), *parts[::2]], strict=True):
        if words := clean(block):
            yield words, int(number or line)


def _has_cells_outside(text: str) -> bool:
    """Whether cells may stand outside every table, as in a page that was cut; a parser would run them together."""
    table, cell = text.find("<table"), text.find("<td")
    is_before = cell >= 0 and not 0 <= table < cell
    return is_before or text.count("<table") != text.count("</table")


def _with_tables(text: str) -> str:
    """The page with a table around each row or cell that stands in none."""
    depth, end, parts = 0, 0, []
    for match in _OF_TABLES.finditer(text):
        closes, tag = match[1], match[2].lower()
        if tag == "table":
            depth = max(0, depth - 1) if closes else depth + 1
        elif not depth and not closes:
            parts += [text[end : match.start()], "<table>"]
            depth, end = 1, match.start()
    return "".join([*parts, text[end:]])


def _holds_no_block(tag: str) -> bool:
    return tag in _CELLS or tag[-1] in "prRP"  # p, br and hr


def _may_be_too_deep(tags: list[str]) -> bool:
    """Whether so many tags open something that some of them may be nested too deep."""
    if len(tags) <= _DEEPEST_PAGE:
        return False
    opening = (count for tag, count in Counter(tags).items() if tag[1] != "/" and not _holds_no_block(tag))
    return sum(opening) > _DEEPEST_PAGE


def _flattened(tags: list[str]) -> list[str]:
    """The tags, with a line break instead of each that would be nested too deep."""
    depth, flat = 0, []
    for tag in tags:
        if _holds_no_block(tag):
            flat.append(tag)
            continue
        depth = max(0, depth - 1) if tag[1] == "/" else depth + 1
        flat.append("<br" if depth > _DEEPEST_PAGE else tag)
    return flat
