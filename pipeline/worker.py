"""Celery's workers: processes that execute the steps of runs, one step at a time.

    OGI_EXECUTION=celery celery -A pipeline.worker worker --concurrency 1

A step that is given to a worker is taken off the queue only when it is done. If the process that executes it is killed,
the worker puts it back at once; if the worker is gone with it, Redis gives it to another one after
``OGI_LOST_AFTER_SECONDS``. So it may be executed twice, which the steps allow for. A step that kills its worker each
time fails after ``MOST_LOST`` times.

Belongs here: what executor and workers have to agree on. What a step does is in ``assets``. Celery looks for the name
``app``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipeline.settings import Execution, Settings

if TYPE_CHECKING:
    from celery import Celery, Task

log = logging.getLogger(__name__)

#: So many executions of a step may end with the worker's process being killed.
MOST_LOST = 3
#: How long the number of lost executions of a step is kept.
_REMEMBERED_SECONDS = 7 * 24 * 3600


class LostError(Exception):
    """The processes that executed a step were killed too often; the message says what to do."""


@contextmanager
def extra(execution: Execution) -> Iterator[None]:
    """For imports that only this execution needs.

    Raises:
        ImportError: it is not installed; the message says how to.
    """
    try:
        yield
    except ImportError as error:
        raise ImportError(
            f"OGI_EXECUTION={execution.value} needs packages that are not installed ({error}): "
            f"pip install 'ogi-warehouse[{execution.value}]'"
        ) from error


def celery_config(settings: Settings) -> dict[str, Any]:
    """The configuration of the executor, as Dagster takes it; the workers have the same."""
    return {
        "broker": settings.broker,
        "backend": settings.broker,
        "config_source": {
            "task_acks_late": True,
            "task_reject_on_worker_lost": True,
            # A step that succeeded, but whose worker was killed before it could say so, is not executed again.
            "worker_deduplicate_successful_tasks": True,
            "worker_prefetch_multiplier": 1,
            "broker_transport_options": {"visibility_timeout": settings.lost_after_seconds},
            "broker_connection_retry_on_startup": True,
        },
    }


def _app() -> Celery:
    with extra(Execution.CELERY):
        from celery import Task
        from dagster_celery.config import DEFAULT_CONFIG, dict_wrapper
        from dagster_celery.make_app import make_app
        from dagster_celery.tasks import create_task
    config = celery_config(Settings())
    config["config_source"] = dict_wrapper(  # type: ignore[no-untyped-call]
        {**DEFAULT_CONFIG, **config["config_source"]}
    )
    made: Celery = make_app(config)  # type: ignore[no-untyped-call]

    class Step(Task):  # type: ignore[misc]
        """A step of a run."""

        def __call__(self, *arguments: Any, **named: Any) -> Any:
            if (self.request.delivery_info or {}).get("redelivered"):
                _fail_if_lost_too_often(self)
            return super().__call__(*arguments, **named)

    create_task(made, base=Step)  # type: ignore[no-untyped-call]
    return made


def _fail_if_lost_too_often(task: Task) -> None:
    """Count that a step was given to a worker again, and raise if that was too often."""
    key = f"ogi-lost-{task.request.id}"
    lost = int(task.backend.client.incr(key))
    task.backend.client.expire(key, _REMEMBERED_SECONDS)
    log.warning("a step is executed again: the worker that had it was killed, or not heard of (%d times)", lost)
    if lost > MOST_LOST:
        raise LostError(
            f"{lost} times the process that executed this step was killed, most likely because memory ran out, or not "
            "heard of for OGI_LOST_AFTER_SECONDS; set fewer reports a step (OGI_SHARD_REPORTS), fewer processes "
            "(OGI_WORKERS) or smaller batches (OGI_BATCH_REPORTS), give the workers more memory, or wait longer"
        )


def __getattr__(name: str) -> Celery:
    """Celery's application, made on first access: this module is also imported where Celery is not installed."""
    if name == "app":
        globals()["app"] = _app()
        return globals()["app"]
    raise AttributeError(name)
