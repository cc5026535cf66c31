"""The Dagster UI and daemon of this project: what `make ui` starts, `python -m pipeline.cli.dagster_ui [--port N]`.

Belongs here: what is checked and prepared before Dagster starts, and which of its warnings are not about this project.
"""

import logging
import runpy
import socket
import sys
import warnings

import click

from pipeline.cli.dagster_home import HomeError, prepare_home
from pipeline.cli.errors import fail
from pipeline.cli.options import load_settings
from pipeline.settings import PROJECT

HOST = "127.0.0.1"


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=3000, show_default=True, help="The port of the UI.")
def main(port: int) -> None:
    """Start the Dagster UI, its daemon and the code that they load; Ctrl-C ends all of them."""
    if (reason := _why_taken(port)) is not None:
        fail(f"port {port} of {HOST} cannot be used: {reason}; end what uses it, or choose another: make ui PORT=3001")
    try:
        prepare_home(load_settings())
    except HomeError as error:
        fail(error)
    click.echo(f"The UI will be at http://{HOST}:{port} in some seconds; Ctrl-C ends it", err=True)
    # The configuration in the project is where the one in the home is copied from, and `dg dev` wants a project that is
    # laid out by Dagster's own template.
    logging.getLogger("dagster").addFilter(_is_about_this_project)
    warnings.filterwarnings("ignore", message="Function `dev_command` is superseded")
    workspace = str(PROJECT / "workspace.yaml")
    sys.argv = ["dagster", "dev", "--workspace", workspace, "--host", HOST, "--port", str(port)]
    runpy.run_module("dagster", run_name="__main__", alter_sys=True)


def _why_taken(port: int) -> str | None:
    """Why no program can listen at the port; None if one can."""
    with socket.socket() as probe:
        # As the server does, which may follow one that has just ended.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return error.strerror
    return None


def _is_about_this_project(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith("Found a dagster instance configuration value (dagster.yaml)")


if __name__ == "__main__":
    main(prog_name="make ui")
