"""A DuckLake as a target: opening it, as it is or as it was, and the snapshots that are kept of it.

Belongs here: what commands that only read need of a lake as a warehouse. Catalogs, extensions and stores are
``ducklake_connection``'s; writing is ``ducklake_publish``'s, which is imported only to publish.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import duckdb

from pipeline.addresses import Lake
from pipeline.warehouse import ducklake_connection
from pipeline.warehouse.kept import PUBLISHED, Kept
from pipeline.warehouse.provenance import PublishingRun

if TYPE_CHECKING:
    from pipeline.settings import Settings
    from pipeline.staging.folder import Staging
    from pipeline.warehouse.publication import PublishResult


@dataclass(frozen=True, slots=True)
class DuckLake:
    """A warehouse in a lake. Each publication is a transaction of its own, of all years or of some."""

    address: Lake

    def __str__(self) -> str:
        return str(self.address)

    @property
    def version(self) -> str:
        """The address, with the snapshot if there is one."""
        return str(self) if self.address.at is None else f"{self}, snapshot {self.address.at}"

    @property
    def keeps_history(self) -> bool:
        """Yes: snapshots are kept for the days that the settings name."""
        return True

    @property
    def replaces_years(self) -> bool:
        """Yes: several writers may publish years of their own."""
        return True

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open the lake for reading, at its snapshot or moment."""
        return ducklake_connection.connect(self.address)

    def attach(self, con: duckdb.DuckDBPyConnection, name: str) -> None:
        """Open the lake for reading, as a database in a connection."""
        ducklake_connection.attach(con, self.address, name)

    def is_same(self, other: object) -> bool:
        """Never: DuckDB attaches a lake as often as is asked."""
        return False

    def at(self, moment: datetime) -> DuckLake:
        """The lake as it was at a moment."""
        return DuckLake(replace(self.address, at=moment))

    def previous(self) -> DuckLake | None:
        """The snapshot before the last publication."""
        with self.connect() as con:
            kept = ducklake_connection.snapshots(con)
        return DuckLake(replace(self.address, at=kept[1].snapshot_id)) if len(kept) > 1 else None

    def refuse_foreign(self, settings: Settings) -> None:
        """Raise if the catalog is a file that is not a DuckLake's. Whose lake it is, the publication asks."""
        ducklake_connection.refuse_foreign_catalog(self.address)

    def kept(self) -> list[Kept]:
        """The lake and its snapshots."""
        with self.connect() as con:
            snapshots = ducklake_connection.snapshots(con)
        return [Kept(PUBLISHED, self)] + [
            Kept(f"snapshot {each.snapshot_id}", DuckLake(replace(self.address, at=each.snapshot_id)), each.run_id)
            for each in snapshots[1:]
        ]

    def restore(self, settings: Settings, publication: Kept) -> None:
        """Publish the rows of a snapshot again."""
        from pipeline.warehouse import ducklake_restore

        kept = publication.target.address
        assert isinstance(kept, Lake)
        ducklake_restore.restore(self.address, kept, settings)

    def publish(self, settings: Settings, run: PublishingRun, years: Collection[int] | None = None) -> PublishResult:
        """Publish all years, or some, in one transaction."""
        from pipeline.warehouse import ducklake_publish

        return ducklake_publish.publish(self.address, settings, run, years)

    def affected_agencies(self, staged: AbstractContextManager[Staging]) -> list[str] | None:
        """Not known: other writers publish too, and staging here does not tell what."""
        return None
