"""The charts as Vega-Lite specifications without data: the browser takes the numbers from the table beside each chart.

Belongs here: marks, axes, colours. The fields are ``x`` (row of the table), ``s`` and ``k`` (series and its index),
``v`` (number) and ``n`` (what a share is made of). Colours are names of the style sheet, so that light and dark mode
share one chart.
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


@cache
def specs() -> dict[str, dict[str, Any]]:
    """Every chart, by the code of its figure."""
    return {
        "received": _spec(_bars, ["main"]),
        "results": _spec(_stack, _OUTCOMES),
        "reasons": _spec(_ranking, ["denied", "unavailable", "refused"], step=42),
        "corrections": _spec(_shares_by_year, ["main", "denied"]),
        "coverage": _spec(_shares, ["main", "faint", "denied", "rest"], step=20),
        "flow": _spec(_flow, ["faint", "main"]),
    }


def vega_lite_version() -> str:
    """The version that Altair writes for."""
    return ".".join(alt.SCHEMA_VERSION.split(".")[:2])


@cache
def library() -> str:
    """The drawing library as one script: Vega, the Vega-Lite version that Altair writes for, and vega-embed."""
    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vega_lite_version())


def _spec(draw: Callable[[], alt.TopLevelMixin], colours: list[str], step: int | None = None) -> dict[str, Any]:
    """A chart as JSON: as wide as its container, without the addresses that Altair writes into it.

    ``step`` is the height of a row, for charts with a row for each name: Vega-Lite cannot combine its own height by
    step with the width of the container.
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
    """A bar for each year, its number above it."""
    base = alt.Chart(_DATA, height=_HEIGHT).encode(x=alt.X("x:O", axis=_YEAR), y=alt.Y("v:Q", axis=_COUNT))
    bars = base.mark_bar(cornerRadiusEnd=2).encode(color=_series(legend=None), tooltip=_tooltip())
    return alt.layer(bars, base.mark_text(dy=-7).encode(text=alt.Text("v:Q", format=",")))


def _stack() -> alt.TopLevelMixin:
    """Stacked bars by year, in the order of the table."""
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


def _shares_by_year() -> alt.TopLevelMixin:
    """Shares as lines over the years, broken where there is none, and at each point what it is made of."""
    base = alt.Chart(_DATA, height=_HEIGHT).encode(
        x=alt.X("x:O", axis=_YEAR, scale=alt.Scale(padding=0.4)),
        y=alt.Y("v:Q", axis=alt.Axis(title=None, format=".0%", tickCount=5, domain=False, ticks=False)),
        color=_series(legend=_LEGEND),
    )
    lines = base.mark_line(
        point={"size": 50, "filled": True}, strokeWidth=2.5, invalid="break-paths-filter-domains"
    ).encode(
        tooltip=[
            alt.Tooltip("x:N", title=" "),
            alt.Tooltip("s:N", title="   "),
            alt.Tooltip("v:Q", title="  ", format=".1%"),
            alt.Tooltip("n:N", title="    "),
        ]
    )
    # Of two points of a year the upper one has its text above, the lower one below: the texts never meet.
    ranked = base.transform_filter("isValid(datum.v)").transform_window(
        place="row_number()", sort=[alt.SortField("v", order="descending")], groupby=["x"]
    )
    above = ranked.transform_filter("datum.place == 1").mark_text(dy=-11, fontSize=11).encode(text="n:N")
    below = ranked.transform_filter("datum.place > 1").mark_text(dy=13, fontSize=11).encode(text="n:N")
    return alt.layer(lines, above, below)


def _flow() -> alt.TopLevelMixin:
    """Received applications as bars, processed ones as a line over them: the two are often equal."""
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
    """Bars with their names above them, so that long names need no margin, not even on a phone."""
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
    """Stacked shares of each division's reports."""
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
