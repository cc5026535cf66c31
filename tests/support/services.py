"""Real services for tests: PostgreSQL and Redis from Debian's packages, an S3-compatible store from PyPI (moto's).

Each listens on 127.0.0.1 at a free port, keeps its files in a folder of its own, and is ended by the ids of its
processes. Where one is not installed the test is skipped with the command that installs it; where ``CI`` is set it
fails, so that nothing is left out unseen.

Fixtures: ``postgres`` (of the session; tests make databases in it), ``redis`` (of one test), ``s3`` (of a module;
tests make buckets in it, and the environment is the one that finds it). ``new_postgres``, ``new_redis`` and ``new_s3``
make further ones, for tests that kill them; ``running(…)`` does so for fixtures of another scope.

Belongs here: starting, ending and killing services. What is stored in them is the tests' own.
"""

import contextlib
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn, Self, TypeVar

import pytest

PATIENCE = 300
"""Seconds after which a service hangs. Far beyond what one needs, so that a busy machine is no failure."""


def missing(what: str, command: str) -> NoReturn:
    """Skip the test for want of a service; fail it where everything must be there."""
    message = f"{what} is missing: {command}"
    if os.environ.get("CI"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def free_port() -> int:
    """A port that nobody listens on.

    Below those that the kernel gives to connections: while a service is down nobody else is given its port, nor can
    somebody who tries to reach it be connected to themselves.
    """
    for port in random.SystemRandom().sample(range(20_000, 32_000), 1000):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no port between 20000 and 32000 is free")


class Service(ABC):
    """A process that serves on a port of this machine until it is ended."""

    host = "127.0.0.1"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def _command(self) -> list[str]:
        """What is started."""

    @abstractmethod
    def _answers(self) -> bool:
        """Whether it can be used by now."""

    def start(self) -> None:
        """Start it, on the port it always had, and wait until it can be used."""
        assert self._process is None, "it runs already"
        with (self.folder / "log").open("ab") as log:
            # Whatever becomes of the tests' process, the service does not outlive it.
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *self._command()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
            )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"{self._command()} did not start:\n{self.log[-3000:]}")
            time.sleep(0.02)

    @property
    def log(self) -> str:
        """What it has said so far."""
        return (self.folder / "log").read_text(errors="replace")

    def kill(self) -> None:
        """End all its processes at once, as a machine does that loses its power."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as its administrator does."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if how != signal.SIGKILL and self._process.poll() is None:
            self._process.send_signal(how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(PATIENCE)
        _kill_all(self._process.pid)
        self._process.wait()
        self._process = None

    def listens(self) -> bool:
        """Whether anybody takes connections at its port."""
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((self.host, self.port)) == 0


def _kill_all(leader: int) -> None:
    """Kill a process, its group, and its children, which PostgreSQL gives groups of their own."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(leader, signal.SIGSTOP)  # so that it starts no others meanwhile
    children = [pid for pid, parent in _parents() if parent == leader]
    for end, process in [*((os.kill, child) for child in children), (os.killpg, leader), (os.kill, leader)]:
        with contextlib.suppress(ProcessLookupError):
            end(process, signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while any(Path(f"/proc/{child}").exists() and _state(child) != "Z" for child in children):
        assert time.monotonic() < deadline, children
        time.sleep(0.005)


def _parents() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with contextlib.suppress(OSError):
                # After the command's name, which may hold spaces and brackets: the state, then the parent.
                yield int(folder.name), int((folder / "stat").read_text().rpartition(")")[2].split()[1])


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


# PostgreSQL


class Postgres(Service):
    """PostgreSQL, with a user ``ogi`` who needs no password. Started anew it has what it had."""

    user = "ogi"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._programs = self.programs()
        self._data = folder / "data"
        # It refuses to run as root, and whom it runs as must reach its folder.
        self._as: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
            # The kernel forgets the signal when the user changes: it is asked for again.
            self._as = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", "--pdeathsig", "KILL"]
        words = ["--auth", "trust", "--username", self.user, "--encoding", "UTF8", "--no-locale", "--no-sync"]
        done = subprocess.run(
            [*self._as, self._programs / "initdb", "--pgdata", self._data, "--wal-segsize", "4", *words],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")

    @staticmethod
    def programs() -> Path:
        """Where its programs are."""
        found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
        if not found:
            missing("PostgreSQL", "apt-get install postgresql")
        return max(found, key=lambda path: float(path.parent.name))

    def _command(self) -> list[str]:
        settings = {
            "listen_addresses": self.host,
            "port": self.port,
            "unix_socket_directories": "",
            "dynamic_shared_memory_type": "mmap",  # in its folder, where nothing outlives it
            "shared_buffers": "32MB",
            "max_wal_size": "64MB",
            "min_wal_size": "8MB",
            "max_connections": 100,
            # What is lost when the machine is, not when the server is killed.
            "fsync": "off",
            "full_page_writes": "off",
        }
        chosen = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [*self._as, str(self._programs / "postgres"), "-D", str(self._data), *chosen]

    def _answers(self) -> bool:
        where = ["--host", self.host, "--port", str(self.port), "--timeout", "1"]
        return subprocess.run([self._programs / "pg_isready", "--quiet", *where], check=False).returncode == 0

    def stop(self) -> None:
        """End it at once but in order: who is connected is sent away."""
        self._end(signal.SIGINT)

    def database(self, name: str) -> str:
        """Make a database, anew where there is one of that name; how libpq reaches it."""
        self.execute("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.execute("postgres", f'CREATE DATABASE "{name}"')
        return f"dbname={name} host={self.host} port={self.port} user={self.user}"

    def dsn(self, name: str) -> str:
        """The URL of a database."""
        return f"postgresql://{self.user}@{self.host}:{self.port}/{name}"

    def execute(self, database: str, sql: str) -> str:
        """Run a statement; its rows as text, a line each, the values parted by ``|``."""
        words = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1"]
        done = subprocess.run(
            [self._programs / "psql", *words, "--command", sql, self.dsn(database)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{sql}: {done.stderr}")
        return done.stdout.strip()


# Redis


class Redis(Service):
    """Redis, which keeps nothing: started anew it is empty."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        if not shutil.which("redis-server"):
            missing("Redis", "apt-get install redis-server")

    @property
    def url(self) -> str:
        return f"redis://{self.host}:{self.port}/0"

    def _command(self) -> list[str]:
        where = ["--bind", self.host, "--port", str(self.port), "--dir", str(self.folder)]
        return ["redis-server", *where, "--save", "", "--appendonly", "no"]

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection((self.host, self.port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        return False


# An S3-compatible store


class S3(Service):
    """moto's server. It keeps all in memory; ``stop`` puts the objects aside, and ``start`` puts them back."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._program = Path(sys.executable).with_name("moto_server")
        if not self._program.exists():
            missing("The S3-compatible store", "make install")
        self._aside: dict[str, dict[str, bytes]] = {}

    @property
    def endpoint(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs in its environment so that ``s3://`` is this store and no other."""
        return {
            "AWS_ACCESS_KEY_ID": "ogi",
            "AWS_SECRET_ACCESS_KEY": "not-a-secret",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_MAX_ATTEMPTS": "2",  # a store that was ended is known to be away
            "NO_PROXY": self.host,
        }

    @contextlib.contextmanager
    def found(self) -> Iterator[Self]:
        """While ``s3://`` is this store in this process, and in those that it starts."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.environment.items():
                patch.setenv(name, value)
            for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL_S3"):
                patch.delenv(name, raising=False)
            _forget_stores()
            try:
                yield self
            finally:
                _forget_stores()

    def client(self) -> Any:
        """boto3's client of it."""
        import boto3

        return boto3.client(
            "s3", endpoint_url=self.endpoint, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
        )

    def bucket(self, name: str) -> str:
        """Make a bucket, empty where there is one of that name; its URL. Names have three letters or more."""
        client = self.client()
        if name in {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}:
            for key in self.objects(name):
                client.delete_object(Bucket=name, Key=key)
        else:
            client.create_bucket(Bucket=name)
        _forget_stores()
        return f"s3://{name}"

    def objects(self, bucket: str) -> dict[str, dict[str, Any]]:
        """By key, what the store says of each object (``ETag``, ``LastModified``, ``Size``)."""
        pages = self.client().get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return {each["Key"]: each for page in pages for each in page.get("Contents", [])}

    @property
    def moment(self) -> int:
        """Now, for ``requests``."""
        return (self.folder / "log").stat().st_size

    def requests(self, since: int = 0) -> list[str]:
        """The requests since a moment, as ``GET /bucket/key``, in order; what listings ask for is behind a ``?``."""
        with (self.folder / "log").open("rb") as file:
            file.seek(since)
            said = file.read().decode(errors="replace")
        # As werkzeug logs them: 127.0.0.1 - - [26/Nov/2026 00:00:00] "GET /bucket/key HTTP/1.1" 200 -
        # with colours between the quotes unless all went well.
        return re.findall(r'\] "(?:\x1b\[\d+m)*([A-Z]+ .+) HTTP/1\.\d', said)

    def _command(self) -> list[str]:
        return [sys.executable, str(self._program), "--host", self.host, "--port", str(self.port)]

    def _answers(self) -> bool:
        return self.listens()

    def start(self) -> None:
        super().start()
        client = self.client()
        for bucket, objects in self._aside.items():
            client.create_bucket(Bucket=bucket)
            for key, body in objects.items():
                client.put_object(Bucket=bucket, Key=key, Body=body)

    def stop(self) -> None:
        """End it; the objects are kept for the next start."""
        if self._process is not None:
            client = self.client()
            self._aside = {
                bucket["Name"]: {
                    key: client.get_object(Bucket=bucket["Name"], Key=key)["Body"].read()
                    for key in self.objects(bucket["Name"])
                }
                for bucket in client.list_buckets()["Buckets"]
            }
        super().stop()

    def kill(self) -> None:
        """End it with all it had, but for what the last ``stop`` put aside."""
        super().kill()


def _forget_stores() -> None:
    """fsspec keeps file systems with their listings and connections: the next one asked for is new."""
    import fsspec

    for known in {fsspec.spec.AbstractFileSystem, *_descendants(fsspec.spec.AbstractFileSystem)}:
        known.clear_instance_cache()


def _descendants(kind: type) -> Iterator[Any]:
    for each in kind.__subclasses__():
        yield each
        yield from _descendants(each)


# Fixtures

Kind = TypeVar("Kind", bound=Service)


@contextlib.contextmanager
def running(kind: type[Kind]) -> Iterator[Kind]:
    """A service of its own: `with running(Postgres) as postgres:`. A store of objects is not yet ``found``."""
    # Not pytest's folder: only its owner may enter that, and PostgreSQL runs as somebody else.
    folder = Path(tempfile.mkdtemp(prefix=f"ogi_{kind.__name__.lower()}_"))
    try:
        service = kind(folder)
        try:
            service.start()
            yield service
        finally:
            service.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL that no test stops."""
    with running(Postgres) as service:
        yield service


@pytest.fixture
def new_postgres() -> Iterator[Callable[[], Postgres]]:
    """Makes one that a test may kill."""
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(running(Postgres))


@pytest.fixture
def redis() -> Iterator[Redis]:
    """An empty Redis."""
    with running(Redis) as service:
        yield service


@pytest.fixture
def new_redis() -> Iterator[Callable[[], Redis]]:
    """Makes one that a test may kill."""
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(running(Redis))


@pytest.fixture(scope="session")
def _store() -> Iterator[S3]:
    with running(S3) as service:
        yield service


@pytest.fixture(scope="module")
def s3(_store: S3) -> Iterator[S3]:
    """A store of objects that no test stops, which ``s3://`` finds meanwhile."""
    with _store.found():
        yield _store


@pytest.fixture
def new_s3() -> Iterator[Callable[[], S3]]:
    """Makes one that a test may stop or kill, which ``s3://`` finds from then on."""
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(stack.enter_context(running(S3)).found())
