"""The corpora that are measured: generated reports, in folders of a thousand.

``files`` is the real mix of layouts; of ``pages`` seven in ten are pages as sites print them, of 40 to 50 kB.
"""

from pathlib import Path

from bench.pages import as_on_a_site
from tests.generator import MIX, corpus

FILES, PAGES = "files", "pages"
_SHARE = 0.7
MIXES = {
    FILES: MIX,
    PAGES: {
        layout: _SHARE if layout == "html" else share * (1 - _SHARE) / (1 - MIX["html"])
        for layout, share in MIX.items()
    },
}


def write(folder: Path, size: int, seed: int, mix: str = FILES) -> Path:
    """Write so many reports under a folder, unless they are there."""
    done = folder.parent / f".{folder.name}.{mix}.{seed}.{size}"
    if not done.exists():
        for number, report in enumerate(corpus(seed, size, MIXES[mix])):
            path = folder / f"{number // 1000:04}" / report.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(as_on_a_site(report) if mix == PAGES and report.layout == "html" else report.data)
        done.touch()
    return folder
