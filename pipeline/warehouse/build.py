"""From staging to the tables, rules and views of a warehouse, in a connection to a new file.

Belongs here: loading and checking. Where the file lies and how it gets to its place is ``warehouse``'s, how a copy of
the published one is brought up to date is ``amend``'s; what must add up is in ``rules``, what the tables are in
``schemas``.
"""

import contextlib
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

import schemas
from pipeline import forms, indicators, rules
from pipeline.rules import waivers
from pipeline.rules.explain import explain_warehouse
from pipeline.staging import parquet
from pipeline.staging.folder import Staging
from pipeline.warehouse.ddl import definitions
from pipeline.warehouse.provenance import CODE, Run, Seen
from schemas import base
from schemas.staged import REPORT_TABLES

log = logging.getLogger(__name__)

#: Rows stand in the form's order rather than in that of their codes.
_ORDER = {
    "item": "(SELECT min(sort_order) FROM (FROM dim_application_item UNION ALL BY NAME FROM dim_disclosure_item) i "
    "WHERE i.item = r.item)",
    "measure": "(SELECT sort_order FROM dim_disclosure_item d WHERE d.item = r.item AND d.measure = r.measure)",
    "track": f"list_position({forms.TRACKS}, track)",
}


def build(con: duckdb.DuckDBPyConnection, place: Staging, run: Run, published: Path) -> Seen:
    """Fill an empty file from all that is staged; ``published`` tells when each version of a file was first seen.

    In three transactions: each statement by itself would wait for the disk, and what is committed is compressed and has
    statistics, which the rules' queries gain more by than this costs.
    """
    con.begin()
    con.execute(definitions())
    con.commit()
    take_stock(con, place)
    with attached(con, published) as has_previous:
        seen = see(con, run, has_previous)
    con.begin()
    fill(con, place)
    con.commit()
    con.begin()
    judge(con, parquet.read(place.waivers))
    sign(con, run, seen)
    con.commit()
    return seen


def fill(con: duckdb.DuckDBPyConnection, place: Staging, years: Collection[int] | None = None) -> None:
    """Fill empty tables with what the program itself says and what is staged, of some years or of all."""
    con.execute(dimensions())
    for table in REPORT_TABLES:
        load(con, place, table, years=years)
    accounting(con)


def judge(con: duckdb.DuckDBPyConnection, waived: pl.DataFrame) -> None:
    """Check what was loaded, explain what does not hold, and mark what reviewers know of."""
    rules.run(con)
    explain_warehouse(con)
    waivers.apply(con, waived)


def sign(con: duckdb.DuckDBPyConnection, run: Run, seen: Seen) -> None:
    """Write down the run, in place of the one before."""
    con.execute("DELETE FROM ingest_run")
    con.execute(
        """
        INSERT INTO ingest_run SELECT ?, ?, ?, ?, ?, ?, ?,
            (SELECT count(*) FROM dim_report), (SELECT count(*) FROM rejected_report), ?
        """,
        [run.run_id, run.started_at, run.built_at, seen.files, seen.new, seen.changed, seen.removed, CODE],
    )


@contextlib.contextmanager
def attached(con: duckdb.DuckDBPyConnection, path: Path) -> Iterator[bool]:
    """The published warehouse as schema ``previous``, where there is one that can be read."""
    attached = False
    if path.is_file():
        try:
            con.execute(f"ATTACH '{str(path).replace(chr(39), chr(39) * 2)}' AS previous (READ_ONLY)")
            con.execute("SELECT source_file, source_sha256, loaded_at FROM previous.dim_report LIMIT 0")
            con.execute("SELECT source_file, source_sha256, seen_at FROM previous.rejected_report LIMIT 0")
            con.execute(
                "SELECT agency_id, year, source_file, source_sha256, reason FROM previous.superseded_report LIMIT 0"
            )
            attached = True
        except duckdb.Error as error:
            log.warning("%s: the published warehouse cannot be read and is replaced without it: %s", path, error)
    try:
        yield attached
    finally:
        with contextlib.suppress(duckdb.Error):
            con.execute("DETACH previous")


