"""From staging to the published DuckDB file: a new file is built beside the old one, checked, and put in its place.

Readers that have the old file open keep it; nobody sees a half-written one. Nothing of the old file is changed: only
the moments at which each version of a file was first seen are taken over from it.

Belongs here: loading, checking, publishing. What must add up is in ``rules``, what the tables are in ``schemas``.
"""

import contextlib
import logging
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb

import schemas
from pipeline import READER_VERSION, __version__, forms, lock, rules, staging, waivers
from pipeline.extract import REPORT_TABLES
from pipeline.remedies import remedy
from pipeline.rules.explain import explain_warehouse
from pipeline.settings import Settings
from pipeline.staging import Staging
from schemas import base

log = logging.getLogger(__name__)


#: Rows stand in the form's order rather than in that of their codes.
_ORDER = {
    "item": "(SELECT min(sort_order) FROM (FROM dim_application_item UNION ALL BY NAME FROM dim_disclosure_item) i "
    "WHERE i.item = r.item)",
    "measure": "(SELECT sort_order FROM dim_disclosure_item d WHERE d.item = r.item AND d.measure = r.measure)",
    "track": f"list_position({forms.TRACKS}, track)",
}


#: What DuckDB may take while it builds. What does not fit is put aside on the disk, beside the new file.
_MEMORY = "400MB"
#: As what DuckDB raises a disk that is full or will not be written to.
_OF_THE_DISK = (duckdb.IOException, duckdb.TransactionException, duckdb.FatalException, duckdb.OutOfMemoryException)


class PublishError(Exception):
    """The warehouse could not be published; the old one is as it was. The message says why and what to do.

    ``faults`` has what the checks of the new file found, by check; it is empty when the file could not be made.
    """

    def __init__(self, message: str, faults: dict[str, list[str]] | None = None) -> None:
        super().__init__(message)
        self.faults = faults or {}


class LockedError(PublishError):
    """Another program has the published file open for writing. It may let go of it soon."""


@dataclass(frozen=True, slots=True)
class Run:
    """The run that publishes: its Dagster id, and when it began and built (UTC, without zone)."""

    run_id: str
    started_at: datetime
    built_at: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """What was published."""

    path: Path
    rows: dict[str, int]
    files_new: int
    files_changed: int
    files_removed: int


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a published warehouse for reading.

    Raises:
        FileNotFoundError: there is none at the path.
        duckdb.Error: the file is no DuckDB file, or a writer holds it.
    """
    if not path.is_file():
        raise FileNotFoundError(f"there is no warehouse at {path}: run `ogi ingest` first, or give --warehouse FILE")
    return duckdb.connect(str(path), read_only=True)


def publish(settings: Settings, run: Run) -> Published:
    """Build the warehouse from all that is staged, check it, and replace the published file.

    Raises:
        PublishError: the file cannot be written, or what was built fails its checks.
        StagingError: what is staged is missing or damaged.
    """
    target = settings.warehouse
    if target.is_dir():
        raise PublishError(f"{target} is a folder; give the path of a file")
    building = target.with_name(f".{target.name}.{os.getpid()}.building")
    try:
        with lock.exclusive(target.with_name(f".{target.name}.lock"), f"run {run.run_id}"):
            _clean(target)
            _refuse_foreign_writer(target)
            with _fresh(building) as con:
                published = _build(con, settings, run)
            _flush(building)
            _refuse_foreign_writer(target)
            _keep(target)
            os.replace(building, target)
            _flush(target.parent)
    except (OSError, *_OF_THE_DISK) as error:
        raise PublishError(
            f"{target}: the warehouse cannot be written: {error}{remedy(error, '--warehouse or OGI_WAREHOUSE')}"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            _remove(target.parent.glob(f"{building.name}*"))
    log.info("published %s: %d reports", target, published.rows["dim_report"])
    return published


def previous(target: Path) -> Path:
    """Where the warehouse that a publication replaces stays: ``ogi.previous.duckdb`` beside ``ogi.duckdb``."""
    return target.with_name(f"{target.stem}.previous{target.suffix}")


def _keep(target: Path) -> None:
    """Keep the published file as the previous one. The link is made beside its place, so that one is always there."""
    if not target.is_file():
        return
    link = target.with_name(f".{target.name}.{os.getpid()}.previous")
    try:
        link.unlink(missing_ok=True)
        try:
            os.link(target, link)
        except OSError:  # a file system without links
            shutil.copyfile(target, link)
        # What a foreign writer that died left unmerged belongs to the file it wrote to; beside another it does harm.
        _wal(previous(target)).unlink(missing_ok=True)
        os.replace(link, previous(target))
        if _wal(target).exists():
            os.replace(_wal(target), _wal(previous(target)))
    finally:
        link.unlink(missing_ok=True)


def _wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _clean(target: Path) -> None:
    """Remove what runs that were killed left half-built. Only for who holds the lock."""
    for kind in ("building*", "previous"):
        _remove(target.parent.glob(f".{target.name}.*.{kind}"))


def _remove(paths: Iterable[Path]) -> None:
    for path in list(paths):
        if path.is_dir():  # where DuckDB puts aside what does not fit into memory
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """Have the disk keep what was written, so that a power cut cannot publish a name without its content."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _refuse_foreign_writer(target: Path) -> None:
    """Raise if another program has the published file open for writing: what it writes would be lost."""
    if not target.is_file():
        return
    try:
        connect(target).close()
    except duckdb.IOException as error:
        if "could not set lock" in str(error).lower():  # not any lock: a damaged file has a bad block
            raise LockedError(
                f"{target}: another program has the warehouse open for writing; close it there, or open it read-only: "
                f"{error}"
            ) from error
    except duckdb.Error:
        pass  # a damaged file is replaced, and says so


