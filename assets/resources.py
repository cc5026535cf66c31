"""What the assets need from outside: where the reports, the staging and the warehouse are.

The defaults are the process's settings; a run may have others (``ogi ingest`` passes its own), and they are
kept with the run, so that a re-execution in the UI works on the same files.
"""

from contextvars import ContextVar
from pathlib import Path

from dagster import ConfigurableResource

from pipeline.ingest import Progress
from pipeline.settings import Settings

#: Who is told how far a step is; the command line shows a bar.
PROGRESS: ContextVar[Progress] = ContextVar("PROGRESS", default=lambda _what, _done, _total: None)


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


def workplace(settings: Settings, sources: list[Path] | None = None) -> Workplace:
    """The folders that settings name; ``sources`` instead of the settings' one, if given."""
    return Workplace(
        sources=[str(source) for source in sources or [settings.source]],
        warehouse=str(settings.warehouse),
        staging=str(settings.staging),
    )
