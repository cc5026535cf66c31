"""``datapackage.json``: the files of an export as a Data Package (https://datapackage.org, version 2).

A resource is a table or view; in a workbook a sheet. All of it validates with frictionless, which decides three things
of Parquet (``about`` tells readers): files by year are one resource whose path is their folder, since the standard's
list of paths is for files that can be concatenated; sizes and hashes are in ``files``, since it counts no bytes of
Parquet; ``_PARQUET_FIELDS``. Beyond the standard: ``unit``, ``description_zh``, ``files``, ``listItem``, ``documents``,
``run``.

Belongs here: the descriptor. Which files there are, each format says (``formats.Segment``); licences and sources are
``origin``'s.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.export import about, parquet
from pipeline.export.folder import NAME
from pipeline.export.formats import Segment, Segments
from pipeline.export.hashes import bytes_and_hash
from pipeline.export.origin import KEYWORDS, TITLE, origin
from pipeline.export.relations import Column, Relation
from pipeline.export.run_record import RunRecord
from schemas.labels import UNITS

_SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
#: DuckDB's types in the words of the standard.
TYPES = {
    "VARCHAR": "string",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "DECIMAL(18,6)": "number",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "BOOLEAN": "boolean",
    "INTEGER[]": "array",
    "VARCHAR[]": "array",
}
#: What frictionless makes of a type when it reads Parquet through pandas: NULLs that have texts, lists that are none.
_PARQUET_FIELDS: dict[str, dict[str, Any]] = {
    "INTEGER": {"missingValues": ["", "nan"]},
    "BIGINT": {"missingValues": ["", "nan"]},
    "TIMESTAMP": {"missingValues": ["", "NaT"]},
    "INTEGER[]": {"type": "any", "listItem": "integer"},
    "VARCHAR[]": {"type": "any", "listItem": "string"},
}
_MEDIATYPES = {
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_CSV = {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True}


def descriptor(
    relations: Sequence[Relation], written: Segments, folder: Path, kind: str, documents: Sequence[str], run: RunRecord
) -> dict[str, Any]:
    """The descriptor of the files under a folder."""
    sheets = {relation.name: len(written[relation.name]) for relation in relations if kind == "xlsx"}
    resources = []
    for relation in relations:
        segments = written[relation.name]
        for number, some in enumerate([[segment] for segment in segments] if kind == "xlsx" else [segments], 1):
            resources.append(
                {
                    "name": relation.name if number == 1 else f"{relation.name}-{number}",
                    "type": "table",
                    "title": relation.label.label_zh,
                    "description": relation.comment,
                    "description_zh": relation.label.meaning_zh,
                    **_files(some, kind, folder),
                    "rows": sum(segment.rows for segment in some),
                    "schema": _schema(relation, kind, some, {name for name, count in sheets.items() if count > 1}),
                }
            )
    return {
        "$schema": _SCHEMA,
        "name": NAME,
        "title": TITLE,
        "description": "\n\n".join(
            f"{english} {chinese}" for chinese, english in [*about.GENERAL, *about.FORMATS[kind]]
        ),
        **origin(run),
        "created": f"{run.finished_at.isoformat(timespec='seconds')}Z",
        "keywords": list(KEYWORDS),
        "run": {"id": run.run_id, "code_version": run.code_version, "reports": run.reports},
        "documents": list(documents),
        "resources": resources,
    }


def _files(segments: Sequence[Segment], kind: str, folder: Path) -> dict[str, Any]:
    files = [
        {"path": path, "bytes": size, "hash": f"sha256:{digest}"}
        for path in dict.fromkeys(segment.path for segment in segments)
        for size, digest in [bytes_and_hash(folder / path)]
    ]
    resource: dict[str, Any] = {"format": kind, "mediatype": _MEDIATYPES[kind]}
    if kind == "parquet":
        path = segments[0].path
        return {"path": path.partition("/")[0] if parquet.is_partition(path) else path, **resource, "files": files}
    resource = {**files[0], **resource}
    if kind == "csv":
        resource |= {"encoding": "utf-8", "dialect": _CSV}
    if kind == "xlsx":
        resource["dialect"] = {
            "sheetName": segments[0].sheet,
            "excel": {"sheet": segments[0].sheet},  # as frictionless-py 5 asks for it
            "header": True,
            "headerRows": [2],
            "commentRows": [1],
        }
    return resource


def _schema(relation: Relation, kind: str, segments: Sequence[Segment], split: set[str]) -> dict[str, Any]:
    """Fields and keys. Nothing can refer to a table that is split into several resources."""
    fields = [_field(column, kind) for column in relation.columns]
    if any(parquet.is_partition(segment.path) for segment in segments):
        fields.sort(key=lambda field: field["name"] == parquet.PARTITION)  # readers put what is a folder's name last
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if relation.key:
        schema["primaryKey"] = list(relation.key)
    if references := [reference for reference in relation.references if reference.relation not in split]:
        schema["foreignKeys"] = [
            {
                "fields": list(reference.columns),
                "reference": {
                    **({} if reference.relation == relation.name else {"resource": reference.relation}),
                    "fields": list(reference.relation_columns),
                },
            }
            for reference in references
        ]
    return schema


def _field(column: Column, kind: str) -> dict[str, Any]:
    label = column.label
    return {
        "name": column.name,
        "type": TYPES[column.type],
        "title": label.label_zh,
        "description": column.comment,
        "description_zh": label.meaning_zh,
        **({"unit": label.unit, "unit_en": UNITS[label.unit]} if label.unit else {}),
        **(_PARQUET_FIELDS.get(column.type, {}) if kind == "parquet" else {}),
    }
