"""What styles and properties make of a run: hidden, struck out, raised; and the list that a style puts a paragraph in.

Belongs here: how properties of a run, its style, and its paragraph's style come together. What is left out of the text
for them is ``docx_runs``'.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pipeline.reader.formats.office.docx_names import W, is_on, number, value

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

#: Two styles that both switch one of these on switch it off, as Word has it.
_TOGGLES = {f"{W}vanish": "hidden", f"{W}strike": "struck", f"{W}dstrike": "struck"}
_ALIGNED, _POSITION, _STYLE = f"{W}vertAlign", f"{W}position", f"{W}rStyle"
_RAISED = ("superscript", "subscript")
#: Half points by which a text is moved up that is a mark, and not only set a little higher than its neighbours.
_LEAST_RAISED = 4
#: Styles that are based on one another make a chain no longer than this.
_LONGEST_CHAIN = 50


class Effects(NamedTuple):
    """How a run is shown."""

    hidden: bool = False
    struck: bool = False
    raised: bool = False


class ListPlace(NamedTuple):
    """The list that a paragraph is in, and the level; None where nothing says."""

    number_id: str | None
    level: int | None


NO_LIST = ListPlace(None, None)


@dataclass(slots=True)
class _Style:
    """What a style says itself; an effect that it does not speak of is missing."""

    based_on: str | None
    effects: dict[str, bool] = field(default_factory=dict)
    place: ListPlace = NO_LIST


class Styles:
    """The styles of a document."""

    def __init__(self, root: "Element | None") -> None:
        self._styles: dict[str, _Style] = {}
        self._default: str | None = None
        self._lists: dict[str | None, ListPlace] = {}
        self._of_styles: dict[str | None, dict[str, bool]] = {}
        self._of_paragraphs: dict[str | None, Effects] = {}
        for node in () if root is None else root.iter(f"{W}style"):
            name = value(node, "styleId")
            if name is None:
                continue
            style = _Style(value(node.find(f"{W}basedOn")))
            for properties in node.findall(f"{W}rPr"):
                style.effects = own_effects(properties)[0]
            for in_list in node.findall(f"{W}pPr/{W}numPr"):
                style.place = list_place(in_list)
            self._styles[name] = style
            if value(node, "type") == "paragraph" and value(node, "default") in ("1", "true", "on"):
                self._default = name

    def of_paragraph(self, name: str | None) -> Effects:
        """The effects of a paragraph's style on its runs."""
        if name not in self._of_paragraphs:
            self._of_paragraphs[name] = Effects(**self._effects(name or self._default))
        return self._of_paragraphs[name]

    def of_run(self, properties: Iterable["Element"], paragraph: Effects) -> Effects:
        """The effects on a run with these properties, in a paragraph whose style has its own."""
        own, style = own_effects(properties)
        if not own and style is None:
            return paragraph
        of_style = self._effects(style)
        hidden = paragraph.hidden ^ of_style.get("hidden", False)
        struck = paragraph.struck ^ of_style.get("struck", False)
        raised = of_style.get("raised", paragraph.raised)
        return Effects(own.get("hidden", hidden), own.get("struck", struck), own.get("raised", raised))

    def list_place(self, name: str | None) -> ListPlace:
        """The list that a paragraph of a style is in."""
        if name in self._lists:
            return self._lists[name]
        number_id, level = None, None
        for style in self._chain(name or self._default):
            number_id = number_id or style.place.number_id
            level = style.place.level if level is None else level
        self._lists[name] = ListPlace(number_id, level)
        return self._lists[name]

    def _effects(self, name: str | None) -> dict[str, bool]:
        if name not in self._of_styles:
            effects: dict[str, bool] = {}
            for style in self._chain(name):
                effects = style.effects | effects
            self._of_styles[name] = effects
        return self._of_styles[name]

    def _chain(self, name: str | None) -> list[_Style]:
        """A style and those that it is based on, each only once."""
        found: list[_Style] = []
        while name in self._styles and len(found) < _LONGEST_CHAIN:
            assert name is not None
            found.append(self._styles[name])
            name = found[-1].based_on
        return found


def own_effects(properties: Iterable["Element"]) -> tuple[dict[str, bool], str | None]:
    """The effects that properties of a run speak of themselves, and the style that they name."""
    effects: dict[str, bool] = {}
    style = None
    for node in properties:
        tag = node.tag
        if tag in _TOGGLES:
            effects[_TOGGLES[tag]] = is_on(node) or effects.get(_TOGGLES[tag], False)
        elif tag == _ALIGNED:
            effects["raised"] = value(node) in _RAISED
        elif tag == _POSITION and number(node) >= _LEAST_RAISED:
            effects["raised"] = True
        elif tag == _STYLE:
            style = value(node)
    return effects, style


def list_place(node: "Element") -> ListPlace:
    """The list that the element for it puts a paragraph in."""
    level = node.find(f"{W}ilvl")
    return ListPlace(value(node.find(f"{W}numId")), None if level is None else number(level))
