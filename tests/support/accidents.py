"""What happens to a source besides reports that come and go: slips of people, and things that are no files."""

import os
import random
from collections.abc import Callable

from pipeline.sources import names
from tests.support.workspace import Place


def accident(place: Place, rng: random.Random) -> str:
    """One of them, or its end, and its name."""
    happens = rng.choice(ACCIDENTS)
    happens(place, rng)
    return happens.__name__


def name_in_gbk(place: Place, rng: random.Random) -> None:
    """A report comes under a name that is not UTF-8."""
    reports = sorted(path for path in place.raw.rglob("*.txt") if path.is_file() and not path.is_symlink())
    if reports:
        data = rng.choice(reports).read_bytes()
        name = os.fsdecode(f"年报{rng.randrange(3)}.txt".encode("gbk"))
        (place.raw / name).write_bytes(data + b"\n" * rng.randrange(1, 9))


def pipe(place: Place, _: random.Random) -> None:
    """A pipe lies there, or is gone again."""
    path = place.raw / "pipe.txt"
    if path.exists():
        path.unlink()
    else:
        os.mkfifo(path)


def link_out(place: Place, rng: random.Random) -> None:
    """A link leads out, to a file or a folder, or is gone again."""
    path = place.raw / f"out_{rng.randrange(2)}.txt"
    if path.is_symlink():
        path.unlink()
    else:
        (place.folder / "outside").touch()
        path.symlink_to(rng.choice(["../outside", "..", "../nowhere", "."]))


def manifest(place: Place, rng: random.Random) -> None:
    """A manifest with slips in it, as a spreadsheet saves it; or none."""
    path = place.raw / "manifest.csv"
    reports = sorted(path for path in place.raw.glob("*.txt") if path.is_file())
    if rng.random() < 0.3 or not reports:
        path.unlink(missing_ok=True)
        return
    named = [names.readable(names.of_path(each.name)) for each in rng.sample(reports, min(2, len(reports)))]
    lines = [f"{name},二〇二四,2025/1/{rng.randrange(1, 29)}" for name in named]
    slips = ["gone.txt,2024,", "x.txt", "a,b,c,d", '"open,2024,', named[0]]
    text = "\r\n".join(["file,year,published,备注", *lines, *rng.sample(slips, 3), ""])
    path.write_bytes(text.encode(rng.choice(["utf-8-sig", "gbk", "utf-16"])))


ACCIDENTS: list[Callable[[Place, random.Random], None]] = [name_in_gbk, pipe, link_out, manifest, manifest]
