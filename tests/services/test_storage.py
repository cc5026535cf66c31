"""Reports at URLs: the same as those in a folder; and a store that fails is never taken for an empty one."""

import json
import os
import shutil
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import forkserver
from pathlib import Path
from typing import ClassVar

import fsspec
import polars as pl
import pytest

from pipeline import addresses
from pipeline.regions.register import Register
from pipeline.settings import Settings
from pipeline.sources import fetch, listing
from pipeline.sources.files import ListedFile, RefusedFile, SourceError, find
from pipeline.sources.store import Store, StoreError
from pipeline.staging import collect as pipeline_staging_collect
from pipeline.staging import fingerprints, parquet, steps
from pipeline.staging.folder import Staging
from pipeline.staging.mirror import Mirror
from pipeline.warehouse import pending, target
from pipeline.warehouse.provenance import PublishingRun
from tests.conftest import SEEDS
from tests.generator import corpus
from tests.support.filesystems import without_rights
from tests.support.services import S3
from tests.support.zips import packed

BUCKET = "reports"
#: What lies beside the reports, and what is no report at all.
OTHERS = {
    "README.md": "about the collection",
    ".hidden/report.txt": "nobody looks here",
    "市/.hidden.txt": "nor here",
    "市/waivers.csv": "agency,year,rule,reason,by,date\n某市某局,2024,applicant_total,known,me,2026-01-31\n",
    "市/县/manifest.csv": "file,agency,year\n无名.txt,某市某局,2024\n不在.txt,某市某局,2024\n",
    "市/县/无名.txt": "信息公开 勾稽关系",
    "agencies.csv": "name\n某市某局\n",
    "rejected/a.pdf": "%PDF-1.7",
    "rejected/a.csv": "a,b",
    "rejected/empty.txt": "",
    "rejected/other [1].txt": "一篇文章",
    "rejected/what is this? #1 100%.txt": "一篇文章",
    "rejected/large.txt": "信" * 400_000,
}


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of reports in sub-folders, the collection's own files, and some that are no reports."""
    folder = tmp_path_factory.mktemp("collection") / "raw"
    for number, report in enumerate(corpus(11, 60)):
        path = folder / ("", "市", "市/县", "省 一/市+二")[number % 4] / report.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(report.data)
    shutil.copytree(SEEDS, folder / "seeds", copy_function=shutil.copyfile)
    for name, text in OTHERS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def upload(s3: S3, folder: Path, prefix: str = "raw/") -> str:
    """Put a folder into an empty bucket; its URL."""
    url = s3.bucket(BUCKET)
    client = s3.client()
    for name, data in contents(folder).items():
        client.put_object(Bucket=BUCKET, Key=prefix + name, Body=data)
    return f"{url}/{prefix}".rstrip("/")


def put(s3: S3, name: str, data: bytes | str) -> None:
    body = data.encode() if isinstance(data, str) else data
    s3.client().put_object(Bucket=BUCKET, Key=f"raw/{name}", Body=body)


def settings_of(folder: Path, source: str | Path, **more: object) -> Settings:
    return Settings(source=source, staging=folder, max_file_mb=1, **more)  # type: ignore[arg-type]


def collect(folder: Path, source: str | Path, **more: object) -> pipeline_staging_collect.Collected:
    settings = settings_of(folder, source, **more)
    return pipeline_staging_collect.collect([settings.source], settings)


def catalogue(folder: Path) -> pl.DataFrame:
    return parquet.read(Staging(folder).catalogue)


def staged(folder: Path) -> dict[str, list[tuple]]:
    """The rows of all that ``collect`` stages, but for how files looked."""
    frames = {path: parquet.read(path) for path in folder.rglob("*.parquet") if path.name != "fingerprints.parquet"}
    return {path.relative_to(folder).as_posix(): sorted(frame.rows(), key=str) for path, frame in frames.items()}


def fetched(s3: S3, since: int) -> list[str]:
    """The objects that were fetched after so many requests."""
    return sorted(line for line in s3.requests()[since:] if f"GET /{BUCKET}/" in line and "?" not in line)


@pytest.fixture
def at_url(s3: S3, collection: Path, tmp_path: Path) -> tuple[Path, str]:
    """The collection on the store, taken in: its staging, its URL."""
    url = upload(s3, collection)
    assert collect(tmp_path / "staging", url).parsed
    return tmp_path / "staging", url


