"""A publication that can still be read, whatever kind of target keeps it.

Belongs here: the record that the kinds of target give and ``history`` reads. Imports nothing that builds or opens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.warehouse.target import Target

#: What the published warehouse itself is called among what is kept.
PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a publication is called, where it is, and of which run it is; empty where only the warehouse says that."""

    name: str
    target: Target
    run_id: str = ""
