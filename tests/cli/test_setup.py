"""The set-up of a fresh clone: it says what it does, uses uv where it works, and falls back to pip."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.settings import PROJECT

_FAKE = '#!/bin/sh\necho "$0 $*" >> {log}\nexit {code}\n'


def script(path: Path, log: Path, code: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_FAKE.format(log=log, code=code))
    path.chmod(0o755)


@pytest.mark.parametrize(("uv", "used"), [(None, "pip"), ("works", "uv"), ("fails", "pip"), ("breaks", "pip")])
def test_what_installs(tmp_path: Path, uv: str | None, used: str) -> None:
    """``fails``: uv cannot install; ``breaks``: a uv on the path that does not even start, like a shim without one."""
    log, env, tools = tmp_path / "log", tmp_path / "env", tmp_path / "tools"
    for name in ("sh", "date", "grep", "env"):
        tools.mkdir(exist_ok=True)
        (tools / name).symlink_to(shutil.which(name) or name)
    (tmp_path / "lock").write_text("one==1 \\\n    --hash=sha256:00\ntwo==2 \\\n    --hash=sha256:00\n")
    script(env / "bin" / "pip", log)
    (env / "bin" / "python").symlink_to(sys.executable)
    if uv == "fails":
        (tools / "uv").write_text('#!/bin/sh\n[ "$1" = --version ]\n')
        (tools / "uv").chmod(0o755)
    elif uv:
        script(tools / "uv", log, int(uv == "breaks"))
    done = subprocess.run(
        ["sh", PROJECT / "tools" / "setup.sh", env, tmp_path / "lock", sys.executable],
        env={**os.environ, "PATH": str(tools)},
        capture_output=True,
        text=True,
        check=True,
    )
    installs = [line for line in log.read_text().splitlines() if " install " in line]
    assert len(installs) == 1
    assert f"/{used} " in installs[0]
    assert "--require-hashes" in installs[0]
    assert f"once: 2 packages of {tmp_path / 'lock'} with {'pip' if uv in (None, 'breaks') else 'uv'}" in done.stderr
    assert "That takes about" in done.stderr
    assert "is ready after" in done.stderr
    assert done.stdout == ""
