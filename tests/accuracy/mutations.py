"""Whether any text makes the reader fall over: mutations of generated reports, each read or rejected with a reason."""

import random
import time
import traceback
from dataclasses import dataclass

from pipeline.reader import raw_report
from pipeline.reader.extraction import extract
from pipeline.settings import Settings
from pipeline.sources.fetch import RejectedError
from pipeline.sources.files import SourceFile
from tests.generator import LAYOUTS, SLIPS, generate
from tests.generator.mutations import mutate

#: Mutations of one report, before another is taken.
EACH = 25
#: Seconds of processor time after which a text is too slow to read; a report takes some milliseconds.
SLOW = 5.0


@dataclass(frozen=True)
class Crash:
    """A text that raised, or took too long: which one, how to make it again, and the last lines of the traceback."""

    name: str
    text: str
    what: str


def crashes(seed: int, count: int) -> list[Crash]:
    """Read ``count`` mutations; what raises anything but a rejection."""
    found = []
    kinds: list[tuple[str, str | None]] = [(layout, None) for layout in LAYOUTS]
    kinds += [(layout, slip) for slip in SLIPS for layout in SLIPS[slip].layouts]
    number = 0
    while number < count:
        layout, slip = kinds[number // EACH % len(kinds)]
        report = generate(seed + number, layout, slip=slip, encoding="utf-8")
        text = report.data.decode("utf-8", "replace")
        for _ in range(EACH):
            number += 1
            mutated = mutate(text, random.Random(f"mutation {seed} {number}"))
            if what := _trouble(report.name, mutated):
                found.append(Crash(f"{seed} {number} {layout} {slip}", mutated, what))
    return found


def _trouble(name: str, text: str) -> str:
    began = time.process_time()
    try:
        data = text.encode("utf-8", "surrogatepass")
        extract(raw_report.parse(SourceFile(name, name), data, "0" * 64, None, Settings()))
    except RejectedError as error:
        return "" if error.reason != "parser_error" else f"parser_error: {error}"
    except Exception:  # whatever it is, it is what is looked for
        return "".join(traceback.format_exc().splitlines(keepends=True)[-4:])
    spent = time.process_time() - began
    return f"{spent:.1f} seconds" if spent > SLOW else ""