@contextlib.contextmanager
def _fresh(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    path.unlink(missing_ok=True)
    con = duckdb.connect(str(path), config={"memory_limit": _MEMORY})
    try:
        yield con
        con.execute("CHECKPOINT")
    finally:
        con.close()


def _build(con: duckdb.DuckDBPyConnection, settings: Settings, run: Run) -> Published:
    place = Staging(settings.staging)
    if stale := place.stale_years():
        years = ", ".join(map(str, stale))
        raise PublishError(
            f"the reports of {years} changed and their tables have not been read since: materialize the fact tables of "
            f"{years} first (a run of the job ingest does)"
        )
    # In three transactions: each statement by itself would wait for the disk, and what is committed is compressed and
    # has statistics, which the rules' queries gain more by than this costs.
    con.begin()
    con.execute(_definitions())
    con.commit()
    with _attached(con, settings.warehouse) as has_previous:
        seen = _seen(con, place, run, has_previous)
    con.begin()
    _dimensions(con)
    for table in REPORT_TABLES:
        _load(con, place, table)
    _accounting(con, place)
    con.commit()
    con.begin()
    rules.run(con)
    explain_warehouse(con)
    waivers.apply(con, staging.read(place.waivers))
    rows = _counts(con)
    con.execute(
        "INSERT INTO ingest_run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            run.run_id,
            run.started_at,
            run.built_at,
            *seen,
            rows["dim_report"],
            rows["rejected_report"],
            f"{__version__}, reader {READER_VERSION}",
        ],
    )
    con.commit()
    if faults := check(con):
        said = "; ".join(fault for some in faults.values() for fault in some)
        raise PublishError(f"the new warehouse fails its checks and was not published: {said}", faults)
    return Published(settings.warehouse, rows, *seen[1:])


@contextlib.contextmanager
def _attached(con: duckdb.DuckDBPyConnection, path: Path) -> Iterator[bool]:
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


def _seen(con: duckdb.DuckDBPyConnection, place: Staging, run: Run, has_previous: bool) -> tuple[int, int, int, int]:
    """Files seen, new, changed and removed; and, as temp table ``file_seen``, when each version was first seen."""
    con.execute(f"CREATE TEMP TABLE catalogue AS FROM {_whole(place.catalogue)}")
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
    return counts


def _dimensions(con: duckdb.DuckDBPyConnection) -> None:
    """Items of the form, rules; agencies are loaded with the reports they have."""
    _insert(
        con,
        "dim_application_item",
        [
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
        ],
    )
    _insert(
        con,
        "dim_disclosure_item",
        [
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
        ],
    )
    _insert(
        con,
        "quality_rule",
        [{name: getattr(rule, name) for name in base.polars_schema(schemas.QualityRule)} for rule in rules.all_rules()],
    )


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    """Rows that the program itself has, so that there is nothing to validate but what the table's NOT NULL does."""
    values = ", ".join(f"({', '.join(map(_literal, row.values()))})" for row in rows)
    con.execute(f"INSERT INTO {table} BY NAME FROM (VALUES {values}) t ({', '.join(rows[0])})")


def _literal(value: str | int | list[str] | None) -> str:
    if value is None:
        return "NULL"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def _parquet(paths: Iterable[Path]) -> str:
    return f"read_parquet([{', '.join(_literal(str(path)) for path in paths)}])"


def _whole(path: Path) -> str:
    """A staged file as what stands in FROM.

    Raises:
        StagingError: it is missing or damaged. DuckDB would not notice all damage.
    """
    staging.read(path)
    return _parquet([path])


