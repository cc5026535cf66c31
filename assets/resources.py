"""What the assets need from outside: where the reports, the staging and the warehouse are.

The defaults are the process's settings; a run may have others (``ogi ingest`` passes its own), and they are
kept with the run, so that a re-execution in the UI works on the same files.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from dagster import ConfigurableResource, DagsterInstance, InitResourceContext

from pipeline import lock
from pipeline.ingest import Progress
from pipeline.settings import Settings
from pipeline.staging import Staging

#: Who is told how far a step is; the command line shows a bar.
PROGRESS: ContextVar[Progress] = ContextVar("PROGRESS", default=lambda _what, _done, _total: None)


def sign_of_life(instance: DagsterInstance, run_id: str) -> Path:
    """The lock file that the process of a run holds for as long as it lives."""
    return Path(instance.root_directory) / "alive" / run_id


class Workplace(ConfigurableResource):  # type: ignore[type-arg]
    """The folders of a run. ``sources`` are files or folders of reports."""

    sources: list[str]
    warehouse: str
    staging: str

    @property
    def settings(self) -> Settings:
        """The process's settings with this run's folders."""
        return Settings(warehouse=Path(self.warehouse), staging=Path(self.staging))

    @property
    def roots(self) -> list[Path]:
        """The sources as paths."""
        return [Path(source) for source in self.sources]

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Generator["Workplace", None, None]:
        """A run has its staging to itself from its first step to its last; a schedule or sensor only looks.

        Dagster's pool keeps the runs of its queue apart, this also those that ``ogi ingest`` starts: two at a time
        would publish a mixture of both.
        """
        if context.run is None or context.instance is None:
            yield self
            return
        run, by = context.run.run_id, context.run.tags.get("ogi/started_by", "the Dagster UI")
        with (
            lock.shared(sign_of_life(context.instance, run)),
            lock.exclusive(Staging(Path(self.staging)).lock, f"run {run} (started by {by})"),
        ):
            yield self


def workplace(settings: Settings, sources: list[Path] | None = None) -> Workplace:
    """The folders that settings name; ``sources`` instead of the settings' one, if given."""
    return Workplace(
        sources=[str(source) for source in sources or [settings.source]],
        warehouse=str(settings.warehouse),
        staging=str(settings.staging),
    )
