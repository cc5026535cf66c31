"""What ``deploy/`` says is true: units and containers are started here as they are, on folders and ports of their own.

Nothing here needs systemd or Docker to run. A unit is its ``ExecStart`` with the environment, folders and signals that
systemd would give it; a container is its ``command``, in a folder that holds what the Dockerfile copies, and nothing
else. What only they can do – namespaces, restarts, health – is left to them.

Belongs here: the files under ``deploy/``. What the daemon starts, and when, is in ``test_automation``.
"""

import contextlib
import ipaddress
import json
import os
import re
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.settings import PROJECT, Settings
from tests.conftest import SEEDS

DEPLOY = PROJECT / "deploy"
UNITS = ["ogi-daemon", "ogi-webserver"]
BIN = PROJECT / ".venv" / "bin"
#: What systemd and Docker give a program, without the virtual environment.
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
PATIENCE = 120
"""Seconds after which something hangs. Far beyond what anything needs, so that a busy machine is no failure."""


def unit(name: str) -> dict[str, list[str]]:
    """The directives of a unit; of one that stands twice, both values."""
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / "systemd" / f"{name}.service").read_text().splitlines():
        if re.match(r"\w+=", line):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def template() -> dict[str, str]:
    """``ogi.env``, as it is shipped."""
    lines = (DEPLOY / "systemd" / "ogi.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def services() -> dict[str, dict[str, Any]]:
    """The services of ``compose.yaml``, with the defaults of its variables."""
    text = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", (DEPLOY / "compose.yaml").read_text())
    found: dict[str, dict[str, Any]] = yaml.safe_load(text)["services"]
    return found


def dockerfile() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile and what follows them."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text(), flags=re.M).replace("\\\n", " ")
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in text.splitlines() if line)]


def image_environment() -> dict[str, str]:
    return dict(word.split("=", 1) for name, rest in dockerfile() if name == "ENV" for word in rest.split())


def copies() -> Iterator[tuple[str, str]]:
    """Source and target of each thing that the Dockerfile copies, both relative to the project's root."""
    for name, rest in dockerfile():
        if name == "COPY":
            *sources, target = rest.split()
            for source in sources:
                yield source, target + source if target.endswith("/") else target


def commands() -> Iterator[list[str]]:
    """Every command line of ``deploy/`` that starts something of Dagster's."""
    for name in UNITS:
        yield from map(shlex.split, unit(name)["ExecStart"])
    for service in services().values():
        yield service["command"]
        if "healthcheck" in service:
            yield service["healthcheck"]["test"][1:]
    yield json.loads(dict(dockerfile())["CMD"])


def binds() -> Iterator[tuple[str, str]]:
    """Source and target of the mounts of ``compose.yaml`` that are no named volumes."""
    for service in services().values():
        for mount in service["volumes"]:
            source, target, *_ = mount.split(":")
            if source.startswith((".", "/")):
                yield source, target


# What can be said without starting anything


@pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="no systemd-analyze. On Debian: apt-get install systemd"
)
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    (tmp_path / "ogi.env").touch()
    for name in UNITS:
        text = (DEPLOY / "systemd" / f"{name}.service").read_text()
        text = text.replace("/opt/ogi-warehouse", str(PROJECT)).replace("/etc/ogi", str(tmp_path))
        (tmp_path / f"{name}.service").write_text(text)
    units = [str(tmp_path / f"{name}.service") for name in UNITS]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    # Of a directive that does not exist it only warns; of other units of this machine it may.
    assert [line for line in done.stderr.splitlines() if "ogi" in line] == []
    assert done.returncode == 0, done.stderr


def test_the_units_meet_in_a_temporary_folder_that_outlives_either() -> None:
    """Where the daemon's sockets are, by which the webserver stops a run: not in a /tmp that each has for itself."""
    folders = set()
    for directives in map(unit, UNITS):
        (folder,) = (value[7:] for value in directives["Environment"] if value.startswith("TMPDIR="))
        assert folder in [f"%t/{name}" for name in directives["RuntimeDirectory"][0].split()]
        assert directives["RuntimeDirectoryPreserve"] == ["yes"]
        folders.add(folder)
    assert len(folders) == 1


