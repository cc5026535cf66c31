"""Neighbouring years, judged again from night to night."""

from tests.conftest import Place
from tests.support.reports import SeedText, in_order, issues, of_year
from tests.support.rule_years import PENALTY, applications, carry, jump, rows


def test_neighbours_are_judged_again_when_one_report_changes(place: Place, seed_text: SeedText) -> None:
    first, second = of_year(seed_text(4), 2024), of_year(seed_text(4), 2025)
    place.put("2024.txt", first)
    place.put("2025.txt", second)
    place.ingest()
    assert issues(place) == []

    place.put("2024.txt", applications(2, 0, 1, 1)(first))
    place.ingest()
    assert in_order(issues(place)) == [
        carry(2024, "carried_forward", "natural_person", "0", "1"),
        carry(2024, "carried_forward", "total", "0", "1"),
        carry(2025, "carried_over", "natural_person", "1", "0"),
        carry(2025, "carried_over", "total", "1", "0"),
    ]

    place.put("2024.txt", first)
    place.ingest()
    assert issues(place) == []

    place.put("2025.txt", rows(行政处罚="0")(second))
    place.ingest()
    assert issues(place) == [jump(PENALTY, "52", "0")]

    (place.raw / "2024.txt").unlink()
    place.ingest()
    assert issues(place) == []
