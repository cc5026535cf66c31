"""Reports of runs that failed: a line in the failure log, and a POST to the webhook, if any.

Belongs here: what is reported, where, and when. Which settings name log and webhook is ``pipeline.settings``'.
"""

import json
import logging
import urllib.request
from dataclasses import asdict, dataclass
from datetime import datetime
from http.client import HTTPException
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dagster import DefaultSensorStatus, RunFailureSensorContext, run_failure_sensor

from pipeline import run_pages
from pipeline.settings import ZONE, Settings
from pipeline.text import harmless_line

log = logging.getLogger(__name__)

WEBHOOK_TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that failed: its step, empty where it failed outside of one, and the last line of the error."""

    run_id: str
    job: str
    step: str
    error: str
    #: The file of the page of what is published, which a failed run leaves as it was; empty where there is none.
    page: str = ""

    def line(self, when: datetime) -> str:
        """The failure as a line of the log: time, run, job, step and error, with tabs between."""
        parts = (when.isoformat(timespec="seconds"), self.run_id, self.job, self.step or "-", self.error)
        return "\t".join(harmless_line(part.replace("\t", " ")) for part in parts)

    def body(self) -> bytes:
        """The failure as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()


def report(failure: Failure, settings: Settings) -> None:
    """Append the failure to the log and post it, where there is a webhook. Errors of either are logged, not raised."""
    path = settings.failure_log
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(failure.line(datetime.now(ZoneInfo(ZONE))) + "\n")
    except OSError as error:
        log.error("%s: the failure of run %s cannot be written down: %s", path, failure.run_id, error)
    if settings.webhook_url:
        try:
            _post(settings.webhook_url, failure.body())
        except (OSError, ValueError, HTTPException) as error:
            # Without the path, which often is the webhook's secret.
            host = settings.webhook_url.split("/")[2:3]
            log.error("the webhook at %s did not take the failure of run %s: %s", host, failure.run_id, error)


def _post(url: str, body: bytes) -> None:
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("OGI_WEBHOOK_URL is no http or https address")
    request = urllib.request.Request(url, body, {"Content-Type": "application/json; charset=utf-8"}, method="POST")
    with urllib.request.urlopen(request, timeout=WEBHOOK_TIMEOUT_SECONDS):
        pass


# All code locations: runs that earlier versions of `ogi ingest` recorded are of none.
@run_failure_sensor(
    default_status=DefaultSensorStatus.RUNNING,
    monitor_all_code_locations=True,
    description="失败通知. A line in the failure log for each run that failed, and a POST to the webhook, if any.",
)
def failures(context: RunFailureSensorContext) -> None:
    """Report a run that failed: its first failed step, and the last line of its error."""
    step, error = "", context.failure_event.message or ""
    for event in context.get_step_failure_events()[:1]:
        step = event.step_key or ""
        if (info := event.step_failure_data.error) is not None:
            # Dagster wraps the error that was raised. Its own message says more than that of the error it came from.
            error = (info.cause or info).message or error
    lines = [line.strip() for line in error.splitlines() if line.strip()]
    run = context.dagster_run
    settings = Settings()
    page = run_pages.latest_page(settings.dagster_home)
    told = Failure(run.run_id, run.job_name, step, lines[-1] if lines else "no message", str(page or ""))
    report(told, settings)
