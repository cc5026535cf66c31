"""A notebook for analysts: some questions worked through with polars and Altair, over a published warehouse.

    marimo run docs/notebook.py                                              to look, the code hidden
    marimo edit docs/notebook.py --skip-update-check -- --warehouse FILE     to go on, with another warehouse

Without --warehouse it opens the setting OGI_WAREHOUSE, else data/warehouse/ogi.duckdb, read-only. It is a plain Python
file: `python docs/notebook.py` runs it through. It needs no network; without --skip-update-check `marimo edit` asks
the package index once a day for its own newest version.
"""

# ruff: noqa: B018, PLR1711 -- a cell shows its last expression, and marimo ends each with a return

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="OGI Warehouse")


@app.cell
def _():
    import altair as alt
    import marimo as mo
    import polars as pl

    return alt, mo, pl


@app.cell
def _(mo, pl):
    from pathlib import Path

    from pipeline.published import connect
    from pipeline.settings import Settings

    warehouse = Path(mo.cli_args().get("warehouse") or Settings().warehouse)
    published = connect(warehouse)  # read-only: others may read it too, and nothing here can change it

    def ask(sql: str, *parameters: object) -> pl.DataFrame:
        """Rows of a query as a frame."""
        return published.query(sql, parameters)

    def table(frame: pl.DataFrame) -> mo.ui.table:
        """A frame to look at, in which a year is no 2,025."""
        return mo.ui.table(frame, format_mapping={"year": "{:.0f}"}, selection=None)

    return ask, table, warehouse


@app.cell
def _(ask, mo, warehouse):
    size = ask(
        "SELECT count(*) AS reports, count(DISTINCT agency_id) AS agencies, min(year), max(year) FROM dim_report"
    )
    reports, agencies, first, last = size.row(0)
    mo.md(
        f"""
        # 政府信息公开年报：几个问题

        `{warehouse.name}`: {reports} reports of {agencies} agencies, {first}–{last}.

        NULL 是报告没有写，不是 0；口径为 `region`（全区汇总）的报告不在任何合计之内。
        NULL is what a report does not state, never 0. Reports of scope `region` add up a whole area: they are in no sum
        here. More questions are in `docs/how-to/queries.md`.
        """
    )
    return


@app.cell
def _(mo):
    mo.md("""
    ## 1. 历年申请 Applications over the years

    Summed over the reports that state the number; `unstated` says how many do not. More reports make more
    applications: look at `reports` before you speak of growth.
    """)
    return


@app.cell
def _(ask, table):
    years = ask(
        """
        SELECT year, count(*) AS reports, sum(new_received)::BIGINT AS received, sum(processed)::BIGINT AS processed,
            count(*) FILTER (new_received IS NULL OR processed IS NULL) AS unstated
        FROM agency_year WHERE scope IS DISTINCT FROM 'region' GROUP BY year ORDER BY year
        """
    )
    table(years)
    return (years,)


@app.cell
def _(alt, mo, years):
    years_chart = (
        alt.Chart(
            years.unpivot(["received", "processed"], index="year", variable_name="what", value_name="applications")
        )
        .mark_line(point=True)
        .encode(
            x=alt.X("year:O", title="年度"),
            y=alt.Y("applications:Q", title="件"),
            color=alt.Color("what:N", title=None),
            tooltip=["year", "what", "applications"],
        )
        .properties(width=480, height=240)
    )
    mo.ui.altair_chart(years_chart, chart_selection=False, legend_selection=False)
    return


@app.cell
def _(mo):
    mo.md("""
    ## 2. 办理结果 Results

    What became of the applications that were handled to an end. A sum of which a part is not stated is NULL in
    `agency_year` and in no bar here, so that the bars may be lower than `processed`.
    """)
    return


@app.cell
def _(ask):
    outcomes = ["granted", "partially_granted", "denied", "unavailable", "not_processed", "other_processing"]
    results = ask(
        f"""
        UNPIVOT (
            SELECT year, {", ".join(f"sum({name})::BIGINT AS {name}" for name in outcomes)}
            FROM agency_year WHERE scope IS DISTINCT FROM 'region' GROUP BY year
        ) ON {", ".join(outcomes)} INTO NAME result VALUE applications
        """
    )
    return outcomes, results


@app.cell
def _(outcomes, alt, mo, results):
    results_chart = (
        alt.Chart(results)
        .mark_bar()
        .encode(
            x=alt.X("year:O", title="年度"),
            y=alt.Y("applications:Q", title="件"),
            color=alt.Color("result:N", sort=outcomes, title=None),
            tooltip=["year", "result", "applications"],
        )
        .properties(width=480, height=240)
    )
    mo.ui.altair_chart(results_chart, chart_selection=False, legend_selection=False)
    return


