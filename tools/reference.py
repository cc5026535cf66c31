"""The reference pages of the documentation, written from the program itself.

Each function makes one page as Markdown: commands from click, settings from pydantic, tables from ``schemas``, views
from their COMMENTs, rules, indicators, items of the form and reject reasons from their files. Nothing is said here
that the program does not say; to change a page, change what it is made from. ``mkdocs_hooks`` puts the pages into the
site, and ``tests/cli/test_reference.py`` asks whether they are complete.

Belongs here: how the pages look. Does not: facts about the program.
"""

import csv
import inspect
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import click
import duckdb

import schemas
from pipeline import indicators
from pipeline.cli.main import main
from pipeline.settings import PROJECT, Settings
from schemas import base, labels
from schemas.rejected_report import REJECT_REASONS

_PIPELINE = PROJECT / "pipeline"
_HEAD = re.compile(r"^-- (\w+): (.*)$", re.MULTILINE)
#: The Chinese name that many comments begin with, where it stands beside them already.
_LABEL = re.compile(r"^[\u3400-\u9fff（）、]+\. (?=[A-Z])")
#: Groups of rules in the order of the page, and what each is about.
GROUPS = {
    "sums": "What the form itself adds up.",
    "values": "What a single number may be.",
    "years": "One report against that of the year before.",
    "narrative": "The text against the tables, and the text against itself.",
    "sections": "The six sections of a report.",
    "identity": "Whose report it is, and of when.",
    "reading": "What the reader has to say of its own work.",
}


def pages() -> dict[str, str]:
    """Every reference page by its path in the documentation."""
    made: dict[str, Callable[[], str]] = {
        "commands": commands,
        "settings": settings,
        "tables": tables,
        "views": views,
        "items": items,
        "indicators": indicator_definitions,
        "rules": rules,
        "reject-reasons": reject_reasons,
    }
    return {f"reference/{name}.md": page() for name, page in made.items()}


# Commands


def commands() -> str:
    """Every command with its arguments, options, exit codes and examples."""
    out = [
        "# Commands",
        "",
        "`ogi --help` and `ogi COMMAND --help` print the same. `ogi` runs from any folder.",
    ]
    group = click.Context(main, info_name="ogi", **main.context_settings)
    for name, command in main.commands.items():
        context = click.Context(command, parent=group, info_name=name)
        words, _, example = inspect.cleandoc(command.help or "").partition("Example:")
        out += ["", f"## ogi {name}", "", *_block("text", command.get_usage(context).removeprefix("Usage: "))]
        out += [part for text in words.replace("\b", "").strip().split("\n\n") for part in ("", _one_line(text))]
        options = [each for each in command.get_params(context) if isinstance(each, click.Option)]
        out += ["", *_table(("option", "default", "meaning"), [_option(each, context) for each in options])]
        out += ["", "Example:", "", *_block("sh", inspect.cleandoc("\n" + example.strip("\n")))]
    return _text(out)


def _option(option: click.Option, context: click.Context) -> tuple[str, str, str]:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    if not option.is_flag:
        names += f" {_cell(option.make_metavar(context))}"
    meaning, _, default = (option.help or "").partition(" Default: ")
    if option.show_default and not option.is_flag:
        default = f"`{option.default}`"
    return names, _cell(default.rstrip(".")), _cell(meaning)


# Settings


def settings() -> str:
    """Every setting with its default."""
    rows = [_setting(name, field) for name, field in Settings.model_fields.items()]
    return _text(
        [
            "# Settings",
            "",
            "A setting is an environment variable. A path that is not absolute counts from the folder one is in; "
            "defaults lie inside the project. Options of a command win over settings.",
            "",
            *_table(("setting", "default", "meaning"), rows),
        ]
    )


def _setting(name: str, field: Any) -> tuple[str, str, str]:
    meaning, _, computed = (field.description or "").partition(" Default: ")
    default = computed.rstrip(".") or _plain(field.default)
    limits = [
        f" {words} {bound:g}."
        for kind, words in (("gt", "More than"), ("ge", "At least"))
        for bound in [getattr(limit, kind, None) for limit in field.metadata]
        if bound is not None
    ]
    return f"`OGI_{name.upper()}`", _cell(default), _cell(meaning + "".join(limits))


