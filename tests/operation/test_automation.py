"""What happens by itself, in a real Dagster instance over real folders: when a run is asked for, and who is told."""

import json
import logging
import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from dagster import (
    DagsterInstance,
    DagsterRunStatus,
    DefaultScheduleStatus,
    DefaultSensorStatus,
    RunRequest,
    SkipReason,
    build_run_status_sensor_context,
)

from assets.failures import Failure, failures, report
from pipeline.definitions import defs
from pipeline.staging import steps
from pipeline.warehouse.pending import pending
from tests.conftest import SEEDS, Place
from tests.support.automation import (
    at_night,
    by_day,
    execute,
    published,
    quick,  # noqa: F401 (a fixture of every test here)
)
from tests.support.waivers import HEAD


def test_the_definitions_have_them_running() -> None:
    schedule = defs.resolve_schedule_def("nightly")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 2 * * *", "Asia/Shanghai")
    assert schedule.default_status is DefaultScheduleStatus.RUNNING
    assert schedule.job_name == "ingest"
    for name in ("arrivals", "failures"):
        assert defs.resolve_sensor_def(name).default_status is DefaultSensorStatus.RUNNING
    assert defs.resolve_sensor_def("arrivals").minimum_interval_seconds == 300
    assert defs.resolve_sensor_def("arrivals").job_name == "ingest"


def test_the_instance_has_one_run_at_a_time_and_watches_over_it(instance: DagsterInstance) -> None:
    queue = instance.get_concurrency_config().run_queue_config
    assert queue is not None
    assert queue.max_concurrent_runs == 1
    assert instance.run_monitoring_enabled
    assert instance.run_monitoring_start_timeout_seconds == 300
    assert instance.run_monitoring_cancel_timeout_seconds == 180
    assert instance.get_concurrency_config().pool_config.pool_granularity.value == "run"
    assert all(defs.resolve_asset_graph().get(key).pools == {"warehouse"} for key in defs.resolve_all_asset_keys())
    assert instance.get_settings("retention")["sensor"]["purge_after_days"]["skipped"] == 7


def test_the_requested_run_publishes_and_then_nothing_is_asked_for(instance: DagsterInstance, place: Place) -> None:
    shutil.copytree(SEEDS, place.raw)
    request = at_night(instance, place)
    assert isinstance(request, RunRequest)
    assert request.run_key == "nightly-2026-11-26"
    assert request.tags["ogi/started_by"] == "nightly"
    assert request.tags["dagster/asset_partition_range_start"] == "2019"
    assert request.tags["dagster/asset_partition_range_end"] >= "2026"
    assert execute(instance, request).success
    assert place.query("SELECT count(*) FROM dim_report") == [(5,)]
    for answer in (at_night(instance, place), by_day(instance, place)):
        assert isinstance(answer, SkipReason)
        assert answer.skip_message == (
            f"nothing new, changed or removed under {place.raw} since the last published run"
        )


@pytest.mark.parametrize(("name", "text"), [("manifest.csv", "file\n"), ("waivers.csv", HEAD)])
def test_own_files_that_are_removed_are_noticed(instance: DagsterInstance, place: Place, name: str, text: str) -> None:
    place.put(name, text)
    place.put("report.txt", "报告")
    assert execute(instance, at_night(instance, place)).success
    assert not pending(place.settings)
    (place.raw / name).unlink()
    assert pending(place.settings)


