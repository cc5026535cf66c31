"""Tables as HTML: from a clean table to what word processors and old editors leave.

The spans are those of the form. A messy page breaks words (and numbers) over nested spans, fills blank cells with
`&nbsp;`, leaves tags unclosed, writes entities, or miscounts a rowspan; the columns of a heading need not be those of
its values. The page around the tables is made in `document.py` and `chrome.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import ClassVar

from ..cells import Bearing
from ..dice import Dice
from ..sheet import Sheet
from .base import Chunks, Pager, own_row
from .grid import Cell, Grid, applications_body, applications_head, proactive_grid, review_grid

_FONTS = (
    "font-family:仿宋_GB2312;font-size:16px",
    "font-family: 宋体; font-size: 14px;",
    "font-size:10.5pt;color:#000",
)
_CELL_STYLES = (
    "border:1px solid #000;padding:0 7px;",
    "border-top:none;border-left:none;border-bottom:solid windowtext 1.0pt;padding:0cm 5.4pt 0cm 5.4pt;height:27.0pt",
    "width:66px;",
    "text-align:center;vertical-align:middle",
)
_ENTITIES = {"“": "&ldquo;", "”": "&rdquo;", "（": "&#65288;", "）": "&#65289;", "、": "&#12289;"}


@dataclass(frozen=True)
class Html:
    """HTML tables, and whether the whole page is messy."""

    messy: bool
    blank: str
    head_tag: str
    wrap: str
    unclosed: bool
    upper: bool
    entities: bool
    line_breaks: bool
    indented: bool
    skewed: bool
    long_rowspan: bool
    font: str
    cell_style: str
    name: ClassVar[str] = "html"
    document: ClassVar[str] = "html"
    suffixes: ClassVar[tuple[str, ...]] = (".html", ".htm")

    @classmethod
    def choose(cls, dice: Dice) -> "Html":
        """Draw the editor that the page came from."""
        messy = dice.chance(0.55)
        return cls(
            messy=messy,
            blank=dice.pick(["&nbsp;", "&nbsp;", "<p>&nbsp;</p>", "", "<br />"] if messy else ["", "&nbsp;"]),
            head_tag=dice.vary("td", "th", p=0.3),
            wrap=dice.pick(["p", "mso", "span", "plain"]) if messy else "plain",
            unclosed=messy and dice.chance(0.1),
            upper=messy and dice.chance(0.08),
            entities=messy and dice.chance(0.15),
            line_breaks=messy and dice.chance(0.3),
            indented=dice.chance(0.35),
            skewed=messy and dice.chance(0.4),
            long_rowspan=messy and dice.chance(0.06),
            font=dice.pick(_FONTS),
            cell_style=dice.pick(_CELL_STYLES),
        )

    @property
    def bearing(self) -> Bearing:
        """Every cell has a place of its own."""
        return Bearing("any", words=True, explained=True)

    segment = staticmethod(own_row)

    def text(self, text: str, dice: Dice) -> str:
        """A text as this page writes it, inside whatever tags the editor puts around it."""
        if not text:
            return self.blank
        pieces = [text]
        if self.messy and len(text) > 1 and dice.chance(0.12 if not text.isdecimal() else 0.3):
            cut = dice.number(1, len(text) - 1)
            pieces = [text[:cut], text[cut:]]
        if self.line_breaks and len(text) > 3 and not any(char.isdigit() for char in text) and dice.chance(0.15):
            cut = len(text) // 2
            return self._tagged(self._written(text[:cut]) + dice.pick(["<br />", "<br>", "\n"]) + text[cut:])
        if len(pieces) == 1:
            return self._tagged(self._written(text))
        inner = "".join(f'<span style="{self.font}">{self._written(piece)}</span>' for piece in pieces)
        return self._tagged(f'<span lang="EN-US">{inner}</span>')

    def _written(self, text: str) -> str:
        text = escape(text, quote=False)
        if self.entities:
            for char, entity in _ENTITIES.items():
                text = text.replace(char, entity)
        return text

    def _tagged(self, inner: str) -> str:
        if self.wrap == "p":
            return f'<p align="center">{inner}' + ("" if self.unclosed else "</p>")
        if self.wrap == "mso":
            return (
                f'<p class="MsoNormal" align="center" style="text-align:center;line-height:150%">'
                f'<span style="{self.font}">{inner}</span><o:p></o:p></p>'
            )
        if self.wrap == "span":
            return f'<span style="{self.font}">{inner}</span>'
        return inner

    def _cell(self, cell: Cell, dice: Dice) -> str:
        tag = self.head_tag if cell.kind == "head" else "td"
        attributes = f' colspan="{cell.cols}"' if cell.cols > 1 else ""
        if cell.rows > 1:
            attributes += f' rowspan="{cell.rows}"'
        if self.messy:
            attributes += f' style="{self.cell_style}"'
        inner = self.text(cell.text, dice)
        if self.indented and self.messy:
            inner = f"\n        {inner}\n      "
        opened = f"<{tag.upper() if self.upper else tag}{attributes}>"
        return opened + inner + ("" if self.unclosed else f"</{tag.upper() if self.upper else tag}>")

    def _table(self, grid: Grid, dice: Dice) -> Chunks:
        gap = "\n      " if self.indented else ""
        body = [
            ["<tr>" + "".join(gap + self._cell(cell, dice) for cell in row) + ("" if self.unclosed else "</tr>")]
            for row in grid
        ]
        if self.messy:
            opening = '<table width="100%" border="1" cellspacing="0" cellpadding="0" class="MsoTableGrid"><tbody>'
            return [[opening], *body, ["</tbody></table>"]]
        return [[dice.pick(["<table>", '<table border="1">', '<table class="table">'])], *body, ["</table>"]]

    def proactive(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """The proactive table; a skewed one has a column more than its numbers need."""
        grid = proactive_grid(sheet)
        if self.skewed:
            grid = [_skew(row, dice) for row in grid]
        return self._table(grid, dice)

    def applications(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """The applications table."""
        body = applications_body(sheet)
        if self.long_rowspan:
            body = [
                [Cell(c.text, c.cols, c.rows + 1, c.kind) if c.text == sheet.results else c for c in row]
                for row in body
            ]
        return self._table(applications_head(sheet) + body, dice)

    def review(self, sheet: Sheet, dice: Dice, pager: Pager) -> Chunks:
        """Table four."""
        return self._table(review_grid(sheet), dice)


_SPANS: dict[int, tuple[tuple[int, ...], ...]] = {
    2: ((1, 4), (2, 3)),
    3: ((1, 2, 2), (1, 1, 3)),
    4: ((1, 1, 2, 1), (1, 2, 1, 1), (1, 1, 1, 2)),
}


def _skew(row: Sequence[Cell], dice: Dice) -> list[Cell]:
    """The row over five columns, its widest cell anywhere: heads and values no longer share their columns."""
    if len(row) == 1:
        return [Cell(row[0].text, 5, 1, row[0].kind)]
    chosen = dice.pick(_SPANS[len(row)])
    return [Cell(cell.text, cols, 1, cell.kind) for cell, cols in zip(row, chosen, strict=True)]
