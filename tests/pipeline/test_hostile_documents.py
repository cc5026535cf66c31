"""Hostile archives: bounded time and memory, a reason each, and the rest goes on."""

import contextlib
import stat
import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from zipfile import ZipInfo

import pytest

from pipeline.settings import Settings
from pipeline.sources import archives
from pipeline.sources.fetch import RejectedError
from pipeline.sources.files import SourceFile
from pipeline.warehouse.pending import pending
from tests.conftest import Place
from tests.support.workspace import SeedText
from tests.support.zips import CHECKSUM, FLAGS, OFFSET, PACKED, SIZE, entries, packed, patched, renamed, with_entry

FILE = SourceFile("/none/a.zip", "a.zip")
SETTINGS = Settings(max_file_mb=2)
GOOD = b"good"


@contextlib.contextmanager
def bounded() -> Iterator[None]:
    """No case takes more than seconds, and some copies of the largest file."""
    begun = time.process_time()
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
    finally:
        tracemalloc.stop()
    assert time.process_time() - begun < 10


def fates(data: bytes, settings: Settings = SETTINGS) -> dict[str, str]:
    """The reason for each member by its name, or ``read``; for an archive that is not opened, its own."""
    with bounded():
        return _fates(data, settings)


def _fates(data: bytes, settings: Settings) -> dict[str, str]:
    try:
        members = archives.members(FILE, data, settings)
    except RejectedError as error:
        return {FILE.source_file: error.reason}
    assert members is not None
    opened = archives._Opened(settings)
    opened._address, opened._data = FILE.address, {(): data}
    found = {}
    for member in members:
        assert member.source_file not in found
        try:
            opened.read(member)
            found[member.source_file.removeprefix("a.zip!/")] = "read"
        except RejectedError as error:
            found[member.source_file.removeprefix("a.zip!/")] = error.reason
    return found


def test_encrypted_members() -> None:
    data = patched(packed({"a.txt": GOOD, "b.txt": GOOD}), 0, FLAGS, 1, "<H")
    assert fates(data) == {"a.txt": "encrypted", "b.txt": "read"}


@pytest.mark.parametrize("left", [3, 5, 40, 100, -1, -21])
def test_cut_off(left: int) -> None:
    data = packed({"a.txt": GOOD * 20, "b.txt": GOOD})
    if left == 3:
        assert archives.members(FILE, data[:left], SETTINGS) is None
    else:
        assert fates(data[:left]) == {"a.zip": "damaged_document"}


def test_a_member_that_unpacks_to_more_than_a_file_may_have() -> None:
    data = packed({"a.txt": bytes(2_000_001), "b.txt": GOOD})
    assert fates(data) == {"a.txt": "too_large", "b.txt": "read"}


def test_a_bomb_by_its_ratio() -> None:
    data = packed({"a.txt": bytes(1_500_000), "small.txt": bytes(500_000), "b.txt": GOOD})
    assert fates(data) == {"a.txt": "too_large", "small.txt": "read", "b.txt": "read"}


def test_many_members_that_are_large_together() -> None:
    random = zlib.compress(bytes(range(256)) * 4000) * 40  # packs to a hundredth at least
    content = (random * 200)[:900_000]
    data = packed({f"{number}.txt": content for number in range(45)})
    assert fates(data) == {"a.zip": "too_large"}
    assert set(fates(data, Settings(max_file_mb=50)).values()) == {"read"}


def test_a_bomb_in_an_archive_costs_that_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 1_000)
    bomb = packed({f"{number}.txt": b"x" for number in range(900)})
    found = fates(packed({"0.txt": GOOD, "1.zip": bomb, "2.zip": bomb, "3.txt": GOOD}))
    assert {name: fate for name, fate in found.items() if "1.zip!/" not in name} == {
        "0.txt": "read",
        "2.zip": "too_large",
        "3.txt": "read",
    }
    assert sum(name.startswith("1.zip!/") for name in found) == 900


def test_archives_in_archives() -> None:
    innermost = packed({"d.txt": GOOD})
    inner = packed({"c.zip": innermost, "c.docx": packed({"[Content_Types].xml": "x"}), "c.txt": GOOD})
    empty = packed({"README": "x"})
    found = fates(
        packed({"b.zip": inner, "b.txt": GOOD, "empty.zip": empty, "cut.zip": inner[:-9]}, zipfile.ZIP_STORED)
    )
    assert found == {
        "b.zip!/c.zip": "unsupported_format",
        "b.zip!/c.docx": "read",
        "b.zip!/c.txt": "read",
        "b.txt": "read",
        "empty.zip": "empty",
        "cut.zip": "damaged_document",
    }


def test_an_archive_that_contains_itself() -> None:
    data = packed({"a.txt": GOOD})
    for _ in range(40):
        data = packed({"a.zip": data})
    assert set(fates(data).values()) == {"unsupported_format"}


def test_a_hundred_thousand_members() -> None:
    one = packed({"000000.txt": b""}, zipfile.ZIP_STORED)
    entry = one[entries(one)[0] : one.rindex(b"PK\x05\x06")]
    directory = entry * 100_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(directory), entries(one)[0], 0)
    assert fates(one[: entries(one)[0]] + directory + end) == {"a.zip": "too_large"}


