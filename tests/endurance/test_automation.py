"""Runs one after another, by what arrives."""

import os
from collections.abc import Callable

import pytest
from dagster import (
    DagsterInstance,
    RunRequest,
    SkipReason,
)

from pipeline.warehouse.pending import pending
from tests.conftest import Place
from tests.support.automation import (
    add_file,
    at_night,
    by_day,
    execute,
    published,
    quick,  # noqa: F401 (a fixture of every test here)
)
from tests.support.waivers import HEAD


def _changed(place: Place) -> None:
    path = next(place.raw.glob("000_*"))
    before = path.stat()
    data = path.read_bytes()
    path.write_bytes(data[:-1] + b" ")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _removed(place: Place) -> None:
    next(place.raw.glob("000_*")).unlink()


def _manifest(place: Place) -> None:
    path = place.put("manifest.csv", "file\n")
    os.utime(path, (0, 0))


def _waivers(place: Place) -> None:
    place.put("waivers.csv", HEAD)


def test_the_same_files_again_after_another_run_are_asked_for_again(instance: DagsterInstance, place: Place) -> None:
    """Run keys count for ever: a file that comes, goes and comes back must not be taken for the first time's."""
    published(instance, place)
    keys = []
    for change in (add_file, lambda place: (place.raw / "sub/new.txt").unlink(), add_file):
        change(place)
        request = by_day(instance, place)
        assert execute(instance, request).success
        keys.append(request.run_key)  # type: ignore[union-attr]
    assert len(set(keys)) == 3


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (add_file, "1 new"),
        (_changed, "1 changed"),
        (_removed, "1 removed"),
        (_manifest, "manifest.csv written"),
        (_waivers, "waivers.csv written"),
    ],
)
def test_whatever_changes_is_asked_for_once(
    instance: DagsterInstance, place: Place, what: Callable[[Place], None], said: str
) -> None:
    published(instance, place)
    what(place)
    found = pending(place.settings)
    assert said in str(found)
    first, again = by_day(instance, place), by_day(instance, place)
    assert isinstance(first, RunRequest)
    assert isinstance(again, RunRequest)
    assert first.run_key == again.run_key == f"arrivals-{found.state}"
    assert isinstance(at_night(instance, place), RunRequest)
    place.put("another.txt", "又")
    other = by_day(instance, place)
    assert isinstance(other, RunRequest)
    assert other.run_key != first.run_key
    assert execute(instance, other).success
    assert isinstance(by_day(instance, place), SkipReason)


def test_stale_staging_and_a_missing_warehouse_are_asked_for(instance: DagsterInstance, place: Place) -> None:
    published(instance, place)
    next((place.settings.staging / "read").iterdir()).write_text("another reader")
    assert "not read by this reader" in str(pending(place.settings))
    assert execute(instance, at_night(instance, place)).success
    assert not pending(place.settings)
    place.settings.warehouse.unlink()
    assert "no published warehouse" in str(pending(place.settings))
