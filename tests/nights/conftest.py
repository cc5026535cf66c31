"""What tests of nights share: which files a night opens."""

import pytest

from pipeline.settings import Settings
from pipeline.sources import fetch
from pipeline.sources.files import SourceFile
from pipeline.staging import fingerprints


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files under the source that are opened; those that are a moment old are trusted, so that no test waits."""
    names: list[str] = []
    read = fetch.read_bytes

    def noted(file: SourceFile, settings: Settings) -> bytes:
        names.append(file.source_file)
        return read(file, settings)

    monkeypatch.setattr(fetch, "read_bytes", noted)
    monkeypatch.setattr(fingerprints, "TICK_NS", 0)
    return names
