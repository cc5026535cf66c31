"""The text of a paragraph as Word prints it: what is inserted stands in it, what is deleted or hidden does not.

Fields show their results, notes their marks. What is struck out is printed, but no text: it is kept apart.

Belongs here: the text of one paragraph, and which text boxes are anchored in it. What stands in those, and the order
of paragraphs and tables, is ``docx_body``'s.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from pipeline.reader.formats import note_marks
from pipeline.reader.formats.office.docx_names import (
    AROUND,
    COMPATIBLE,
    MATH,
    RUN,
    VECTOR,
    W,
    number,
    properties_of,
    value,
)
from pipeline.reader.formats.office.docx_styles import Effects, Styles

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_TEXT, _PROPERTIES, _SYMBOL, _RUBY, _FIELD = (f"{W}{name}" for name in ("t", "rPr", "sym", "ruby", "fldChar"))
#: What stands in a text for these elements.
_SIGNS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
    f"{W}softHyphen": "",
}
_NOTES = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}
_GRAPHICS = frozenset({f"{W}drawing", f"{W}pict", f"{W}object"})
_CHOICES, _CHOICE = f"{COMPATIBLE}AlternateContent", f"{COMPATIBLE}Choice"
_MATHS = frozenset({f"{MATH}oMath", f"{MATH}oMathPara"})
_BOX, _WORD_ART = f"{W}txbxContent", f"{VECTOR}textpath"
_HIDDEN_SHAPE = "visibility:hidden"
_BREAKS = str.maketrans("\n\r", "  ")
_PRESERVED = "{http://www.w3.org/XML/1998/namespace}space"
_WHITE = " \t\r\n"
#: Fonts of symbols: their characters from U+F000 on, as far as they are letters, digits or signs that have a code.
_SYMBOL_FONT, _ASCII = "symbol", range(0xF020, 0xF040)
_CIRCLED = {"wingdings": range(0xF081, 0xF08B)}
_FIRST_CIRCLED = "①"

#: So many characters beside a mark say what it stands beside.
_NEAR = 20

#: What a piece of text is.
PLAIN, RAISED, ABOVE, STRUCK = "plain", "raised", "above", "struck"


@dataclass(slots=True)
class Pieces:
    """What a paragraph holds: the number in front of it, its text in pieces, and its text boxes."""

    lead: str = ""
    pieces: list[tuple[str, str]] = field(default_factory=list)
    boxes: list["Element | str"] = field(default_factory=list)

    def add(self, text: str, kind: str) -> None:
        """Add a text."""
        if text:
            self.pieces.append((text, kind))

    def text(self, *, in_cell: bool) -> str:
        """The text without what is struck out, and with the marks of notes as they stand in plain text."""
        if not self.lead and len(self.pieces) == 1 and self.pieces[0][1] == PLAIN:
            return self.pieces[0][0]
        # Neighbours of a kind are one piece.
        kept = [
            ("".join([text for text, _ in pieces]), kind)
            for kind, pieces in groupby((piece for piece in self.pieces if piece[1] != STRUCK), itemgetter(1))
        ]
        shown = self._lead(kept[0][0] if kept else "", in_cell=in_cell)
        for at, (text, kind) in enumerate(kept):
            if kind == PLAIN:
                shown += text
            else:
                behind = kept[at + 1][0] if at + 1 < len(kept) else ""
                shown += note_marks.shown(text, shown[-_NEAR:], behind[:_NEAR], in_cell=in_cell, above=kind == ABOVE)
        return shown

    def _lead(self, text: str, *, in_cell: bool) -> str:
        """The number in front of a text: together they never make a number, nor is it one where a value may stand."""
        if self.lead and in_cell and not any(map(str.isalpha, text)):
            return f"[{self.lead.rstrip()}] "
        return f"{self.lead.rstrip()} " if self.lead and text[:1].isdecimal() else self.lead

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it, not even an empty text."""
        return not (self.pieces or self.boxes)

    @property
    def struck(self) -> str:
        """What is struck out."""
        return "".join(text for text, kind in self.pieces if kind == STRUCK)


@dataclass(slots=True)
class Notes:
    """The notes that are referred to: of each kind their numbers, in the order of their first marks."""

    seen: dict[str, dict[str, int]] = field(default_factory=dict)

    def mark(self, kind: str, name: str) -> str:
        """The mark of a note: Word numbers those of a kind as they come."""
        of_kind = self.seen.setdefault(kind, {})
        return f"[{of_kind.setdefault(name, len(of_kind) + 1)}]"


