"""The three official tables of a report on a terminal, as the form lays them out, issues marked at their cells.

Belongs here: the output of ``ogi show``. The same tables as pages are ``site.tables``'s.
"""

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline import forms
from pipeline.forms import APPLICATIONS, PROACTIVE, REVIEW
from pipeline.numbers import plain
from pipeline.text import harmless
from pipeline.warehouse.query import Report

Cells = dict[tuple[str, str, str], dict[str, object]]
Issues = list[dict[str, object]]
#: Numbers of issues by table, item and column; a key without item or column is a whole row, column or table.
Marks = dict[tuple[str | None, str | None, str | None], list[int]]

_TITLES = {table: f"{forms.TABLE_NUMBERS[table]}、{title}" for table, (title, _) in forms.TABLE_TITLES.items()}


def show(
    console: Console, report: Report, cells: list[dict[str, object]], issues: Issues, waived: dict[str, str]
) -> None:
    """Print a report's tables; the marks behind numbers refer to the issues below them.

    ``waived`` has the reasons of waivers by rule.
    """
    found: Cells = {(str(c["table_name"]), str(c["item"]), str(c["column_name"])): c for c in cells}
    marks = _marks(issues)
    console.print(Text(harmless(f"{report.agency}  {report.year}"), style="bold"))
    console.print(Text(harmless(f"{report.source_file}  表样 {report.form or '不明'}"), style="dim"))
    for name, table in (
        (PROACTIVE, _proactive(found, marks)),
        (APPLICATIONS, _applications(found, marks)),
        (REVIEW, _review(found, marks)),
    ):
        console.print()
        console.print(Text(_TITLES[name], style="bold"))
        if any(key[0] == name for key in found):
            console.print(table)
        else:
            console.print(Text("（报告中没有读到此表）", style="yellow"))
    if any(cell["value"] is None for cell in cells):
        console.print(Text("· 报告未载明（空白、无此行或无法辨认）", style="dim"))
    if issues:
        console.print()
        console.print(Text("问题", style="bold"))
        for number, issue in enumerate(issues, 1):
            where = _where(issue)
            rule = str(issue["rule"])
            known = f"（已知：{waived[rule]}）" if rule in waived else ""
            check = f"（建议核对：{issue['suggestion']}）" if issue["suggestion"] else ""
            line = f"[{number}] {issue['severity']} {rule}：{issue['message']}{check}{known} {where}".rstrip()
            console.print(Text(harmless(line), style="dim" if known else ""))


def _where(issue: dict[str, object]) -> str:
    if issue["page"]:
        return f"第 {issue['page']} 页"
    return f"第 {issue['source_line']} 行" if issue["source_line"] else ""


def _marks(issues: Issues) -> Marks:
    marks: Marks = {}
    for number, issue in enumerate(issues, 1):
        key = tuple(None if issue[name] is None else str(issue[name]) for name in ("table_name", "item", "column_name"))
        marks.setdefault(key, []).append(number)  # type: ignore[arg-type]
    return marks


def _cell(found: Cells, marks: Marks, table: str, item: str, column: str) -> Text:
    cell = found.get((table, item, column))
    if cell is None:
        return Text("")
    text = Text(plain(cell["value"]) if cell["value"] is not None else _absent(cell))
    for key in ((table, item, column), (table, None, column), (table, item, None)):
        # An issue of a whole column or row is marked once, at its total.
        if key in marks and (key[1:] == (item, column) or column in ("total", "") or item == "total_processed"):
            text.append("".join(f"[{mark}]" for mark in marks[key]), style="bold red")
    return text


def _absent(cell: dict[str, object]) -> str:
    return harmless(str(cell["raw_text"])) if cell["state"] == "nil_mark" and cell["raw_text"] else "·"


def _table(*columns: str) -> Table:
    table = Table(box=box.SQUARE, show_lines=False, header_style="")
    for index, column in enumerate(columns):
        table.add_column(column, justify="left" if index == 0 else "right", overflow="fold")
    return table


def _proactive(found: Cells, marks: Marks) -> Table:
    table = _table("信息内容", "", "", "")
    header: list[str] = []
    rows: dict[str, list[str]] = {}
    for item, measure in forms.disclosure_items():
        if (PROACTIVE, item, measure) in found:
            rows.setdefault(item, []).append(measure)
    for item, measures in rows.items():
        labels = [forms.disclosure_items()[item, measure].label_zh.split(" ", 1)[1] for measure in measures]
        if labels != header:
            table.add_section()
            table.add_row("", *[Text(label, style="dim") for label in labels])
            header = labels
        name = forms.disclosure_items()[item, measures[0]].label_zh.split(" ")[0]
        table.add_row(name, *[_cell(found, marks, PROACTIVE, item, measure) for measure in measures])
    return table


def _applications(found: Cells, marks: Marks) -> Table:
    labels = forms.COLUMN_LABELS[APPLICATIONS]
    table = _table("", *[labels[column][0] for column in forms.APPLICATION_COLUMNS])
    for item, spec in forms.application_items().items():
        if (APPLICATIONS, item, "total") in found:
            table.add_row(
                spec.label_zh,
                *[_cell(found, marks, APPLICATIONS, item, column) for column in forms.APPLICATION_COLUMNS],
            )
    return table


def _review(found: Cells, marks: Marks) -> Table:
    labels = forms.COLUMN_LABELS[REVIEW]
    table = _table("", *[labels[column][0] for column in forms.REVIEW_COLUMNS])
    for track in forms.TRACKS:
        table.add_row(
            forms.TRACK_LABELS[track][0],
            *[_cell(found, marks, REVIEW, track, column) for column in forms.REVIEW_COLUMNS],
        )
    return table