def test_a_url_gives_what_a_folder_gives(at_url: tuple[Path, str], collection: Path, tmp_path: Path) -> None:
    local = collect(tmp_path / "local", collection)
    assert sum(local.reports.values()) >= 60
    assert {"unsupported_format", "damaged_document", "empty", "not_a_report", "too_large"} <= set(local.rejected)
    there = staged(tmp_path / "local")
    assert len(there["catalogue.parquet"]) == local.files
    assert staged(at_url[0]) == there
    assert there["waivers.parquet"]
    assert there["register.parquet"]


def test_several_processes_read_a_url(
    s3: S3, collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline_staging_collect, "_FILES", 10)
    collect(tmp_path / "one", upload(s3, collection), workers=1)
    # The process that others are forked from has the environment of when it was started, which may have been another.
    forkserver._forkserver._stop()  # type: ignore[attr-defined]
    collect(tmp_path / "two", f"s3://{BUCKET}/raw", workers=2)
    forkserver._forkserver._stop()  # type: ignore[attr-defined]
    assert staged(tmp_path / "one") == staged(tmp_path / "two")


def test_the_second_time_nothing_is_fetched(s3: S3, at_url: tuple[Path, str]) -> None:
    folder, url = at_url
    before = len(s3.requests())
    again = collect(folder, url)
    assert again.parsed == 0
    assert again.files == len(catalogue(folder))
    own = {"manifest.csv", "waivers.csv", "agencies.csv"}
    assert {line.rpartition("/")[2] for line in fetched(s3, before)} == own


def test_a_look_lists_once(s3: S3, at_url: tuple[Path, str]) -> None:
    folder, url = at_url
    before = len(s3.requests())
    collect(folder, url)
    lists = [line for line in s3.requests()[before:] if "list-type=2" in line]
    assert len(lists) == len(set(lists))


def test_times_need_not_be_trusted(at_url: tuple[Path, str]) -> None:
    folder, url = at_url
    assert collect(folder, url, trust_times=False).parsed == len(catalogue(folder))


def test_an_object_that_changed_is_the_only_one_fetched(s3: S3, at_url: tuple[Path, str]) -> None:
    folder, url = at_url
    before = catalogue(folder)
    name = before.filter(pl.col("reason").is_null())["source_file"][0]
    data = s3.client().get_object(Bucket=BUCKET, Key=f"raw/{name}")["Body"].read()
    put(s3, name, data[:-1] + bytes([data[-1] ^ 1]))  # as many bytes, within the same second
    assert collect(folder, url).parsed == 1
    changed = catalogue(folder).join(before, on=["source_file", "source_sha256"], how="anti")
    assert changed["source_file"].to_list() == [name]


def test_an_object_that_is_gone_is_gone(s3: S3, at_url: tuple[Path, str]) -> None:
    folder, url = at_url
    before = catalogue(folder)
    name = before.filter(pl.col("reason").is_null())["source_file"][0]
    s3.client().delete_object(Bucket=BUCKET, Key=f"raw/{name}")
    assert collect(folder, url).parsed == 0
    assert set(before["source_file"]) - set(catalogue(folder)["source_file"]) == {name}


def test_what_a_manifest_says_anew_counts(s3: S3, at_url: tuple[Path, str]) -> None:
    folder, url = at_url
    put(s3, "市/县/manifest.csv", "file,agency,year\n无名.txt,某市某局,2023\n")
    assert collect(folder, url).parsed == 1
    year = catalogue(folder).filter(pl.col("source_file") == "市/县/无名.txt")["year"].to_list()
    assert year == [2023]


def test_names_without_letters_between_slashes(s3: S3, tmp_path: Path) -> None:
    url = s3.bucket(BUCKET) + "/raw"
    for name in ("a//b.txt", "a/c.txt", "d/", "e/f/g.txt", "e/f", "e//h//i.txt"):
        put(s3, name, "一篇文章")
    found = [file.source_file for file in find([addresses.path_at(url)])]
    assert found == sorted(["a//b.txt", "a/c.txt", "e/f/g.txt", "e/f", "e//h//i.txt"])
    assert collect(tmp_path, url).rejected == {"not_a_report": 4, "unsupported_format": 1}


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_many_folders_are_listed_whole(s3: S3, depth: int) -> None:
    url = s3.bucket(BUCKET) + "/raw"
    names = [f"{number:02}/{'x/' * depth}{number}.txt" for number in range(20)]
    names += [f"{number:02}/.x/{number}.txt" for number in range(3)]
    for name in names:
        put(s3, name, "x")
    assert [file.source_file for file in find([addresses.path_at(url)])] == names[:20]
    assert [file.source_file for file in find([addresses.path_at(f"s3://{BUCKET}")])] == [
        f"raw/{name}" for name in names[:20]
    ]


