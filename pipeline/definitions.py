"""What Dagster loads: the assets, their resources, the job that runs them all, and what starts it.

Belongs here: gathering what ``assets`` has, by the settings. With ``cli.dagster_run``, which runs the same job, it is
the only module of ``pipeline`` that imports Dagster.
"""

import warnings

from dagster import (
    AssetsDefinition,
    AssetSelection,
    Definitions,
    ExecutorDefinition,
    JobDefinition,
    ResourceDefinition,
    define_asset_job,
    in_process_executor,
)

from assets import states, tables
from assets.automation import arrivals, nightly
from assets.diff import warehouse_diff
from assets.failures import failures
from assets.housekeeping import housekeeping
from assets.reports import raw_reports
from assets.resources import EXECUTION, workplace
from assets.warehouse import warehouse
from pipeline import worker
from pipeline.settings import Execution, Settings, load

INGEST = states.JOB


def _executor(settings: Settings) -> ExecutorDefinition:
    """The executor of a run's steps."""
    match settings.execution:
        case Execution.IN_PROCESS:
            return in_process_executor
        case Execution.CELERY:
            with worker.extra(settings.execution):
                from dagster_celery import celery_executor
            # It registers Celery's task for each step, and Celery warns each time that it has it already.
            warnings.filterwarnings("ignore", message="Task name 'execute_plan' is already registered")
            return celery_executor.configured(worker.celery_config(settings))
        case Execution.KUBERNETES:
            with worker.extra(settings.execution):
                from dagster_k8s import k8s_job_executor
            return k8s_job_executor


def _report_tables(settings: Settings) -> tuple[AssetsDefinition, dict[str, ResourceDefinition]]:
    """The report tables, in one step, or in several where there are workers; and the resources of those steps."""
    if settings.execution is Execution.IN_PROCESS:
        return tables.report_tables, {}
    from assets import distributed

    return distributed.report_tables, {distributed.NAMES: distributed.names}


def ingest_job_definition() -> JobDefinition:
    """The job; workers import it by this function's name."""
    return defs.resolve_job_def(INGEST)


_SETTINGS = load()
_TABLES, _RESOURCES = _report_tables(_SETTINGS)
_IS_DISTRIBUTED = _SETTINGS.execution is not Execution.IN_PROCESS

ingest_job = define_asset_job(
    INGEST,
    selection=AssetSelection.all(),
    description="Everything: parse the files, read the tables of the run's years, publish the warehouse. "
    "By hand: Materialize all… → All → Launch (nothing is chosen beforehand). Of all years only those that changed are "
    "read; a year that is chosen alone is read again. A launch without a partition is one over all years.",
    tags=states.DEFERRED | ({EXECUTION: _SETTINGS.execution.value} if _IS_DISTRIBUTED else {}),
)

defs = Definitions(
    assets=[raw_reports, _TABLES, warehouse, warehouse_diff],
    jobs=[ingest_job],
    schedules=[nightly],
    sensors=[arrivals, failures, housekeeping],
    resources={"workplace": workplace(_SETTINGS), **_RESOURCES},
    executor=_executor(_SETTINGS),
)
