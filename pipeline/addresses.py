"""Addresses of reports, staging and warehouse: a path, a URL that fsspec knows, or a DuckLake.

Belongs here: parsing an address and telling its kind. What lies there is opened by ``sources``, ``staging`` and
``warehouse``.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import cast

#: The warehouse where no setting and no option names another.
DEFAULT_WAREHOUSE = Path(__file__).resolve().parents[1] / "data" / "warehouse" / "ogi.duckdb"
_SCHEME = "ducklake:"
#: DuckDB's extension for each kind of catalog.
CATALOGS = {"postgres": "postgres_scanner", "sqlite": "sqlite_scanner"}


def is_url(address: str | os.PathLike[str]) -> bool:
    """Whether an address is a URL rather than a path."""
    return "://" in str(address)


def path_at(address: str | os.PathLike[str]) -> Path:
    """The path at an address; for a URL a ``UPath``, which has the methods of one."""
    if not is_url(address):
        return Path(address)
    from upath import UPath  # slow to import, and rarely needed

    return cast(Path, UPath(address))


@dataclass(frozen=True, slots=True)
class Lake:
    """A DuckLake by its catalog, which stands behind ``ducklake:`` in its address; now, or ``at`` a snapshot or moment.

    >>> str(Lake("sqlite:/data/ogi.sqlite"))
    'ducklake:sqlite:/data/ogi.sqlite'
    """

    catalog: str
    at: int | datetime | None = None

    def __str__(self) -> str:
        return _SCHEME + self.catalog

    @property
    def kind(self) -> str:
        """The kind of its catalog: ``postgres`` or ``sqlite``."""
        return self.catalog.partition(":")[0]

    @property
    def file(self) -> Path | None:
        """The file of a SQLite catalog; None for PostgreSQL."""
        return Path(self.catalog.partition(":")[2]) if self.kind == "sqlite" else None

    @property
    def data(self) -> str | None:
        """The default folder of a new lake's Parquet files: beside a SQLite catalog; None for PostgreSQL."""
        return f"{self.file}.files/" if self.file else None


#: Where a warehouse is published: a DuckDB file or a DuckLake.
Address = Path | Lake


def warehouse_address(address: str | os.PathLike[str] | Lake) -> Address:
    """The address of a warehouse from its text. The path of a SQLite catalog is made absolute, since others open it.

    Raises:
        ValueError: it is a DuckLake's and has no catalog of a known kind, or a password.
    """
    if isinstance(address, Lake):
        return address
    text = str(address)
    if not text.startswith(_SCHEME):
        return Path(text)
    lake = Lake(text.removeprefix(_SCHEME))
    if lake.kind not in CATALOGS or ":" not in lake.catalog:
        raise ValueError(f"{text}: a DuckLake is given as ducklake:postgres:dbname=… or ducklake:sqlite:FILE")
    if "password" in lake.catalog.lower():
        raise ValueError(
            "a DuckLake's address has no password in it, it is written down in many places: set PGPASSWORD"
        )
    return replace(lake, catalog=f"sqlite:{lake.file.absolute()}") if lake.file else lake