def test_a_url_may_be_that_of_a_file(s3: S3, at_url: tuple[Path, str], tmp_path: Path) -> None:
    _, url = at_url
    assert collect(tmp_path / "one", f"{url}/市/县/无名.txt").reports == {2024: 1}  # as the manifest beside it says
    assert catalogue(tmp_path / "one")["source_file"].to_list() == ["无名.txt"]
    name = f"{url}/rejected/other [1].txt"
    assert [file.address for file in find([addresses.path_at(name)])] == [name]


def test_two_urls_with_a_file_of_one_name(s3: S3, at_url: tuple[Path, str], collection: Path) -> None:
    url = addresses.path_at(at_url[1])
    assert len(find([url, url])) == len(find([url]))
    with pytest.raises(SourceError, match="would both be known as"):
        find([url, collection])


@pytest.mark.parametrize("path", ["reports/nothing", "reports/ra", "no-such-bucket/raw"])
def test_what_is_not_there_is_no_empty_folder(at_url: tuple[Path, str], path: str) -> None:
    with pytest.raises(SourceError, match=f"s3://{path}: there is no such file or folder"):
        collect(at_url[0], f"s3://{path}")
    assert len(catalogue(at_url[0]))


def test_a_store_that_nobody_knows() -> None:
    with pytest.raises(OSError, match="nobody:// is not known here"):
        listing.listing("nobody://a/b")


