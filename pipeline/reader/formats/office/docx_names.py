"""Names of WordprocessingML: its elements with their namespace, and its attributes.

Belongs here: names, and what an attribute that switches something says.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{SPACE}}}"
#: Of two ways to show the same, for programs that know more and those that know less.
COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
VECTOR = "{urn:schemas-microsoft-com:vml}"
PARAGRAPH, RUN, TABLE, ROW, CELL = (f"{W}{name}" for name in ("p", "r", "tbl", "tr", "tc"))
#: Elements around paragraphs, runs, rows or cells that are theirs alone: insertions, links, content controls.
AROUND = frozenset(
    f"{W}{name}"
    for name in ("ins", "moveTo", "hyperlink", "smartTag", "customXml", "fldSimple", "sdt", "sdtContent", "dir", "bdo")
)
_OFF = ("0", "false", "off", "none")


def properties_of(node: "Element", tag: str) -> Iterable["Element"]:
    """The properties of a paragraph, run, row or cell: most programs write them as its first element."""
    if not len(node):
        return ()
    first = node[0]
    return first if first.tag == tag else next(node.iterchildren(tag), ())


def value(node: "Element | None", name: str = "val") -> str | None:
    """An attribute of an element that may be missing."""
    return None if node is None else node.get(f"{W}{name}")


def is_on(node: "Element") -> bool:
    """Whether an element that switches something on by being there does not say otherwise."""
    return value(node) not in _OFF


def number(node: "Element | None", default: int = 0) -> int:
    """The number that an element has as its value."""
    text = value(node)
    try:
        return default if text is None else int(text)
    except ValueError:
        return default
