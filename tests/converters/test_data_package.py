"""Exports validate with frictionless as it is installed: descriptor, every cell's type, keys, references, hashes."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Place
from tests.support.exports import FORMATS, done, names
from tests.support.services import missing

from . import programs

pytest_plugins = ["tests.support.export_places"]


@pytest.fixture(scope="module")
def frictionless() -> str:
    """The interpreter that has frictionless."""
    python = str(programs.ENVIRONMENT / "bin" / "python")
    try:
        subprocess.run([python, "-c", "import frictionless"], check=True, capture_output=True, timeout=120)
    except (OSError, subprocess.CalledProcessError):
        missing("frictionless", "make converters")
    return python


def validated(python: str, descriptor: Path) -> Any:
    done = subprocess.run(
        [python, str(programs.TOOLS / "data_package.py"), str(descriptor)],
        check=True,
        capture_output=True,
        text=True,
        timeout=600,
        env={},
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("which", ["seeds", "nasty", "broad"])
def test_an_export_is_valid(
    frictionless: str, which: str, kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    of: Place = request.getfixturevalue(which)
    done(of, tmp_path, kind)
    found = validated(frictionless, tmp_path / "datapackage.json")
    assert found == {"resources": len(names(of)), "errors": {}}


@pytest.mark.parametrize("kind", FORMATS)
def test_the_validator_reads_every_row_and_every_cell(
    frictionless: str, seeds: Place, tmp_path: Path, kind: str
) -> None:
    """What it calls valid it has looked at: a row more, another type and a lost key are errors."""
    package = done(seeds, tmp_path, kind)
    by_name = {resource["name"]: resource for resource in package["resources"]}
    by_name["dim_report"]["rows"] += 1
    handled = {field["name"]: field for field in by_name["fact_application_handling"]["schema"]["fields"]}
    handled["item"] |= {"type": "integer"}
    by_name["fact_reconsideration"]["schema"]["primaryKey"] = ["agency_id"]
    (tmp_path / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    errors = validated(frictionless, tmp_path / "datapackage.json")["errors"]
    assert set(errors) >= {"dim_report", "fact_application_handling", "fact_reconsideration"}
    assert "row count" in errors["dim_report"][0]
    assert 'type is "integer/default"' in errors["fact_application_handling"][0]
    assert "primary key" in errors["fact_reconsideration"][0].lower()
