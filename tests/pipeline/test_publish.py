"""The published file is replaced whole or not at all, and the same files always give the same one."""

from collections.abc import Callable

import duckdb
import pytest

from pipeline import rules
from pipeline.warehouse import accounting, duckdb_file_publish
from pipeline.warehouse.errors import PublishError
from pipeline.warehouse.kept_files import previous_path
from pipeline.warehouse.loading import Loading
from tests.conftest import SEEDS, Place
from tests.support.nights import content
from tests.support.workspace import SeedText


def test_a_warehouse_that_fails_its_checks_is_not_published(
    place: Place, seed_text: SeedText, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.put("a.txt", seed_text(0))
    place.ingest()
    before = place.settings.warehouse.read_bytes()
    real = rules.run

    def doubles(con: duckdb.DuckDBPyConnection) -> None:
        real(con)
        con.execute("INSERT INTO fact_reconsideration FROM fact_reconsideration")

    monkeypatch.setattr(rules, "run", doubles)
    place.put("b.txt", seed_text(2))
    with pytest.raises(PublishError, match=r"fact_reconsideration has 6 keys .* more than once"):
        place.ingest()
    assert place.settings.warehouse.read_bytes() == before
    assert [path.name for path in place.settings.warehouse.parent.iterdir()] == ["ogi.duckdb"]


def test_a_file_that_was_lost_on_the_way_is_found_out(
    place: Place, seed_text: SeedText, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.put("a.txt", seed_text(0))
    real = accounting.fill

    def loses(loading: Loading) -> None:
        real(loading)
        loading.con.execute("DELETE FROM rejected_report")

    monkeypatch.setattr(accounting, "fill", loses)
    place.put("b.txt", b"")
    with pytest.raises(PublishError, match="1 files are not accounted for exactly once"):
        place.ingest()


def test_a_reader_keeps_what_it_has_open(place: Place, seed_text: SeedText) -> None:
    place.put("a.txt", seed_text(0))
    place.ingest()
    with duckdb.connect(str(place.settings.warehouse), read_only=True) as reader:
        assert reader.execute("SELECT count(*) FROM dim_report").fetchone() == (1,)
        place.put("b.txt", seed_text(2))
        place.ingest()
        assert reader.execute("SELECT count(*) FROM dim_report").fetchone() == (1,)
    assert place.query("SELECT count(*) FROM dim_report") == [(2,)]


def test_the_same_files_give_the_same_rows_in_the_same_order(place: Place, seeds: Place, seed_text: SeedText) -> None:
    """However they arrive: here last first, in three nights of one, two and two."""
    names = [path.name for path in sorted(SEEDS.glob("*.txt"), reverse=True)]
    for night in (names[:1], names[1:3], names[3:]):
        for name in night:
            place.put(name, (SEEDS / name).read_bytes())
        place.ingest()
    assert content(place) == content(seeds)


def test_facts_are_stored_in_the_forms_order(seeds: Place) -> None:
    rows = seeds.query(
        "SELECT f.agency_id, f.year, i.sort_order FROM fact_application_handling f "
        "JOIN dim_application_item i USING (item) ORDER BY f.rowid"
    )
    assert rows == sorted(rows)


def test_a_large_year_is_read_in_batches(place: Place, seeds: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of two, with a contested agency and a rejected file between: the same rows as in one batch."""
    for path in SEEDS.glob("*.txt"):
        place.put(path.name, path.read_bytes())
        place.put(f"again/{path.name}", path.read_bytes())
    place.put("empty.txt", b"")
    monkeypatch.setenv("OGI_BATCH_REPORTS", "2")
    place.ingest()
    first, second = content(place), content(seeds)
    assert len(first.pop("superseded_report")) == 5
    assert len(first.pop("rejected_report")) == 1
    assert all(second[name] == rows for name, rows in first.items())


@pytest.mark.parametrize(
    ("losing", "manifest", "reason"),
    [
        (lambda text: text, "", "same_content"),
        (lambda text: text.replace("行政处罚\t0", "行政处罚\t"), "", "fewer_cells"),
        (lambda text: text + "。", "file,published\na.txt,2026-02-01\nb.txt,2026-01-31\n", "published_earlier"),
        (lambda text: text + "。", "", "file_order"),
    ],
)
def test_of_two_files_of_one_agency_and_year_one_stays(
    place: Place, seed_text: SeedText, losing: Callable[[str], str], manifest: str, reason: str
) -> None:
    place.put("a.txt", seed_text(0))
    place.put("b.txt", losing(seed_text(0)))
    if manifest:
        place.put("manifest.csv", manifest)
    place.ingest()
    assert place.query("SELECT source_file FROM dim_report") == [("a.txt",)]
    assert place.query("SELECT source_file, superseded_by, reason FROM superseded_report") == [
        ("b.txt", "a.txt", reason)
    ]


def test_the_manifest_wins_and_the_disagreement_is_named(place: Place, seed_text: SeedText) -> None:
    place.put("x/a.txt", seed_text(0))
    place.put(
        "x/manifest.csv",
        "file,agency,year,region_code,url,published\n"
        "a.txt,新乡市红旗区东街街道办事处,2024,410702,https://example.org/a,2026-01-31\n",
    )
    place.ingest()
    assert place.query(
        "SELECT name, region_code, year, url, published::VARCHAR FROM dim_report JOIN dim_agency USING (agency_id)"
    ) == [("新乡市红旗区东街街道办事处", "410702", 2024, "https://example.org/a", "2026-01-31")]
    assert place.query("SELECT rule, actual FROM quality_issue WHERE rule LIKE 'identity%'") == [
        ("identity_year", "2025")
    ]


@pytest.mark.parametrize(
    ("change", "reason", "different"),
    [
        (("行政处罚\t52", "行政处罚\t53"), "file_order", 1),
        (("行政处罚\t52", "行政处罚\t"), "fewer_cells", 1),
        (("渠东街道受理", "本街道受理"), "file_order", 0),
    ],
)
def test_two_reports_of_one_year_are_named_where_they_differ(
    place: Place, seed_text: SeedText, change: tuple[str, str], reason: str, different: int
) -> None:
    text = seed_text(4)
    assert text.count(change[0]) == 1
    place.put("a.txt", text)
    place.put("b.txt", text.replace(*change))
    place.ingest()
    assert place.query("SELECT source_file, superseded_by, reason FROM superseded_report") == [
        ("b.txt", "a.txt", reason)
    ]
    named = place.query("SELECT actual, message_en FROM quality_issue WHERE rule = 'report_repeated'")
    assert [int(actual) for actual, _ in named] == ([different] if different else [])
    assert all("b.txt" in message for _, message in named)
    assert place.query("SELECT value FROM fact_proactive_disclosure WHERE item = 'administrative_penalty'") == [(52,)]


def test_the_file_that_is_replaced_stays_as_the_previous_one(place: Place, seed_text: SeedText) -> None:
    kept = previous_path(place.settings.warehouse)
    assert kept.name == "ogi.previous.duckdb"
    place.put("a.txt", seed_text(4))
    place.ingest()
    assert not kept.exists()
    first = place.settings.warehouse.read_bytes()
    place.put("b.txt", seed_text(0))
    place.ingest()
    assert kept.read_bytes() == first
    second = place.settings.warehouse.read_bytes()
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(duckdb_file_publish, "check", lambda _con: {"keys_unique": ["a key twice"]})
        with pytest.raises(PublishError, match="a key twice"):
            place.ingest()
    assert (kept.read_bytes(), place.settings.warehouse.read_bytes()) == (first, second)
    assert sorted(path.name for path in kept.parent.iterdir()) == ["ogi.duckdb", "ogi.previous.duckdb"]


def test_where_files_cannot_be_linked_the_previous_one_is_a_copy(
    place: Place, seed_text: SeedText, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(duckdb_file_publish.os, "link", no_links)
    place.put("a.txt", seed_text(4))
    place.ingest()
    first = place.settings.warehouse.read_bytes()
    place.put("b.txt", seed_text(0))
    place.ingest()
    assert previous_path(place.settings.warehouse).read_bytes() == first


def test_a_damaged_warehouse_is_no_locked_one(tmp_path, seed_text: SeedText) -> None:  # type: ignore[no-untyped-def]
    """It is replaced, whatever words its error has: here, and in the folder's name, there is a “lock” in them."""
    place = Place(tmp_path / "blocks")
    place.put("a.txt", seed_text(0))
    place.ingest()
    data = bytearray(place.settings.warehouse.read_bytes())
    data[4096:20000] = bytes(15904)
    place.settings.warehouse.write_bytes(data)
    with pytest.raises(duckdb.Error):
        place.query("SELECT count(*) FROM dim_report")
    place.ingest()
    assert place.query("SELECT count(*) FROM dim_report") == [(1,)]
