"""What the tests share: a place of their own for every file the program writes, and a way to ingest into it."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from dagster import DagsterInstance

from pipeline.settings import PROJECT, Settings
from pipeline.staging import collect, steps
from pipeline.warehouse import duckdb_file
from tests.support import cpu_limit, scratch
from tests.support.services import _store, new_postgres, new_redis, new_s3, postgres, redis, s3  # noqa: F401 (fixtures)
from tests.support.workers import workers  # noqa: F401 (a fixture)

SHARED = PROJECT.parent / "shared"
SEEDS = PROJECT / "data" / "raw"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Limit the fast tests, and keep the tests' folders in memory."""
    config.pluginmanager.register(cpu_limit.CpuLimit([Path(__file__).parent / name for name in cpu_limit.FAST]))
    if config.option.basetemp or hasattr(config, "workerinput"):
        return
    run = contextlib.ExitStack()
    config.add_cleanup(run.close)
    if folder := run.enter_context(scratch.folder()):
        config.option.basetemp = folder


@dataclass
class Place:
    """Folders for one test, and the core's three steps over them, without Dagster."""

    folder: Path

    @property
    def raw(self) -> Path:
        return self.folder / "raw"

    @property
    def settings(self) -> Settings:
        return Settings(
            source=self.raw,
            warehouse=self.folder / "warehouse" / "ogi.duckdb",
            staging=self.folder / "staging",
            dagster_home=self.folder / "dagster",
        )

    @property
    def environment(self) -> dict[str, str]:
        """The settings as environment variables, for a process of its own."""
        settings = self.settings
        return {
            f"OGI_{name.upper()}": str(getattr(settings, name))
            for name in ("source", "warehouse", "staging", "dagster_home")
        }

    def put(self, name: str, content: str | bytes) -> Path:
        """Write a raw file."""
        path = self.raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def ingest(self, source: Path | None = None) -> duckdb_file.Published:
        """Collect, read every year, publish."""
        from datetime import datetime

        settings = self.settings
        self.raw.mkdir(parents=True, exist_ok=True)
        collected = collect.collect([source or self.raw], settings)
        for year in collected.reports:
            steps.read_year(year, settings)
        now = datetime(2026, 11, 23)
        return duckdb_file.publish(settings, duckdb_file.Run("test", now, now))

    def query(self, sql: str, *parameters: object) -> list[tuple]:
        """Rows of a query on the published warehouse."""
        with duckdb.connect(str(self.settings.warehouse), read_only=True) as con:
            return con.execute(sql, list(parameters)).fetchall()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Empty folders for one test."""
    return Place(tmp_path)


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The warehouse of the five reports that the project carries. Tests only read it."""
    place = Place(tmp_path_factory.mktemp("seeds"))
    place.ingest(SEEDS)
    return place


@pytest.fixture(scope="session")
def seed_text() -> Callable[[int], str]:
    """The text of a seed by its number."""
    return lambda number: next(SEEDS.glob(f"{number:03}_*.txt")).read_text(encoding="utf-8")


@pytest.fixture
def instance(place: Place) -> Iterator[DagsterInstance]:
    """A Dagster instance of its own, on disk, as dagster.yaml has it."""
    place.settings.dagster_home.mkdir()
    (place.settings.dagster_home / "dagster.yaml").write_bytes((PROJECT / "dagster.yaml").read_bytes())
    with DagsterInstance.from_config(str(place.settings.dagster_home)) as made:
        yield made
