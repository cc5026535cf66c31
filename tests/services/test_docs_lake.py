"""What the documentation shows of a DuckLake is so: its commands one after another, in one folder."""

from tests.conftest import Place
from tests.support import shown


def test_a_lake_is_published_and_read_as_the_page_shows(place: Place) -> None:
    page = (shown.DOCS / "how-to" / "beyond-one-machine.md").read_text(encoding="utf-8")
    steps = [step for step in shown.commands(page) if "ducklake:" in step[0]]
    assert len(steps) == 2
    for command, output in steps:
        printed = shown.run(command, place)
        assert shown.is_shown(printed, output), printed
