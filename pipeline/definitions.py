"""What Dagster loads: the assets, their resources, the job that runs them all, and what starts it.

The only module of ``pipeline`` that knows Dagster, with ``cli``, which starts the same job.
"""

from dagster import AssetSelection, Definitions, define_asset_job, in_process_executor

from assets.automation import JOB, arrivals, failures, nightly
from assets.diff import warehouse_diff
from assets.housekeeping import housekeeping
from assets.reports import raw_reports
from assets.resources import workplace
from assets.tables import report_tables
from assets.warehouse import warehouse
from pipeline.settings import Settings

INGEST = JOB

ingest_job = define_asset_job(
    INGEST,
    selection=AssetSelection.all(),
    description="Everything: take in the files, read the tables of the run's years, publish the warehouse.",
)

defs = Definitions(
    assets=[raw_reports, report_tables, warehouse, warehouse_diff],
    jobs=[ingest_job],
    schedules=[nightly],
    sensors=[arrivals, failures, housekeeping],
    resources={"workplace": workplace(Settings())},
    executor=in_process_executor,
)
