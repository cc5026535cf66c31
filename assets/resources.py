"""The resource of the assets: where the reports, the staging and the warehouse are.

The defaults are the process's settings; a run may have others (``ogi ingest`` passes its own), and they are
kept with the run, so that a re-execution in the UI works on the same files.

Belongs here: what a run is configured with, and the marks of a run that others look for. What is done with the files
is ``pipeline``'s.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from pathlib import Path

from dagster import ConfigurableResource, DagsterInstance, DagsterRun, InitResourceContext

from assets.cheap_events import cheap_events
from pipeline.addresses import path_at, warehouse_address
from pipeline.settings import Execution, Settings
from pipeline.staging.progress import Progress, silent
from pipeline.staging.working_copy import local_staging, run_lock
from pipeline.system import lock

#: The tag of runs whose steps are executed by workers: by what.
EXECUTION = "ogi/execution"
#: The tag that says what started a run; one that a person starts in the UI has none.
STARTED_BY = "ogi/started_by"
#: The tag that says when a distributed run was last known to be alive, in seconds since 1970.
ALIVE = "ogi/alive"
#: Called with how far a step is; the command line shows a bar.
PROGRESS: ContextVar[Progress] = ContextVar("PROGRESS", default=silent)


def sign_of_life(instance: DagsterInstance, run_id: str) -> Path:
    """The lock file that the process of a run holds for as long as it lives."""
    return Path(instance.root_directory) / "alive" / run_id


def started_by(run: DagsterRun) -> str:
    """What started a run. A re-execution has the tags of the run that it repeats, which tell nothing about itself."""
    return "the Dagster UI" if run.parent_run_id else run.tags.get(STARTED_BY, "the Dagster UI")


def is_distributed(run: DagsterRun) -> bool:
    """Whether the steps of a run are executed by workers; where its tags do not say so, as the process's settings."""
    return Execution(run.tags.get(EXECUTION, Settings().execution)) is not Execution.IN_PROCESS


class Workplace(ConfigurableResource):  # type: ignore[type-arg]
    """The addresses of a run: paths or URLs. ``sources`` are files or folders of reports.

    ``warehouse`` is a file or a DuckLake, of which only the ``years`` are replaced, if any are given. With
    ``allow_removal`` a run publishes even if it drops much of what is published (``pipeline.warehouse.removals``).
    What is left out is as the process's settings say, so that the UI's launchpad needs no more than what differs.
    """

    sources: list[str] = []
    warehouse: str = ""
    staging: str = ""
    years: list[int] = []
    allow_removal: bool = False

    @cached_property
    def settings(self) -> Settings:
        """The process's settings with this run's addresses, as far as it has any of its own."""
        settings = Settings()
        own = {
            "warehouse": warehouse_address(self.warehouse) if self.warehouse else settings.warehouse,
            "staging": path_at(self.staging) if self.staging else settings.staging,
        }
        return settings.model_copy(update=own)

    @property
    def roots(self) -> list[Path]:
        """The sources as paths."""
        return [path_at(source) for source in self.sources] or [self.settings.source]

    @contextmanager
    def staged(self, *patterns: str, push: bool = True) -> Generator[Settings, None, None]:
        """The settings of a step, with the staging as a folder of this machine.

        ``patterns`` and ``push`` are as with ``pipeline.staging.working_copy.local_staging``.
        """
        settings = self.settings
        with local_staging(settings, patterns, push) as folder:
            yield settings.model_copy(update={"staging": folder})

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Generator["Workplace", None, None]:
        """A run has its staging to itself from its first step to its last; a schedule or sensor only looks.

        Dagster's pool keeps the runs of its queue apart, this also those that ``ogi ingest`` starts: two at a time
        would publish a mixture of both. The steps of a distributed run are processes of their own, which would wait for
        each other: only the queue keeps such runs apart, and what a year's tables were read from is compared before it
        is published.
        """
        if context.run is None or context.instance is None or is_distributed(context.run):
            yield self
            return
        run = context.run.run_id
        with (
            lock.shared(sign_of_life(context.instance, run)),
            lock.exclusive(run_lock(self.settings), f"run {run} (started by {started_by(context.run)})"),
            cheap_events(),
        ):
            yield self


def workplace(
    settings: Settings,
    sources: list[Path] | None = None,
    years: list[int] | None = None,
    allow_removal: bool = False,
) -> Workplace:
    """The resource with the addresses of some settings; ``sources`` instead of the settings' one, if given."""
    return Workplace(
        sources=[str(source) for source in sources or [settings.source]],
        warehouse=str(settings.warehouse),
        staging=str(settings.staging),
        years=years or [],
        allow_removal=allow_removal,
    )
