"""Two processes stage what one does, of more reports than one batch has."""

from pathlib import Path

import polars as pl
import pytest

from pipeline.staging import collect, steps
from tests.conftest import Place
from tests.generator import corpus


def test_two_processes_stage_what_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """1,200 reports, small batches, an agency with two reports among them, and a file that is none."""
    raw = tmp_path / "raw"
    raw.mkdir()
    reports = list(corpus(31, 1200))
    for report in reports:
        (raw / report.name).write_bytes(report.data)
    (raw / "twin.txt").write_bytes(reports[0].data + b"\n")
    (raw / "other.txt").write_text("通知")
    monkeypatch.setenv("OGI_BATCH_REPORTS", "100")
    staged = []
    for workers in ("1", "2"):
        monkeypatch.setenv("OGI_WORKERS", workers)
        place = Place(tmp_path / workers)
        collected = collect.collect([raw], place.settings)
        steps.read_years(collected.reports, place.settings)
        staged.append(place.settings.staging)
    one, two = staged
    names, others = (
        sorted(path.relative_to(folder) for path in folder.rglob("*.parquet") if path.name != "fingerprints.parquet")
        for folder in staged
    )
    assert names == others
    assert len(names) > 7 * 9
    for name in names:
        assert pl.read_parquet(one / name).equals(pl.read_parquet(two / name)), name
