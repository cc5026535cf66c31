"""Queries of strangers: what leaves the warehouse is refused, and what does not end is ended."""

import json
from pathlib import Path

import duckdb
import pytest

from pipeline.warehouse.connection import connect
from pipeline.warehouse.guarded_query import Answer, Bounds, LimitError, NotAQueryError, ask, bind
from tests.conftest import Place
from tests.support.ogi import Ogi, text

#: Ways out of a database that others have found, and of our own; {file} is a file that exists.
STATEMENTS = [
    "ATTACH '{file}' AS other",
    "COPY dim_agency TO '{file}.out'",
    "COPY (SELECT 1) TO '{file}.out' (FORMAT parquet)",
    "EXPORT DATABASE '{file}.out'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET GLOBAL memory_limit = '1TB'",
    "RESET memory_limit",
    "CREATE TABLE x AS SELECT 1",
    "CREATE TEMP MACRO x() AS 1",
    "CREATE PERSISTENT SECRET s (TYPE s3)",
    "INSERT INTO dim_agency DEFAULT VALUES",
    "UPDATE dim_report SET year = 0",
    "DELETE FROM dim_report",
    "DROP VIEW agency_year",
    "CALL pragma_version()",
    "CHECKPOINT",
    "VACUUM",
    "USE memory",
    "BEGIN",
    "PREPARE x AS SELECT 1",
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP TABLE dim_report",
    "-- nothing",
    "",
]
QUERIES = [
    "FROM read_text('{file}')",
    "FROM read_blob('{file}')",
    "FROM read_csv('{file}')",
    "FROM read_json('{file}')",
    "FROM read_parquet('{file}')",
    "FROM parquet_metadata('{file}')",
    "FROM sniff_csv('{file}')",
    "FROM glob('{folder}/*')",
    "FROM '{file}'",
    "FROM 'https://127.0.0.1:9/x.parquet'",
    "FROM 's3://bucket/x.parquet'",
    "FROM query('FROM read_text(''{file}'')')",
    "WITH x AS MATERIALIZED (FROM read_text('{file}')) SELECT count(*) FROM x",
    "SELECT (SELECT content FROM read_text('{file}'))",
    "SELECT getenv('HOME')",
    "FROM mine",  # a frame of ours, which DuckDB would look for among Python's names
    "EXPLAIN ANALYZE FROM read_text('{file}')",
]
ENDLESS = [
    "SELECT count(*) FROM range(1000000000) a, range(1000000000) b",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) FROM r WHERE n < 0",
    "SELECT sum(length(repeat(a::VARCHAR, 1000))) FROM range(100000000000) t(a)",
]


def asked(place: Place, statement: str, bounds: Bounds | None = None) -> Answer:
    mine = duckdb.sql("SELECT 1 AS n").pl()
    assert len(mine) == 1
    bounds = bounds or Bounds(seconds=60)
    with connect(place.settings.warehouse) as con:
        bind(con, bounds)
        return ask(con, statement, bounds)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret.csv"
    file.write_text("a,b\nhidden,1\n")
    return file


@pytest.mark.parametrize("statement", STATEMENTS)
def test_what_is_no_query_is_not_run(seeds: Place, secret: Path, ogi: Ogi, statement: str) -> None:
    statement = statement.format(file=secret)
    with pytest.raises((NotAQueryError, duckdb.Error)):
        asked(seeds, statement)
    assert "hidden" not in text(ogi("sql", statement, settings=seeds), 2)
    assert [file.name for file in secret.parent.glob("secret*")] == ["secret.csv"]


@pytest.mark.parametrize("statement", QUERIES)
def test_nothing_is_read_but_the_warehouse(seeds: Place, secret: Path, ogi: Ogi, statement: str) -> None:
    statement = statement.format(file=secret, folder=secret.parent)
    with pytest.raises(duckdb.Error):
        asked(seeds, statement)
    said = ogi("sql", statement, settings=seeds)
    assert said.returncode in (1, 2)
    assert b"hidden" not in said.stdout + said.stderr


@pytest.mark.parametrize("statement", ENDLESS)
def test_what_does_not_end_is_ended(seeds: Place, statement: str) -> None:
    with pytest.raises(LimitError, match=r"ended after 0\.3 s; narrow it"):
        asked(seeds, statement, Bounds(seconds=0.3))


def test_what_takes_too_much_memory_is_ended(seeds: Place) -> None:
    with pytest.raises(duckdb.OutOfMemoryException):
        asked(seeds, "SELECT list(a) FROM range(300000000) t(a)", Bounds(seconds=60, memory_mb=100))


def test_an_answer_has_no_more_rows_and_letters_than_it_may(seeds: Place) -> None:
    some = asked(seeds, "FROM range(1000000000) t(n)", Bounds(rows=150))
    assert ([row["n"] for row in some.rows], some.is_cut) == (list(range(150)), True)
    exact = asked(seeds, "FROM range(150) t(n)", Bounds(rows=150))
    assert (len(exact.rows), exact.is_cut) == (150, False)
    short = asked(seeds, "SELECT repeat('长', 100) AS long FROM range(100)", Bounds(letters=1000))
    assert (len(short.rows), short.is_cut) == (1000 // len(json.dumps({"long": "长" * 100}, ensure_ascii=False)), True)
    # {"a": "…"} has nine letters besides.
    with pytest.raises(LimitError, match="the first row has 1000009 letters"):
        asked(seeds, "SELECT repeat('x', 1000000) AS a")


def test_columns_of_one_name_are_refused(seeds: Place) -> None:
    with pytest.raises(NotAQueryError, match="several columns have the same name"):
        asked(seeds, "SELECT 1 AS n, 2 AS n")


def test_the_tables_of_a_query_are_known(seeds: Place) -> None:
    answer = asked(
        seeds,
        "WITH a AS (FROM agency_year) SELECT (SELECT max(year) FROM dim_report) AS last FROM a "
        "JOIN dim_agency USING (agency_id) WHERE EXISTS (FROM quality_issue)",
    )
    assert {"agency_year", "dim_agency", "dim_report", "quality_issue"} <= set(answer.tables)
    assert asked(seeds, "EXPLAIN FROM dim_agency").tables == []
