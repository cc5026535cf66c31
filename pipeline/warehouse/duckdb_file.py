"""A DuckDB file as a target: where it is, opening it, and the file that it replaced.

Belongs here: what commands that only read need of a file. Making and replacing it is ``duckdb_file_publish``'s,
which is imported only to publish.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import duckdb

from pipeline import sql
from pipeline.addresses import is_url
from pipeline.warehouse import kept_files
from pipeline.warehouse.errors import LockedError, PublishError, UnsupportedError
from pipeline.warehouse.kept import PUBLISHED, Kept
from pipeline.warehouse.provenance import LATEST_RUN, PublishingRun

if TYPE_CHECKING:
    from pipeline.settings import Settings
    from pipeline.staging.folder import Staging
    from pipeline.warehouse.publication import PublishResult


@dataclass(frozen=True, slots=True)
class DuckDBFile:
    """A warehouse in a file. It is replaced whole; the files that were replaced last are kept beside it."""

    address: Path

    def __str__(self) -> str:
        return str(self.address)

    @property
    def version(self) -> str:
        """The address: there is one version only."""
        return str(self)

    @property
    def keeps_history(self) -> bool:
        """No: some publications are kept, but not every moment."""
        return False

    @property
    def replaces_years(self) -> bool:
        """No: a file is replaced whole."""
        return False

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open the file for reading."""
        self._expect()
        return duckdb.connect(str(self.address), read_only=True)

    def attach(self, con: duckdb.DuckDBPyConnection, name: str) -> None:
        """Open the file for reading, as a database in a connection."""
        self._expect()
        con.execute(f"ATTACH {sql.literal(self.address)} AS {name} (READ_ONLY, TYPE duckdb)")

    def _expect(self) -> None:
        if not self.address.is_file():
            raise FileNotFoundError(
                f"there is no warehouse at {self}: run `ogi ingest` first, or give --warehouse FILE"
            )

    def is_same(self, other: object) -> bool:
        """Whether another target is the very same file, under whatever path."""
        return isinstance(other, DuckDBFile) and other.address.is_file() and self.address.samefile(other.address)

    def at(self, moment: datetime) -> NoReturn:
        """Refuse: a file is only as it is now."""
        raise UnsupportedError(f"{self} is a file, which is only as it is now; a DuckLake keeps what was")

    def previous(self) -> DuckDBFile | None:
        """The file that the last publication replaced."""
        path = kept_files.previous_path(self.address)
        return DuckDBFile(path) if path.is_file() else None

    def refuse_foreign(self, settings: Settings) -> None:
        """Raise if the file is not ours. Whether a damaged one is, a staging at a URL tells only the publication."""
        from pipeline.staging.folder import Staging
        from pipeline.warehouse import duckdb_file_publish, published_file

        with contextlib.suppress(LockedError):  # that may be over by the time that the file is replaced
            if is_url(settings.staging):
                published_file.expect_ours(self.address, lambda: True)
            else:
                duckdb_file_publish.refuse_foreign(self.address, Staging(settings.staging))

    def kept(self) -> list[Kept]:
        """The published file and those that it replaced."""
        published = [Kept(PUBLISHED, self)] if self.address.is_file() else []
        folder = self.address.parent
        return published + [
            Kept(str(path.relative_to(folder)), DuckDBFile(path)) for path in kept_files.kept(self.address)
        ]

    def restore(self, settings: Settings, publication: Kept) -> None:
        """Put a copy of a kept file in the place of the published one."""
        from pipeline.warehouse import duckdb_file_restore

        duckdb_file_restore.restore(self.address, Path(str(publication.target.address)), settings)

    def publish(self, settings: Settings, run: PublishingRun, years: Collection[int] | None = None) -> PublishResult:
        """Publish all years in a new file."""
        from pipeline.warehouse import duckdb_file_publish

        if years is not None:
            raise PublishError(f"{self}: a file is replaced whole; only a DuckLake can have some of its years replaced")
        if self.address.is_dir():
            raise PublishError(f"{self} is a folder; give the path of a file")
        return duckdb_file_publish.publish(self.address, settings, run)

    def affected_agencies(self, staged: AbstractContextManager[Staging]) -> list[str] | None:
        """What the last publication noted in staging, if it was an incremental build."""
        from pipeline.warehouse import incremental

        before = self.previous()
        if before is None:
            return None
        try:
            with before.connect() as con:
                replaced_run = sql.scalar(con, f"SELECT run_id FROM {LATEST_RUN}")
        except (duckdb.Error, FileNotFoundError, LookupError):
            return None
        with staged as staging:
            return incremental.affected_agencies(staging, self.address, replaced_run)
