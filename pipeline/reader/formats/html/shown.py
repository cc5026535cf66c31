"""What a page shows: nodes that a browser hides, or strikes out, are taken out before its text is read.

Hidden is what an attribute, a style or a rule of the page's own style sheets hides (``display: none`` and its like),
cuts off, or moves off the page.
What only a program of the page would hide or show is not known. A cell that holds nothing but struck text keeps it
between tildes: something is printed there, and it is no number.

Belongs here: which nodes are shown. Does not: what their text means, form fields and footnotes (``inline``).
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

#: Nodes that are no text of the report, wherever they stand.
NOT_TEXT = "script, style, noscript, template, iframe, select, button, nav, footer, aside, svg"
_STRUCK = "del, s, strike"
#: So far to the left, or above, that no page shows it.
_FAR_AWAY = re.compile(r"-(?:\d{4,}|[5-9]\d\d(?!\d)|\d{2,3}(?:\.\d+)?r?em)")
_BEHIND_EDGE = (_FAR_AWAY, False)
#: Each property that hides: the values that do, and whether a node inside may show itself again.
_HIDING = {
    "display": (re.compile("none"), False),
    "visibility": (re.compile("hidden|collapse"), True),
    "font-size": (re.compile(r"0(?:\.0*)?(?:[a-z]{2,4}|%)?(?=\s|!|$)"), True),
    "opacity": (re.compile(r"0(?:\.0*)?%?(?=\s|!|$)"), False),
    "left": _BEHIND_EDGE,
    "top": _BEHIND_EDGE,
    "margin-left": _BEHIND_EDGE,
    "margin-top": _BEHIND_EDGE,
    "text-indent": (_FAR_AWAY, True),
    "clip": (re.compile(r"rect\((?:\s*[01](?:\.0+)?[a-z]*[\s,]*){4}\)"), False),
    "clip-path": (
        re.compile(r"inset\(\s*(?:[5-9]\d|100)(?:\.\d+)?%|circle\(\s*0|polygon\(\s*0(?:px)?\s+0(?:px)?\s*\)"),
        False,
    ),
    "text-decoration": (re.compile("(?:[a-z]+ )*line-through"), False),
}
_HIDING["text-decoration-line"] = _HIDING["text-decoration"]
_STRIKES = ("text-decoration", "text-decoration-line")
#: Parts of styles that may hide; ``_hiding`` says whether they do. Parts of styles that raise or lower a text.
_MAY_HIDE = (
    *("none", "hidden", "collapse", "size:0", "size: 0", "opacity", "through", "clip"),
    *("left:-", "left: -", "top:-", "top: -", "indent:-", "indent: -"),
)
_MAY_RAISE = ("super", "vertical-align:sub", "vertical-align: sub")
#: A box without height cuts off all that is in it; that of a row or a cell grows with its text.
_NO_HEIGHT = re.compile(r"[01](?:\.\d+)?(?:px|pt)?(?=\s|!|$)|0(?:\.0*)?(?:[a-z]+|%)")
_CUTS_OFF = re.compile("hidden|clip")
_OF_TABLES = frozenset({"td", "th", "tr", "table", "tbody", "thead", "col"})
#: Marks a node that a style sheet hides, with the property that does.
_MARKED = "data-ogi-hidden"
#: Mark the nodes that a style of their own may hide, or raise.
_MAY_BE_HIDDEN, RAISED = "data-ogi-may-hide", "data-ogi-raised"
_CANDIDATES = f"[hidden], dialog:not([open]), [{_MARKED}], [{_MAY_BE_HIDDEN}], {_STRUCK}"
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_AT_RULE = re.compile(r"@(?P<of>[^{};@]*)\{(?P<rules>(?:[^{}]*\{[^{}]*\})*)[^{}]*\}|@[^{};@]*;")
_ON_SCREEN = re.compile(r"media\s+(?:only\s+)?(?:screen|all)\s*")
_DECLARATION = re.compile(r"(?<![a-z-])([a-z-]+)\s*:\s*([^;]*)")
#: Style sheets longer than this, and rules beyond so many, are passed over: they would take too long.
_LONGEST_SHEET, _MOST_RULES = 200_000, 100
#: Sheets up to this length are remembered.
_LONGEST_KNOWN = 10_000
#: A cell is found among so many nodes around the one in it.
_DEEPEST_IN_CELL = 20


class _Declared(NamedTuple):
    """How strongly a style sheet declares a property; of two the greater counts."""

    important: bool
    specificity: tuple[int, int, int]
    order: int


def mark_styled(page: LexborHTMLParser) -> None:
    """Mark the nodes whose own style says that they may be hidden or raised: a page has few styles, on many nodes."""
    for node in page.css("[style]"):
        style = node.attrs.get("style")
        for mark in _marks(style) if style else ():
            node.attrs[mark] = ""


@lru_cache(maxsize=4096)  # the same styles in node after node
def _marks(style: str) -> tuple[str, ...]:
    """The marks of a node with this style."""
    lower = style.lower()
    marks = []
    if any(part in lower for part in _MAY_HIDE) and (_hiding(style) or _has_no_height(style)):
        marks.append(_MAY_BE_HIDDEN)
    if any(part in lower for part in _MAY_RAISE):
        marks.append(RAISED)
    return tuple(marks)


def leave_shown(page: LexborHTMLParser) -> None:
    """Take out of a page what it does not show."""
    _mark_hidden_by_sheets(page)
    # The inner nodes first: nothing is asked of a node whose parent is gone.
    for node in reversed(distinct(page.css(_CANDIDATES))):
        _hide(node)
    for node in page.css(NOT_TEXT):
        node.decompose(recursive=False)


def distinct(nodes: Iterable[LexborNode]) -> list[LexborNode]:
    """The nodes in order, each once: one that two parts of a selector match is given twice."""
    return list({node.mem_id: node for node in nodes}.values())


def cell_of(node: LexborNode) -> LexborNode | None:
    """The cell of a table that a node stands in."""
    around = node.parent
    for _ in range(_DEEPEST_IN_CELL):
        if around is None or around.tag in ("td", "th"):
            break
        around = around.parent
    return around if around is not None and around.tag in ("td", "th") else None


def _hide(node: LexborNode) -> None:
    attributes = node.attributes
    if "hidden" in attributes or node.tag == "dialog":
        node.decompose(recursive=False)
        return
    if node.tag in ("del", "s", "strike"):
        _strike_out(node)
        return
    style = attributes.get("style") or ""
    if "overflow" in style.lower() and node.tag not in _OF_TABLES and _has_no_height(style):
        node.decompose(recursive=False)
        return
    by = _hiding(style) or attributes.get(_MARKED)
    if by is None or (by == "opacity" and cell_of(node) is None):  # pages fade in
        return
    if by in _STRIKES:
        _strike_out(node)
    elif _HIDING[by][1]:
        _hide_own_text(node, by)
    else:
        node.decompose(recursive=False)


def _strike_out(node: LexborNode) -> None:
    cell = cell_of(node)
    struck = node.text()
    if cell is not None and struck.strip() and cell.text().strip() == struck.strip():
        node.replace_with(f"~~{struck.strip()}~~")
    else:
        node.decompose(recursive=False)


def _hide_own_text(node: LexborNode, by: str) -> None:
    """Take out the text of a node but for nodes in it that have the property anew."""
    for child in list(node.iter(include_text=True)):
        if child.is_text_node:
            child.decompose(recursive=False)
        elif child.is_element_node and by not in _declared(child.attributes.get("style") or ""):
            _hide_own_text(child, by)


@lru_cache(maxsize=4096)
def _hiding(style: str) -> str | None:
    """The property by which a style hides, if any does."""
    return next((name for name, value in _declared(style).items() if _hides(name, value)), None)


@lru_cache(maxsize=1024)
def _has_no_height(style: str) -> bool:
    """Whether a style leaves no height to a box and cuts off what stands in it."""
    declared = _declared(style)
    cuts = any(_CUTS_OFF.match(declared.get(name, "")) for name in ("overflow", "overflow-y"))
    return cuts and any(_NO_HEIGHT.match(declared.get(name, "")) for name in ("height", "max-height"))


def _hides(name: str, value: str) -> bool:
    return name in _HIDING and _HIDING[name][0].match(value) is not None


def _declared(style: str) -> dict[str, str]:
    """The declarations of a style by property; the last one of a property counts."""
    return dict(_DECLARATION.findall(style.lower()))


# Style sheets -----------------------------------------------------------------------------------------------


class _Sheet(NamedTuple):
    """What a style sheet says of properties that it hides nodes by: these, and selectors with their declarations."""

    hiding: frozenset[str]
    rules: list[tuple[str, dict[str, str]]]


def _mark_hidden_by_sheets(page: LexborHTMLParser) -> None:
    """Mark the nodes that a rule of the page's style sheets hides and no stronger one shows."""
    text = " ".join(node.text() for node in page.css("style"))
    if not text or len(text) > _LONGEST_SHEET:
        return
    hiding, rules = _known_sheet(text) if len(text) <= _LONGEST_KNOWN else _sheet(text)
    strongest: dict[tuple[int, str], tuple[_Declared, LexborNode, bool]] = {}
    for order, (selector, declared) in enumerate(rules):
        for each in selector.split(","):
            for node in _matches(page, each):
                for name in hiding & declared.keys():
                    rank = _Declared("!important" in declared[name], _specificity(each), order)
                    known = strongest.get((node.mem_id, name))
                    if known is None or known[0] <= rank:
                        strongest[node.mem_id, name] = (rank, node, _hides(name, declared[name]))
    for (_, name), (rank, node, hides) in strongest.items():
        if hides and (rank.important or name not in _declared(node.attributes.get("style") or "")):
            node.attrs[_MARKED] = name


