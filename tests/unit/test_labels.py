"""The Chinese names and meanings of tables, views and columns: one for each in a built warehouse, and no other."""

import csv

import pytest

from schemas import labels
from schemas.labels import Label, label
from tests.conftest import Place

Columns = dict[str, list[str]]


@pytest.fixture(scope="module")
def built(seeds: Place) -> Columns:
    """Columns of every table and view."""
    found: Columns = {}
    for relation, column in seeds.query(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal ORDER BY table_name, column_index"
    ):
        found.setdefault(relation, []).append(column)
    return found


def test_every_table_view_and_column_has_a_label(built: Columns) -> None:
    assert [relation for relation in built if not labels.find(relation)] == []
    wanting = [(relation, column) for relation in built for column in built[relation]]
    assert [place for place in wanting if not labels.find(*place)] == []


def test_every_label_is_of_a_table_view_or_column(built: Columns) -> None:
    places = {(relation, column) for relation in built for column in ["", *built[relation]]}
    assert {place for place in labels.lines() if place[0] != "*"} - places == set()
    # A line for all of them speaks for one at least that has none of its own.
    general = {column for relation, column in places if (relation, column) not in labels.lines()}
    assert {column for relation, column in labels.lines() if relation == "*"} - general == set()


def test_no_line_stands_twice() -> None:
    from importlib import resources

    with (resources.files("schemas") / "labels.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(labels.lines())
    assert all(None not in row and None not in row.values() for row in rows)  # no line has a comma too many or too few


def test_names_are_fit_for_heads_of_columns_and_for_sheets(built: Columns) -> None:
    names = [label(relation).label_zh for relation in built]
    assert len(set(names)) == len(names)
    assert all(0 < len(name) <= 26 for name in names)  # Excel has 31 for a sheet's, and a number may come behind
    assert all(set(name).isdisjoint("[]:*?/\\") for name in names)
    for relation, columns in built.items():
        heads = [label(relation, column).heading for column in columns]
        assert len(set(heads)) == len(heads), relation


def test_meanings_are_chinese_and_do_not_end_in_a_stop() -> None:
    for place, found in labels.lines().items():
        assert any("\u4e00" <= letter <= "\u9fff" for letter in found.label_zh), place
        assert any("\u4e00" <= letter <= "\u9fff" for letter in found.meaning_zh), place
        assert found.meaning_zh[-1] not in "。；，", place


def test_units_are_known_and_those_of_numbers(seeds: Place) -> None:
    assert {found.unit for found in labels.lines().values()} - {""} <= set(labels.UNITS)
    numbers = {"INTEGER", "BIGINT", "DOUBLE", "DECIMAL(18,6)"}
    columns = seeds.query("SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal")
    assert [row for row in columns if label(row[0], row[1]).unit and row[2] not in numbers] == []
    # Counts and amounts have one; years, places in the form and numbers of lines have none.
    unnamed = {row[1] for row in columns if row[2] in {"BIGINT", "DECIMAL(18,6)"} and not label(row[0], row[1]).unit}
    assert unnamed == {"value"}  # of a claim: its unit is in the text


@pytest.mark.parametrize(
    ("relation", "column", "expected"),
    [
        ("agency_year", "granted", Label("予以公开", "予以公开的申请数量", "件")),
        ("dim_agency", "name", "机关名称"),
        ("fact_application_handling", "natural_person", "自然人（件）"),
        ("fact_proactive_disclosure", "value", "数值"),
        ("quality_rule", "rule", "规则代码"),
        ("report_line", "agency_id", "机关标识"),
    ],
)
def test_labels_by_hand(relation: str, column: str, expected: Label | str) -> None:
    found = label(relation, column)
    assert (found if isinstance(expected, Label) else found.heading) == expected


def test_what_nobody_has_named_goes_by_its_code() -> None:
    assert labels.find("dim_agency", "shoe_size") is None
    assert labels.find("my_view") is None
    assert label("dim_agency", "shoe_size") == Label("shoe_size", "", "")
    assert label("my_view", "year").label_zh == "年度"
