"""The command ``doctor``: what is wrong with an installation, its settings and its warehouse, and what to do about it.

Belongs here: the order of what is looked at, how it is printed, and what concerns this program: its settings, runs and
warehouse. Python, packages and disks are ``doctor_machine``'s. It only looks: no folder is made, nothing is changed.
"""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click
import duckdb

from pipeline.addresses import Lake, is_url
from pipeline.cli import doctor_machine
from pipeline.cli.doctor_machine import Finding, fine, todo, unneeded
from pipeline.settings import PREFIX, Settings, SettingsError, load, misspelt
from pipeline.system import lock
from pipeline.warehouse.errors import TargetError
from pipeline.warehouse.provenance import CODE
from pipeline.warehouse.target import target_at

#: The daemon writes a sign of life every half minute; after so long it is taken for dead.
_SILENT_SECONDS = 300
#: Of those that start runs; what an earlier version of Dagster had besides is silent for ever.
_SIGNS_OF_LIFE = "SELECT body FROM daemon_heartbeats WHERE daemon_type IN ('SCHEDULER', 'SENSOR')"
_SIGNS = {True: "✔", False: "✘", None: "–"}
#: Settings whose values may hold a secret.
_SECRET = {"webhook_url", "broker"}


@click.command()
def doctor() -> None:
    """Look at everything that ogi needs, and say what to do about what is wrong.

    Python and packages, settings and where each comes from, folders and rights, room on the disk, locks and who holds
    them, the warehouse, Dagster's daemon, what is installed for stores, lakes and several machines. A line each: ✔ is
    fine, ✘ must be seen to, – is not needed. Nothing is changed.

    Exit code: 0 nothing must be done, 1 something must, 2 wrong usage.

    \b
    Example:
      ogi doctor
      OGI_WAREHOUSE=/data/ogi.duckdb ogi doctor
    """
    is_fine = True
    for finding in _findings():
        is_fine &= finding.is_fine is not False
        click.echo(f"{_SIGNS[finding.is_fine]} {finding.subject:<14}{finding.text}")
    if not is_fine:
        raise click.exceptions.Exit(1)


def _findings() -> Iterator[Finding]:
    yield from doctor_machine.python()
    yield from doctor_machine.packages()
    for line in misspelt():
        yield todo("settings", line)
    try:
        settings = load()
    except SettingsError as error:
        for line in str(error).splitlines():
            yield todo("settings", line)
        yield todo("settings", "the rest is looked at once these are right")
        return
    yield from _settings(settings)
    yield from doctor_machine.extras(_needed_extras(settings))
    yield from doctor_machine.formats()
    yield from _folders(settings)
    yield from doctor_machine.room(_written(settings), _size(settings.warehouse))
    yield from _locks(settings)
    yield from _warehouse(settings)
    yield from _daemon(settings)


def _settings(settings: Settings) -> Iterator[Finding]:
    """Each setting that has another value than its default."""
    given = sorted(settings.model_fields_set)
    for name in given:
        value = "(set, and not shown: it may hold a secret)" if name in _SECRET else getattr(settings, name)
        yield fine("settings", f"{PREFIX}{name.upper()}={value} from the environment")
    others = len(Settings.model_fields) - len(given)
    yield fine("settings", f"{others} with their defaults, which `docs/reference` lists")


def _needed_extras(settings: Settings) -> dict[str, str]:
    """The extras that the settings need, with the setting that needs each."""
    needed = {}
    for name in ("source", "staging", "lake_data"):
        if str(getattr(settings, name)).startswith("s3:"):
            needed["s3"] = f"{PREFIX}{name.upper()}"
    if isinstance(settings.warehouse, Lake):
        needed["lake"] = "OGI_WAREHOUSE"
    if settings.execution.value != "in_process":
        needed[settings.execution.value] = "OGI_EXECUTION"
    if settings.dagster_postgres and "kubernetes" not in needed:
        needed["celery"] = needed.get("celery", "OGI_DAGSTER_POSTGRES")
    return needed


def _folders(settings: Settings) -> Iterator[Finding]:
    yield _source(settings)
    for name, folder in _written_by_setting(settings).items():
        yield doctor_machine.writable(name, folder, f"{PREFIX}{name.upper()}")
    for name in ("staging", "lake_data"):
        value = getattr(settings, name)
        if value is not None and is_url(value):
            yield unneeded(name, f"{value}: a store is not looked at")


