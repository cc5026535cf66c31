"""The statements that create a warehouse's tables and views, with their comments.

Belongs here: putting together what ``schemas``, ``views`` and ``indicators`` declare.
"""

from importlib import resources

import schemas
from pipeline import indicators
from schemas import base

_VIEWS = resources.files("pipeline") / "views"


def definitions() -> str:
    """CREATE and COMMENT statements of all tables, then of all views.

    Each view has a SQL file of its own; they are created in the order of their names, so that a view can read those
    whose names come before its own.
    """
    views = {path.name: path.read_text(encoding="utf-8") for path in _VIEWS.iterdir() if path.name.endswith(".sql")}
    views["indicator.sql"] = indicators.view()
    return ";\n".join(
        [
            *(statement for table in schemas.TABLES for statement in base.ddl(table)),
            *(views[name].rstrip().rstrip(";") for name in sorted(views)),
        ]
    )