def _load(con: duckdb.DuckDBPyConnection, place: Staging, table: type[schemas.Table]) -> None:
    """All staged years of a table, in an order that does not depend on when they came."""
    name = base.name(table)
    staged = _staged(place, name)
    if not staged:
        return
    order = ", ".join(_ORDER.get(column, column) for column in base.key(table)) or "ALL"
    if table is schemas.DimReport:
        select = f"SELECT r.*, f.seen_at AS loaded_at FROM {staged} r JOIN file_seen f USING (source_file)"
    elif table is schemas.QualityIssue:
        select = f"SELECT *, false AS waived FROM {staged} r"
    else:
        select = f"SELECT * FROM {staged} r"
    con.execute(f"INSERT INTO {name} BY NAME {select} ORDER BY {order}")


def _staged(place: Staging, name: str) -> str:
    """All years of a staged table as what stands in FROM; empty if there are none."""
    years = place.table_years(name)
    return _parquet(place.table(name, year) for year in years) if years else ""


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
FROM reported r JOIN placed p USING (agency_id) FULL JOIN {register} s USING (agency_id) ORDER BY agency_id
"""


def _accounting(con: duckdb.DuckDBPyConnection, place: Staging) -> None:
    """Agencies that have a report, and the files that are in no report."""
    con.execute(_AGENCIES.format(register=_whole(place.register)))
    con.execute(
        _REJECTED.format(late=f"UNION ALL BY NAME FROM {late}" if (late := _staged(place, "rejected_report")) else "")
    )
    con.execute(_CHANGED)
    if superseded := _staged(place, "superseded_report"):
        con.execute(f"INSERT INTO superseded_report BY NAME FROM {superseded} ORDER BY source_file")


_REJECTED = """
INSERT INTO rejected_report BY NAME
SELECT r.*, f.seen_at FROM (
    SELECT source_file, source_sha256, NULL AS agency_id, NULL AS year, reason, message FROM catalogue
    WHERE reason IS NOT NULL {late}
) r JOIN file_seen f USING (source_file) ORDER BY source_file
"""
_CHANGED = """
INSERT INTO superseded_report BY NAME
SELECT *, source_file AS superseded_by, 'file_changed' AS reason FROM earlier_version
ORDER BY source_file, source_sha256
"""


def check(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """What would be our own fault, by check: a key twice, a fact without its report, a file not accounted for once."""
    found = {
        "keys_unique": [
            f"{name} has {twice} keys ({', '.join(key)}) more than once"
            for name, key in _keyed().items()
            if _scalar(con, _REPEATED.format(table=name, key=", ".join(key)))
            and (twice := _scalar(con, _TWICE.format(table=name, key=", ".join(key))))
        ],
        "facts_have_reports": [
            f"{name} has {orphans} rows of reports that are not in dim_report"
            for name in _OF_REPORTS
            if (orphans := _scalar(con, f"SELECT count(*) FROM {name} ANTI JOIN dim_report USING (agency_id, year)"))
        ],
        "files_accounted_for": [
            f"{files} files are not accounted for exactly once" for files in [_scalar(con, _UNACCOUNTED)] if files
        ],
    }
    return {check: faults for check, faults in found.items() if faults}


#: Cheaper than the keys themselves, which are looked at where a hash comes twice.
_REPEATED = "SELECT count(*) - count(DISTINCT hash({key})) FROM {table}"
_TWICE = "SELECT count(*) FROM (SELECT {key} FROM {table} GROUP BY ALL HAVING count(*) > 1)"
_OF_REPORTS = (
    "fact_application_handling",
    "fact_reconsideration",
    "fact_proactive_disclosure",
    "fact_narrative_claim",
    "quality_issue",
)
_UNACCOUNTED = """
SELECT count(*) FROM catalogue c FULL JOIN (
    SELECT source_file, count(*) AS times FROM (
        SELECT source_file FROM dim_report
        UNION ALL SELECT source_file FROM superseded_report WHERE reason <> 'file_changed'
        UNION ALL SELECT source_file FROM rejected_report
    ) GROUP BY ALL
) a USING (source_file) WHERE a.times IS DISTINCT FROM 1 OR c.source_file IS NULL
"""


def _keyed() -> dict[str, list[str]]:
    return {base.name(table): key for table in schemas.TABLES if (key := base.key(table))}


def _counts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows of each table."""
    names = [base.name(table) for table in schemas.TABLES]
    counts = con.execute("SELECT " + ", ".join(f"(SELECT count(*) FROM {name})" for name in names)).fetchone()
    assert counts is not None
    return dict(zip(names, counts, strict=True))


_VIEWS = resources.files("pipeline") / "views"


def _definitions() -> str:
    """Tables, and views of one SQL file each, with their COMMENTs."""
    views = sorted((path for path in _VIEWS.iterdir() if path.name.endswith(".sql")), key=lambda path: path.name)
    return ";\n".join(
        [
            *(statement for table in schemas.TABLES for statement in base.ddl(table)),
            *(path.read_text(encoding="utf-8").rstrip().rstrip(";") for path in views),
        ]
    )


def _scalar(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = con.execute(sql).fetchone()
    assert row is not None
    return int(row[0])
