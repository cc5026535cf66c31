"""A file that changes from night to night."""

import hashlib

from tests.conftest import Place
from tests.support.workspace import SeedText


def test_a_changed_file_leaves_its_earlier_version_named(place: Place, seed_text: SeedText) -> None:
    """Never overwritten silently: the hash of what was loaded before stays, until the file itself is gone."""
    versions = [seed_text(4), seed_text(4).replace("行政处罚\t52", "行政处罚\t53"), seed_text(4) + "\n"]
    hashes = [hashlib.sha256(text.encode()).hexdigest() for text in versions]
    for text in versions:
        place.put("a.txt", text)
        place.ingest()
    earlier = "SELECT source_sha256 FROM superseded_report WHERE reason = 'file_changed' AND superseded_by = 'a.txt'"
    assert {row[0] for row in place.query(earlier)} == set(hashes[:2])
    assert place.query("SELECT source_sha256 FROM dim_report") == [(hashes[2],)]
    place.put("a.txt", versions[0])
    published = place.ingest()
    assert {row[0] for row in place.query(earlier)} == set(hashes[1:])
    assert (published.files_changed, published.files_new) == (1, 0)
    (place.raw / "a.txt").unlink()
    place.put("b.txt", versions[0])
    place.ingest()
    assert place.query("SELECT count(*) FROM superseded_report") == [(0,)]