def _plain(value: object) -> str:
    if isinstance(value, Path):
        return f"`{value.relative_to(PROJECT).as_posix()}`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


# Tables and views


def tables() -> str:
    """Every table with its key and columns."""
    out = [
        "# Tables",
        "",
        "A number that a report does not state is NULL, never 0. Printed numbers are never corrected, and totals are "
        "as printed. In the warehouse each table and column carries its meaning as a COMMENT: "
        '`ogi sql "SELECT * FROM duckdb_columns() WHERE NOT internal"`.',
    ]
    for table in schemas.TABLES:
        columns = table.to_schema().columns
        rows = [
            (name, base.DUCKDB_TYPES[spec.dtype.type] + ("" if spec.nullable else " NOT NULL"), spec.description or "")
            for name, spec in columns.items()
        ]
        out += _relation(base.name(table), base.comment(table), rows, base.key(table))
    return _text(out)


def views() -> str:
    """Every view with its columns, as an empty warehouse has them."""
    out = [
        "# Views",
        "",
        "Views answer what people ask first. They are made of the [tables](tables.md), so that the same rules hold: "
        "NULL is “not stated”, totals are as printed.",
    ]
    with duckdb.connect() as con:
        con.execute(definitions())
        comments = con.execute(
            "SELECT view_name, comment FROM duckdb_views() WHERE NOT internal ORDER BY view_name"
        ).fetchall()
        for name, comment in comments:
            columns = con.execute(
                "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE table_name = ? "
                "ORDER BY column_index",
                [name],
            ).fetchall()
            out += _relation(name, comment or "", columns, [])
    return _text(out)


def definitions() -> str:
    """The statements that make an empty warehouse: tables, then views in the order of the alphabet."""
    scripts = {path.name: path.read_text(encoding="utf-8") for path in (_PIPELINE / "views").glob("*.sql")}
    scripts["indicator.sql"] = indicators.view()
    statements = [statement for table in schemas.TABLES for statement in base.ddl(table)]
    return ";\n".join([*statements, *(scripts[name].rstrip().rstrip(";") for name in sorted(scripts))])


def _relation(name: str, comment: str, columns: Iterable[Sequence[str]], key: list[str]) -> list[str]:
    label = labels.label(name)
    out = ["", f"## {name}", "", f"**{label.label_zh}**", ""]
    out += [_prose(_LABEL.sub("", comment)), "", _prose(label.meaning_zh)]
    if key:
        out += ["", f"One row for each {', '.join(f'`{column}`' for column in key)}."]
    rows = []
    for column, kind, meaning in columns:
        said = labels.label(name, column)
        lines = [_cell(line) for line in (_LABEL.sub("", meaning or ""), said.meaning_zh) if line]
        rows.append((f"`{column}`<br>{_cell(said.heading)}", f"`{kind}`", "<br>".join(lines)))
    return [*out, "", *_table(("column", "type", "meaning"), rows)]


# What the form, the rules and the indicators are


def items() -> str:
    """The rows of table three and the cells of table two, with their codes."""
    application = _lines("forms/application_items.csv")
    disclosure = _lines("forms/disclosure_items.csv")
    return _text(
        [
            "# Items of the form",
            "",
            "The codes of the official form's rows and cells, in the form's order. `2021` and `2019` are the forms "
            "of 国办公开办函〔2021〕30号 and 〔2019〕60号. The warehouse has them in `dim_application_item` and "
            "`dim_disclosure_item`.",
            "",
            "## Table three: applications",
            "",
            *_table(
                ("item", "form", "label", "meaning"),
                [(f"`{r['item']}`", r["forms"], _cell(r["label_zh"]), _cell(r["label_en"])) for r in application],
            ),
            "",
            "## Table two: disclosure",
            "",
            *_table(
                ("item", "measure", "form", "unit", "label", "meaning"),
                [
                    (f"`{r['item']}`", f"`{r['measure']}`", r["forms"], r["unit"], _cell(r["label_zh"]), r["label_en"])
                    for r in disclosure
                ],
            ),
        ]
    )


