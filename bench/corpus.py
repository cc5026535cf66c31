"""The corpus that is measured: generated reports in the real mix, in folders of a thousand."""

from pathlib import Path

from tests.generator import corpus


def write(folder: Path, size: int, seed: int) -> Path:
    """Write so many reports under a folder, unless they are there."""
    done = folder.parent / f".{folder.name}.{seed}.{size}"
    if not done.exists():
        for number, report in enumerate(corpus(seed, size)):
            path = folder / f"{number // 1000:04}" / report.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(report.data)
        done.touch()
    return folder
