"""The Dagster home: the folder in which Dagster keeps its runs, events and logs.

Belongs here: making the folder, the configuration in it, and what is said when it cannot be written. It does not import
Dagster, which takes seconds.
"""

import json
import os
from pathlib import Path

from pipeline.settings import PROJECT, Settings
from pipeline.system.remedies import remedy

#: Appended to Dagster's configuration where its own state is in PostgreSQL; the URL names the installed driver.
_POSTGRES = """\
# By OGI_DAGSTER_POSTGRES. The password, if any, is where libpq looks for it: PGPASSWORD, PGPASSFILE.
storage:
  postgres:
    postgres_url: {url}
"""


class HomeError(Exception):
    """The Dagster home cannot be used; the message says why and what to do."""


def prepare_home(settings: Settings) -> Path:
    """Make the Dagster home, with the project's ``dagster.yaml`` in it, and set ``DAGSTER_HOME``.

    Raises:
        HomeError: the folder cannot be written.
    """
    home = settings.dagster_home.resolve()
    try:
        home.mkdir(parents=True, exist_ok=True)
        text = (PROJECT / "dagster.yaml").read_text(encoding="utf-8")
        if settings.dagster_postgres:
            url = settings.dagster_postgres.replace("postgresql://", "postgresql+psycopg2://", 1)
            text += _POSTGRES.format(url=json.dumps(url))
        copy = home / "dagster.yaml"
        if not copy.exists() or copy.read_text(encoding="utf-8", errors="replace") != text:
            copy.write_text(text, encoding="utf-8")
    except OSError as error:
        raise home_error(home, error) from error
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def home_error(home: Path, error: Exception) -> HomeError:
    """The error of a home that cannot be written, with its reason and what to do."""
    reason = getattr(error, "orig", None) or getattr(error, "strerror", None) or error
    # SQLite calls a full disk an I/O error, too.
    what = remedy(error, "OGI_DAGSTER_HOME") or "; make room on the disk, or name another place (OGI_DAGSTER_HOME)"
    return HomeError(f"{home}: the Dagster home cannot be written: {reason}{what}")
