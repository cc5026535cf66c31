"""The charts of the first page as pictures: for paper, for browsers without scripts, and to be shared.

Drawn in light colours with the same specifications as in the browser, one in each language. Agencies have none: one
takes 18 kB and 0.1 s, and there are thousands; their pages draw before they are printed.

Belongs here: from a figure to an SVG file. Marks and axes are ``charts``'s, colours the style sheet's.
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import vl_convert

from pipeline.site import charts, words
from pipeline.site.figure import Figure
from pipeline.site.words import Words
from pipeline.text import harmless

_WIDTH = 560
_FONT = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"


def write(folder: Path, figures: Iterable[Figure]) -> None:
    """Write a picture of each figure, by its code, in each language."""
    specs = charts.specs()
    for figure in figures:
        for at, name in enumerate((f"{figure.code}.svg", f"{figure.code}.en.svg")):
            svg = vl_convert.vegalite_to_svg(_spec(specs[figure.code], figure, at), charts.vega_lite_version())
            (folder / name).write_text(_renumbered(svg) + "\n", encoding="utf-8")


def _renumbered(svg: str) -> str:
    """The picture with its ids counted from 1: Vega counts over all that a process draws."""
    order: dict[str, int] = {}
    return re.sub(r"\bclip\d+", lambda found: f"clip{order.setdefault(found[0], len(order) + 1)}", svg)


def _spec(spec: dict[str, Any], figure: Figure, language: int) -> dict[str, Any]:
    rows = _values(figure, language)
    step = spec["usermeta"]["step"]
    height = {"height": step * len({row["x"] for row in rows})} if step else {}
    title = {"text": _in(figure.title, language), "anchor": "start", "offset": 14}
    sized = {**spec, **height, "width": _WIDTH, "autosize": {"type": "fit-x", "contains": "padding"}, "padding": 16}
    return {**sized, "title": title, "datasets": {"table": rows}, "config": _config(spec["usermeta"]["colours"])}


def _values(figure: Figure, language: int) -> list[dict[str, Any]]:
    """The rows that the browser reads from the figure's table (``numbers`` in ``site.js``)."""
    outcomes = list(words.OUTCOMES)
    values = []
    for row in figure.rows:
        for number, (column, cell) in enumerate(zip(figure.columns, row.numbers, strict=True), 1):
            if column.drawn:
                series = words.OUTCOMES[row.series] if row.series else column.words
                k = outcomes.index(row.series) if row.series else number
                x, s = _in(row.label, language), _in(series, language)
                values.append({"x": x, "s": s, "k": k, "v": cell.value, "n": cell.fraction})
    return values


def _in(label: Words, language: int) -> str:
    """A label in a language, 0 for Chinese; names have only one."""
    return harmless(label[language] or label.zh)


def _config(colours: list[str]) -> dict[str, Any]:
    soft, ink, line = (_colours()[name] for name in ("soft", "ink", "line"))
    axis = {"labelColor": soft, "gridColor": line, "domainColor": line, "tickColor": line, "labelPadding": 6}
    return {
        "background": "white",
        "font": _FONT,
        "view": {"stroke": None},
        "range": {"category": [_colours()[f"c-{name}"] for name in colours]},
        "axis": {**axis, "labelFontSize": 12},
        "legend": {
            "labelColor": ink,
            "labelFontSize": 12,
            "columns": 2,
            "labelLimit": _WIDTH // 2 - 40,
            "symbolSize": 110,
        },
        "text": {"color": ink, "fontSize": 12},
        "bar": {"stroke": "white", "strokeWidth": 1},
        "title": {"color": ink, "subtitleColor": soft, "fontSize": 16},
    }


@cache
def _colours() -> dict[str, str]:
    """The light colours: those that the style sheet defines first."""
    style = resources.files("pipeline.site").joinpath("static", "site.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", style[: style.index("@media")]))
