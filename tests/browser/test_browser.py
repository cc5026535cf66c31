"""The Dagster UI as a person uses it: a browser clicks through a run, a failure, its re-execution, checks, a preview.

The run that fails is one of `ogi ingest`: it must be mended in the UI like any other.

Everything is real: Dagster with its daemon, as ``make ui`` starts it, and Debian's Chromium. What is clicked is
found by role and text; the API of the UI is asked only how far a run is. With OGI_SCREENSHOTS=1 the pictures of
``docs/images`` are taken anew; otherwise they stay in the test's folder.

Belongs here: what has to be seen on a screen. What assets do in Dagster, without one, is in ``test_dagster``.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.settings import PROJECT
from tests.conftest import SEEDS, Place

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is missing: make setup")

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
#: The last one keeps a proxy of the environment away from 127.0.0.1.
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
]
SCREEN = {"width": 1280, "height": 800}
FACTS = ("fact_application_handling", "fact_proactive_disclosure", "fact_reconsideration")
YEAR = "2025"
#: For everything that is waited for; only a machine that hangs needs so long.
PATIENCE_SECONDS = 300
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
RUNS = """{ runsOrError(limit: 20) { ... on Runs { results {
    id status jobName parentRunId tags { key value } stepStats { stepKey status } } } } }"""


def test_clicks(place: Place, tmp_path: Path) -> None:
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is missing: apt-get install chromium fonts-noto-cjk")
    for path in SEEDS.glob("*.txt"):
        place.put(path.name, path.read_bytes())
    pictures = PROJECT / "docs" / "images" if os.environ.get("OGI_SCREENSHOTS") == "1" else tmp_path / "pictures"
    log = tmp_path / "dagster.log"
    with dagster_dev(place, log) as url, browser(url) as page:
        try:
            walk(Person(page, url, pictures), place)
        except Exception as error:
            last = tmp_path / "last.png"
            with contextlib.suppress(sync_api.Error):
                page.screenshot(path=last)
            error.add_note(f"last seen: {last}\n\n{log}:\n{tail(log)}")
            raise


def walk(person: "Person", place: Place) -> None:
    """The whole walk; a person would go on from where the step before ended."""
    target = place.settings.warehouse

    person.opens_graph("missing")
    for name in ("raw_reports", *FACTS, "warehouse"):
        # A long name is cut in its middle where the graph is drawn small.
        person.sees(person.page.get_by_text(re.compile(rf"^{name[:3]}[\w…]*{name[-6:]}$")))

    first = person.materializes("ingest", YEAR)
    assert person.waits_for_end(first)["status"] == "SUCCESS"
    assert place.query("SELECT count(*) FROM dim_report") == [(5,)]
    assert place.query("SELECT run_id FROM ingest_run") == [(first,)]

    person.goes_to("catalog_book")
    person.page.get_by_role("link", name=re.compile(f"^({FACTS[0]} ?)+$")).click()
    person.page.get_by_role("tab", name="Partitions").click()
    for state in (r"Materialized \(2\)", r"Failed \(0\)", r"Missing \([1-9]"):
        person.sees(person.page.get_by_text(re.compile(state)))

    target.unlink()
    target.mkdir()
    failed = ingests_in_vain(person, place)
    person.goes_to("timeline")
    person.sees(person.page.get_by_role("link", name=re.compile("^(ingest ?)+$")))  # its row of the timeline
    person.opens_run_of_job(failed, "ingest", "Failure")
    for step, colour in (("raw_reports", "green"), ("report_tables", "green"), ("warehouse", "red")):
        person.sees(person.bar(step, colour))
    person.page.get_by_text("Errored (1)").locator("xpath=following::*[text()='warehouse'][1]").click()
    person.sees(person.page.get_by_text("STEP_FAILURE"))
    person.sees(person.page.get_by_text(f"PublishError: {target} is a folder; give the path of a file"))
    # Below the error's words there are but the places in the code.
    person.takes("ui-failed", above=person.page.get_by_text("Stack Trace:"))
    person.goes_to("lineage")
    person.page.reload()  # the page keeps what it saw of assets before another process made them
    for icon, asset in (
        ("run_success", "raw_reports"),
        ("check_failed", "warehouse"),
        ("run_success", "warehouse_diff"),
    ):
        person.sees(person.page.get_by_role("button", name=re.compile(f"^{icon} ({asset} ?)+$")))
    person.page.get_by_role("button", name="panel_show_right", exact=True).click()

    person.opens_run(failed, "Failure")
    target.rmdir()
    again = person.reexecutes_from_failure(failed)
    run = person.waits_for_end(again)
    assert run["status"] == "SUCCESS"
    assert run["parentRunId"] == failed
    steps = {step["stepKey"] for step in run["stepStats"]}
    assert "warehouse" in steps
    assert not steps & {"raw_reports", "report_tables"}
    assert place.query("SELECT count(*) FROM dim_report") == [(5,)]
    assert place.query("SELECT run_id FROM ingest_run") == [(again,)]
    person.opens_run(again, "Success")
    person.sees(person.page.get_by_text("Re-executions (1)"))
    person.sees(person.page.get_by_text("Process for run exited"))
    person.sees(person.bar("warehouse", "green"))
    sync_api.expect(person.page.get_by_text("report_tables", exact=True)).to_have_count(0)
    person.takes("ui-reexecuted")

    person.goes_to("catalog_book")
    person.page.get_by_role("link", name=re.compile("^(warehouse ?)+$")).click()
    person.page.get_by_role("tab", name="Checks").click()
    for name in ("sums", "narrative", "keys_unique"):
        person.sees(person.page.get_by_text(name, exact=True))
    person.page.get_by_text("narrative", exact=True).first.click()
    person.sees(person.page.get_by_role("cell", name="文字与表格的新收申请不一致", exact=True))
    person.takes("ui-checks")

    person.page.get_by_role("tab", name="Events").click()
    preview = person.page.get_by_role("cell", name="红旗区东街街道办事处", exact=True)
    person.sees(preview)
    preview.first.evaluate("cell => cell.closest('table').scrollIntoView({block: 'center'})")
    person.takes("ui-preview")

    person.opens_graph("run_success")
    person.takes("ui-graph")

    launches_without_partition(person, place, again)


def launches_without_partition(person: "Person", place: Place, published: str) -> None:
    """Launch it when nothing is new since a run published, which publishes nothing; then with a file that changed."""
    idle = person.materializes_without_partition("ingest")
    assert person.waits_for_end(idle)["status"] == "SUCCESS"
    assert place.query("SELECT run_id FROM ingest_run") == [(published,)]
    person.opens_run(idle, "Success")
    person.page.get_by_placeholder("Filter…").fill("unchanged since")
    told = person.page.get_by_text(re.compile(rf"unchanged since .* UTC \(run {published}\), nothing was published$"))
    sync_api.expect(told.filter(visible=True)).to_have_count(1)

    # A year that was not chosen before.
    (changed,) = SEEDS.glob("004_*.txt")
    text = changed.read_text(encoding="utf-8")
    assert "红旗区渠东街道办事处 2024 年" in text
    place.put(changed.name, f"{text}\n联系电话:见本街道网站。\n")
    every = person.materializes_without_partition("ingest")
    assert person.waits_for_end(every)["status"] == "SUCCESS"
    assert place.query("SELECT run_id FROM ingest_run ORDER BY finished_at") == [(published,), (every,)]
    person.opens_run(every, "Success")
    person.page.get_by_placeholder("Filter…").fill("reports of")
    person.sees(person.page.get_by_text(re.compile(r"5 reports of 5 agencies, 2024–2025")))
    person.sees(person.page.get_by_text(re.compile(r"files +0 new, 1 changed, 0 removed")))


def ingests_in_vain(person: "Person", place: Place) -> str:
    """A run of `ogi ingest` that cannot publish; its id."""
    before = {run["id"] for run in person.runs()}
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "ingest"],
        cwd=PROJECT,
        env={**os.environ, **place.environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert done.returncode == 1, done.stderr
    (run,) = [run for run in person.runs() if run["id"] not in before]
    assert {"key": "ogi/started_by", "value": "ogi ingest"} in run["tags"]
    return str(run["id"])


@dataclass
class Person:
    """Somebody before the screen: knows places, presses what is there, and waits until it has happened."""

    page: "Page"
    url: str
    pictures: Path

    def goes_to(self, icon: str) -> None:
        """Press an icon of the navigation, which is folded up to leave room."""
        self.page.get_by_role("navigation").get_by_role("link", name=icon, exact=True).click()

    def sees(self, what: "Locator") -> None:
        sync_api.expect(what.filter(visible=True).first).to_be_visible()

    def bar(self, step: str, colour: str) -> "Locator":
        """A step's bar in the chart of a run, by what a pointer over it tells: the text on a short bar is cut."""
        return self.page.locator(f'[data-tooltip="{step}"][style*="-{colour}"]')

    def opens_graph(self, icon: str) -> None:
        """Open the graph when the list beside it has an icon at the warehouse, and let it fill the screen."""
        self.goes_to("lineage")
        listed = self.page.get_by_role("button", name=re.compile(f"^{icon} (warehouse ?)+$"))
        self.sees(listed)
        self.page.get_by_role("button", name="panel_show_right", exact=True).click()
        sync_api.expect(listed).to_have_count(0)
        # A double click on the ground fits the graph to the room.
        self.page.mouse.dblclick(120, 740)

    def materializes(self, job: str, year: str) -> str:
        """Launch a run of all assets of a job for one year; its id."""
        before = {run["id"] for run in self.runs()}
        self.goes_to("column_lineage")
        self.page.get_by_role("link", name=re.compile(rf"\b{job}\b")).click()
        self.page.get_by_role("button", name="Materialize all").click()
        dialog = self.page.get_by_role("dialog")
        years = dialog.get_by_placeholder("ex: 2019")
        years.fill(year)
        years.press("Enter")
        self.sees(dialog.get_by_text("1 partition", exact=True))
        dialog.get_by_role("button", name="Launch 1 run").click()
        # Of this year alone: what the schedule starts, if it should be two at night in China, has all years.
        asked = {"key": "dagster/partition", "value": year}
        (run,) = until(
            lambda: [run for run in self.runs() if run["id"] not in before and asked in run["tags"]], "the run"
        )
        assert run["jobName"] == job
        return str(run["id"])

    def materializes_without_partition(self, job: str) -> str:
        """Launch a run of all assets of a job from the launchpad, where no partition is chosen; its id."""
        self.goes_to("column_lineage")
        self.page.get_by_role("link", name=re.compile(rf"\b{job}\b")).click()
        self.page.get_by_role("button", name="Materialize all").locator("xpath=following::button[1]").click()
        self.page.get_by_role("menuitem", name="Open launchpad").click()
        self.page.get_by_role("dialog").get_by_role("button", name="Materialize").click()
        self.page.get_by_role("button", name="Confirm").click()
        self.page.wait_for_url("**/runs/*")
        return self.page.url.partition("/runs/")[2][:36]

    def opens_run_of_job(self, run_id: str, job: str, status: str) -> None:
        """Open a run from the list of a job's runs."""
        self.goes_to("column_lineage")
        self.page.get_by_role("link", name=re.compile(rf"\b{job}\b")).click()
        self.page.get_by_role("tab", name="Runs").click()
        self.page.get_by_role("link", name=run_id[:8]).first.click()
        self.page.wait_for_url(f"**/runs/{run_id}*")
        self.sees(self.page.get_by_text(status, exact=True))

    def opens_run(self, run_id: str, status: str) -> None:
        """Open a run from the list of runs."""
        self.goes_to("runs")
        self.page.get_by_role("link", name=run_id[:8]).first.click()
        self.page.wait_for_url(f"**/runs/{run_id}*")
        self.sees(self.page.get_by_text(status, exact=True))

    def reexecutes_from_failure(self, run_id: str) -> str:
        """From the page of a failed run; the id of the new one."""
        self.page.get_by_role("button", name="Re-execute").locator("xpath=following::button[1]").click()
        self.page.get_by_role("menuitem", name="From failure").click()
        self.page.wait_for_url(lambda url: "/runs/" in url and run_id not in url)
        return self.page.url.partition("/runs/")[2][: len(run_id)]

    def runs(self) -> list[dict[str, Any]]:
        """The latest runs, as the UI's own API has them."""
        request = urllib.request.Request(
            f"{self.url}/graphql", json.dumps({"query": RUNS}).encode(), {"Content-Type": "application/json"}
        )

        def asked() -> list[list[dict[str, Any]]]:
            # A busy machine may answer late, or with an error in the place of the data.
            with contextlib.suppress(OSError, TypeError, KeyError), DIRECT.open(request, timeout=10) as answer:
                return [json.load(answer)["data"]["runsOrError"]["results"]]
            return []

        (runs,) = until(asked, "an answer of the API")
        return runs

    def waits_for_end(self, run_id: str) -> dict[str, Any]:
        ends = ("SUCCESS", "FAILURE", "CANCELED")
        (run,) = until(
            lambda: [run for run in self.runs() if run["id"] == run_id and run["status"] in ends],
            f"the end of run {run_id}",
        )
        return run

    def takes(self, name: str, above: "Locator | None" = None) -> None:
        """Take a picture of the screen, or of what is above something, when nothing is loading or lies over it."""
        self.page.mouse.move(0, 0)
        for passing in (
            self.page.get_by_role("progressbar"),
            self.page.get_by_text("Loading"),
            self.page.get_by_text("Launched"),
            self.page.get_by_role("tooltip"),
        ):
            sync_api.expect(passing.filter(visible=True)).to_have_count(0)
        clip: Any = {"x": 0, "y": 0, **SCREEN}
        if above and (box := above.first.bounding_box()):
            clip["height"] = box["y"]
        before, picture = b"", self.page.screenshot(clip=clip, animations="disabled")
        deadline = time.monotonic() + PATIENCE_SECONDS / 4
        # Until nothing moves any more; ages are counted up all the time, hence not for ever.
        while picture != before and time.monotonic() < deadline:
            before, picture = picture, self.page.screenshot(clip=clip, animations="disabled")
        self.pictures.mkdir(exist_ok=True)
        (self.pictures / f"{name}.png").write_bytes(picture)