def take_stock(con: duckdb.DuckDBPyConnection, place: Staging) -> None:
    """Make, as temp tables, what is known of files and agencies: ``catalogue``, ``registered``, and the files that were
    set aside when their tables were read, ``rejected_late`` and ``superseded_late``.
    """
    for name, path in (("catalogue", place.catalogue), ("registered", place.register)):
        con.execute(f"CREATE TEMP TABLE {name} AS FROM {_whole(path)}")
    for name, table in (("rejected_late", schemas.RejectedReport), ("superseded_late", schemas.SupersededReport)):
        con.register("shape", base.empty(table).to_arrow())
        staged = f"UNION ALL BY NAME FROM {some}" if (some := _staged(place, base.name(table))) else ""
        con.execute(f"CREATE TEMP TABLE {name} AS FROM (FROM shape {staged}) SELECT COLUMNS(c -> c <> 'seen_at')")
        con.unregister("shape")


def see(con: duckdb.DuckDBPyConnection, run: Run, has_previous: bool) -> Seen:
    """Files seen, new, changed and removed; and, as temp table ``file_seen``, when each version was first seen."""
    if has_previous:
        con.execute(
            """
            CREATE TEMP TABLE before AS
            SELECT source_file, source_sha256, loaded_at AS seen_at FROM previous.dim_report UNION ALL
            SELECT source_file, source_sha256, seen_at FROM previous.rejected_report UNION ALL
            SELECT source_file, source_sha256, NULL FROM previous.superseded_report WHERE reason <> 'file_changed'
            """
        )
        con.execute(
            """
            CREATE TEMP TABLE earlier_version AS
            SELECT b.agency_id, b.year, b.source_file, b.source_sha256
            FROM (
                SELECT agency_id, year, source_file, source_sha256 FROM previous.dim_report UNION
                SELECT agency_id, year, source_file, source_sha256 FROM previous.superseded_report
                WHERE reason = 'file_changed'
            ) b JOIN catalogue c USING (source_file)
            WHERE b.source_sha256 <> c.source_sha256
            """
        )
    else:
        con.execute(
            "CREATE TEMP TABLE earlier_version "
            "(agency_id VARCHAR, year INTEGER, source_file VARCHAR, source_sha256 VARCHAR)"
        )
        con.execute("CREATE TEMP TABLE before (source_file VARCHAR, source_sha256 VARCHAR, seen_at TIMESTAMP)")
    con.execute(
        f"""
        CREATE TEMP TABLE file_seen AS
        SELECT c.source_file, coalesce(b.seen_at, TIMESTAMP '{run.started_at}') AS seen_at
        FROM catalogue c LEFT JOIN before b USING (source_file, source_sha256)
        """
    )
    counts = con.execute(
        """
        SELECT count(c.source_file), count(*) FILTER (b.source_file IS NULL),
            count(*) FILTER (b.source_sha256 <> c.source_sha256), count(*) FILTER (c.source_file IS NULL)
        FROM catalogue c FULL JOIN before b USING (source_file)
        """
    ).fetchone()
    assert counts is not None
    return Seen(*counts)


