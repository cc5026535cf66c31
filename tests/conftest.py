"""What the tests share: a place of their own for every file the program writes, and a way to ingest into it."""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from dagster import DagsterInstance

from pipeline.settings import PROJECT
from tests.support import cpu_limit, scratch
from tests.support.ogi import elsewhere, imported, ogi, ogi_process  # noqa: F401 (fixtures)
from tests.support.services import _store, new_postgres, new_redis, new_s3, postgres, redis, s3  # noqa: F401 (fixtures)
from tests.support.workers import workers  # noqa: F401 (a fixture)
from tests.support.workspace import SEEDS, SHARED, Place  # noqa: F401 (tests import them from here)

#: The same examples in every run, so that a red suite is a change's fault (`make accuracy` has a fresh seed each time),
#: and as much time as they take: an example that is slow on a busy machine is no failure.
hypothesis.settings.register_profile(
    "ours", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("ours")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Limit the fast tests, and keep the tests' folders in memory."""
    config.pluginmanager.register(cpu_limit.CpuLimit([Path(__file__).parent / name for name in cpu_limit.FAST]))
    if config.option.basetemp or hasattr(config, "workerinput"):
        return
    run = contextlib.ExitStack()
    config.add_cleanup(run.close)
    if folder := run.enter_context(scratch.folder()):
        config.option.basetemp = folder


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Empty folders for one test."""
    return Place(tmp_path)


@pytest.fixture
def removal_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is published may be dropped, for tests that are not about that."""
    monkeypatch.setenv("OGI_MAX_REMOVAL", "1")


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The warehouse of the five reports that the project carries. Tests only read it."""
    place = Place(tmp_path_factory.mktemp("seeds"))
    place.ingest(SEEDS)
    return place


@pytest.fixture(scope="session")
def seed_text() -> Callable[[int], str]:
    """The text of a seed by its number."""
    return lambda number: next(SEEDS.glob(f"{number:03}_*.txt")).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def dagster_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Dagster home with its databases made and nothing in them, to be copied: making them takes a second."""
    home = tmp_path_factory.mktemp("dagster")
    (home / "dagster.yaml").write_bytes((PROJECT / "dagster.yaml").read_bytes())
    with DagsterInstance.from_config(str(home)) as instance:
        instance.get_runs(limit=1)
        instance.all_instigator_state()
    return home


@pytest.fixture
def instance(place: Place, dagster_home: Path) -> Iterator[DagsterInstance]:
    """A Dagster instance of its own, on disk, as dagster.yaml has it."""
    shutil.copytree(dagster_home, place.settings.dagster_home)
    with DagsterInstance.from_config(str(place.settings.dagster_home)) as made:
        yield made
