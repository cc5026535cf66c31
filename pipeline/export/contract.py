"""``data_contract.odcs.yaml``: what users of the tables may rely on, as the Open Data Contract Standard 3.1 has it.

The standard (https://bitol-io.github.io/open-data-contract-standard/) wants YAML, of which JSON is a part: so it is
written as JSON, and no further library is needed.

Belongs here: the contract. Tables, comments and keys come from ``schemas`` and the warehouse, by ``relations``.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import schemas
from pipeline.export import about, package
from pipeline.export.folder import NAME
from pipeline.export.origin import KEYWORDS, NOT_STATED, TITLE, origin
from pipeline.export.relations import Column, Relation
from pipeline.export.run_record import RunRecord
from schemas import base
from schemas.labels import UNITS

FILE = "data_contract.odcs.yaml"
#: As the Data Package has them, but for moments.
_TYPES = {**package.TYPES, "TIMESTAMP": "timestamp"}


def contract(relations: Sequence[Relation], run: RunRecord) -> dict[str, Any]:
    """The contract of some tables and views."""
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": NAME,
        "name": TITLE,
        "version": origin(run)["version"],
        "status": "active",
        "domain": "open government information",
        "tags": list(KEYWORDS),
        "description": {
            "purpose": "Every number of the three official tables of the yearly reports on open government information "
            "that administrative organs of China publish, as printed, each with its line.",
            "limitations": " ".join(english for _, english in about.GENERAL),
            "usage": NOT_STATED,
        },
        "schema": [_table(relation) for relation in relations],
    }


def _table(relation: Relation) -> dict[str, Any]:
    references = [
        {
            "type": "foreignKey",
            "from": _ends(relation.name, reference.columns),
            "to": _ends(reference.relation, reference.relation_columns),
        }
        for reference in relation.references
    ]
    return {
        "name": relation.name,
        "physicalName": relation.name,
        "physicalType": "view" if relation.is_view else "table",
        "logicalType": "object",
        "businessName": relation.label.label_zh,
        "description": relation.comment,
        "properties": [_column(relation, column) for column in relation.columns],
        **({"relationships": references} if references else {}),
    }


def _ends(relation: str, columns: Sequence[str]) -> str | list[str]:
    """One end of a reference: a column, or several."""
    named = [f"{relation}.{column}" for column in columns]
    return named[0] if len(named) == 1 else named


def _column(relation: Relation, column: Column) -> dict[str, Any]:
    item = column.type.removesuffix("[]")
    is_list = item != column.type
    return {
        "name": column.name,
        "physicalName": column.name,
        "physicalType": column.type,
        "logicalType": "array" if is_list else _TYPES[item],
        **({"items": {"name": "item", "logicalType": _TYPES[item]}} if is_list else {}),
        "businessName": column.label.label_zh,
        "description": column.comment,
        **({"required": True} if (relation.name, column.name) in _never_null() else {}),
        **({"primaryKey": True, "primaryKeyPosition": at} if (at := _position(relation, column)) else {}),
        **(
            {"customProperties": [{"property": "unit", "value": f"{column.label.unit} / {UNITS[column.label.unit]}"}]}
            if column.label.unit
            else {}
        ),
    }


def _position(relation: Relation, column: Column) -> int:
    """The position of a column in the key, from 1; 0 if it is none of it."""
    return relation.key.index(column.name) + 1 if column.name in relation.key else 0


@cache
def _never_null() -> set[tuple[str, str]]:
    """Columns of tables that are never NULL, as ``schemas`` declares them; of views nothing is declared."""
    return {
        (base.name(table), name)
        for table in schemas.TABLES
        for name, column in table.to_schema().columns.items()
        if not column.nullable
    }
