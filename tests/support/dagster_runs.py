"""Runs of the job `ingest` in this process."""

from pathlib import Path

from dagster import DagsterInstance, ExecuteInProcessResult

from assets.resources import workplace
from pipeline.definitions import defs
from tests.support.workspace import Place

FACTS = ["fact_application_handling", "fact_proactive_disclosure", "fact_reconsideration"]


def run(instance: DagsterInstance, place: Place, source: Path, year: str = "2025") -> ExecuteInProcessResult:
    """The job for one year."""
    return defs.resolve_job_def("ingest").execute_in_process(
        instance=instance,
        partition_key=year,
        run_config={"resources": {"workplace": {"config": workplace(place.settings, [source]).model_dump()}}},
        raise_on_error=False,
    )
