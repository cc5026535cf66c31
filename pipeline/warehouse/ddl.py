"""The statements that create a warehouse's tables and views, with their comments."""

from importlib import resources

import schemas
from pipeline import indicators
from schemas import base

_VIEWS = resources.files("pipeline") / "views"


def definitions() -> str:
    """Tables, and views of one SQL file each, with their COMMENTs; a view stands on those before it in the alphabet."""
    views = {path.name: path.read_text(encoding="utf-8") for path in _VIEWS.iterdir() if path.name.endswith(".sql")}
    views["indicator.sql"] = indicators.view()
    return ";\n".join(
        [
            *(statement for table in schemas.TABLES for statement in base.ddl(table)),
            *(views[name].rstrip().rstrip(";") for name in sorted(views)),
        ]
    )
