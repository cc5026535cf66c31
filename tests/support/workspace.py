"""Folders for one test, in which it has all that the program reads and writes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from pipeline.settings import PROJECT, Settings
from pipeline.staging import collect, steps
from pipeline.warehouse import target
from pipeline.warehouse.provenance import PublishingRun
from pipeline.warehouse.publication import PublishResult

#: What the fixture ``seed_text`` gives: the text of a seed by its number.
SeedText = Callable[[int], str]
SHARED = PROJECT.parent / "shared"
SEEDS = PROJECT / "data" / "raw"


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
        names = ("source", "warehouse", "staging", "dagster_home", "max_removal")
        return {f"OGI_{name.upper()}": str(getattr(settings, name)) for name in names}

    def put(self, name: str, content: str | bytes) -> Path:
        """Write a raw file."""
        path = self.raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def ingest(self, source: Path | None = None) -> PublishResult:
        """Collect, read every year, publish; a person allows what is dropped."""
        settings = self.settings
        self.raw.mkdir(parents=True, exist_ok=True)
        collected = collect.collect([source or self.raw], settings)
        for year in collected.reports:
            steps.read_year(year, settings)
        now = datetime(2026, 11, 23)
        return target.publish(settings, PublishingRun("test", now, now, allow_removal=True))

    def query(self, sql: str, *parameters: object) -> list[tuple]:
        """Rows of a query on the published warehouse."""
        with duckdb.connect(str(self.settings.warehouse), read_only=True) as con:
            return con.execute(sql, list(parameters)).fetchall()
