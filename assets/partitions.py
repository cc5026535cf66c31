"""The one partitioning: by the year that a report is about.

A year becomes a partition on its first day, since some agencies that are dissolved report before it ends.
"""

from dagster import TimeWindowPartitionsDefinition

from assets.dagster_private import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG
from pipeline.forms import FIRST_YEAR
from pipeline.settings import ZONE

YEARS = TimeWindowPartitionsDefinition(
    start=str(FIRST_YEAR),
    fmt="%Y",
    cron_schedule="0 0 1 1 *",
    timezone=ZONE,
    end_offset=1,
)


def range_tags(first: str, last: str) -> dict[str, str]:
    """The tags of a run over all partitions from the first to the last, as the UI sets them for a range."""
    return {ASSET_PARTITION_RANGE_START_TAG: first, ASSET_PARTITION_RANGE_END_TAG: last}