def test_without_keys_nothing_is_listed(at_url: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, url = at_url
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    try:
        with pytest.raises(SourceError, match=r"may not be listed.*AWS_ACCESS_KEY_ID"):
            collect(folder, url)
    finally:
        fsspec.get_filesystem_class("s3").clear_instance_cache()
    assert len(catalogue(folder))


def test_objects_that_may_not_be_read_are_rejected_and_asked_for_again(
    s3: S3, collection: Path, tmp_path: Path
) -> None:
    url = upload(s3, collection)
    denied = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/raw/seeds/*",
    }
    s3.client().put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [denied]}))
    try:
        first = collect(tmp_path, url)
    finally:
        s3.client().delete_bucket_policy(Bucket=BUCKET)
    seeds = len(list(SEEDS.glob("*.txt")))
    assert first.rejected["unreadable_file"] == seeds
    messages = catalogue(tmp_path).filter(pl.col("reason") == "unreadable_file")["message"].unique().to_list()
    assert messages == ["the file cannot be read: Forbidden"]
    second = collect(tmp_path, url)
    assert second.parsed == seeds
    assert second.rejected["unreadable_file"] == 0


def test_a_large_object_is_not_fetched(s3: S3, collection: Path, tmp_path: Path) -> None:
    url, before = upload(s3, collection), len(s3.requests())
    collect(tmp_path, url)
    assert "large" not in "".join(fetched(s3, before))
    # An empty one has nothing to fetch.
    assert len(fetched(s3, before)) == len(catalogue(tmp_path)) - 2 + 3
    assert catalogue(tmp_path).filter(pl.col("reason") == "too_large")["source_file"].to_list() == [
        "rejected/large.txt"
    ]


def _listed(s3: S3, name: str, listed_size: int) -> ListedFile:
    return ListedFile(f"s3://{BUCKET}/raw/{name}", name, listed_size, 0, "of another version")


@pytest.mark.parametrize("size", [1, 7, 999])
def test_an_object_of_another_size_than_listed_is_looked_at_again(s3: S3, at_url: tuple[Path, str], size: int) -> None:
    put(s3, "moving.txt", "0123456789")
    assert fetch.read_bytes(_listed(s3, "moving.txt", size), Settings()) == b"0123456789"


def test_an_object_that_went_meanwhile_is_named(s3: S3, at_url: tuple[Path, str]) -> None:
    with pytest.raises(fetch.RejectedError, match="cannot be read") as caught:
        fetch.read_bytes(_listed(s3, "gone.txt", 3), Settings())
    assert caught.value.reason == "unreadable_file"


def test_a_store_that_is_away_is_no_empty_folder(new_s3: Callable[[], S3], collection: Path, tmp_path: Path) -> None:
    store = new_s3()
    url = upload(store, collection)
    collect(tmp_path, url)
    before = staged(tmp_path)
    store.stop()
    with pytest.raises(StoreError, match=f"{url}: the store does not answer.*AWS_ENDPOINT_URL"):
        collect(tmp_path, url)
    assert staged(tmp_path) == before
    with pytest.raises(StoreError):
        pending.pending(settings_of(tmp_path, url))
    store.start()
    collect(tmp_path, url)
    assert staged(tmp_path) == before


def test_a_store_that_goes_away_in_the_middle_fails_the_run(
    new_s3: Callable[[], S3], collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = new_s3()
    url = upload(store, collection)
    collect(tmp_path, url)
    before = staged(tmp_path)
    fetch = Store.fetch
    asked: list[str] = []

    def fails(self: Store, address: str, size: int | None) -> bytes:
        asked.append(address)
        if len(asked) == 20:
            store.kill()
        return fetch(self, address, size)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "fetch", fails)
        with pytest.raises(StoreError, match="the store does not answer"):
            collect(tmp_path, url, trust_times=False)
    assert len(asked) > 20
    assert staged(tmp_path) == before


def test_a_store_that_can_no_longer_be_asked_fails_the_run(s3: S3, collection: Path) -> None:
    """Each file for itself would only be unreadable, as if it had been taken from this one."""
    url = upload(s3, collection)
    files = [(file, None) for file in find([addresses.path_at(url)])]
    for key in s3.objects(BUCKET):
        s3.client().delete_object(Bucket=BUCKET, Key=key)
    s3.client().delete_bucket(Bucket=BUCKET)
    with pytest.raises(StoreError, match=f"{url}: it can no longer be read"):
        pipeline_staging_collect._parse(files, Settings(), Register([]), [url])


class _Web(BaseHTTPRequestHandler):
    """A web server with two files, of one of which it sends less than it says."""

    files: ClassVar = {"/raw/whole.txt": b"0123456789", "/raw/cut.txt": b"0123456789"}

    def _begin(self) -> bytes:
        index = "".join(f'<a href="{name}">{name}</a>' for name in self.files).encode()
        data = self.files.get(self.path, index if self.path.rstrip("/") == "/raw" else None)
        self.send_response(200 if data is not None else 404)
        self.send_header("Content-Type", "text/html" if data is index else "text/plain")
        return data or b""

    def do_HEAD(self) -> None:
        self.send_header("Content-Length", str(len(self._begin())))
        self.end_headers()

    def do_GET(self) -> None:
        data = self._begin()
        self.end_headers()  # without a length: what has come when the connection ends counts as all
        self.wfile.write(data[:-1] if "cut" in self.path else data)

    def log_message(self, *_: object) -> None:
        pass


class _DeadEnd(_Web):
    """Such a server that lists a folder which it does not show."""

    files: ClassVar = {"/raw/whole.txt": b"0123456789", "/raw/inner/": None}


@pytest.fixture(params=[_Web])
def web(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = ThreadingHTTPServer(("127.0.0.1", 0), request.param)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/raw"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("web", [_DeadEnd], indirect=True)
def test_a_folder_that_is_listed_and_not_found_is_no_empty_one(web: str) -> None:
    with pytest.raises(StoreError, match=r"the folder inner/ is listed, but not found.*Run it again"):
        find([addresses.path_at(web)])


def test_bytes_that_are_not_as_many_as_the_store_says_are_refused(web: str, tmp_path: Path) -> None:
    for _ in "12":  # asked for again each time
        assert collect(tmp_path, web).parsed == 2
        assert dict(catalogue(tmp_path).select("source_file", "message").iter_rows()) == {
            "cut.txt": "the file cannot be read: its store says 10 bytes, and 9 came; the next run asks again",
            "whole.txt": "the text nowhere speaks of 信息公开",
        }


def test_a_single_page_is_a_file_and_no_empty_folder(web: str) -> None:
    (file,) = find([addresses.path_at(f"{web}/whole.txt")])
    assert (file.source_file, file.address) == ("whole.txt", f"{web}/whole.txt")


@pytest.mark.parametrize("scheme", ["memory", "file"])
def test_other_stores_that_fsspec_knows(scheme: str, collection: Path, tmp_path: Path) -> None:
    url = f"memory://{tmp_path.name}/raw"
    if scheme == "file":
        url = f"file://{collection}"
    else:
        system = fsspec.filesystem("memory")
        for name, data in contents(collection).items():
            system.pipe_file(f"/{tmp_path.name}/raw/{name}", data)
    collect(tmp_path / "url", url)
    collect(tmp_path / "local", collection)
    assert staged(tmp_path / "url") == staged(tmp_path / "local")
    # A time of writing tells versions apart when it is not of this moment; without one every file is read again.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fingerprints, "STORE_TICK_NS", 3600 * 10**9)  # on a slow machine, the files may be minutes old
        assert collect(tmp_path / "url", url).parsed == len(catalogue(tmp_path / "url"))
        patch.setattr(fingerprints, "STORE_TICK_NS", 0)
        expected = 0 if scheme == "file" else len(catalogue(tmp_path / "url"))
        collect(tmp_path / "url", url)
        assert collect(tmp_path / "url", url).parsed == expected


FIND = """
import sys
from pipeline.addresses import path_at
from pipeline.sources.files import SourceError, find
try:
    print(*[file.source_file for file in find([path_at(sys.argv[1])])])
except SourceError as error:
    print("SourceError:", error)
"""


@pytest.mark.parametrize("closed", ["1", "1/closed", "1/further/closed", "1/further/.closed"])
@pytest.mark.parametrize("rights", [0o000, 0o444])
def test_a_folder_that_may_not_be_read_is_no_empty_one(tmp_path: Path, closed: str, rights: int) -> None:
    """Wherever it is: the first folders are listed one by one, and those below them each with all that is in it."""
    names = [f"{number}/{number}.txt" for number in range(listing.LISTED_AT_ONCE)]
    for name in (*names, f"{closed}/closed.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / closed).chmod(rights)
    try:
        found = without_rights(FIND, f"file://{tmp_path}")
    finally:
        (tmp_path / closed).chmod(0o755)
    assert found.returncode == 0, found.stderr
    if "/." in closed:  # nobody looks there
        assert found.stdout.split() == names
    else:
        start = f"SourceError: file://{tmp_path}: it may not be listed (the folder {closed}: Permission denied)"
        assert found.stdout.startswith(start)


def test_links_in_a_folder_by_url_are_those_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "deep").mkdir(parents=True)
    (tmp_path / "elsewhere" / "deep" / "file.txt").write_text("0123456789")
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "a.txt").symlink_to("../elsewhere/deep/file.txt")
    (folder / "b.txt").symlink_to("nowhere.txt")
    (folder / "c.txt").symlink_to("c.txt")
    (folder / "folder").symlink_to("../elsewhere")
    (folder / "z.txt").write_text("z")
    (tmp_path / "root").symlink_to("raw")
    names = ["a.txt", "b.txt", "c.txt", "folder", "z.txt"]
    for place in (folder, tmp_path / "root"):
        files = find([addresses.path_at(f"file://{place}")])
        assert [file.source_file for file in files] == names
        assert [file.source_file for file in find([place])] == names
        assert [file.source_file for file in files if isinstance(file, RefusedFile)] == ["a.txt", "folder"]
    assert [file.size for file in files if isinstance(file, ListedFile)] == [None, None, 1]
    collected = collect(tmp_path / "staging", f"file://{folder}")
    assert collected.rejected == {"link_refused": 2, "not_a_report": 1, "unreadable_file": 2}


def test_links_by_url_are_followed_where_a_setting_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OGI_FOLLOW_LINKS", "true")
    (tmp_path / "raw").mkdir()
    (tmp_path / "file.txt").write_text("0123456789")
    (tmp_path / "raw" / "a.txt").symlink_to("../file.txt")
    (file,) = find([addresses.path_at(f"file://{tmp_path}/raw")])
    assert isinstance(file, ListedFile)
    assert file.size == 10


def test_pipes_by_url_and_names_that_are_not_utf_8(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")).write_text("x")
    collected = collect(tmp_path / ".staging", f"file://{tmp_path}")
    assert collected.rejected == {"not_a_file": 1, "not_a_report": 1}
    assert [file.source_file for file in find([addresses.path_at(f"file://{tmp_path}")])] == [
        r"\xff.txt",
        "pipe.txt",
    ]


def test_what_is_fetched_ahead_is_bounded() -> None:
    sizes = [fetch.FETCHED_AHEAD // 4, 1, 2 * fetch.FETCHED_AHEAD, 5, *[fetch.FETCHED_AHEAD // 4] * 20, *[0] * 100]
    begun: list[int] = []
    given = 0
    for result in fetch.prefetched(lambda number: begun.append(number) or number, range(len(sizes)), sizes):
        assert result() == given
        given += 1
        held = sum(sizes[number] for number in begun if number >= given)
        assert held <= fetch.FETCHED_AHEAD
        assert len(begun) - given < fetch.FETCHED_AT_ONCE + 1
    assert given == len(sizes)


# The nightly run and arrivals


def publish(settings: Settings) -> None:
    """All three steps, as the nightly run takes them."""
    now = datetime.now(UTC).replace(tzinfo=None)
    collected = pipeline_staging_collect.collect([settings.source], settings)
    for year in collected.reports:
        steps.read_year(year, settings)
    target.publish(settings, PublishingRun("test", now, now))


def _change(s3: S3) -> None:
    put(s3, "市/县/无名.txt", "信息公开 勾稽关系。")


def _arrive(s3: S3) -> None:
    put(s3, "新.txt", "新")


def _remove(s3: S3) -> None:
    s3.client().delete_object(Bucket=BUCKET, Key="raw/市/县/无名.txt")


def _write_manifest(s3: S3) -> None:
    put(s3, "省 一/manifest.csv", "file\n")


def _remove_manifest(s3: S3) -> None:
    s3.client().delete_object(Bucket=BUCKET, Key="raw/市/县/manifest.csv")


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (_change, "1 changed"),
        (_arrive, "1 new"),
        (_remove, "1 removed"),
        (_write_manifest, "manifest.csv written"),
        (_remove_manifest, "manifest.csv removed"),
    ],
)
def test_what_a_run_would_publish(
    s3: S3, collection: Path, tmp_path: Path, what: Callable[[S3], None], said: str
) -> None:
    settings = settings_of(tmp_path / "staging", upload(s3, collection), warehouse=tmp_path / "ogi.duckdb")
    publish(settings)
    before = len(s3.requests())
    assert not pending.pending(settings)
    assert fetched(s3, before) == []
    what(s3)
    assert str(pending.pending(settings)) == said
    time.sleep(1.1)  # the store's clock has whole seconds
    publish(settings)
    assert not pending.pending(settings)


def test_the_staging_may_lie_at_a_url_too(s3: S3, collection: Path, tmp_path: Path) -> None:
    url = upload(s3, collection)
    settings = settings_of(tmp_path / "x", url, warehouse=tmp_path / "ogi.duckdb", scratch=tmp_path / "scratch")
    there = settings.model_copy(update={"staging": addresses.path_at(s3.bucket("staging") + "/here")})
    with Mirror(there.staging, there.scratch).work() as folder:
        publish(settings.model_copy(update={"staging": folder}))
    before = len(s3.requests())
    assert not pending.pending(there)
    assert fetched(s3, before) == []
    _arrive(s3)
    assert str(pending.pending(there)) == "1 new"
    s3.client().delete_object(Bucket="staging", Key="here/read/2023")
    assert "tables of 2023 not read by this reader" in str(pending.pending(there))


def test_how_long_a_url_is_quiet(s3: S3, collection: Path) -> None:
    url = addresses.path_at(upload(s3, collection))
    latest = max(each["LastModified"].timestamp() for each in s3.objects(BUCKET).values())
    before = time.time() - latest
    assert before <= pending.seconds_quiet([url]) <= time.time() - latest


def test_an_archive_on_a_store_is_what_it_is_in_a_folder(s3: S3, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    members = {f"{report.name}": report.data for report in corpus(7, 8)}
    (folder / "a.zip").write_bytes(packed({**members, "inner.zip": packed({"x.txt": "各位同事：今天下午开会。"})}))
    (folder / "cut.zip").write_bytes(packed(members)[:-9])
    (folder / "large.zip").write_bytes(packed({"a.txt": bytes(range(256)) * 5000}, zipfile.ZIP_STORED))
    url = upload(s3, folder)
    local = collect(tmp_path / "local", folder)
    assert local.rejected == {"not_a_report": 1, "damaged_document": 1, "too_large": 1}
    assert sum(local.reports.values()) == 8
    since = len(s3.requests())
    assert collect(tmp_path / "staging", url) == local
    assert staged(tmp_path / "staging") == staged(tmp_path / "local")
    assert len(fetched(s3, since)) == 3  # one of them twice, and not the large one
    since = len(s3.requests())
    assert collect(tmp_path / "staging", url).parsed == 0
    assert fetched(s3, since) == []