def until(found: Callable[[], list[Any]], what: str) -> list[Any]:
    """What is found, as soon as there is any."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if there := found():
            return there
        time.sleep(0.3)
    raise AssertionError(f"{what}: not there after {PATIENCE_SECONDS} s")


@contextlib.contextmanager
def browser(url: str) -> Iterator["Page"]:
    """A page with Dagster's overview, its navigation folded up."""
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=SWITCHES)
        try:
            page = chromium.new_page(viewport=SCREEN, locale="en-GB", timezone_id="Asia/Shanghai")
            page.set_default_timeout(PATIENCE_SECONDS * 1000)
            sync_api.expect.set_options(timeout=PATIENCE_SECONDS * 1000)
            page.goto(url)
            page.get_by_role("button", name="Hide navigation").click()
            yield page
        finally:
            chromium.close()


@contextlib.contextmanager
def dagster_dev(place: Place, log: Path) -> Iterator[str]:
    """The address of a Dagster that is up, with its daemon; afterwards none of its processes is left."""
    home = place.settings.dagster_home
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "pipeline.cli.dagster_ui", "--port", str(port)],
            cwd=PROJECT,
            env={
                # Nobody is to be told of the failure, and no sensor is to start runs of its own.
                **{name: value for name, value in os.environ.items() if not name.startswith(("OGI_", "DAGSTER_"))},
                **place.environment,
                "OGI_QUIET_SECONDS": str(24 * 60 * 60),
            },
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        until(lambda: answers(process, url, log), "Dagster")
        assert "warning" not in tail(log).lower()
        yield url
    finally:
        stop(process, home)


