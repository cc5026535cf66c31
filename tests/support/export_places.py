"""Fixtures of the tests of exports: two warehouses that the project's seeds alone would not make."""

import shutil

import duckdb
import pytest

from tests.generator import corpus
from tests.support.exports import AGENCY, NASTY
from tests.support.workspace import SEEDS, Place


@pytest.fixture(scope="session")
def nasty(seeds: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The seeds' warehouse with rows that no report has. Tests only read it."""
    made = Place(tmp_path_factory.mktemp("nasty"))
    made.settings.warehouse.parent.mkdir()
    shutil.copyfile(seeds.settings.warehouse, made.settings.warehouse)
    with duckdb.connect(str(made.settings.warehouse)) as con:
        con.execute(
            "INSERT INTO dim_agency BY NAME SELECT ? AS agency_id, '=1+1' AS name, ? AS aliases, "
            "'004107' AS region_code, true AS registered",
            [AGENCY, ["=1", "", 'a"b', "c,d", "\\", "𠮷", "[1, 2]"]],
        )
        con.execute(
            "INSERT INTO dim_report BY NAME SELECT * REPLACE (? AS agency_id, '+title' AS title, DATE '2025-03-31' AS "
            "published, TIMESTAMP '2026-01-02 03:04:05.123456' AS loaded_at) FROM dim_report WHERE year = 2024",
            [AGENCY],
        )
        for number, text in enumerate(NASTY):
            con.execute(
                "INSERT INTO report_section VALUES (?, 2024, ?, ?, ?, 1)",
                [AGENCY, number, None if number % 2 else text[:20], text],
            )
        con.execute(
            "INSERT INTO fact_application_handling VALUES "
            "(?, 2024, 'new_received', -3, 0, NULL, 9007199254740993, 999999999999999, 1000000000000000, 7, 1, [1, 2])",
            [AGENCY],
        )
        con.execute(
            "INSERT INTO fact_proactive_disclosure VALUES (?, 2024, 'administrative_fee', 'amount', "
            "123456789012.123456, NULL), (?, 2024, 'regulation', 'issued', 0.000001, 3), "
            "(?, 2024, 'regulation', 'repealed', -12.5, 3), (?, 2024, 'regulation', 'in_force', NULL, NULL)",
            [AGENCY] * 4,
        )
        con.execute(
            "INSERT INTO rejected_report VALUES ('a.txt', '', NULL, NULL, 'unreadable_file', '=m', now()::TIMESTAMP), "
            "('b.txt', 'f', NULL, 2024, 'no_tables', 'm', TIMESTAMP '2024-01-01 00:00:00')"
        )
        con.execute("INSERT INTO quality_issue SELECT * REPLACE (['=x', '\"'] AS cells) FROM quality_issue LIMIT 1")
    return made


@pytest.fixture(scope="session")
def broad(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A warehouse in which no table is empty: generated reports, a register, waivers, files that are rejected."""
    made = Place(tmp_path_factory.mktemp("broad"))
    for report in corpus(11, 20):
        made.put(report.name, report.data)
    seeds = {path.name[:3]: path.read_text(encoding="utf-8") for path in SEEDS.glob("*.txt")}
    made.put("seed.txt", seeds["000"])
    made.put("again.txt", seeds["000"])
    made.put("blank.txt", seeds["004"].replace("规章\t0\t0\t0", "规章\t/\t\t1,234"))
    made.put("nothing.txt", "")
    made.put(
        "agencies.csv",
        "name,region_code,aliases,first_year,last_year,successor\n"
        "新乡市红旗区文化馆,410702,,2020,2022,新乡市红旗区文旅局\n新乡市红旗区文旅局,410702,,2023,,\n",
    )
    made.put("manifest.csv", "file,year\ngone.txt,2024\n")
    made.put(
        "waivers.csv",
        "agency,year,rule,reason,by,date\n红旗区东街街道办事处,2025,narrative_received,看过,审阅者,2026-01-31\n",
    )
    made.ingest()
    return made
