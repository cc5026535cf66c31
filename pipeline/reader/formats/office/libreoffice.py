"""LibreOffice, where it is installed, makes Word documents (.docx) of files that this program does not read itself.

It runs without a screen, in a profile of its own in which macros are off and nothing is fetched from elsewhere, within
bounds of time and memory, and ends with all that it has started when its time is up.

Belongs here: the program and its call. Which files it is for their formats say.
"""

import atexit
import os
import re
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path

from pipeline.reader.formats.office.package import damaged
from pipeline.sources.fetch import RejectedError

INSTALL = "apt-get install --no-install-recommends libreoffice-writer"
_PROGRAMS = ("soffice", "libreoffice")
#: Where installers put it and no path leads.
_PLACES = ("/opt/libreoffice/program/soffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")
#: Seconds that a file may take; the first also makes the profile. Kilobytes of address space.
_LONGEST, _MOST_MEMORY = 120, 4_000_000
#: A shell bounds memory and seconds of the processor – by its own bounds, not by those of the process that calls it, as
#: far as the system knows such – and becomes the program. What waits beside it ends it, with its children, when the
#: other end of the standard input is gone: so it does not outlive the process that called it, however that ends.
_BOUNDED = """
ulimit -d "$(ulimit -H -d)" 2>/dev/null; ulimit -v "$1" 2>/dev/null; ulimit -t "$2" 2>/dev/null; shift 2
exec 3<&0
{ read -r _ <&3; kill -9 -$$; } >/dev/null 2>&1 &
exec "$@" </dev/null 3<&-
"""
#: How a program ends whose seconds are up, and how one does that has started it.
_OUT_OF_TIME = (-signal.SIGXCPU, 128 + signal.SIGXCPU)
#: A file of which nothing is made is tried once more in a fresh profile.
_TRIALS = 2
_FILTER = "docx:MS Word 2007 XML"
_VERSION = re.compile(r"LibreOffice(?:Dev)? [\d.]+")
#: No macro runs, no link is followed, nothing is fetched from where a document says.
_SECURITY = "/org.openoffice.Office.Common/Security/Scripting"
_SETTINGS = (
    (_SECURITY, "MacroSecurityLevel", "3"),
    (_SECURITY, "DisableMacrosExecution", "true"),
    (_SECURITY, "DisableActiveContent", "true"),
    (_SECURITY, "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
)
_ITEM = '<item oor:path="{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'
_ITEMS = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">{}</oor:items>'
)


def program() -> str | None:
    """Where LibreOffice is; None where it is not installed (yet: a service runs on while somebody installs it)."""
    found = next((path for name in _PROGRAMS if (path := shutil.which(name))), None)
    return found or next((path for path in _PLACES if os.access(path, os.X_OK)), None)


def version() -> str:
    """What LibreOffice calls itself, as ``LibreOffice 7.4.7.2``."""
    found = program()
    return _version(found) if found else "LibreOffice"


@cache
def _version(found: str) -> str:
    told = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=_LONGEST, check=False)
    match = _VERSION.search(told.stdout)
    return match[0] if match else "LibreOffice"


def to_docx(data: bytes, suffix: str) -> bytes:
    """A file's bytes as those of a Word document.

    Raises:
        RejectedError: unsupported_format where LibreOffice is not installed, too_large where it takes too long,
            damaged_document where it makes nothing of the file.
    """
    found = program()
    if found is None:
        raise RejectedError(
            "unsupported_format", f"LibreOffice reads {suffix} files and is not installed; install it with: {INSTALL}"
        )
    with tempfile.TemporaryDirectory(prefix="ogi_office_") as scratch:
        source = Path(scratch) / f"report{suffix}"
        source.write_bytes(data)
        made = Path(scratch) / "made" / "report.docx"
        for _ in range(_TRIALS):
            profile = _profile(os.getpid())
            said = _run(
                [
                    *(found, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nologo"),
                    *("--nolockcheck", "--convert-to", _FILTER, "--outdir", str(made.parent), str(source)),
                ]
            )
            if made.is_file():
                return made.read_bytes()
            _remove(profile, os.getpid())  # it may be the profile that is damaged
            _profile.cache_clear()
        raise damaged(f"{version()} makes nothing of it{said and f': {said}'}")


def _run(command: list[str]) -> str:
    """Run a command within its bounds; what it says of an error.

    Raises:
        RejectedError: too_large where it needs more time.
    """
    theirs, ours = os.pipe()
    process = subprocess.Popen(
        ["/bin/sh", "-c", _BOUNDED, "sh", str(_MOST_MEMORY), str(_LONGEST), *command],
        stdin=theirs,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,  # so that it can be ended with its children
    )
    said, is_late = "", False
    try:
        _, said = process.communicate(timeout=_LONGEST)
    except subprocess.TimeoutExpired:
        is_late = True
    finally:
        _end(process)
        os.close(ours)
        os.close(theirs)
    if is_late or process.returncode in _OUT_OF_TIME:
        raise RejectedError("too_large", f"LibreOffice takes more than {_LONGEST} s to read it")
    errors = (line for line in said.splitlines() if line.startswith("Error"))
    return next(errors, "")


def _end(process: "subprocess.Popen[str]") -> None:
    """End a process with its children, whatever is left of them."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stderr is not None:
        process.stderr.close()


@lru_cache(maxsize=1)
def _profile(process: int) -> Path:
    """A profile for the files of one process: making it takes longer than reading a file."""
    folder = Path(tempfile.mkdtemp(prefix="ogi_office_profile_"))
    atexit.register(_remove, folder, process)
    (folder / "user").mkdir()
    items = _ITEMS.format("".join(_ITEM.format(*setting) for setting in _SETTINGS))
    (folder / "user" / "registrymodifications.xcu").write_text(items, encoding="utf-8")
    return folder


def _remove(folder: Path, process: int) -> None:
    if os.getpid() == process:  # and not a child that was forked from it
        shutil.rmtree(folder, ignore_errors=True)