def _source(settings: Settings) -> Finding:
    source = settings.source
    if is_url(source):
        return unneeded("source", f"{source}: a store is not looked at")
    return doctor_machine.readable("source", source, "OGI_SOURCE")


def _written_by_setting(settings: Settings) -> dict[str, Path]:
    """The folders that runs write to, by setting."""
    found = {"dagster_home": settings.dagster_home, "failure_log": settings.failure_log.parent}
    if is_url(settings.staging):
        found["scratch"] = settings.scratch
    else:
        found["staging"] = settings.staging
    if isinstance(settings.warehouse, Path):
        found["warehouse"] = settings.warehouse.parent
    return found


def _written(settings: Settings) -> list[Path]:
    return list(_written_by_setting(settings).values())


def _size(warehouse: object) -> int:
    return warehouse.stat().st_size if isinstance(warehouse, Path) and warehouse.is_file() else 0


def _locks(settings: Settings) -> Iterator[Finding]:
    """Locks that are held: a run is in progress, which is no fault; others wait for it."""
    home = settings.dagster_home
    paths = {home / ".opening": "Dagster home", home / ".distributed": "distributed runs"}
    if not is_url(settings.staging):
        paths[settings.staging / ".lock"] = "staging"
    if isinstance(settings.warehouse, Path):
        paths[settings.warehouse.with_name(f".{settings.warehouse.name}.lock")] = "warehouse"
    is_any = False
    for path, what in paths.items():
        try:
            if holders := lock.holders(path):
                is_any = True
                yield fine("locks", f"{what}: held by {holders}; other runs wait until it is free ({path})")
        except OSError as error:
            yield todo("locks", f"{path}: {error.strerror}; give the right to read it")
    if not is_any:
        yield fine("locks", "none is held: no run is in progress on this machine")


def _warehouse(settings: Settings) -> Iterator[Finding]:
    try:
        target = target_at(settings.warehouse)
        with closing(target.connect()) as con:
            reports, last = con.execute("SELECT count(*), max(year) FROM dim_report").fetchall()[0]
            code, finished = con.execute(
                "SELECT code_version, finished_at FROM ingest_run ORDER BY finished_at DESC LIMIT 1"
            ).fetchall()[0]
    except (FileNotFoundError, TargetError, PermissionError) as error:
        yield todo("warehouse", str(error))
        return
    except (duckdb.Error, LookupError) as error:
        line = " ".join(str(error).split())
        yield todo("warehouse", f"{settings.warehouse} cannot be read as a warehouse: {line}; give another one, or end "
                   "the program that writes to it")  # fmt: skip
        return
    yield fine("warehouse", f"{target}: {reports} reports until {last}, published {finished:%Y-%m-%d %H:%M} UTC")
    if code != CODE:
        yield todo("warehouse", f"of version {code}, and this program is {CODE}: `ogi ingest` brings it up to date")
    else:
        yield fine("warehouse", f"of version {code}, as this program")


def _daemon(settings: Settings) -> Iterator[Finding]:
    """Whether Dagster's daemon is alive, by the signs of life that it writes into its home."""
    if settings.dagster_postgres:
        yield unneeded("daemon", "its signs of life are in PostgreSQL, and not looked at: see the UI, Deployment")
        return
    database = settings.dagster_home.absolute() / "history" / "runs.db"
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as con:
            last = [json.loads(row[0])["timestamp"] for row in con.execute(_SIGNS_OF_LIFE)]
    except (sqlite3.Error, ValueError, KeyError) as error:
        if database.exists():
            yield todo("daemon", f"{database} cannot be read: {error}")
            return
        last = []
    if not last:
        yield unneeded("daemon", "has never run in this Dagster home; nightly runs need it: make ui")
    elif (silent := time.time() - min(last)) > _SILENT_SECONDS:
        when = datetime.fromtimestamp(min(last), UTC)
        yield todo("daemon", f"silent since {when:%Y-%m-%d %H:%M} UTC, nothing runs by itself: start it (make ui)")
    else:
        yield fine("daemon", f"alive, its last sign was {silent:.0f} s ago")
