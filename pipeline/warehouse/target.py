"""Where a warehouse is published to and read from: one protocol, and a module for each kind of target.

The kinds are a DuckDB file (``duckdb_file``) and a DuckLake (``ducklake``). A further kind is a module with a class
like these two, and a line in ``_KINDS``.

Belongs here: what can be done with any target, and the one function that makes a target of an address. Addresses
themselves are ``pipeline.addresses``'s, plain data that settings hold. Commands that only read import this module, so
that it imports no code that builds: the implementations import theirs when they publish.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import duckdb

from pipeline.addresses import Address, Lake
from pipeline.warehouse.duckdb_file import DuckDBFile
from pipeline.warehouse.ducklake import DuckLake
from pipeline.warehouse.kept import Kept
from pipeline.warehouse.provenance import PublishingRun

if TYPE_CHECKING:
    from pipeline.settings import Settings
    from pipeline.staging.folder import Staging
    from pipeline.warehouse.publication import PublishResult


class Target(Protocol):
    """A warehouse at an address, whether or not anything was published there yet. ``str`` gives the address."""

    @property
    def address(self) -> Address:
        """The address, for settings and for ``target_at``."""

    @property
    def version(self) -> str:
        """The address in words, with the snapshot where it is not the latest."""

    @property
    def keeps_history(self) -> bool:
        """Whether the warehouse can be read as it was at an earlier moment (``at``)."""

    @property
    def replaces_years(self) -> bool:
        """Whether some years can be published while the others stay."""

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open it for reading: its tables and views are those of the connection.

        Raises:
            FileNotFoundError: nothing was published there.
            TargetError: it cannot be opened.
            duckdb.Error: it is no warehouse, or another program is writing to it.
        """

    def attach(self, con: duckdb.DuckDBPyConnection, name: str) -> None:
        """Open it for reading in a connection, as a database of this name. Raises as ``connect`` does."""

    def is_same(self, other: object) -> bool:
        """Whether another target is the very same file, which DuckDB does not attach twice."""

    def at(self, moment: datetime) -> Target:
        """The warehouse as it was at a moment.

        Raises:
            UnsupportedError: nothing is kept of what it was.
        """

    def previous(self) -> Target | None:
        """The warehouse that the last publication replaced; None where it is not kept, or there was none.

        Raises:
            FileNotFoundError: nothing was published there.
            TargetError: it cannot be opened.
        """

    def refuse_foreign(self, settings: Settings) -> None:
        """Raise if something lies at the address that is not a warehouse of this program: it would be lost.

        Raises:
            ForeignError: it does.
        """

    def kept(self) -> list[Kept]:
        """What is kept of the publications, the latest first; the first one is ``PUBLISHED``.

        Raises:
            FileNotFoundError: nothing was published there.
            TargetError: it cannot be opened.
        """

    def restore(self, settings: Settings, publication: Kept) -> None:
        """Publish again what was published before; what it replaces is kept as with any publication.

        Raises:
            PublishError: it cannot be written, or not be brought back. The warehouse is as it was.
        """

    def publish(self, settings: Settings, run: PublishingRun, years: Collection[int] | None = None) -> PublishResult:
        """Publish all that is staged, or only some years of it.

        Raises:
            PublishError: the warehouse cannot be written, or what was built fails its checks. It is as it was.
            StagingError: what is staged is missing or damaged.
        """

    def affected_agencies(self, staged: AbstractContextManager[Staging]) -> list[str] | None:
        """Agencies whose rows may differ from those of ``previous``; None where any may.

        ``staged`` is entered only where the answer is in staging.
        """


#: By type of address, what makes its target.
_KINDS: dict[type[Any], Callable[[Any], Target]] = {Path: DuckDBFile, Lake: DuckLake}


def target_at(address: Address) -> Target:
    """The target at an address."""
    for kind, make in _KINDS.items():
        if isinstance(address, kind):
            return make(address)
    raise TypeError(f"no kind of warehouse has addresses like {address!r}")


def publish(settings: Settings, run: PublishingRun, years: Collection[int] | None = None) -> PublishResult:
    """Publish what is staged to the warehouse that the settings name; see ``Target.publish``."""
    from pipeline.staging.folder import Staging
    from pipeline.warehouse.publication import note_unchanged

    result = target_at(settings.warehouse).publish(settings, run, years)
    if result.unchanged_since is not None and years is None and not run.dry_run:
        note_unchanged(Staging(settings.staging), result.unchanged_run, run.started_at)
    return result
