"""What others find an export by: Croissant read by its own loader, the data contract by the standard's models."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Place
from tests.support.exports import done, names
from tests.support.services import missing

from . import programs

pytest_plugins = ["tests.support.export_places"]
PYTHON = str(programs.ENVIRONMENT / "bin" / "python")


def told(tool: str, file: Path) -> Any:
    """What a tool prints of a file."""
    try:
        subprocess.run([PYTHON, "-c", "import mlcroissant"], check=True, capture_output=True, timeout=120)
    except (OSError, subprocess.CalledProcessError):
        missing("mlcroissant", "make converters")
    command = [PYTHON, str(programs.TOOLS / tool), str(file)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, timeout=600).stdout)


@pytest.mark.parametrize(("which", "kind"), [("seeds", "csv"), ("broad", "parquet")])
def test_the_croissant_gives_every_row(which: str, kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    of: Place = request.getfixturevalue(which)
    package = done(of, tmp_path, kind)
    found = told("croissant.py", tmp_path / "croissant.json")
    assert (found["errors"], found["warnings"]) == ([], [])
    assert found["records"] == {resource["name"]: resource["rows"] for resource in package["resources"]}


def test_the_loader_notices_what_is_wrong(seeds: Place, tmp_path: Path) -> None:
    done(seeds, tmp_path, "csv")
    file = tmp_path / "croissant.json"
    dataset = json.loads(file.read_text(encoding="utf-8"))
    dataset["recordSet"][0]["field"][0]["dataType"] = "sc:Nothing"
    del dataset["description"]
    file.write_text(json.dumps(dataset), encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        told("croissant.py", file)


def test_the_contract_is_of_the_standard(seeds: Place, tmp_path: Path) -> None:
    done(seeds, tmp_path, "csv")
    found = told("data_contract.py", tmp_path / "data_contract.odcs.yaml")
    assert sorted(found) == names(seeds)
    report = found["dim_report"]
    assert report["key"] == ["agency_id", "year"]
    assert {"agency_id", "year", "source_file"} <= set(report["required"])
    assert "title" not in report["required"]
    assert report["refers_to"] == ["dim_agency.agency_id"]
    assert ["dim_report.agency_id", "dim_report.year"] in found["fact_reconsideration"]["refers_to"]


def test_the_contract_with_a_word_of_its_own_is_refused(seeds: Place, tmp_path: Path) -> None:
    done(seeds, tmp_path, "csv")
    file = tmp_path / "data_contract.odcs.yaml"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | {"colour": "blue"}), encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        told("data_contract.py", file)
