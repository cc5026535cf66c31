"""What stands inside a cell's text and is no plain text: form fields and footnote marks.

A field shows its value. A mark that is raised, lowered or set above a number is no digit of it: it is kept between
square brackets (``114[1]``). Beside words it is left out, so that a label stays the label, and so it is in prose.

Belongs here: the text that such nodes become. Whether they are shown at all is ``shown``'s.
"""

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.reader.formats import note_marks
from pipeline.reader.formats.html.shown import RAISED, cell_of, distinct

_FIELDS = "input, select"
_MARKS = f"sup, sub, rt, [{RAISED}]"
_LINKS = 'a[href^="#"]'
_NODES = f"{_FIELDS}, {_MARKS}, {_LINKS}"
#: Fields that show no text of their own.
_NO_TEXT = {"hidden", "checkbox", "radio", "file", "image", "button", "submit", "reset", "password"}
_BLOCKS = {"td", "th", "p", "div", "li", "body", "tr", "table", "h1", "h2", "h3", "h4"}
_DEEPEST_MARK = 8


def make_plain(page: LexborHTMLParser) -> None:
    """Make plain text of the form fields and footnote marks of a page."""
    for node in page.css("rp"):  # brackets for browsers that know no ruby
        node.decompose()
    for node in reversed(distinct(page.css(_NODES))):
        if node.tag in ("input", "select"):
            if cell_of(node) is not None:
                node.replace_with(_shown_value(node))
        else:
            _make_plain_mark(node)


def _shown_value(field: LexborNode) -> str:
    if field.tag == "input":
        attributes = field.attributes
        kind = (attributes.get("type") or "text").strip().lower()
        return "" if kind in _NO_TEXT else attributes.get("value") or ""
    options = field.css("option")
    selected = [option for option in options if "selected" in option.attributes]
    if len(selected) == 1 or len(options) == 1:
        return (selected or options)[0].text().strip()
    # Which of them is shown the page does not say.
    return "?" + "?".join(option.text().strip() for option in options) if options else ""


def _make_plain_mark(node: LexborNode) -> None:
    text = node.text().strip()
    if not text or len(text) > note_marks.LONGEST:
        return
    before, behind = _beside(node, forward=False), _beside(node, forward=True)
    is_mark = note_marks.MARK.fullmatch(text) is not None
    if is_mark and before and cell_of(node) is None:
        node.decompose(recursive=False)
    elif before.isdecimal() or (behind.isdecimal() and node.tag != "a"):
        node.replace_with(text if note_marks.BRACKETED.fullmatch(text) else f"[{text}]")
    elif before and node.tag != "a" and (node.tag == "rt" or is_mark):
        node.decompose(recursive=False)


def _beside(node: LexborNode, *, forward: bool) -> str:
    """The character that stands next to a node in the same block; empty if there is none."""
    here: LexborNode | None = node
    for _ in range(_DEEPEST_MARK):
        assert here is not None
        beside = here.next if forward else here.prev
        while beside is not None:
            if text := (beside.text() or "").strip():
                return text[0] if forward else text[-1]
            beside = beside.next if forward else beside.prev
        here = here.parent
        if here is None or here.tag in _BLOCKS:
            break
    return ""
