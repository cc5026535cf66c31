"""A publication that would drop much of what is published is refused, until a person allows it."""

import pytest

from pipeline.warehouse import removals
from pipeline.warehouse.errors import RemovalError
from tests.conftest import Place
from tests.support.nights import nightly
from tests.support.workspace import SeedText


@pytest.fixture
def many(place: Place, seed_text: SeedText, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Seven years of one agency, five of another one and a report of a third one, published."""
    for year in range(2019, 2026):
        place.put(f"{year}.txt", seed_text(0).replace("2025", str(year)))
    for year in range(2021, 2026):
        place.put(f"{year}_2.txt", seed_text(2).replace("2025", str(year)))
    place.put("other/2025.txt", seed_text(4).replace("2024", "2025"))
    nightly(place)
    assert place.query("SELECT count(*), count(DISTINCT agency_id) FROM dim_report") == [(13, 3)]
    return place


def refused(place: Place) -> str:
    before = place.settings.warehouse.read_bytes()
    with pytest.raises(RemovalError) as error:
        nightly(place, allow_removal=False)
    assert place.settings.warehouse.read_bytes() == before
    assert error.value.faults[removals.CHECK]
    return str(error.value)


def test_a_source_that_was_emptied_empties_nothing(many: Place) -> None:
    """The disk is not mounted: its folder is there, and empty."""
    many.raw.rename(many.folder / "away")
    many.raw.mkdir()
    said = refused(many)
    assert "13 of the 13 published reports would be dropped: 100.0% of all (OGI_MAX_REMOVAL allows 10%)" in said
    assert "; all of 7 years (2019, 2020, 2021 …); all of 3 agencies (红旗区" in said
    assert f"the source {many.raw} is empty. Why: file gone 13." in said
    assert "ogi ingest … --allow-removal" in said


def test_the_only_report_of_an_agency_is_not_dropped_unasked(many: Place) -> None:
    (many.raw / "other/2025.txt").unlink()
    said = refused(many)
    assert "1 of the 13 published reports would be dropped: all of 红旗区渠东街道办事处. Why: file gone 1." in said


def test_a_file_that_is_rejected_now_drops_its_report(many: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    many.put("other/2025.txt", "一份通知")
    assert "all of 红旗区渠东街道办事处. Why: not_a_report 1." in refused(many)
    monkeypatch.setenv("OGI_MAX_REMOVAL", "1")
    assert [each.why for each in nightly(many, allow_removal=False).dropped] == ["not_a_report"]


def test_settings_that_reject_what_was_loaded(many: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OGI_LAST_YEAR", "2024")
    assert "3 of the 13 published reports would be dropped: 23.1% of all" in (said := refused(many))
    assert "all of 2025; all of 红旗区渠东街道办事处. Why: year_out_of_scope 3." in said
    result = nightly(many, allow_removal=True)
    assert [(each.year, each.why) for each in result.dropped] == [(2025, "year_out_of_scope")] * 3


def test_what_is_no_removal(many: Place, seed_text: SeedText) -> None:
    """A file that is called otherwise, one that has more text, and one that the manifest gives to another agency."""
    (many.raw / "2019.txt").rename(many.raw / "2019_new.txt")
    many.put("2020.txt", (many.raw / "2020.txt").read_text() + "\n")
    many.put("other/manifest.csv", "file,agency\n2025.txt,红旗区南街街道办事处\n")
    result = nightly(many, allow_removal=False)
    assert (result.unchanged_since, list(result.dropped)) == (None, [])
    assert many.query("SELECT count(*) FROM dim_report") == [(13,)]


def test_a_file_with_another_report_drops_the_one_that_it_had(many: Place, seed_text: SeedText) -> None:
    many.put("2019.txt", seed_text(3))
    assert "all of 2019. Why: file with other content 1." in refused(many)


def test_a_report_that_another_file_supersedes_is_dropped(many: Place) -> None:
    """A register or manifest that makes many agencies one."""
    many.put("other/manifest.csv", "file,agency\n2025.txt,红旗区东街街道办事处\n")
    assert "all of 红旗区渠东街道办事处. Why: superseded (file_order) 1." in refused(many)