@app.cell
def _(mo):
    mo.md("""
    ## 3. 不公开的原因 Reasons of refusal

    不予公开, 无法提供 and 不予处理, all years together. 不予处理 says more of the applications than of the agencies.
    """)
    return


@app.cell
def _(alt, ask, mo):
    reasons = ask(
        """
        SELECT outcome, label_zh AS reason, sum(applications)::BIGINT AS applications
        FROM refusal_reason JOIN dim_report USING (agency_id, year)
        WHERE scope IS DISTINCT FROM 'region' GROUP BY ALL HAVING applications > 0 ORDER BY applications DESC, reason
        """
    )
    reasons_chart = (
        alt.Chart(reasons)
        .mark_bar()
        .encode(
            x=alt.X("applications:Q", title="件"),
            y=alt.Y("reason:N", sort="-x", title=None, axis=alt.Axis(labelLimit=360)),
            color=alt.Color("outcome:N", title=None),
            tooltip=["reason", "applications"],
        )
        .properties(width=320)
    )
    mo.ui.altair_chart(reasons_chart, chart_selection=False, legend_selection=False)
    return (reasons,)


@app.cell
def _(mo):
    mo.md("""
    ## 4. 一个机关 One agency

    Choose one; what is below follows. The bars are Wilson 95 % intervals: with few applications a share says little.
    """)
    return


@app.cell
def _(ask, mo):
    # Two agencies may have one name, in different places.
    _names = ask(
        """
        SELECT if(count(*) OVER (PARTITION BY name) > 1, name || ' ' || agency_id, name) AS shown, agency_id
        FROM dim_agency SEMI JOIN dim_report USING (agency_id) ORDER BY shown
        """
    )
    _options = dict(_names.rows())
    agency = mo.ui.dropdown(_options, value=next(iter(_options), None), label="机关", searchable=True)
    agency
    return (agency,)


@app.cell
def _(agency, ask, table):
    chosen = ask(
        """
        SELECT year, form, scope, new_received, carried_over, processed, granted, carried_forward, issues
        FROM agency_year WHERE agency_id = ? ORDER BY year
        """,
        agency.value,
    )
    table(chosen)
    return (chosen,)


@app.cell
def _(agency, alt, ask, mo):
    shares = ask(
        """
        SELECT year, name_zh AS indicator, i.numerator, i.denominator AS n, value, lower, upper, reason
        FROM indicator i JOIN dim_indicator USING (code)
        WHERE agency_id = ? AND code IN ('granted_share', 'disclosed_share', 'answered_share') ORDER BY sort_order, year
        """,
        agency.value,
    )
    _base = alt.Chart(shares).encode(x=alt.X("year:O", title="年度"))
    _bars = _base.mark_rule().encode(y=alt.Y("lower:Q", title=None, axis=alt.Axis(format="%")), y2="upper:Q")
    _points = _base.mark_point(filled=True, size=60).encode(
        y="value:Q", tooltip=["year", "numerator", "n", alt.Tooltip("value", format=".1%")]
    )
    shares_chart = (
        (_bars + _points).properties(width=200, height=180).facet(column=alt.Column("indicator:N", title=None))
    )
    mo.ui.altair_chart(shares_chart, chart_selection=False, legend_selection=False)
    return (shares,)


@app.cell
def _(mo):
    mo.md("""
    ## 5. 矛盾 Contradictions

    Errors and warnings by rule and year, those that reviewers know of left out. That an agency has none does not
    say that its numbers are right: only that they do not contradict each other.
    """)
    return


@app.cell
def _(ask, table):
    issues = ask(
        """
        SELECT rule, title_zh, year, count(*) AS issues, count(DISTINCT agency_id) AS reports
        FROM quality_issue JOIN quality_rule USING (rule)
        WHERE quality_issue.severity IN ('error', 'warning') AND NOT waived
        GROUP BY rule, title_zh, year ORDER BY rule, year
        """
    )
    table(issues)
    return (issues,)


@app.cell
def _(alt, issues, mo):
    issues_chart = (
        alt.Chart(issues)
        .mark_rect()
        .encode(
            x=alt.X("year:O", title="年度"),
            y=alt.Y("title_zh:N", title=None, axis=alt.Axis(labelLimit=360)),
            color=alt.Color("reports:Q", title="份"),
            tooltip=["rule", "year", "issues", "reports"],
        )
    )
    mo.ui.altair_chart(issues_chart, chart_selection=False, legend_selection=False)
    return


if __name__ == "__main__":
    app.run()
