"""What is no regular file, and links, under a source: named, never opened, and the rest is loaded."""

import os
import socket
from pathlib import Path

import pytest

from pipeline.settings import Settings
from pipeline.sources import regular
from pipeline.sources.fetch import RejectedError, read_bytes
from pipeline.sources.files import SourceError, SourceFile, find
from pipeline.staging import collect
from pipeline.warehouse.pending import pending
from tests.conftest import Place
from tests.support.workspace import SeedText


def files_pending(place: Place) -> tuple[tuple[str, ...], ...]:
    """The files for which another run would be asked for."""
    found = pending(place.settings)
    return found.new, found.changed, found.removed


NONE_PENDING = ((), (), ())


def rejected(place: Place) -> dict[str, str]:
    return dict(place.query("SELECT source_file, reason FROM rejected_report"))


def test_pipes_sockets_and_devices_are_named_and_not_opened(place: Place, seed_text: SeedText) -> None:
    place.put("good.txt", seed_text(0))
    os.mkfifo(place.raw / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(place.raw / "s.txt"))
        (place.raw / "null.txt").symlink_to("/dev/zero")
        (place.raw / "to_pipe.txt").symlink_to("pipe.txt")
        place.ingest()
        assert files_pending(place) == NONE_PENDING
    assert rejected(place) == {
        "pipe.txt": "not_a_file",
        "s.txt": "not_a_file",
        "null.txt": "link_refused",
        "to_pipe.txt": "not_a_file",
    }
    assert place.query("SELECT source_file FROM dim_report") == [("good.txt",)]
    ((message,),) = place.query("SELECT message FROM rejected_report WHERE source_file = 'pipe.txt'")
    assert message == "it is a named pipe, no file, and was not opened; move it out of the source"


def test_a_file_that_becomes_a_pipe_after_it_was_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    os.mkfifo(path)
    with pytest.raises(RejectedError) as error:
        read_bytes(SourceFile(str(path), "a.txt"), Settings())
    assert error.value.reason == "not_a_file"
    monkeypatch.setattr(regular, "size", lambda _: 0)  # it becomes one between the two looks at it
    with pytest.raises(RejectedError) as error:
        read_bytes(SourceFile(str(path), "a.txt"), Settings())
    assert error.value.reason == "not_a_file"


@pytest.mark.parametrize("name", ["manifest.csv", "agencies.csv", "waivers.csv"])
def test_a_sidecar_that_is_a_pipe_or_leads_out_stops_the_run(place: Place, name: str) -> None:
    place.put("sub/a.txt", "x")
    path = place.raw / "sub" / name
    os.mkfifo(path)
    with pytest.raises(SourceError, match=f"sub/{name}: it is a named pipe"):
        collect.collect([place.raw], place.settings)
    with pytest.raises(SourceError, match=f"sub/{name}: .*it is a named pipe"):
        collect.collect([place.raw / "sub" / "a.txt"], place.settings)
    path.unlink()
    path.symlink_to("/etc/hosts")
    with pytest.raises(SourceError, match=f"sub/{name}: a link to /etc/hosts, which is outside the source"):
        collect.collect([place.raw], place.settings)


def test_a_source_that_is_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceError, match="pipe: it is a named pipe, neither a file nor a folder"):
        find([tmp_path / "pipe"])


@pytest.fixture
def linked(place: Place, seed_text: SeedText) -> Place:
    """Links to files and folders within the source and outside of it."""
    place.put("in/a.txt", seed_text(0))
    place.put("../out/b.txt", seed_text(1))
    place.put("../out/deep/c.txt", seed_text(2))
    place.put("../out/deep/manifest.csv", "file,year\nc.txt,2024\n")
    links = {
        "in/same.txt": "a.txt",
        "out.txt": "../out/b.txt",
        "folder": "../out/deep",
        "latest": "in",
        "in/up": "..",
        "gone.txt": "../nowhere.txt",
        ".hidden": "/etc",
    }
    for name, target in links.items():
        (place.raw / name).symlink_to(target)
    (place.folder / "out" / "deep" / "back").symlink_to(place.folder / "out")
    return place


def test_links_that_lead_out_and_links_to_folders_are_named(linked: Place) -> None:
    linked.ingest()
    assert rejected(linked) == dict.fromkeys(["out.txt", "folder", "latest", "in/up", "gone.txt"], "link_refused")
    assert linked.query("SELECT source_file FROM dim_report") == [("in/a.txt",)]
    assert linked.query("SELECT source_file, reason FROM superseded_report") == [("in/same.txt", "same_content")]
    messages = dict(linked.query("SELECT source_file, message FROM rejected_report"))
    assert messages["out.txt"].startswith(f"a link to {linked.folder}/out/b.txt, which is outside the source; ")
    assert messages["out.txt"].endswith("or set OGI_FOLLOW_LINKS=true")
    assert (
        messages["latest"]
        == f"a link leads to the folder {linked.raw}/in, whose files are read there already; remove the link"
    )
    assert files_pending(linked) == NONE_PENDING


def test_a_setting_lets_links_lead_out(linked: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OGI_FOLLOW_LINKS", "true")
    linked.ingest()
    # The link back leads to the folder that holds what is read already.
    assert linked.query("SELECT source_file FROM dim_report ORDER BY 1") == [
        ("folder/back/b.txt",),
        ("folder/c.txt",),
        ("in/a.txt",),
    ]
    assert linked.query("SELECT year FROM dim_report WHERE source_file = 'folder/c.txt'") == [(2024,)]
    assert rejected(linked) == {
        "latest": "link_refused",
        "in/up": "link_refused",
        "gone.txt": "unreadable_file",
        "folder/back/deep": "link_refused",
    }
    assert files_pending(linked) == NONE_PENDING