def indicator_definitions() -> str:
    """Every indicator with its formula and what it does not say."""
    out = [
        "# Indicators",
        "",
        "The view `indicator` has the values, `indicator_change` and `indicator_percentile` compare them, and "
        "`dim_indicator` has these definitions. Numerators and denominators are columns of the view `agency_year`.",
    ]
    for line in indicators.all_indicators():
        out += ["", f"## {line.name_zh} · {line.name_en} {{#{line.code}}}", ""]
        out += [f"`{line.code}`, {line.kind}, in {line.unit}: {_prose(line.formula)}", ""]
        out += _block("sql", f"{line.numerator}\n-- divided by\n{line.denominator}")
        out += ["", _prose(line.caveat_en), "", _prose(line.caveat_zh)]
    return _text(out)


def every_rule() -> list[dict[str, str]]:
    """The rules as their files have them: heads of the SQL files, lines of ``reader.csv``."""
    found = [
        {"rule": path.stem, **dict(_HEAD.findall(path.read_text(encoding="utf-8")))}
        for path in sorted((_PIPELINE / "rules").glob("*.sql"))
        if not path.name.startswith("_")
    ]
    (of_reader,) = _PIPELINE.rglob("reader.csv")
    return found + _lines(of_reader.relative_to(_PIPELINE).as_posix())


def rules() -> str:
    """Every rule with what must hold and why."""
    out = [
        "# Rules",
        "",
        "The line under a rule's titles says what must hold. `error` means that the numbers cannot all be right, "
        "`warning` look at it, `info` good to know. A rule with a NULL among its numbers is not judged. "
        '`ogi issues --rule RULE` lists what breaks a rule, `ogi sql "FROM quality_rule_result"` '
        "how often each could be judged, held and failed by year.",
    ]
    known = every_rule()
    explained = {line["rule"]: line for line in _lines("rules/explanations.csv")}
    for group in dict.fromkeys([*GROUPS, *(rule["group"] for rule in known)]):
        out += ["", f"## {group}", "", GROUPS.get(group, "")]
        for rule in (each for each in known if each["group"] == group):
            out += ["", f"### {rule['rule']}", ""]
            out += [f"**{rule['severity']}** · {_prose(rule['title_en'])} · {_prose(rule['title_zh'])}", ""]
            out += [f"> {_prose(rule['formula'])}", "", _prose(rule["explanation"]), ""]
            plain = explained[rule["rule"]]
            for language in ("en", "zh"):
                out += [_prose(" ".join(plain[f"{part}_{language}"] for part in ("says", "matters", "causes"))), ""]
    return _text(out)


def reject_reasons() -> str:
    """Every reason why a file is not in the warehouse, with what to do."""
    rows = [
        (f"`{code}`", _cell(r["meaning"]), _cell(r["remedy"]), _cell(r["meaning_zh"]), _cell(r["remedy_zh"]))
        for code, r in REJECT_REASONS.items()
    ]
    return _text(
        [
            "# Reject reasons",
            "",
            "A file that does not become a report is a row of `rejected_report` with one of these reasons, and the "
            'rest is loaded. `ogi sql "FROM rejected_report"` lists them with a message each.',
            "",
            *_table(("reason", "means", "what to do", "意思", "怎么办"), rows),
        ]
    )


def _lines(name: str) -> list[dict[str, str]]:
    with (_PIPELINE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


# Markdown


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(row)} |" for row in rows)]


def _block(language: str, text: str) -> list[str]:
    return [f"```{language}", *text.splitlines(), "```"]


def _one_line(text: str) -> str:
    return _prose(" ".join(text.split()))


def _prose(text: str) -> str:
    """A text that stays text: codes with underscores in code, nothing taken for HTML or emphasis."""
    text = text.replace("<", "&lt;").replace("*", r"\*")
    return re.sub(r"(?<![`\w.])([a-zA-Z]\w*_[\w.]*\w)(?![`\w])", r"`\1`", text)


def _cell(text: str) -> str:
    """The same for a cell of a table."""
    return _prose(" ".join(str(text).split())).replace("|", r"\|")


def _text(lines: Iterable[str]) -> str:
    return "\n".join([*lines, ""])
