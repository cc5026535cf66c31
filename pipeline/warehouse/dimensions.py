"""The rows of a warehouse that come from the program itself: items of the form, indicators, rules.

Belongs here: filling those tables. There is nothing to validate but what the tables' NOT NULL does. Agencies are loaded
with the reports they have (``accounting``).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import schemas
from pipeline import forms, indicators, rules, sql
from schemas import base


def statements() -> str:
    """The statements that insert these rows."""
    rule_columns = list(base.polars_schema(schemas.QualityRule))
    return ";\n".join(
        [
            _insert("dim_application_item", _application_items()),
            _insert("dim_disclosure_item", _disclosure_items()),
            _insert("dim_indicator", indicators.rows()),
            _insert("quality_rule", [{n: getattr(rule, n) for n in rule_columns} for rule in rules.all_rules()]),
        ]
    )


def _application_items() -> list[dict[str, Any]]:
    return [
        {
            "item": code,
            "parent_item": item.parent_item,
            "label_zh": item.label_zh,
            "label_en": item.label_en,
            "outcome": item.outcome,
            "sort_order": order,
            "is_subtotal": code == "total_processed",
            "first_year": item.first_year,
            "last_year": item.last_year,
        }
        for order, (code, item) in enumerate(forms.application_items().items(), 1)
    ]


def _disclosure_items() -> list[dict[str, Any]]:
    return [
        {
            "item": item.item,
            "measure": item.measure,
            "label_zh": item.label_zh,
            "label_en": item.label_en,
            "unit": item.unit,
            "sort_order": order,
            "first_year": item.first_year,
            "last_year": item.last_year,
        }
        for order, item in enumerate(forms.disclosure_items().values(), 1)
    ]


def _insert(table: str, rows: Sequence[Mapping[str, Any]]) -> str:
    values = ", ".join(f"({', '.join(map(sql.literal, row.values()))})" for row in rows)
    return f"INSERT INTO {table} BY NAME FROM (VALUES {values}) t ({', '.join(rows[0])})"