def test_more_members_than_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 100)
    data = packed({f"{number}.txt": b"" for number in range(archives.MOST_MEMBERS + 1)})
    assert fates(data) == {"a.zip": "too_large"}


@pytest.mark.parametrize(
    "name", [b"../a.txt", b"/etc/a.txt", b"b/../../a", b"..\\a.txt", b"\\\\h\\a.txt", b"C:\\a.txt", b"a\0b.txt"]
)
def test_names_that_lead_out(name: bytes) -> None:
    data = renamed(packed({"X" * len(name): GOOD, "b.txt": GOOD}), b"X" * len(name), name)
    assert sorted(fates(data).values()) == ["damaged_document", "read"]


@pytest.mark.parametrize(
    ("mode", "reason"), [(stat.S_IFLNK, "link_refused"), (stat.S_IFIFO, "read"), (stat.S_IFREG, "read")]
)
def test_a_member_that_is_a_link(mode: int, reason: str) -> None:
    """A pipe has a content in an archive: `zip` packs what comes from one as that."""

    def change(info: ZipInfo) -> None:
        info.create_system, info.external_attr = 3, (mode | 0o644) << 16

    assert fates(with_entry(change, "/etc/passwd")) == {"a.txt": reason}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (SIZE, 3),
        (SIZE, 1_000),
        (SIZE, 0),
        (SIZE, 0xFFFFFFF0),
        (PACKED, 3),
        (PACKED, 0xFFFFFFF0),
        (CHECKSUM, 1),
        (OFFSET, 3),
        (OFFSET, 0xFFFFFFF0),
    ],
)
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_directory_that_lies(field: int, value: int, method: int) -> None:
    data = patched(packed({"b.txt": GOOD, "a.txt": b"content of a member" * 9}, method), 1, field, value)
    found = fates(data)
    if found.keys() == {"a.zip"}:
        assert field in (PACKED, OFFSET)
        assert found == {"a.zip": "damaged_document"}
    else:
        assert found["b.txt"] == "read"
        assert found["a.txt"] in ("damaged_document", "too_large")


def test_a_size_that_lies_with_a_checksum_that_fits() -> None:
    """The standard library would read the beginning, and say nothing of the rest."""
    content = b"content of a member" * 9
    data = patched(packed({"a.txt": content}), 0, SIZE, 19)
    data = patched(data, 0, CHECKSUM, zlib.crc32(content[:19]))
    assert fates(data) == {"a.txt": "damaged_document"}


def test_members_that_overlap() -> None:
    """As in bombs that unpack one content many times over."""
    data = packed({"a.txt": GOOD * 9, "b.txt": GOOD * 9})
    assert fates(patched(data, 1, OFFSET, 0)) == {"a.zip": "damaged_document"}


def test_damaged_content() -> None:
    data = packed({"a.txt": b"content" * 20, "b.txt": GOOD})
    at = data.index(b"a.txt") + 5
    assert fates(data[:at] + b"\xff\xff\xff" + data[at + 3 :]) == {"a.txt": "damaged_document", "b.txt": "read"}


def test_a_rare_way_of_packing() -> None:
    def change(info: ZipInfo) -> None:
        info.compress_type = zipfile.ZIP_LZMA

    assert fates(with_entry(change)) == {"a.txt": "unsupported_format"}


def test_a_name_that_is_not_the_utf_8_that_it_says() -> None:
    data = patched(renamed(packed({"aa.txt": GOOD}), b"aa.txt", b"\xff\xfe.txt"), 0, FLAGS, 0x800, "<H")
    assert fates(data) == {"a.zip": "damaged_document"}


def test_bytes_at_random_in_the_directory() -> None:
    """Whatever one byte is, it is read or refused, and nothing else is raised."""
    data = packed({"a.txt": GOOD, "d/b.txt": b"content" * 20})
    start = entries(data)[0]
    for at in range(start, len(data)):
        for value in (0, 1, 0x7F, 0xFF, data[at] ^ 0x10):
            found = fates(data[:at] + bytes([value]) + data[at + 1 :])
            assert found


def test_the_rest_goes_on(place: Place, seed_text: SeedText, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OGI_MAX_FILE_MB", "1")
    place.put("good.txt", seed_text(0))
    place.put("mixed.zip", patched(packed({"a.txt": seed_text(1), "b.txt": seed_text(2)}), 0, CHECKSUM, 1))
    place.put("cut.zip", packed({"a.txt": seed_text(1)})[:-5])
    place.put("bomb.zip", packed({"a.txt": bytes(1_100_000), "c.txt": seed_text(3)}))
    place.ingest()
    assert place.query("SELECT source_file FROM dim_report ORDER BY 1") == [
        ("bomb.zip!/c.txt",),
        ("good.txt",),
        ("mixed.zip!/b.txt",),
    ]
    assert place.query("SELECT source_file, reason FROM rejected_report ORDER BY 1") == [
        ("bomb.zip!/a.txt", "too_large"),
        ("cut.zip", "damaged_document"),
        ("mixed.zip!/a.txt", "damaged_document"),
    ]
    found = pending(place.settings)
    assert (found.new, found.changed, found.removed) == ((), (), ())
