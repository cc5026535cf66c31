"""Every public table and view as files, with a data dictionary and a Frictionless ``datapackage.json``.

Each file is read back and its rows are counted before the export is said to be done.
"""

import codecs
import json
import os
import shutil
from pathlib import Path
from typing import Any

import duckdb

import schemas
from schemas import base

FORMATS = ("parquet", "csv")
_FRICTIONLESS = {
    "VARCHAR": "string",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "BOOLEAN": "boolean",
    "INTEGER[]": "array",
    "VARCHAR[]": "array",
}


class ExportError(Exception):
    """The export could not be written whole; the message says why."""


def export(con: duckdb.DuckDBPyConnection, folder: Path, kind: str) -> dict[str, int]:
    """Write every table and view to the folder and return their numbers of rows.

    Raises:
        ExportError: a file cannot be written, or does not hold the table's rows when read back.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        rows = {name: _write(con, name, folder / f"{name}.{kind}", kind) for name in relations(con)}
        (folder / "data_dictionary.md").write_text(dictionary(con), encoding="utf-8")
        package = json.dumps(datapackage(con, kind), ensure_ascii=False, indent=2)
        (folder / "datapackage.json").write_text(package + "\n", encoding="utf-8")
    except (OSError, duckdb.IOException) as error:
        raise ExportError(f"{folder}: the export cannot be written: {error}") from error
    return rows


def relations(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of the tables, in the declared order, and of the views."""
    views = con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1").fetchall()
    return [base.name(table) for table in schemas.TABLES] + [row[0] for row in views]


def _write(con: duckdb.DuckDBPyConnection, name: str, path: Path, kind: str) -> int:
    part = path.with_name(f".{path.name}.part")
    quoted = str(part).replace("'", "''")
    if kind == "parquet":
        con.execute(f"COPY (FROM {name}) TO '{quoted}' (FORMAT parquet, COMPRESSION zstd)")
    else:
        con.execute(f"COPY (FROM {name}) TO '{quoted}' (FORMAT csv, HEADER)")
    reader = "read_parquet" if kind == "parquet" else "read_csv"
    options = "" if kind == "parquet" else ", header = true, all_varchar = true"
    rows = _scalar(con, f"SELECT count(*) FROM {name}")
    back = _scalar(con, f"SELECT count(*) FROM {reader}('{quoted}'{options})")
    if rows != back:
        part.unlink()
        raise ExportError(f"{path}: {back} rows read back of {rows}")
    if kind == "csv":
        with part.open("rb") as source, path.open("wb") as target:
            target.write(codecs.BOM_UTF8)  # without it Excel takes the file for GBK
            shutil.copyfileobj(source, target)
        part.unlink()
    else:
        os.replace(part, path)
    return rows


def _scalar(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


def _columns(con: duckdb.DuckDBPyConnection, name: str) -> list[tuple[str, str, str]]:
    return con.execute(
        "SELECT column_name, data_type, coalesce(comment, '') FROM duckdb_columns() WHERE table_name = ? "
        "ORDER BY column_index",
        [name],
    ).fetchall()


def _comment(con: duckdb.DuckDBPyConnection, name: str) -> str:
    row = con.execute(
        "SELECT comment FROM duckdb_tables() WHERE table_name = $name "
        "UNION ALL SELECT comment FROM duckdb_views() WHERE view_name = $name",
        {"name": name},
    ).fetchone()
    return row[0] or "" if row else ""


def dictionary(con: duckdb.DuckDBPyConnection) -> str:
    """The data dictionary in Markdown: every table and column with its meaning."""
    keys = {base.name(table): base.key(table) for table in schemas.TABLES}
    out = ["# Data dictionary", ""]
    for name in relations(con):
        out += [f"## {name}", "", _comment(con, name), ""]
        if keys.get(name):
            out += [f"Key: {', '.join(keys[name])}", ""]
        out += ["| column | type | meaning |", "|---|---|---|"]
        out += [f"| {column} | {kind} | {text.replace('|', '/')} |" for column, kind, text in _columns(con, name)]
        out.append("")
    return "\n".join(out)


def datapackage(con: duckdb.DuckDBPyConnection, kind: str) -> dict[str, Any]:
    """The Frictionless descriptor of the exported files."""
    keys = {base.name(table): base.key(table) for table in schemas.TABLES}
    resources = []
    for name in relations(con):
        schema: dict[str, Any] = {
            "fields": [
                {"name": column, "type": _FRICTIONLESS.get(type_, "number"), "description": text}
                for column, type_, text in _columns(con, name)
            ]
        }
        if keys.get(name):
            schema["primaryKey"] = keys[name]
        resources.append(
            {
                "name": name,
                "path": f"{name}.{kind}",
                "format": kind,
                "mediatype": "text/csv" if kind == "csv" else "application/vnd.apache.parquet",
                "encoding": "utf-8",
                "description": _comment(con, name),
                "schema": schema,
            }
        )
    return {
        "name": "ogi-warehouse",
        "title": "政府信息公开工作年度报告 / Open government information reports",
        "description": "Yearly reports of China's administrative organs on open government information, as printed.",
        "resources": resources,
    }
