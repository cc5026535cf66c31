"""Rows of staged tables: made by column name, checked against the declaration."""

import pytest

import schemas
from schemas.records import Records

KEY = ("0123456789abcdef", 2024)
RESULTS = ["upheld", "corrected", "other", "pending", "total"]


def test_a_row_stands_in_the_declared_order_however_it_is_given() -> None:
    new = Records(schemas.ReportSection).maker(*KEY)
    assert new(source_line=3, text="…", section=1, heading=None) == (*KEY, 1, None, "…", 3)


def test_a_missing_and_an_unknown_column_raise() -> None:
    new = Records(schemas.ReportSection).maker(*KEY)
    with pytest.raises(TypeError, match="missing 1 required keyword-only argument: 'text'"):
        new(source_line=3, section=1, heading=None)
    with pytest.raises(TypeError, match="unexpected keyword argument 'words'"):
        new(source_line=3, section=1, heading=None, text="…", words="…")
    with pytest.raises(TypeError):
        new(3, "…")


def test_columns_are_given_together_only_as_they_are_declared() -> None:
    records = Records(schemas.FactReconsideration, {"counts": RESULTS})
    new = records.maker(*KEY)
    row = new(track="reconsideration", counts=[1, 2, 3, 4, 10], source_line=7, value_lines=None)
    assert row == (*KEY, "reconsideration", 1, 2, 3, 4, 10, 7, None)
    (read,) = records.read([row])
    assert (read.track, read.pending, read.total, read.source_line) == ("reconsideration", 4, 10, 7)
    with pytest.raises(ValueError, match="not enough values"):
        new(track="reconsideration", counts=[1, 2, 3, 4], source_line=7, value_lines=None)
    with pytest.raises(ValueError, match="do not stand beside each other"):
        Records(schemas.FactReconsideration, {"counts": RESULTS[::-1]})