def _sheet(text: str) -> _Sheet:
    rules = [(selector, declared) for selector, style in _rules(text) if (declared := _declared(style))]
    hiding = frozenset(name for _, declared in rules for name, value in declared.items() if _hides(name, value))
    return _Sheet(
        hiding, [(selector, declared) for selector, declared in rules if hiding & declared.keys()][:_MOST_RULES]
    )


#: The pages of a site have the same sheets.
_known_sheet = lru_cache(maxsize=256)(_sheet)


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """Selector and declarations of the rules that hold on a screen."""
    plain = _COMMENT.sub(" ", text)
    if "@" in plain:
        plain = _AT_RULE.sub(
            lambda match: match["rules"] if match["of"] and _ON_SCREEN.fullmatch(match["of"].lower()) else " ", plain
        )
    for rule in plain.split("}"):
        selector, brace, style = rule.rpartition("{")
        if brace:
            yield selector.strip(), style


def _matches(page: LexborHTMLParser, selector: str) -> list[LexborNode]:
    if ":" in selector:
        return []  # what a pointer or a script brings about
    try:
        return page.css(selector)
    except SelectolaxError:
        return []


def _specificity(selector: str) -> tuple[int, int, int]:
    """How specific a selector is: its ids, its classes and attributes, its tags."""
    tags = re.findall(r"(?:^|[\s>+~])[a-z]", selector, re.IGNORECASE)
    return selector.count("#"), selector.count(".") + selector.count("["), len(tags)
