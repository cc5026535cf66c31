"""Amounts of table two in 万元, whatever unit they are printed in, and findings where the unit is in doubt.

Belongs here: from the printed number to 万元. Does not: where a unit stands (``disclosure_units``).
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from pipeline.forms import PROACTIVE
from pipeline.reader.document import Row
from pipeline.reader.findings import Finding, Where
from pipeline.reader.tables import cell_values
from pipeline.reader.tables.cell_values import CellValue
from pipeline.reader.tables.disclosure_units import FACTORS, TEN_THOUSAND, Unit, unit_of
from pipeline.reader.tables.reading import FormCell

#: Amounts are stored to this digit; what has more digits is not read.
_SMALLEST = Decimal("0.000001")
#: From so many 万元 on an amount is doubted: ten billion yuan, which few provinces collect in a year.
_HUGE = Decimal(1_000_000)
#: The same of fees where no unit is printed, or the number has two decimals as yuan have them: five billion yuan,
#: more than the largest cities collect.
_LARGE = Decimal(500_000)
#: Fewer yuan than this, with decimals, are rather 万元.
_SMALL = Decimal(100)


class Amount(NamedTuple):
    """An amount's cell, and what was noticed about its unit."""

    cell: FormCell
    findings: list[Finding]


def in_ten_thousands(item: str, cell: FormCell, rows: Sequence[Row]) -> Amount:
    """An amount in 万元: a unit beside the number counts, else the one that the rows of table two state."""
    value = cell.value
    if value.number is None:
        return Amount(cell, [])
    where = Where(PROACTIVE, item, "amount", cell.line)
    if value.is_money:
        converted = _convert(value, value.number, value.unit)
        return Amount(FormCell(converted, cell.line), [])
    if value.unit is not None and value.unit in {factor.removesuffix("元") for factor in FACTORS}:
        return Amount(FormCell(_convert(value, value.number, "元"), cell.line), [])  # 12.5万 is in the number already
    stated = unit_of(item, rows)
    findings = []
    if stated.statements:
        units = "、".join(stated.statements)
        variant = "unreadable" if stated.unit is None else ""
        findings.append(Finding("unit_differs", where, variant, units=units, actual=value.raw))
    elif value.unit == "￥" and stated.unit != "元":
        findings.append(Finding("unit_differs", where, "unreadable", units=f"￥、{stated.unit}", actual=value.raw))
        stated = Unit(None, is_printed=True)
    if stated.unit not in FACTORS:
        return Amount(FormCell(cell_values.unreadable(value.raw), cell.line), findings)
    if _is_doubtful(item, value.number, stated):
        findings.append(Finding("amount_magnitude", where, unit=stated.unit or "", actual=value.raw))
    return Amount(FormCell(_convert(value, value.number, stated.unit), cell.line), findings)


def _convert(value: CellValue, number: Decimal, unit: str | None) -> CellValue:
    """The value with its number in 万元."""
    factor = FACTORS.get(unit or "")
    if factor is None:
        return cell_values.unreadable(value.raw)
    if unit == TEN_THOUSAND:
        return value
    number = number * factor
    if number != number.quantize(_SMALLEST):
        return cell_values.unreadable(value.raw)
    return CellValue(value.raw, number, "unit_converted", value.unit)


def _is_doubtful(item: str, number: Decimal, stated: Unit) -> bool:
    """Whether a number is too large, or too small, for its unit. What is bought may cost more than fees bring in."""
    amount = abs(number) * FACTORS[stated.unit or TEN_THOUSAND]
    decimals = -int(number.as_tuple().exponent)
    if amount >= _HUGE:
        return True
    if stated.unit == TEN_THOUSAND:
        is_fee = item == "administrative_fee"
        return is_fee and amount >= _LARGE and (not stated.is_printed or decimals == 2)
    return stated.unit == "元" and 0 < abs(number) < _SMALL and decimals > 0
