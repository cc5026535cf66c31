"""``ogi mcp``: a real client of the protocol starts the server, and asks it by both transports."""

import asyncio
import json
import os
import re
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from mcp import Client, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from tests.conftest import Place
from tests.support.ogi import OGI, PATIENCE

Ask = Callable[..., Awaitable[dict[str, Any]]]
TOOLS = ["describe_tables", "get_report", "list_issues", "run_query"]


async def questions(client: Client) -> None:
    """What a model would ask, one tool after the other; expectations are read in the seeds by eye."""

    async def ask(tool: str, **arguments: object) -> dict[str, Any]:
        answer = await client.call_tool(tool, arguments)
        assert not answer.is_error, answer.content
        assert json.loads(answer.content[0].text) == answer.structured_content  # type: ignore[union-attr]
        assert any(note.startswith("NULL") for note in answer.structured_content["notes"])
        return answer.structured_content

    tools = await client.list_tools()
    assert sorted(tool.name for tool in tools.tools) == TOOLS
    assert all(tool.annotations.read_only_hint for tool in tools.tools)  # type: ignore[union-attr]
    await tables(ask)
    await queries(ask)
    await reports(ask)
    refused = await client.call_tool("run_query", {"sql": "DROP TABLE dim_report"})
    assert refused.is_error
    assert refused.content[0].text.endswith(": only queries can be run; DROP is none")  # type: ignore[union-attr]
    unknown = await client.call_tool("get_report", {"agency": "月球", "year": 2025})
    assert unknown.is_error
    assert "no agency is called “月球”" in unknown.content[0].text  # type: ignore[union-attr]


async def tables(ask: Ask) -> None:
    every = {table["name"]: table for table in (await ask("describe_tables"))["tables"]}
    assert {"fact_application_handling", "agency_year", "quality_issue"} <= every.keys()
    assert "Do not add total_processed" in every["fact_application_handling"]["comment"]
    (one,) = (await ask("describe_tables", names=["agency_year"]))["tables"]
    assert all(column["comment"] for column in one["columns"])


async def queries(ask: Ask) -> None:
    """The report of 渠东街道 has new_received at its line of 一、本年新收, whose 总计 is 1."""
    found = await ask(
        "run_query",
        sql="SELECT name, agency_id, year, item, total "
        "FROM fact_application_handling JOIN dim_agency USING (agency_id) "
        "WHERE item = 'new_received' AND name LIKE '%渠东街道%' AND year = 2024",
    )
    (row,) = found["rows"]
    assert row["total"] == 1
    (source,) = found["sources"]
    assert source["source_file"].startswith("004_")
    assert list(source["lines"]) == ["new_received"]
    assert any("Do not add total_processed" in note for note in found["notes"])
    added = await ask("run_query", sql="SELECT sum(total) FROM fact_application_handling")
    assert added["sources"] == []
    assert any("do not say which reports" in note for note in added["notes"])
    cut = await ask("run_query", sql="FROM range(1000)", limit=7)
    assert [row["range"] for row in cut["rows"]] == list(range(7))
    assert "no complete answer" in cut["notes"][0]


async def reports(ask: Ask) -> None:
    report = await ask("get_report", agency="渠东街道", year=2024)
    applications = {row["item"]: row for row in report["tables"][1]["rows"]}
    assert report["tables"][1]["table"] == "fact_application_handling"
    assert applications["new_received"]["cells"]["total"] == 1
    (text,) = applications["new_received"]["lines"].values()
    assert "本年新收" in text
    issues = await ask("list_issues", limit=1)
    assert len(issues["issues"]) == min(1, issues["issue_count"])


def test_a_client_that_starts_the_server(seeds: Place) -> None:
    server = StdioServerParameters(command=str(OGI), args=["mcp"], env={**os.environ, **seeds.environment})

    async def talk() -> None:
        async with Client(stdio_client(server)) as client:
            assert "Begin with describe_tables" in (client.instructions or "")
            await questions(client)

    asyncio.run(asyncio.wait_for(talk(), PATIENCE))


def test_a_client_by_http(seeds: Place) -> None:
    process = subprocess.Popen(
        [str(OGI), "mcp", "--http", "--port", "0"],
        env={**os.environ, **seeds.environment},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        address = re.search(r"http://127\.0\.0\.1:\d+/mcp", process.stderr.readline())
        assert address is not None

        async def talk() -> None:
            async with Client(streamable_http_client(address[0])) as client:
                await questions(client)

        asyncio.run(asyncio.wait_for(talk(), PATIENCE))
        assert status(address[0], "evil.example") == 421  # a page of a browser that took our address for its own
        process.send_signal(signal.SIGINT)
        assert process.stderr.read().endswith("ogi: interrupted by Ctrl-C\n")
        assert process.wait(PATIENCE) == 130
    finally:
        process.kill()
        process.wait()


def status(address: str, host: str) -> int:
    """The answer's status to a request that takes the server for another host."""
    request = urllib.request.Request(address, b"{}", {"Host": host, "Content-Type": "application/json"})
    with pytest.raises(urllib.error.HTTPError) as refused, urllib.request.urlopen(request, timeout=PATIENCE):
        pass
    refused.value.close()
    return refused.value.code


@pytest.mark.parametrize("words", [["mcp"], ["mcp", "--http"]])
def test_a_warehouse_that_is_not_there_is_told_at_once(ogi_process: Any, words: list[str]) -> None:
    done = ogi_process(*words)
    assert done.returncode == 1
    assert "there is no warehouse at" in done.stderr.decode()