def test_another_reader_is_asked_for(instance: DagsterInstance, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    published(instance, place)
    monkeypatch.setattr("pipeline.warehouse.pending.CODE", "0.1.0, reader 99")
    assert "this is 0.1.0, reader 99" in str(pending(place.settings))
    assert isinstance(by_day(instance, place), RunRequest)
    monkeypatch.undo()


def test_a_file_too_large_is_no_change_each_time(
    instance: DagsterInstance, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OGI_MAX_FILE_MB", "0.001")
    place.put("large.txt", b"x" * 2000)
    assert execute(instance, at_night(instance, place)).success
    assert not pending(place.settings)
    monkeypatch.setenv("OGI_MAX_FILE_MB", "1")
    assert pending(place.settings).changed == ("large.txt",)


def test_half_copied_files_wait(instance: DagsterInstance, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OGI_QUIET_SECONDS", "3600")  # longer than the slowest machine needs from here to there
    path = place.put("a.txt", "报")
    os.utime(path, (0, 0))  # a copy that keeps the time of its original is as new
    answer = by_day(instance, place)
    assert isinstance(answer, SkipReason)
    assert "files may still be on their way" in (answer.skip_message or "")
    now = time.time()
    monkeypatch.setattr("pipeline.warehouse.pending.time.time", lambda: now + 3601)
    assert isinstance(by_day(instance, place), RunRequest)


@pytest.mark.parametrize("status", [DagsterRunStatus.NOT_STARTED, DagsterRunStatus.STARTED])
def test_arrivals_wait_for_a_run_that_is_not_over(
    instance: DagsterInstance, place: Place, status: DagsterRunStatus
) -> None:
    place.put("a.txt", "报")
    run = instance.create_run_for_job(defs.resolve_job_def("ingest"), status=status)
    answer = by_day(instance, place)
    assert isinstance(answer, SkipReason)
    assert answer.skip_message == f"run {run.run_id} is queued or in progress"


def test_a_source_that_is_gone_fails_the_nightly_run_and_not_the_sensor(
    instance: DagsterInstance, place: Place
) -> None:
    answer = by_day(instance, place)
    assert isinstance(answer, SkipReason)
    assert "there is no such file or folder" in (answer.skip_message or "")
    assert not execute(instance, at_night(instance, place)).success


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server on this machine, and what it was sent."""
    got: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(500 if self.path == "/refuses" else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", got
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_failed_run_is_written_down_and_posted(
    instance: DagsterInstance,
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
    webhook: tuple[str, list[dict[str, str]]],
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError("first line\nNo space left on device") from ValueError("deeper")

    url, got = webhook
    monkeypatch.setenv("OGI_WEBHOOK_URL", url + "/hook")
    monkeypatch.setattr(steps, "read_years", fails)
    shutil.copytree(SEEDS, place.raw)
    result = execute(instance, at_night(instance, place))
    assert not result.success
    event = next(event for event in result.all_events if event.is_run_failure)
    context = build_run_status_sensor_context("failures", event, instance, result.dagster_run)
    failures(context.for_run_failure())
    (line,) = (place.settings.dagster_home / "failures.log").read_text().splitlines()
    when, *rest = line.split("\t")
    assert datetime.fromisoformat(when).utcoffset() is not None
    assert rest == [result.run_id, "ingest", "report_tables", "No space left on device"]
    assert got == [
        {
            "run_id": result.run_id,
            "job": "ingest",
            "step": "report_tables",
            "error": "No space left on device",
            "page": "",
        }
    ]


def test_a_webhook_that_does_not_take_it_fails_nothing(
    place: Place, webhook: tuple[str, list[dict[str, str]]], caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{free.getsockname()[1]}/secret"
    log = place.folder / "logs" / "failed.log"
    for url in (webhook[0] + "/refuses", closed, "file:///etc/passwd", "no address"):
        caplog.clear()
        with caplog.at_level(logging.ERROR):
            report(
                Failure("r1", "ingest", "", "a\tb"),
                place.settings.model_copy(update={"webhook_url": url, "failure_log": log}),
            )
        assert "did not take the failure of run r1" in caplog.text
        assert "secret" not in caplog.text
    lines = log.read_text().splitlines()
    assert len(lines) == 4
    assert lines[0].split("\t")[1:] == ["r1", "ingest", "-", "a b"]


def test_a_log_that_cannot_be_written_still_posts(
    place: Place, webhook: tuple[str, list[dict[str, str]]], caplog: pytest.LogCaptureFixture
) -> None:
    changed = {"webhook_url": webhook[0], "failure_log": Path("/proc/failures.log")}
    report(Failure("r1", "ingest", "s", "e"), place.settings.model_copy(update=changed))
    assert "cannot be written down" in caplog.text
    assert [told["run_id"] for told in webhook[1]] == ["r1"]