def dimensions() -> str:
    """Statements that insert what the program itself says: items of the form, indicators, rules.

    Agencies are loaded with the reports they have. There is nothing to validate but what the tables' NOT NULL does.
    """
    items = [
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
    disclosed = [
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
    of_rules = list(base.polars_schema(schemas.QualityRule))
    return ";\n".join(
        [
            _inserted("dim_application_item", items),
            _inserted("dim_disclosure_item", disclosed),
            _inserted("dim_indicator", indicators.rows()),
            _inserted("quality_rule", [{n: getattr(rule, n) for n in of_rules} for rule in rules.all_rules()]),
        ]
    )


def _inserted(table: str, rows: Sequence[Mapping[str, Any]]) -> str:
    values = ", ".join(f"({', '.join(map(_literal, row.values()))})" for row in rows)
    return f"INSERT INTO {table} BY NAME FROM (VALUES {values}) t ({', '.join(rows[0])})"


def _literal(value: str | int | list[str] | None) -> str:
    if value is None:
        return "NULL"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def _parquet(paths: Iterable[Path], *options: str) -> str:
    files = ", ".join(_literal(str(path)) for path in paths)
    return f"read_parquet({', '.join([f'[{files}]', *options])})"


def _whole(path: Path) -> str:
    """A staged file as what stands in FROM.

    Raises:
        StagingError: it is missing or damaged. DuckDB would not notice all damage.
    """
    parquet.read(path)
    return _parquet([path])


def load(
    con: duckdb.DuckDBPyConnection,
    place: Staging,
    table: type[schemas.Table],
    only: str = "",
    parts: Collection[str] | None = None,
    years: Collection[int] | None = None,
) -> None:
    """All staged years of a table, in an order that does not depend on when they came.

    ``only`` is what to join them with, if not all are wanted: ``SEMI JOIN changed USING (agency_id, year)``; ``parts``
    and ``years`` are those in which what is wanted is.
    """
    name = base.name(table)
    staged = _staged(place, name, parts, years)
    if not staged:
        return
    order = ", ".join(_ORDER.get(column, column) for column in base.key(table)) or "ALL"
    if table is schemas.DimReport:
        select = f"SELECT r.*, f.seen_at AS loaded_at FROM {staged} r JOIN file_seen f USING (source_file) {only}"
    elif table is schemas.QualityIssue:
        select = f"SELECT *, false AS waived FROM {staged} r {only}"
    else:
        select = f"SELECT * FROM {staged} r {only}"
    con.execute(f"INSERT INTO {name} BY NAME {select} ORDER BY {order}")


def _staged(
    place: Staging, name: str, parts: Collection[str] | None = None, years: Collection[int] | None = None
) -> str:
    """The rows of a staged table that count, as what stands in FROM; empty if there are none."""
    some = [
        rows
        for year in place.table_years(name)
        if years is None or year in years
        for rows in place.parts(name, year)
        if parts is None or rows.path.stem in parts
    ]
    if not some:
        return ""
    paths = [rows.path for rows in some]
    dead = [f"({_literal(str(rows.path))}, {_literal(agency)})" for rows in some for agency in rows.dead]
    if not dead:
        return _parquet(paths)
    return f"""(
        SELECT * EXCLUDE (filename) FROM {_parquet(paths, "filename = true")}
        ANTI JOIN (FROM (VALUES {", ".join(dead)}) d (filename, agency_id)) USING (filename, agency_id)
    )"""


#: An agency as its latest report has it, under the fullest name that any prints; the register's word first.
_AGENCIES = """
INSERT INTO dim_agency BY NAME
WITH known AS (
    FROM catalogue SEMI JOIN (
        SELECT source_file FROM dim_report
        UNION SELECT source_file FROM superseded_report WHERE reason <> 'file_changed'
    ) USING (source_file)
), reported AS (
    SELECT agency_id, max_by(agency, (length(agency), agency)) AS name, list_sort(list(DISTINCT agency)) AS names
    FROM known GROUP BY agency_id
), placed AS (
    SELECT agency_id, region_code, province, city, county, level, kind FROM known
    QUALIFY row_number() OVER (PARTITION BY agency_id ORDER BY year DESC, source_file) = 1
)
SELECT agency_id, coalesce(s.name, r.name) AS name,
    nullif(list_filter(r.names, lambda other: other <> coalesce(s.name, r.name)), []) AS aliases,
    coalesce(s.region_code, p.region_code) AS region_code, coalesce(s.province, p.province) AS province,
    if(s.region_code IS NULL, p.city, s.city) AS city, if(s.region_code IS NULL, p.county, s.county) AS county,
    coalesce(p.level, s.level) AS level, coalesce(p.kind, s.kind) AS kind,
    s.agency_id IS NOT NULL AS registered, s.first_year, s.last_year, s.successor_id
FROM reported r JOIN placed p USING (agency_id) FULL JOIN registered s USING (agency_id) ORDER BY agency_id
"""


def accounting(con: duckdb.DuckDBPyConnection) -> None:
    """Agencies that have a report, and the files that are in no report."""
    con.execute(_AGENCIES)
    con.execute(_REJECTED)
    con.execute(_CHANGED)
    con.execute("INSERT INTO superseded_report BY NAME FROM superseded_late ORDER BY source_file")


_REJECTED = """
INSERT INTO rejected_report BY NAME
SELECT r.*, f.seen_at FROM (
    SELECT source_file, source_sha256, NULL AS agency_id, NULL AS year, reason, message FROM catalogue
    WHERE reason IS NOT NULL UNION ALL BY NAME FROM rejected_late
) r JOIN file_seen f USING (source_file) ORDER BY source_file
"""
_CHANGED = """
INSERT INTO superseded_report BY NAME
SELECT *, source_file AS superseded_by, 'file_changed' AS reason FROM earlier_version
ORDER BY source_file, source_sha256
"""


def counts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows of each table."""
    names = [base.name(table) for table in schemas.TABLES]
    counts = con.execute("SELECT " + ", ".join(f"(SELECT count(*) FROM {name})" for name in names)).fetchone()
    assert counts is not None
    return dict(zip(names, counts, strict=True))


def _scalar(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    assert row is not None
    return int(row[0])
