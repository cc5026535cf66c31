"""The command ``mcp``: the warehouse for language models, by standard input and output or by http on this machine.

Belongs here: its arguments and what is said before it serves. The server is ``mcp_server``'s.
"""

import socket
import sys
from typing import TYPE_CHECKING, Any

import click

from pipeline.addresses import Address
from pipeline.cli.errors import fail
from pipeline.cli.options import WarehouseType, configured_warehouse
from pipeline.cli.streams import direct

if TYPE_CHECKING:
    from mcp.server import MCPServer

_HOST = "127.0.0.1"


@click.command()
@click.option(
    "--warehouse",
    type=WarehouseType(),
    help="The warehouse: a file or a DuckLake. Default: setting OGI_WAREHOUSE, else data/warehouse/ogi.duckdb of the "
    "project.",
)
@click.option("--http", is_flag=True, help=f"Serve by http on {_HOST} instead of standard input and output.")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="The port of --http.")
@click.option("--seconds", type=click.FloatRange(0.1), default=30, show_default=True, help="What one query may take.")
def mcp(warehouse: Address | None, http: bool, port: int, seconds: float) -> None:
    """Serve the warehouse to language models (Model Context Protocol).

    Four read-only tools: tables and their comments, a query within bounds, a report with its lines, contradictions. A
    client starts the command itself and talks to it by standard input and output; with --http it connects to
    http://127.0.0.1:8765/mcp. It needs the extra mcp.

    Exit code: 0 the client has gone, 1 it cannot serve, 2 wrong usage.

    \b
    Example:
      ogi mcp
      ogi mcp --http --port 8765
    """
    from pipeline.warehouse.guarded_query import Bounds
    from pipeline.warehouse.target import target_at

    try:
        from pipeline.mcp_server.server import serve_tools
    except ModuleNotFoundError as error:
        fail(f"{error.name} is not installed; install it with: pip install 'ogi-warehouse[mcp]'")
    target = target_at(warehouse or configured_warehouse())
    target.connect().close()  # what is wrong with the warehouse is told now, not to a model
    server = serve_tools(target.connect, Bounds(seconds=seconds))
    if http:
        _serve_http(server, port)
    else:
        sys.stdin, sys.stdout = direct(sys.stdin), direct(sys.stdout)  # the protocol, which nobody looks at
        server.run("stdio")


def _serve_http(server: "MCPServer[Any]", port: int) -> None:
    """Serve until a signal comes. The library refuses requests that name another host: pages of a browser."""
    import uvicorn

    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((_HOST, port))
        except OSError as error:
            fail(f"port {port} of {_HOST} cannot be used: {error.strerror}; give another: --port")
        click.echo(f"ogi: serving http://{_HOST}:{listening.getsockname()[1]}/mcp; Ctrl-C ends it", err=True)
        app = server.streamable_http_app(host=_HOST)
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])