def answers(process: subprocess.Popen[bytes], url: str, log: Path) -> list[str]:
    """The address, once Dagster answers at it."""
    assert process.poll() is None, f"make ui ended:\n{tail(log)}"
    try:
        with DIRECT.open(f"{url}/server_info", timeout=PATIENCE_SECONDS):
            return [url]
    except OSError:
        return []


def stop(process: subprocess.Popen[bytes], home: Path) -> None:
    """Ask Dagster to end, which lets it remove its sockets; kill what is left of it, wherever it is."""
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=30)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 30
    while left := of_dagster(process.pid, home):
        assert time.monotonic() < deadline, f"processes of Dagster that cannot be killed: {left}"
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)


def of_dagster(session: int, home: Path) -> list[int]:
    """Processes of the session, and those of any other that were started for this Dagster home."""
    mark = f"DAGSTER_HOME={home}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # gone in between, or another user's
            # Behind the name, which may hold anything: state, parent, group, session.
            state, _parent, _group, of_session = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
            if state == "Z":
                continue
            if int(of_session) == session or mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def tail(log: Path, lines: int = 40) -> str:
    """The log's last lines, without their colours."""
    text = re.sub(r"\x1b\[[\d;]*m", "", log.read_text(encoding="utf-8", errors="replace"))
    return "\n".join(text.splitlines()[-lines:])
