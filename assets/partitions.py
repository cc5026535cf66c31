"""The one partitioning: by the year that a report is about.

A year becomes a partition on its first day, since some agencies that are dissolved report before it ends.
"""

from dagster import TimeWindowPartitionsDefinition

from pipeline.forms import FIRST_YEAR
from pipeline.settings import ZONE

YEARS = TimeWindowPartitionsDefinition(
    start=str(FIRST_YEAR),
    fmt="%Y",
    cron_schedule="0 0 1 1 *",
    timezone=ZONE,
    end_offset=1,
)