@pytest.mark.parametrize("environment", [template(), image_environment()], ids=["ogi.env", "Dockerfile"])
def test_the_settings_are_known_and_in_folders_that_can_be_written(
    environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
        assert not name.startswith("OGI_") or name.removeprefix("OGI_").lower() in Settings.model_fields
    settings = Settings()
    assert str(settings.dagster_home) == environment["DAGSTER_HOME"]
    written = {settings.staging, settings.warehouse.parent, settings.dagster_home}
    assert written <= {Path("/var/lib", name) for name in unit("ogi-daemon")["StateDirectory"][0].split()}
    assert f"-{settings.source}" in unit("ogi-daemon")["ReadOnlyPaths"]
    mounts = {mount.split(":")[1] for mount in services()["code"]["volumes"]}
    assert {str(path) for path in written | {settings.source}} <= mounts


def test_only_this_machine_reaches_a_published_port() -> None:
    published = [port for service in services().values() for port in service.get("ports", [])]
    assert len(published) == 1
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port) for port in published)
    assert not any("network_mode" in service for service in services().values())


def test_what_is_mounted_copied_or_named_is_there() -> None:
    for service in services().values():
        root = (DEPLOY / service["build"]["context"]).resolve()
        assert root == PROJECT
        assert (root / service["build"]["dockerfile"]).is_file()
    assert [source for source, _ in binds() if not (DEPLOY / source).exists()] == []
    assert [source for source, _ in copies() if not (PROJECT / source).exists()] == []
    named = re.findall(r"\bdeploy/[\w./*-]*\w", (DEPLOY / "README.md").read_text())
    assert [path for path in named if not list(PROJECT.glob(path))] == []


