"""Every indicator, against values worked out by hand on the seeds and on the made-up reports of ``test_views``.

Intervals are Wilson's at z = 1.959964, worked out beside the program with 30 digits, and four that are in print.
"""

import shutil
from collections.abc import Callable
from fractions import Fraction

import duckdb
import polars as pl
import pytest

import schemas
from pipeline import indicators
from schemas import base
from tests.conftest import Place
from tests.support.street import STREET, make

#: Numerator and denominator, value, and the interval of a share; or why there is no value.
Made = tuple[int | None, int | None, Fraction | str, tuple[float, float] | None]
F = Fraction

#: 渠东 2024: 16 received (10 of natural persons), 20 in 2023, 4 carried over, 15 processed: 6 granted, 2 in part,
#: 3 denied, 2 unavailable, 1 not processed, 1 other; 5 carried forward. Reconsideration 3, 2, 1 and 1 pending make 7;
#: lawsuits 1, 1, 0 and 3 pending make 5, after reconsideration 2, 0, 1 and 0 make 3. 5 documents issued, 2 repealed.
MADE: dict[str, Made] = {
    "granted_share": (6, 15, F(2, 5), (0.198245, 0.642532)),
    "disclosed_share": (6 + 2, 15, F(8, 15), (0.301170, 0.751905)),
    "partially_granted_share": (2, 15, F(2, 15), (0.037361, 0.378820)),
    "denied_share": (3, 15, F(1, 5), (0.070475, 0.451854)),
    "unavailable_share": (2, 15, F(2, 15), (0.037361, 0.378820)),
    "not_processed_share": (1, 15, F(1, 15), (0.011867, 0.298165)),
    "other_processing_share": (1, 15, F(1, 15), (0.011867, 0.298165)),
    "denied_of_refused_share": (3, 3 + 2 + 1, F(1, 2), (0.187616, 0.812384)),
    "unavailable_of_refused_share": (2, 3 + 2 + 1, F(1, 3), (0.096771, 0.700007)),
    "not_processed_of_refused_share": (1, 3 + 2 + 1, F(1, 6), (0.030053, 0.563503)),
    "answered_share": (15, 16 + 4, F(3, 4), (0.531299, 0.888138)),
    "carried_forward_share": (5, 16 + 4, F(1, 4), (0.111862, 0.468701)),
    "natural_person_share": (10, 16, F(5, 8), (0.386410, 0.815188)),
    "application_growth": (16, 20, F(-1, 5), None),  # 16 / 20 - 1
    "reconsideration_ratio": (7, 15, F(7, 15), None),
    "litigation_ratio": (5 + 3, 15, F(8, 15), None),
    "reconsideration_corrected_share": (2, 7 - 1, F(1, 3), (0.096771, 0.700007)),
    "reconsideration_corrected_of_all_share": (2, 7, F(2, 7), (0.082219, 0.641066)),
    "reconsideration_upheld_share": (3, 7 - 1, F(1, 2), (0.187616, 0.812384)),
    "litigation_corrected_share": (1 + 0, 5 + 3 - 3, F(1, 5), (0.036224, 0.624465)),
    "litigation_corrected_of_all_share": (1 + 0, 5 + 3, F(1, 8), (0.022417, 0.470888)),
    "litigation_upheld_share": (1 + 2, 5 + 3 - 3, F(3, 5), (0.230724, 0.882379)),
    "review_corrected_share": (2 + 1, 7 + 8 - 1 - 3, F(3, 11), (0.097461, 0.565645)),
    "review_corrected_of_all_share": (2 + 1, 7 + 8, F(1, 5), (0.070475, 0.451854)),
    "normative_document_net": (5, 2, F(3), None),  # 5 - 2
}
#: 办公室 2025: 4 received of natural persons and processed, 3 granted, 1 not processed; no review, no document.
OFFICE: dict[str, Made] = {
    "granted_share": (3, 4, F(3, 4), (0.300642, 0.954413)),
    "disclosed_share": (3 + 0, 4, F(3, 4), (0.300642, 0.954413)),
    "partially_granted_share": (0, 4, F(0), (0, 0.489891)),
    "denied_share": (0, 4, F(0), (0, 0.489891)),
    "unavailable_share": (0, 4, F(0), (0, 0.489891)),
    "not_processed_share": (1, 4, F(1, 4), (0.045587, 0.699358)),
    "other_processing_share": (0, 4, F(0), (0, 0.489891)),
    "denied_of_refused_share": (0, 0 + 0 + 1, F(0), (0, 0.793451)),
    "unavailable_of_refused_share": (0, 0 + 0 + 1, F(0), (0, 0.793451)),
    "not_processed_of_refused_share": (1, 0 + 0 + 1, F(1), (0.206549, 1)),
    "answered_share": (4, 4 + 0, F(1), (0.510109, 1)),
    "carried_forward_share": (0, 4 + 0, F(0), (0, 0.489891)),
    "natural_person_share": (4, 4, F(1), (0.510109, 1)),
    "application_growth": (4, None, "previous_year_missing", None),
    "reconsideration_ratio": (0, 4, F(0), None),
    "litigation_ratio": (0, 4, F(0), None),
    "reconsideration_corrected_share": (0, 0 - 0, "denominator_zero", None),
    "reconsideration_corrected_of_all_share": (0, 0, "denominator_zero", None),
    "reconsideration_upheld_share": (0, 0 - 0, "denominator_zero", None),
    "litigation_corrected_share": (0, 0 - 0, "denominator_zero", None),
    "litigation_corrected_of_all_share": (0, 0, "denominator_zero", None),
    "litigation_upheld_share": (0, 0 - 0, "denominator_zero", None),
    "review_corrected_share": (0, 0 - 0, "denominator_zero", None),
    "review_corrected_of_all_share": (0, 0, "denominator_zero", None),
    "normative_document_net": (0, 0, F(0), None),
}
#: 安富 2025: 1 received and processed, unavailable; 2 reconsiderations, both corrected.
ANFU: dict[str, Made] = {
    **{code: (0, 1, F(0), (0, 0.793451)) for code in ("granted_share", "disclosed_share", "partially_granted_share")},
    **{code: (0, 1, F(0), (0, 0.793451)) for code in ("denied_share", "not_processed_share", "other_processing_share")},
    **{code: (0, 1, F(0), (0, 0.793451)) for code in ("denied_of_refused_share", "not_processed_of_refused_share")},
    "unavailable_share": (1, 1, F(1), (0.206549, 1)),
    "unavailable_of_refused_share": (1, 0 + 1 + 0, F(1), (0.206549, 1)),
    "answered_share": (1, 1 + 0, F(1), (0.206549, 1)),
    "carried_forward_share": (0, 1 + 0, F(0), (0, 0.793451)),
    "natural_person_share": (1, 1, F(1), (0.206549, 1)),
    "application_growth": (1, None, "previous_year_missing", None),
    "reconsideration_ratio": (2, 1, F(2), None),  # no part of a whole, so 200 % is possible
    "litigation_ratio": (0, 1, F(0), None),
    "reconsideration_corrected_share": (2, 2 - 0, F(1), (0.342380, 1)),
    "reconsideration_corrected_of_all_share": (2, 2, F(1), (0.342380, 1)),
    "reconsideration_upheld_share": (0, 2 - 0, F(0), (0, 0.657620)),
    "litigation_corrected_share": (0, 0 - 0, "denominator_zero", None),
    "litigation_corrected_of_all_share": (0, 0, "denominator_zero", None),
    "litigation_upheld_share": (0, 0 - 0, "denominator_zero", None),
    "review_corrected_share": (2 + 0, 2 + 0 - 0 - 0, F(1), (0.342380, 1)),
    "review_corrected_of_all_share": (2 + 0, 2 + 0, F(1), (0.342380, 1)),
    "normative_document_net": (0, 0, F(0), None),
}
#: 西工 2025 prints nothing but zeros: only a difference can be made of them.
NOTHING: dict[str, Made] = {
    **dict.fromkeys(OFFICE, (0, 0, "denominator_zero", None)),
    "application_growth": (0, None, "previous_year_missing", None),
    "normative_document_net": (0, 0, F(0), None),
}
#: 东街 2025: 2 received and processed, 1 granted, 1 in part; the interval of 1 of 2 is from 0.094531 to 0.905469.
EAST: dict[str, Made] = {
    **NOTHING,
    "granted_share": (1, 2, F(1, 2), (0.094531, 0.905469)),
    "disclosed_share": (1 + 1, 2, F(1), (0.342380, 1)),
    "partially_granted_share": (1, 2, F(1, 2), (0.094531, 0.905469)),
    **{code: (0, 2, F(0), (0, 0.657620)) for code in ("denied_share", "unavailable_share", "not_processed_share")},
    **{code: (0, 2, F(0), (0, 0.657620)) for code in ("other_processing_share", "carried_forward_share")},
    "answered_share": (2, 2 + 0, F(1), (0.342380, 1)),
    "natural_person_share": (2, 2, F(1), (0.342380, 1)),
    "application_growth": (2, None, "previous_year_missing", None),
    "reconsideration_ratio": (0, 2, F(0), None),
    "litigation_ratio": (0, 2, F(0), None),
}
#: 渠东 2024 as it is: 1 received and processed, unavailable; nothing else.
WEST: dict[str, Made] = {
    **ANFU,
    "reconsideration_ratio": (0, 1, F(0), None),
    **{code: NOTHING[code] for code in NOTHING if code.startswith(("reconsideration_corrected", "review_"))},
    "reconsideration_upheld_share": (0, 0 - 0, "denominator_zero", None),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The warehouse of the made-up reports. Tests only read it."""
    return make(Place(tmp_path_factory.mktemp("made")))


def values(place: Place, name: str, year: int) -> dict[str, Made]:
    rows = place.query(
        "SELECT code, numerator, denominator, value, lower, upper, reason FROM indicator JOIN dim_agency "
        "USING (agency_id) WHERE name = ? AND year = ?",
        name,
        year,
    )
    return {row[0]: row[1:] for row in rows}


def assert_values(found: dict[str, Made], expected: dict[str, Made]) -> None:
    for code, (numerator, denominator, value, interval) in expected.items():
        reason = value if isinstance(value, str) else None
        number = None if isinstance(value, str) else pytest.approx(float(value), abs=1e-12)
        ends = [pytest.approx(end, abs=1e-6) for end in interval] if interval else [None, None]
        assert list(found[code]) == [numerator, denominator, number, *ends, reason], code


def test_every_indicator_of_a_made_up_report(made: Place) -> None:
    found = values(made, STREET, 2024)
    assert set(found) == set(MADE)
    assert_values(found, MADE)


@pytest.mark.parametrize(
    ("name", "year", "expected"),
    [
        ("红旗区人民政府办公室", 2025, OFFICE),
        ("荣昌区人民政府安富街道办事处", 2025, ANFU),
        ("西工区西工街道办事处", 2025, NOTHING),
        ("红旗区东街街道办事处", 2025, EAST),
        ("红旗区渠东街道办事处", 2024, WEST),
    ],
)
def test_every_indicator_of_the_seeds(seeds: Place, name: str, year: int, expected: dict[str, Made]) -> None:
    found = values(seeds, name, year)
    assert set(found) == set(expected) == {indicator.code for indicator in indicators.all_indicators()}
    assert_values(found, expected)


def test_why_there_is_no_value(made: Place) -> None:
    """2020 has no year before it. In 2022 nothing came, one of eight rows and the number carried forward are blank."""
    assert values(made, STREET, 2020)["application_growth"] == (5, None, None, None, None, "previous_year_missing")
    assert_values(
        values(made, STREET, 2022),
        {
            "granted_share": (0, 0, "denominator_zero", None),
            "denied_share": (None, 0, "not_stated", None),
            "unavailable_of_refused_share": (0, None, "not_stated", None),
            "carried_forward_share": (None, 0 + 1 - 1, "not_stated", None),
            "application_growth": (0, None, "previous_year_missing", None),  # 2020 is not the year before
        },
    )
    # 2023 received 20 after none, and repealed more than it issued.
    assert_values(
        values(made, STREET, 2023),
        {
            "application_growth": (20, 0, "denominator_zero", None),
            "normative_document_net": (1, 4, F(-3), None),
            "denied_share": (0, 18, F(0), (0, 0.175879)),  # z² / (18 + z²)
        },
    )
    # 2025 grants more than it processes, has more pending than there are, and does not say what it received.
    assert_values(
        values(made, STREET, 2025),
        {
            "granted_share": (4, 3, "impossible", None),
            "disclosed_share": (4 + 0, 3, "impossible", None),
            "partially_granted_share": (0, 3, F(0), (0, 0.561497)),  # z² / (3 + z²)
            "answered_share": (3, None, "not_stated", None),
            "natural_person_share": (None, None, "not_stated", None),
            "application_growth": (None, 16, "not_stated", None),
            "reconsideration_ratio": (2, 3, F(2, 3), None),
            "reconsideration_corrected_share": (1, 2 - 3, "impossible", None),
            "reconsideration_corrected_of_all_share": (1, 2, F(1, 2), (0.094531, 0.905469)),
            "litigation_corrected_share": (None, None, "not_stated", None),
            "review_corrected_of_all_share": (None, None, "not_stated", None),
        },
    )


def test_growth_of_a_year_whose_number_before_is_not_stated(made: Place, copied: Callable[[Place], Place]) -> None:
    place = copied(made)
    with duckdb.connect(str(place.settings.warehouse)) as con:
        con.execute("UPDATE fact_application_handling SET total = NULL WHERE year = 2023 AND item = 'new_received'")
        con.execute("UPDATE fact_application_handling SET total = -1 WHERE year = 2024 AND item = 'granted'")
    found = values(place, STREET, 2024)
    assert found["application_growth"] == (16, None, None, None, None, "not_stated")
    assert found["granted_share"] == (-1, 15, None, None, None, "impossible")


# Intervals, percentiles: agencies that are put into a copy of a warehouse


@pytest.fixture
def copied(place: Place) -> Callable[[Place], Place]:
    def copy(other: Place) -> Place:
        place.settings.warehouse.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(other.settings.warehouse, place.settings.warehouse)
        return place

    return copy


def add(
    con: duckdb.DuckDBPyConnection,
    number: int,
    granted: int,
    processed: int,
    level: str | None = "县",
    kind: str | None = "部门",
    year: int = 2025,
) -> None:
    """An agency with one report, of whose applications so many were granted; everything else is 0."""
    given = {"id": f"{number:016x}", "level": level, "kind": kind, "year": year}
    con.execute(
        "INSERT INTO dim_agency BY NAME SELECT * REPLACE ($id AS agency_id, $level AS level, $kind AS kind) "
        "FROM dim_agency LIMIT 1",
        {name: given[name] for name in ("id", "level", "kind")},
    )
    con.execute(
        "INSERT INTO dim_report BY NAME SELECT * REPLACE ($id AS agency_id, $year AS year) FROM dim_report LIMIT 1",
        {name: given[name] for name in ("id", "year")},
    )
    con.execute(
        "INSERT INTO fact_application_handling BY NAME SELECT * REPLACE ($id AS agency_id, $year AS year, "
        "CASE item WHEN 'granted' THEN $granted WHEN 'total_processed' THEN $processed ELSE 0 END AS total) "
        "FROM fact_application_handling SEMI JOIN (FROM dim_agency WHERE contains(name, '西工')"
        " AND kind = '街道办事处') USING (agency_id)",
        {"id": given["id"], "year": year, "granted": granted, "processed": processed},
    )


def test_intervals_are_those_in_print(seeds: Place, copied: Callable[[Place], Place]) -> None:
    """Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    place = copied(seeds)
    printed = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0000, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    with duckdb.connect(str(place.settings.warehouse)) as con:
        for number, (granted, processed) in enumerate(printed):
            add(con, number, granted, processed, year=2023)
    found = place.query(
        "SELECT numerator, denominator, round(lower, 4), round(upper, 4) FROM indicator "
        "WHERE code = 'granted_share' AND year = 2023"
    )
    assert {row[:2]: row[2:] for row in found} == printed


def test_the_largest_numbers_can_be_measured(seeds: Place, copied: Callable[[Place], Place]) -> None:
    """Nothing printed is larger than twelve digits; their product has no room in a BIGINT."""
    place = copied(seeds)
    with duckdb.connect(str(place.settings.warehouse)) as con:
        add(con, 1, 5 * 10**11, 10**12, year=2023)
    ((value, lower, upper),) = place.query(
        "SELECT value, lower, upper FROM indicator WHERE code = 'granted_share' AND year = 2023"
    )
    assert (value, lower, upper) == (0.5, pytest.approx(0.499999, abs=1e-6), pytest.approx(0.500001, abs=1e-6))


def test_an_interval_holds_its_share(seeds: Place, copied: Callable[[Place], Place]) -> None:
    """Of nothing it begins at 0 and of all it ends at 1, exactly, however many there are."""
    place = copied(seeds)
    with duckdb.connect(str(place.settings.warehouse)) as con:
        for processed in range(1, 60):
            add(con, processed, 0, processed, year=2023)
            add(con, 100 + processed, processed, processed, year=2023)
    query = "SELECT DISTINCT {} FROM indicator WHERE code = 'granted_share' AND year = 2023 AND value = {}"
    assert place.query(query.format("lower", 0)) == [(0.0,)]
    assert place.query(query.format("upper", 1)) == [(1.0,)]
    assert place.query("SELECT count(*) FROM indicator WHERE NOT (lower <= value AND value <= upper)") == [(0,)]


#: Thirty districts' bureaus: 10 grant none of 10, 15 grant 5 of 10, 4 grant 8 of 10 and one 10 of 10.
PEERS = [0] * 10 + [5] * 15 + [8] * 4 + [10]
#: Smaller ones and half of the same ones, of 30.
PERCENTILES = {
    0.0: 100 * (0 + 10 / 2) / 30,  # 16.7
    0.5: 100 * (10 + 15 / 2) / 30,  # 58.3
    0.8: 100 * (10 + 15 + 4 / 2) / 30,  # 90
    1.0: 100 * (10 + 15 + 4 + 1 / 2) / 30,  # 98.3
}


@pytest.mark.parametrize("peers", [29, 30])
def test_a_percentile_needs_thirty_peers(seeds: Place, copied: Callable[[Place], Place], peers: int) -> None:
    """Others of another level, kind or year, of none that is known, or without a value are no peers."""
    place = copied(seeds)
    with duckdb.connect(str(place.settings.warehouse)) as con:
        for number, granted in enumerate(PEERS[:peers]):
            add(con, number, granted, 10)
        add(con, 100, 1, 10, level="市")
        add(con, 101, 1, 10, kind="人民政府")
        add(con, 102, 1, 10, year=2024)
        add(con, 103, 1, 10, level=None)
        add(con, 104, 1, 10, kind=None)
        add(con, 105, 0, 0)
        add(con, 106, 11, 10)
    found = place.query(
        "SELECT agency_id, value, peers, percentile FROM indicator_percentile WHERE code = 'granted_share'"
    )
    percentiles = {int(agency, 16): row for agency, *row in found}
    for number, granted in enumerate(PEERS[:peers]):
        expected = pytest.approx(PERCENTILES[granted / 10], abs=1e-9) if peers == 30 else None
        assert percentiles[number] == [granted / 10, peers, expected]
    assert percentiles[100] == percentiles[101] == percentiles[102] == [0.1, 1, None]
    assert percentiles[103] == percentiles[104] == [0.1, None, None]
    assert percentiles[105] == percentiles[106] == [None, None, None]


def test_all_the_same_are_in_the_middle(seeds: Place, copied: Callable[[Place], Place]) -> None:
    place = copied(seeds)
    with duckdb.connect(str(place.settings.warehouse)) as con:
        for number in range(40):
            add(con, number, 3, 4)
    assert place.query(
        "SELECT DISTINCT peers, percentile FROM indicator_percentile JOIN dim_agency USING (agency_id) "
        "WHERE code = 'granted_share' AND level = '县' AND kind = '部门'"
    ) == [(40, 50.0)]


# Changes


def test_changes_of_shares_are_in_percentage_points(made: Place) -> None:
    """公开率 falls from 9/18 to 6/15, by 10 points; 3 more documents than were repealed, after 3 fewer, are 6 more."""
    found = {
        row[0]: row[1:]
        for row in made.query(
            "SELECT code, value, previous, change, unit FROM indicator_change JOIN dim_agency USING (agency_id) "
            "WHERE name = ? AND year = 2024",
            STREET,
        )
    }
    assert set(found) == set(MADE)
    assert found["granted_share"] == (0.4, 0.5, pytest.approx(-10), "个百分点")
    assert found["denied_share"] == (0.2, 0, pytest.approx(20), "个百分点")
    assert found["reconsideration_ratio"] == (7 / 15, 0, pytest.approx(140 / 3), "个百分点")
    assert found["normative_document_net"] == (3, -3, 6, "件")
    assert found["application_growth"] == (-0.2, None, None, "个百分点")
    assert found["litigation_corrected_share"] == (0.2, None, None, "个百分点")


def test_there_is_no_change_from_a_year_that_is_not_the_one_before(made: Place) -> None:
    """2020, 2022: the first year, and one whose year before has no report."""
    assert made.query(
        "SELECT year, count(*), count(previous), count(change) FROM indicator_change JOIN dim_agency USING (agency_id) "
        "WHERE name = ? AND year <= 2022 GROUP BY year ORDER BY year",
        STREET,
    ) == [(2020, len(MADE), 0, 0), (2022, len(MADE), 0, 0)]
    for view in ("indicator_change", "indicator_percentile"):
        assert made.query(f"SELECT count(*) FROM {view}") == made.query("SELECT count(*) FROM indicator")


# Definitions


def test_the_table_has_the_definitions(seeds: Place) -> None:
    rows = seeds.query("SELECT code, numerator, denominator, formula FROM dim_indicator ORDER BY sort_order")
    assert rows == [(i.code, i.numerator, i.denominator, i.formula) for i in indicators.all_indicators()]
    schemas.DimIndicator.validate(pl.DataFrame(indicators.rows(), schema=base.polars_schema(schemas.DimIndicator)))


def test_a_definition_is_complete() -> None:
    for row in indicators.rows():
        assert all(str(text).strip() == str(text) != "" for text in row.values()), row["code"]
    for names in ("code", "name_zh", "name_en"):
        assert len({row[names] for row in indicators.rows()}) == len(indicators.rows())
    for indicator in indicators.all_indicators():
        assert indicator.unit == ("件" if indicator.kind == "difference" else "%")
        assert indicator.code.rpartition("_")[2] in (indicator.kind, "net")


def test_numerators_and_denominators_are_whole_numbers(seeds: Place) -> None:
    """The view shows them as BIGINT: anything else would be rounded without a word."""
    for indicator in indicators.all_indicators():
        types = seeds.query(
            f"SELECT DISTINCT typeof({indicator.numerator}), typeof({indicator.denominator}) FROM agency_year"
        )
        assert types == [("BIGINT", "BIGINT")], indicator.code
