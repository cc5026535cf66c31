"""What is exported: every table and view with its columns, names in two languages, keys, and the order of its rows.

Keys of tables are declared in ``schemas``; those of views, and what refers to what, in ``keys.csv``. DuckDB knows none
of them (see ``schemas.base.ddl``).

Belongs here: the description of what is exported. How it is written is each format's.
"""

import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

import duckdb

import schemas
from pipeline import forms
from pipeline.export.errors import UnknownTableError
from pipeline.staging.progress import Progress, silent
from pipeline.warehouse import ddl
from pipeline.warehouse.ducklake_connection import is_lake
from schemas import base
from schemas.labels import Label, label


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, DuckDB type, English COMMENT and Chinese label."""

    name: str
    type: str
    comment: str
    label: Label


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: columns whose values, where none is NULL, occur in columns of another relation, or of the same."""

    columns: tuple[str, ...]
    relation: str
    relation_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view. ``stored`` is the table that its rows are read from; for a view a temporary copy."""

    name: str
    is_view: bool
    comment: str
    label: Label
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...]
    stored: str

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(column.name for column in self.columns)

    def select(self, expressions: str = "*", where: str = "true") -> str:
        """A query of the rows in a fixed order: by key as on the form, or by all columns."""
        return f"SELECT {expressions} FROM {self.stored} r WHERE {where} ORDER BY {self._order}"

    @property
    def _order(self) -> str:
        if "sort_order" in self.names:
            return "sort_order"
        if not self.key:
            return "ALL"
        return ", ".join([*(_FORM_ORDER.get(name, name) for name in self.key), *self.key])


#: The temporary table that holds the rows of a view.
_VIEW_COPY = "export_view"


def _position(values: list[str], expression: str) -> str:
    return f"list_position({values}, {expression})"


#: Key columns whose codes are sorted as the form lists them; unknown codes come last.
_FORM_ORDER = {
    "item": _position(
        [*forms.application_items(), *dict.fromkeys(item for item, _ in forms.disclosure_items())], "item"
    ),
    "measure": _position(
        [f"{item}.{measure}" for item, measure in forms.disclosure_items()], "concat(item, '.', measure)"
    ),
    "track": _position(forms.TRACKS, "track"),
    "applicant": _position(forms.APPLICATION_COLUMNS, "applicant"),
    "code": "(SELECT d.sort_order FROM dim_indicator d WHERE d.code = r.code)",
}


def relations(con: duckdb.DuckDBPyConnection, wanted: Collection[str] = ()) -> list[Relation]:
    """Every table, in the declared order, and every view, by name; or those wanted, which refer to each other alone.

    Raises:
        UnknownTableError: there is no table or view of a name.
    """
    views = [
        row[0]
        for row in con.execute(
            "SELECT view_name FROM duckdb_views() WHERE NOT internal AND database_name = current_database()"
        ).fetchall()
    ]
    tables = {base.name(table): tuple(base.key(table)) for table in schemas.TABLES}
    names = [*tables, *sorted(views)]
    if unknown := [name for name in wanted if name not in names]:
        raise UnknownTableError(f"there is no table or view {', '.join(unknown)}; there are {', '.join(names)}")
    found = [_relation(con, name, name in views, tables.get(name)) for name in names if not wanted or name in wanted]
    there = {relation.name for relation in found}
    return [
        replace(relation, references=tuple(each for each in relation.references if each.relation in there))
        for relation in found
    ]


def materialized(
    con: duckdb.DuckDBPyConnection, some: Sequence[Relation], progress: Progress = silent, step: str = "writing"
) -> Iterator[Relation]:
    """The relations one by one, each view materialized once; its copy is dropped when the next relation is taken."""
    for done, relation in enumerate(some):
        progress(step, done, len(some))
        if not relation.is_view:
            yield relation
            continue
        con.execute(f"CREATE OR REPLACE TEMP TABLE {_VIEW_COPY} AS FROM {relation.name}")
        try:
            yield replace(relation, stored=f"temp.{_VIEW_COPY}")
        finally:
            con.execute(f"DROP TABLE {_VIEW_COPY}")
    progress(step, len(some), len(some))


def _relation(con: duckdb.DuckDBPyConnection, name: str, is_view: bool, key: tuple[str, ...] | None) -> Relation:
    keys, references = _keys_and_references()
    columns = con.execute(
        "SELECT column_name, data_type, coalesce(comment, '') FROM duckdb_columns() "
        "WHERE database_name = current_database() AND table_name = ? ORDER BY column_index",
        [name],
    ).fetchall()
    comment = con.execute(
        "SELECT comment FROM (FROM duckdb_tables() SELECT database_name, table_name AS name, temporary, comment "
        "UNION ALL FROM duckdb_views() SELECT database_name, view_name, temporary, comment) "
        "WHERE name = $name AND NOT temporary AND database_name = current_database()",
        {"name": name},
    ).fetchone()
    if comment is None:
        raise duckdb.CatalogException(f"there is no table {name}")
    if is_view and is_lake(con):
        columns = [(column, kind, _view_comments().get((name, column), "")) for column, kind, _ in columns]
    return Relation(
        name,
        is_view,
        comment[0] or "",
        label(name),
        tuple(Column(column, kind, text, label(name, column)) for column, kind, text in columns),
        keys.get(name, ()) if key is None else key,
        tuple(references.get(name, [])),
        name,
    )


@cache
def _view_comments() -> dict[tuple[str, str], str]:
    """The comments on columns of views, from their definitions: a lake keeps none."""
    with duckdb.connect() as con:
        con.execute(ddl.definitions())
        found = con.execute(
            "SELECT table_name, column_name, comment FROM duckdb_columns() "
            "SEMI JOIN duckdb_views() v ON table_name = v.view_name WHERE NOT internal AND comment IS NOT NULL"
        )
        return {(view, column): comment for view, column, comment in found.fetchall()}


@cache
def _keys_and_references() -> tuple[dict[str, tuple[str, ...]], dict[str, list[Reference]]]:
    """Keys of views, and references of tables and views."""
    keys: dict[str, tuple[str, ...]] = {}
    references: dict[str, list[Reference]] = {}
    with (resources.files(__package__ or "") / "keys.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            columns = tuple(row["columns"].split())
            if row["reference"]:
                reference = Reference(columns, row["reference"], tuple(row["reference_columns"].split()))
                references.setdefault(row["relation"], []).append(reference)
            else:
                keys[row["relation"]] = columns
    return keys, references