class Runs:
    """Reads the runs of a document's paragraphs, which share styles and notes."""

    def __init__(self, styles: Styles) -> None:
        self.styles = styles
        self.notes = Notes()

    def read(self, paragraph: "Element", effects: Effects, into: Pieces) -> None:
        """Add what a paragraph holds; ``effects`` are those of its style."""
        for child in paragraph:
            tag = child.tag
            if tag == RUN:
                self._run(child, effects, into)
            elif tag in AROUND:
                self.read(child, effects, into)
            elif tag == _CHOICES:
                self.read(_chosen(child), effects, into)
            elif tag in _MATHS:
                into.add("".join([node.text or "" for node in child.iter(f"{MATH}t", _TEXT)]), PLAIN)

    def _run(self, run: "Element", effects: Effects, into: Pieces) -> None:
        effects = self.styles.of_run(properties_of(run, _PROPERTIES), effects)
        if not effects.hidden:
            self._content(run, effects, into)

    def _content(self, run: "Element", effects: Effects, into: Pieces) -> None:
        kind = STRUCK if effects.struck else RAISED if effects.raised else PLAIN
        for child in run:
            tag = child.tag
            if tag == _TEXT:
                text = child.text or ""
                into.add(text.translate(_BREAKS) if child.get(_PRESERVED) == "preserve" else text.strip(_WHITE), kind)
            elif tag in _SIGNS:
                into.add(_SIGNS[tag], kind)
            elif tag in _NOTES:
                # A mark of the author's own stands in the text behind.
                mark = self.notes.mark(_NOTES[tag], value(child, "id") or "")
                if value(child, "customMarkFollows") not in ("1", "true", "on"):
                    into.add(mark, RAISED)
            elif tag == _SYMBOL:
                into.add(_symbol(child), kind)
            elif tag == _FIELD:
                into.add(_chosen_entry(child), kind)
            elif tag == _RUBY:
                self._ruby(child, effects, into)
            elif tag in _GRAPHICS:
                into.boxes += _boxes(child)
            elif tag == _CHOICES:
                self._content(_chosen(child), effects, into)

    def _ruby(self, ruby: "Element", effects: Effects, into: Pieces) -> None:
        """A text, and what is set above it."""
        for base in ruby.iter(f"{W}rubyBase"):
            self.read(base, effects, into)
        above = "".join([node.text or "" for node in ruby.iterfind(f"{W}rt//{_TEXT}")])
        into.add(above, ABOVE)


def _chosen(choices: "Element") -> "Element":
    """What Word shows of several ways to show the same: the first, which it knows; the last is for others."""
    return next((child for child in choices if child.tag == _CHOICE), choices[-1] if len(choices) else choices)


def _symbol(node: "Element") -> str:
    """A character that is named by its code in a font."""
    try:
        code = int(value(node, "char") or "", 16)
    except ValueError:
        return "?"
    font = (value(node, "font") or "").lower()
    if font == _SYMBOL_FONT and code in _ASCII:
        return chr(code - 0xF000)
    if code in _CIRCLED.get(font, ()):
        return chr(ord(_FIRST_CIRCLED) + code - _CIRCLED[font].start)
    return chr(code) if 0x20 <= code < 0xD800 or 0xE000 <= code < 0x110000 else "?"


def _chosen_entry(mark: "Element") -> str:
    """The entry that a drop-down field shows, which has no result in the text; nothing of the marks of other fields."""
    entries = mark.find(f"{W}ffData/{W}ddList")
    if entries is None:
        return ""
    texts = [value(entry) or "" for entry in entries.iterchildren(f"{W}listEntry")]
    at = number(entries.find(f"{W}result"), number(entries.find(f"{W}default")))
    return texts[at] if 0 <= at < len(texts) else "?"


def _boxes(graphic: "Element") -> Iterator["Element | str"]:
    """The contents of the text boxes of a graphic, each once, and the texts that are drawn as pictures."""
    if any(child.get("hidden") in ("1", "true") for child in graphic if child.tag.endswith("}docPr")):
        return
    for child in graphic:
        if child.tag == _BOX:
            yield child
        elif child.tag == _CHOICES:
            yield from _boxes(_chosen(child))
        elif child.tag == _WORD_ART:
            yield child.get("string") or ""
        elif _HIDDEN_SHAPE not in (child.get("style") or "").replace(" ", ""):
            yield from _boxes(child)


def take_codes(root: "Element") -> None:
    """Take the text out of a part that belongs to the codes of its fields, so that their results alone are left.

    A field's code goes from its begin to its separator, or to its end if it has no result. One that never ends is none.
    """
    if root.find(f".//{_FIELD}") is None:
        return
    # Of each field that has begun: what may be its code, or None where its result stands.
    begun: list[list[Element] | None] = []
    # Those of them that are codes: the outermost one takes the texts.
    codes: list[list[Element]] = []
    for node in root.iter(_FIELD, _TEXT):
        if node.tag == _TEXT:
            if codes:
                codes[0].append(node)
            continue
        kind = value(node, "fldCharType")
        if kind == "begin":
            codes.append([])
            begun.append(codes[-1])
        elif begun and kind in ("separate", "end"):
            if begun[-1] is not None:
                for text in codes.pop():
                    text.text = None
            begun[-1] = None
            if kind == "end":
                begun.pop()
