"""The picture of the packages, over a made-up project."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from pipeline.settings import PROJECT
from tools import architecture

FILES = {
    "pipeline/__init__.py": "",
    "pipeline/settings.py": "import os\n",
    "pipeline/cli/main.py": "from pipeline.warehouse import build\nimport assets.all\n",
    "pipeline/warehouse/build.py": "from pipeline import reader, settings\n",
    "pipeline/reader/__init__.py": "",
    "pipeline/reader/read.py": "from pipeline.settings import PROJECT\nfrom schemas import base\n",
    "pipeline/reader/layouts/__init__.py": "from pipeline.reader.read import rows\n",
    "pipeline/views/first.sql": "SELECT 1",
    "assets/all.py": "def run():\n    from pipeline.warehouse.build import build\n",
    "schemas/base.py": "",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_an_import_is_an_edge_wherever_it_stands(project: Path) -> None:
    assert architecture.graph(project) == {
        "assets": {"warehouse"},
        "cli": {"warehouse", "assets"},
        "reader": {"settings", "schemas"},
        "schemas": set(),
        "settings": set(),
        "views": set(),
        "warehouse": {"reader", "settings"},
    }


def test_each_stands_above_what_it_imports(project: Path) -> None:
    found = architecture.graph(project)
    assert architecture.floors(found) == {
        "schemas": 0, "settings": 0, "views": 0, "reader": 1, "warehouse": 2, "assets": 3, "cli": 4,
    }  # fmt: skip


def test_what_follows_from_other_arrows_is_left_out(project: Path) -> None:
    assert architecture.arrows(architecture.graph(project)) == [
        ("assets", "warehouse"),
        ("cli", "assets"),
        ("reader", "schemas"),
        ("reader", "settings"),
        ("warehouse", "reader"),
    ]


def test_a_circle_is_drawn_in_red(project: Path) -> None:
    (project / "pipeline" / "reader" / "read.py").write_text("import pipeline.warehouse.build\n")
    found = architecture.graph(project)
    assert architecture.circles(found)["reader"] == {"reader", "warehouse"}
    assert architecture.floors(found)["reader"] == architecture.floors(found)["warehouse"]
    assert architecture.svg(project).count('class="circle"') == 2


def test_the_picture_has_a_box_for_each_and_stands_by_itself(project: Path) -> None:
    for where in (project, PROJECT):
        picture = architecture.svg(where)
        root = ET.fromstring(picture)
        texts = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
        names = {
            f"{name}.py" if (where / "pipeline" / f"{name}.py").exists() else name for name in architecture.graph(where)
        }
        assert names <= set(texts)
        assert picture.count("http") == 1
    assert "layouts" in architecture.svg(project)
