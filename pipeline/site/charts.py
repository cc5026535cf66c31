"""The charts as Vega-Lite specifications without data: the browser takes the numbers from the table beside each.

Belongs here: marks, axes, which colours. The fields are ``x`` (row of the table), ``s`` and ``k`` (series and its
place) and ``v`` (number); colours are the names of the style sheet's, so that light and dark need no second chart.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import altair as alt
import vl_convert

_DATA = alt.NamedData("table")
_HEIGHT = 260
_SMALL = 180
_COUNT = alt.Axis(title=None, format=",.0f", tickCount=5, tickMinStep=1, domain=False, ticks=False)
_YEAR = alt.Axis(title=None, labelAngle=0, ticks=False, domain=True, grid=False, labelOverlap=True)
_LEGEND = alt.Legend(title=None, orient="top", symbolType="square")
_OUTCOMES = ["granted", "partial", "denied", "unavailable", "refused", "rest"]


def specs() -> dict[str, dict[str, Any]]:
    """Every chart by the code that its figure names."""
    return {
        "received": _spec(_bars, ["main"]),
        "results": _spec(_stack, _OUTCOMES),
        "reasons": _spec(_ranking, ["denied", "unavailable", "refused"], step=42),
        "corrections": _spec(_lines, ["main", "denied"]),
        "coverage": _spec(_shares, ["main", "faint", "denied", "rest"], step=20),
        "flow": _spec(_flow, ["faint", "main"]),
    }


@cache
def library() -> str:
    """What draws them, as one script: Vega, the Vega-Lite that Altair writes for, and vega-embed."""
    version = ".".join(alt.SCHEMA_VERSION.split(".")[:2])
    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", version)


def _spec(draw: Callable[[], alt.TopLevelMixin], colours: list[str], step: int | None = None) -> dict[str, Any]:
    """A chart as JSON: as wide as its place, without the addresses that Altair writes into it.

    ``step`` is the height of a row, where there is one a name; a height by rows in Vega-Lite's own words does not go
    with a width by the place.
    """
    spec: dict[str, Any] = draw().to_dict()
    spec.pop("$schema")
    spec.pop("config")
    fit = {"type": "fit-x", "contains": "padding"}
    return spec | {"usermeta": {"colours": colours, "step": step}, "width": "container", "autosize": fit}


def _series(**options: Any) -> alt.Color:
    return alt.Color("s:N", sort=alt.EncodingSortField("k", op="min"), **options)


def _tooltip(*more: alt.Tooltip) -> list[alt.Tooltip]:
    return [alt.Tooltip("x:N", title=" "), *more, alt.Tooltip("v:Q", title="  ", format=",")]


def _bars() -> alt.TopLevelMixin:
    """One number a year, written above its bar."""
    base = alt.Chart(_DATA, height=_HEIGHT).encode(x=alt.X("x:O", axis=_YEAR), y=alt.Y("v:Q", axis=_COUNT))
    bars = base.mark_bar(cornerRadiusEnd=2).encode(color=_series(legend=None), tooltip=_tooltip())
    return alt.layer(bars, base.mark_text(dy=-7).encode(text=alt.Text("v:Q", format=",")))


def _stack() -> alt.TopLevelMixin:
    """Parts of a year, one upon the other in the order of the table."""
    chart: alt.Chart = (
        alt.Chart(_DATA, height=_HEIGHT)
        .mark_bar()
        .encode(
            x=alt.X("x:O", axis=_YEAR),
            y=alt.Y("v:Q", axis=_COUNT, stack=True),
            color=_series(legend=_LEGEND),
            order=alt.Order("k:Q"),
            tooltip=_tooltip(alt.Tooltip("s:N", title="   ")),
        )
    )
    return chart


def _lines() -> alt.TopLevelMixin:
    """Numbers over the years; where one is not stated the line is broken."""
    chart: alt.Chart = (
        alt.Chart(_DATA, height=_HEIGHT)
        .mark_line(point={"size": 50, "filled": True}, strokeWidth=2.5, invalid="break-paths-filter-domains")
        .encode(
            x=alt.X("x:O", axis=_YEAR, scale=alt.Scale(padding=0.4)),
            y=alt.Y("v:Q", axis=_COUNT),
            color=_series(legend=_LEGEND),
            tooltip=_tooltip(alt.Tooltip("s:N", title="   ")),
        )
    )
    return chart


def _flow() -> alt.TopLevelMixin:
    """What an agency received as bars, what it processed as a line over them: the two are often the same."""
    base = alt.Chart(_DATA, height=_SMALL).encode(
        x=alt.X("x:O", axis=_YEAR),
        y=alt.Y("v:Q", axis=_COUNT),
        color=_series(legend=_LEGEND),
        tooltip=_tooltip(alt.Tooltip("s:N", title="   ")),
    )
    bars = base.transform_filter("datum.k == 1").mark_bar(cornerRadiusEnd=2)
    line = base.transform_filter("datum.k > 1").mark_line(
        point={"size": 60, "filled": True}, strokeWidth=2.5, invalid="break-paths-filter-domains"
    )
    return alt.layer(bars, line)


def _ranking() -> alt.TopLevelMixin:
    """Bars with their names above them, so that long names need no margin, on a phone neither."""
    base = alt.Chart(_DATA).encode(y=alt.Y("x:N", sort=None, axis=None))
    bars = base.mark_bar(height=12, yOffset=9, cornerRadiusEnd=2).encode(
        x=alt.X("v:Q", axis=None), color=_series(legend=_LEGEND), tooltip=_tooltip()
    )
    named = base.transform_calculate(label="datum.x + '  ' + format(datum.v, ',')")
    names = named.mark_text(align="left", baseline="bottom", yOffset=1, fontSize=13).encode(
        x=alt.value(0), text="label:N"
    )
    return alt.layer(bars, names)


def _shares() -> alt.TopLevelMixin:
    """Parts of each division's reports, as shares of it."""
    chart: alt.Chart = (
        alt.Chart(_DATA)
        .mark_bar()
        .encode(
            y=alt.Y("x:N", sort=None, axis=alt.Axis(title=None, ticks=False, domain=False, labelLimit=110)),
            x=alt.X("v:Q", stack="normalize", axis=alt.Axis(title=None, format="%", tickCount=4, domain=False)),
            color=_series(legend=_LEGEND),
            order=alt.Order("k:Q"),
            tooltip=_tooltip(alt.Tooltip("s:N", title="   ")),
        )
    )
    return chart
