"""``datapackage.json``: the files of an export as a Data Package (https://datapackage.org, version 2).

A resource is a table or view; in a workbook a sheet. Where several files make one, ``bytes`` and ``hash`` are those of
the concatenated files, as ``cat`` would print them, and ``files`` has each of them. Beyond the standard: ``unit``,
``description_zh``, ``files``, ``documents``, ``run``. It states no licence: that of the reports is not known.

Belongs here: the descriptor. Which files there are, each format says (``formats.Segment``).
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.export import about
from pipeline.export.folder import NAME
from pipeline.export.formats import Segment, Segments
from pipeline.export.relations import Relation
from pipeline.export.run_record import RunRecord
from schemas.labels import UNITS

_SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
_TYPES = {
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
    bytes_and_hash = cache(lambda paths: _bytes_and_hash(folder / path for path in paths))
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
                    **_files(some, kind, bytes_and_hash),
                    "rows": sum(segment.rows for segment in some),
                    "schema": _schema(relation, kind, some, {name for name, count in sheets.items() if count > 1}),
                }
            )
    return {
        "$schema": _SCHEMA,
        "name": NAME,
        "title": "政府信息公开工作年度报告 / Yearly reports on open government information (China)",
        "description": "\n\n".join(
            f"{english} {chinese}" for chinese, english in [*about.GENERAL, *about.FORMATS[kind]]
        ),
        "created": f"{run.finished_at.isoformat(timespec='seconds')}Z",
        "keywords": ["政府信息公开", "open government information", "freedom of information", "China"],
        "run": {"id": run.run_id, "code_version": run.code_version, "reports": run.reports},
        "documents": list(documents),
        "resources": resources,
    }


def _files(segments: Sequence[Segment], kind: str, bytes_and_hash: Any) -> dict[str, Any]:
    paths = tuple(dict.fromkeys(segment.path for segment in segments))
    size, digest = bytes_and_hash(paths)
    resource = {
        "path": paths[0] if len(paths) == 1 else list(paths),
        "format": kind,
        "mediatype": _MEDIATYPES[kind],
        "bytes": size,
        "hash": f"sha256:{digest}",
    }
    if len(paths) > 1:
        resource["files"] = [
            {"path": path, "bytes": size, "hash": f"sha256:{digest}"}
            for path in paths
            for size, digest in [bytes_and_hash((path,))]
        ]
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
    schema: dict[str, Any] = {
        "fields": [
            {
                "name": column.name,
                "type": _TYPES[column.type],
                "title": column.label.label_zh,
                "description": column.comment,
                "description_zh": column.label.meaning_zh,
                **({"unit": column.label.unit, "unit_en": UNITS[column.label.unit]} if column.label.unit else {}),
            }
            for column in relation.columns
        ],
        "missingValues": [""],
    }
    if any("=" in segment.path for segment in segments):
        schema["fieldsMatch"] = "superset"  # the year is in the folder's name
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


def _bytes_and_hash(paths: Iterable[Path]) -> tuple[int, str]:
    """Size and SHA-256 of concatenated files."""
    digest, size = hashlib.sha256(), 0
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
                size += len(block)
    return size, digest.hexdigest()
