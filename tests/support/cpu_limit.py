"""A limit of CPU time for each test of the fast folders, so that no slow test hides in ``make test``.

CPU time, and not time by the clock, because a busy machine must not fail a test. But CPU time depends on what else runs
as well: caches and cores are shared, and one and the same test used 2.5 s and 4.3 s within minutes. So a test that is
over the limit is named at the end, and fails only if it is so far over it that no neighbour explains it.

What ended children used counts too. Fixtures of a module or the session are nobody's: the test that happens to come
first does not pay for them.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

FAST = ("unit", "pipeline", "cli")
SECONDS = 5.0
#: How many times as much as alone a test may seem to use on a machine that is busy.
BUSY = 2.0
#: The property of a report that says by how much its test is over the limit.
_OVER = "over_cpu_limit"


def cpu_seconds() -> float:
    """What this process and its ended children have used so far."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


class CpuLimit:
    """The plugin: measures setup and call of each test in the folders ``folders``."""

    def __init__(self, folders: list[Path], seconds: float = SECONDS) -> None:
        self.folders = folders
        self.seconds = seconds
        self._over: list[str] = []
        self._used = 0.0
        self._shared = 0.0
        self._within_shared = False

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self) -> Iterator[None]:
        """Begin to count; the call goes on from here."""
        self._used = self._shared = 0.0
        yield from self._counted()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Iterator[None]:
        """Count on."""
        yield from self._counted()

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef) -> Iterator[None]:
        """Leave out what tests share. One shared fixture may ask for another, which must not be left out twice."""
        if fixturedef.scope == "function" or self._within_shared:
            return (yield)
        self._within_shared, before = True, cpu_seconds()
        try:
            return (yield)
        finally:
            self._within_shared = False
            self._shared += cpu_seconds() - before

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Iterator[None]:
        """Note the test that used more than its share, and fail it if nothing else explains that."""
        report = yield
        if report.when != "call":
            return report
        used = self._used - self._shared
        report.user_properties.append(("cpu_seconds", round(used, 2)))
        if report.passed and used > self.seconds and any(folder in item.path.parents for folder in self.folders):
            message = (
                f"{used:.1f} s of CPU, and a test in {item.path.parent.name}/ has {self.seconds:g} s: "
                "make it cheaper, or move it to a folder of `make test-all`"
            )
            report.user_properties.append((_OVER, message))
            if used > BUSY * self.seconds:
                report.outcome, report.longrepr = "failed", message
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect the tests over the limit, which are told of by the processes that ran them."""
        self._over += [f"{report.nodeid}: {value}" for name, value in report.user_properties if name == _OVER]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name them."""
        for line in self._over:
            terminalreporter.write_line(line)

    def _counted(self) -> Iterator[None]:
        before = cpu_seconds()
        try:
            return (yield)
        finally:
            self._used += cpu_seconds() - before
