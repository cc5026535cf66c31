"""Files that are not in the warehouse, and why.

A reason is a line of ``reject_reasons.csv``, which the documentation shows: to add one, add a line.
"""

import csv
from importlib import resources

import pandera.polars as pa
import polars as pl

from schemas import base

with (resources.files("schemas") / "reject_reasons.csv").open(encoding="utf-8") as _file:
    #: The closed list of reasons: what each means and what to do, in English and Chinese.
    REJECT_REASONS: dict[str, dict[str, str]] = {row["reason"]: row for row in csv.DictReader(_file)}
#: The codes of the reasons, in the file's order.
REASONS = list(REJECT_REASONS)


class RejectedReport(base.Table):
    """未入库文件. One row a file under the source that did not become a report."""

    source_file: str = base.source_file()
    source_sha256: str = pa.Field(
        str_matches=r"^([0-9a-f]{64})?$",
        description="SHA-256 of the file's bytes, 64 hex digits; empty when the file could not be read.",
    )
    agency_id: str = pa.Field(
        nullable=True,
        str_matches=r"^[0-9a-f]{16}$",
        description="机关. Whose report it would be, where that was known before it was rejected.",
    )
    year: pl.Int32 = pa.Field(nullable=True, description="年度. Of which year it would be, where that was known.")
    reason: str = pa.Field(isin=REASONS, description="Why, from a closed list: " + ", ".join(REASONS) + ".")
    message: str = pa.Field(description="What was found and what to do.")
    seen_at: base.Moment = pa.Field(description="When this version of the file was first seen (UTC).")

    class Config(base.Table.Config):
        unique = ["source_file"]
