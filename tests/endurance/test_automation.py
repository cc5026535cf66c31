"""Four runs one after another, by what arrives."""

from dagster import (
    DagsterInstance,
)

from tests.conftest import Place
from tests.support.automation import (
    add_file,
    by_day,
    execute,
    published,
    quick,  # noqa: F401 (a fixture of every test here)
)


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
