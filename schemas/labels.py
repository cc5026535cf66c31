"""Chinese names, meanings and units of tables, views and their columns.

The English meaning is the COMMENT that each has in the warehouse; the Chinese one is in ``labels.csv``: a line a
column, under relation ``*`` where it means the same in all of them, and a line without a column for the table or view
itself.

Belongs here: reading that file. A test compares it with a built warehouse, both ways.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

#: Every unit in English. With 按单元格 and 按指标 another column has the unit.
UNITS = {
    "件": "cases or documents",
    "项": "items",
    "万元": "10,000 CNY",
    "%": "per cent",
    "份": "reports",
    "家": "agencies",
    "个": "pieces",
    "条": "issues",
    "次": "times",
    "点": "points (1/72 inch)",
    "按单元格": "as in dim_disclosure_item.unit",
    "按指标": "as in dim_indicator.unit; shares and growth are fractions, 1 = 100 %",
}
#: Units that are printed with the column's name in headings.
_SHOWN = {unit for unit in UNITS if not unit.startswith("按")}


@dataclass(frozen=True, slots=True)
class Label:
    """The Chinese name, meaning and unit of a table, a view or a column; the unit is empty where there is none."""

    label_zh: str
    meaning_zh: str = ""
    unit: str = ""

    @property
    def heading(self) -> str:
        """The name with its unit, as the heading of a column.

        >>> label("agency_year", "fee_amount").heading
        '行政事业性收费（万元）'
        """
        return f"{self.label_zh}（{self.unit}）" if self.unit in _SHOWN else self.label_zh


@cache
def lines() -> dict[tuple[str, str], Label]:
    """The file: labels by relation (or ``*``) and column (empty for the relation itself)."""
    path = resources.files("schemas") / "labels.csv"
    with path.open(encoding="utf-8-sig") as file:
        return {
            (row["relation"], row["column"]): Label(row["label_zh"], row["meaning_zh"], row["unit"])
            for row in csv.DictReader(file)
        }


def find(relation: str, column: str = "") -> Label | None:
    """The label of a relation, or of one of its columns; None if there is none."""
    return lines().get((relation, column)) or (lines().get(("*", column)) if column else None)


def label(relation: str, column: str = "") -> Label:
    """The label of a relation, or of one of its columns; without one, the code is the name.

    >>> label("fact_reconsideration", "pending").label_zh
    '尚未审结'
    >>> label("somebody_s_view").label_zh
    'somebody_s_view'
    """
    return find(relation, column) or Label(column or relation)