@pytest.mark.parametrize("words", list(commands()), ids=lambda words: " ".join(words)[-60:])
def test_a_command_exists_and_has_its_options(words: list[str]) -> None:
    program = BIN / Path(words[0]).name
    assert os.access(program, os.X_OK)
    if program.name != "python":  # the health of the webserver, which is asked for below
        # Options are parsed before any of them, --help too, is acted upon.
        done = subprocess.run([program, *words[1:], "--help"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


# What the Dockerfile copies, and the processes


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The image's working folder."""
    folder = tmp_path_factory.mktemp("image")
    for source, target in copies():
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        if (PROJECT / source).is_dir():
            shutil.copytree(PROJECT / source, folder / target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(PROJECT / source, folder / target)
    return folder


def test_the_image_has_all_that_the_program_needs(image: Path, tmp_path: Path) -> None:
    """It builds, and ``ogi ingest`` works, with the project's own files from the image alone."""
    environment = {"PATH": f"{BIN}:{PATH}", "PYTHONPATH": str(image), "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {key: value.replace("/var/lib/ogi", str(tmp_path)) for key, value in image_environment().items()}
    environment["OGI_SOURCE"] = str(SEEDS)
    run = (
        "import sys, pathlib; from pipeline.cli.main import main; main(['ingest'], standalone_mode=False)\n"
        "for name, module in sys.modules.items():\n"
        "    if name.split('.')[0] in ('pipeline', 'assets', 'schemas') and module.__file__:\n"
        "        assert pathlib.Path(module.__file__).is_relative_to(sys.argv[1]), module.__file__\n"
    )
    for words in (["-m", "hatchling", "metadata"], ["-c", run, str(image)]):
        done = subprocess.run(
            ["python", *words], cwd=image, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "warehouse" / "ogi.duckdb").is_file()


@dataclass
class Program:
    """A command with all that is around it. ``health`` is the command that says whether it is up."""

    words: list[str]
    folder: Path
    environment: dict[str, str]
    health: list[str] | None = None

    def succeeds(self, words: list[str]) -> bool:
        """Whether another command does, in the same place."""
        done = subprocess.run(words, cwd=self.folder, env=self.environment, capture_output=True, check=False)
        return done.returncode == 0


@dataclass
class Server:
    """The programs of a deployment, each in a process group of its own, as it has a control group or a container."""

    data: Path
    port: int
    programs: dict[str, Program]
    #: The one that runs are processes of.
    runner: str
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start a program and wait until it is up, as those that depend on it do."""
        program = self.programs[name]
        with (self.data / f"{name}.log").open("ab") as log:
            # Python leaves an ignored SIGINT ignored, and Dagster then SIGTERM too: in the background of a shell it is.
            self.processes[name] = subprocess.Popen(
                ["env", "--default-signal=INT", *program.words],
                cwd=program.folder,
                env=program.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if (health := program.health) is not None:
            self.until(lambda: program.succeeds(health))

    def stop(self, name: str) -> int:
        """SIGTERM to every process, as KillMode=control-group and TINI_KILL_PROCESS_GROUP do."""
        process = self.processes.pop(name)
        try:
            os.killpg(process.pid, signal.SIGTERM)
            return process.wait(PATIENCE)
        finally:
            _kill(process)

    def log(self) -> str:
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in sorted(self.data.glob("*.log")))

    def ask(self, query: str, **variables: object) -> Any:
        """The answer to a GraphQL query."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql", body, {"Content-Type": "application/json"}
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=PATIENCE) as answer:
            return json.load(answer)["data"]

    def until(self, what: Callable[[], bool]) -> None:
        """Wait."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                if what():
                    return
            except urllib.error.URLError:
                pass
            time.sleep(0.2)
        raise AssertionError(self.log())

    def launch(self) -> str:
        """Have the job run over all years, as the schedule does, and wait until a step is at work.

        Before, while Dagster sets the run up, an interrupt can get lost.
        """
        job = {"repositoryLocationName": "ogi", "repositoryName": "__repository__", "jobName": "ingest"}
        tags = [
            {"key": f"dagster/asset_partition_range_{end}", "value": year}
            for end, year in (("start", "2019"), ("end", "2025"))
        ]
        told = self.ask(
            "mutation ($with: ExecutionParams!) { launchPipelineExecution(executionParams: $with) "
            "{ __typename ... on LaunchRunSuccess { run { runId } } } }",
            **{"with": {"selector": job, "runConfigData": {}, "executionMetadata": {"tags": tags}}},
        )["launchPipelineExecution"]
        run_id: str = told["run"]["runId"]
        steps = "query ($id: ID!) { runOrError(runId: $id) { ... on Run { stepStats { status } } } }"
        self.until(lambda: bool(self.ask(steps, id=run_id)["runOrError"]["stepStats"]))
        return run_id

    def status(self, run_id: str) -> str:
        told = self.ask("query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }", id=run_id)
        return str(told["runOrError"]["status"])


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _with_systemd(data: Path, _image: Path) -> Server:
    """Both units, with the paths of a server replaced; they start in the order that ``After`` gives."""
    port = _free_port()
    places = {
        "/opt/ogi-warehouse": str(PROJECT),
        "/var/lib/ogi": str(data),
        "%t": str(data / "run"),
        "--port 3000": f"--port {port}",
    }
    programs = {}
    for name in UNITS:
        directives = {key: [_replace(value, places) for value in values] for key, values in unit(name).items()}
        environment = {"PATH": PATH, **dict(value.split("=", 1) for value in directives["Environment"])}
        environment |= {key: _replace(value, places) for key, value in template().items()}
        for state in unit(name)["StateDirectory"][0].split():
            Path(_replace(f"/var/lib/{state}", places)).mkdir(exist_ok=True)
        for runtime in directives["RuntimeDirectory"]:
            (data / "run" / runtime).mkdir(parents=True, exist_ok=True)
        (start,), (folder,) = directives["ExecStart"], directives["WorkingDirectory"]
        programs[name] = Program(shlex.split(start), Path(folder), environment)
        variables = {f"${{{key}}}": value for key, value in environment.items()}
        for before in directives["ExecStartPre"]:
            assert programs[name].succeeds(shlex.split(_replace(before, variables))), before
    return Server(data, port, programs, runner="ogi-daemon")


def _with_compose(data: Path, image: Path) -> Server:
    """The services, on the loopback address instead of their containers' own."""
    port, code = _free_port(), _free_port()
    places = {"/var/lib/ogi": str(data), "0.0.0.0": "127.0.0.1", "3000": str(port), "4000": str(code)}
    folder = data / "image"
    shutil.copytree(image, folder)
    workspace = folder / "deploy" / "workspace.yaml"
    workspace.write_text(_replace(workspace.read_text(), {**places, "host: code": "host: 127.0.0.1"}))
    for source, target in binds():
        if (file := DEPLOY / source).is_file():
            (to := Path(_replace(target, places))).parent.mkdir(exist_ok=True)
            shutil.copyfile(file, to)
    programs = {}
    for name, service in services().items():
        environment = {"PATH": f"{BIN}:{PATH}", "PYTHONPATH": str(folder), "TMPDIR": str(data / "tmp" / name)}
        Path(environment["TMPDIR"]).mkdir(parents=True)
        given = {**image_environment(), **service.get("environment", {})}
        environment |= {key: _replace(value, places) for key, value in given.items()}
        command, health = (
            [_replace(word, places) for word in words]
            for words in (service["command"], service.get("healthcheck", {"test": []})["test"][1:])
        )
        program = Program(command, folder, environment, health or None)
        if service["restart"] == "no":
            assert program.succeeds(command), command
        else:
            programs[name] = program
    return Server(data, port, programs, runner="code")


def _replace(text: str, places: Mapping[str, str]) -> str:
    """The text with all of these replaced, each once: what is put in place of one may look like another."""
    return re.sub("|".join(map(re.escape, places)), lambda match: places[match[0]], text)


def _listening(sessions: set[int]) -> set[tuple[str, int]]:
    """Addresses and ports at which processes of these sessions take TCP connections."""
    inodes = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(process.name)) in sessions:
                inodes |= {str(opened.readlink()) for opened in (process / "fd").iterdir()}
        except OSError:  # it has just ended
            continue
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path("/proc/net", table).read_text().splitlines()[1:]:
            _, local, _, state, *_, inode = line.split()[:10]
            if state == "0A" and f"socket:[{inode}]" in inodes:
                host, port = local.split(":")
                found.add((_address(host), int(port, 16)))
    return found


def _address(digits: str) -> str:
    """An address from the kernel's hexadecimal words, which are in the machine's order of bytes."""
    words = struct.unpack(f"={len(digits) // 8}I", bytes.fromhex(digits))
    address = ipaddress.ip_address(struct.pack(f"!{len(words)}I", *words))
    return str(getattr(address, "ipv4_mapped", None) or address)


@pytest.mark.parametrize("deployment", [_with_systemd, _with_compose], ids=["systemd", "compose"])
def test_it_runs(deployment: Callable[[Path, Path], Server], image: Path, tmp_path: Path) -> None:
    """It comes up on the loopback address, with the schedule on; a run can be stopped; a restart leaves no dead run."""
    (raw := tmp_path / "raw").mkdir()
    for seed in SEEDS.glob("*.txt"):
        for number in range(400):  # enough to be at it for a while
            shutil.copyfile(seed, raw / f"{number}_{seed.name}")
    server = deployment(tmp_path, image)
    try:
        for name in server.programs:
            server.start(name)
        _check_what_is_loaded(server)
        listening = _listening({process.pid for process in server.processes.values()})
        assert ("127.0.0.1", server.port) in listening
        assert {address for address, _ in listening} == {"127.0.0.1"}

        stopped = server.launch()
        told = server.ask(
            "mutation ($id: String!) { terminateRun(runId: $id) { ... on TerminateRunSuccess { run { runId } } } }",
            id=stopped,
        )
        assert told == {"terminateRun": {"run": {"runId": stopped}}}, server.log()
        server.until(lambda: server.status(stopped) == "CANCELED")

        interrupted = server.launch()
        assert server.stop(server.runner) == 0, server.log()
        assert server.status(interrupted) == "FAILURE"

        for path in raw.glob("[1-9]*_*"):
            path.unlink()
        server.start(server.runner)
        whole = server.launch()
        server.until(lambda: server.status(whole) in ("SUCCESS", "FAILURE"))
        assert server.status(whole) == "SUCCESS", server.log()
        assert (tmp_path / "warehouse" / "ogi.duckdb").is_file()
        assert [server.stop(name) for name in list(server.processes)] == [0] * len(server.programs), server.log()
    finally:
        for process in server.processes.values():
            _kill(process)


def _check_what_is_loaded(server: Server) -> None:
    """The location, the schedule and the sensors, and a daemon that looks after them."""
    running = (
        "{ repositoriesOrError { ... on RepositoryConnection { nodes { location { name } "
        "schedules { name scheduleState { status } } sensors { name sensorState { status } } } } } }"
    )
    server.until(lambda: bool(server.ask(running)["repositoriesOrError"].get("nodes")))
    (ogi,) = server.ask(running)["repositoriesOrError"]["nodes"]
    assert ogi["location"]["name"] == "ogi"
    assert {s["name"]: s["scheduleState"]["status"] for s in ogi["schedules"]} == {"nightly": "RUNNING"}
    assert {s["name"] for s in ogi["sensors"] if s["sensorState"]["status"] == "RUNNING"} >= {"arrivals", "failures"}
    health = "{ instance { daemonHealth { allDaemonStatuses { daemonType required healthy } } } }"

    def daemons() -> dict[str, bool]:
        told = server.ask(health)["instance"]["daemonHealth"]["allDaemonStatuses"]
        return {status["daemonType"]: status["healthy"] for status in told if status["required"]}

    server.until(lambda: all(daemons().values()))
    assert {"SCHEDULER", "SENSOR", "QUEUED_RUN_COORDINATOR", "MONITORING"} <= set(daemons())
