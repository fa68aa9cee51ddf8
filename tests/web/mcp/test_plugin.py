"""The plugin for agents: its manifest, its server and its skill are what clients read, and they lead to our tools."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from assistant import __version__
from assistant.settings.environment import read_settings
from assistant.web.mcp.tool_server import PATH
from tests.fakes import coach
from tests.web.apps import listening

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@pytest.fixture(scope="module")
def plugin(project_root: Path) -> Path:
    """The folder that a client is given."""
    return project_root / "docs" / "plugin"


def test_the_manifest_names_files_that_are_there(plugin: Path) -> None:
    """Relative to the plugin, each beginning with a dot."""
    manifest = json.loads((plugin / ".claude-plugin" / "plugin.json").read_text(encoding="utf-8"))
    assert NAME.fullmatch(manifest["name"])
    assert __version__ == manifest["version"]
    for key in ("skills", "mcpServers"):
        assert manifest[key].startswith("./")
        assert (plugin / manifest[key]).exists()


def test_the_server_is_where_the_coach_listens_by_itself(plugin: Path) -> None:
    """With the protocol's streamable HTTP."""
    [server] = json.loads((plugin / ".mcp.json").read_text(encoding="utf-8"))["mcpServers"].values()
    address, usual = urlsplit(server["url"]), read_settings({}, Path("no.env"))
    assert ("http", usual.host, usual.port, PATH) == (server["type"], address.hostname, address.port, address.path)


def test_every_tool_that_the_skill_names_is_there_and_answers(plugin: Path) -> None:
    """As the protocol's own client finds them, with the arguments that the skill speaks of."""
    skill = next((plugin / "skills").glob("*/SKILL.md"))
    _, head, body = skill.read_text(encoding="utf-8").split("---\n", 2)
    told = yaml.safe_load(head)
    assert skill.parent.name == told["name"]
    assert NAME.fullmatch(told["name"])
    assert 0 < len(told["description"]) <= 1_024

    async def visited(address: str) -> tuple[set[str], bool, set[str]]:
        async with (
            streamable_http_client(address + PATH) as (incoming, outgoing, _),
            ClientSession(incoming, outgoing) as session,
        ):
            await session.initialize()
            listed = (await session.list_tools()).tools
            result = await session.call_tool("assess_fine_tuning_case", {"messages": ["We have 400 letters."]})
            fields = {name for tool in listed for name in (tool.outputSchema or {})["properties"]}
            return {tool.name for tool in listed}, bool(result.isError), fields

    with listening(coach()) as address:
        tools, is_error, fields = asyncio.run(visited(address))
    assert tools == set(re.findall(r"`(\w*fine_tuning\w*)`", body))
    assert not is_error
    assert {"question", "to_agree", "settled", "leaning", "reply", "facts"} <= fields
    assert {"question", "to_agree", "settled", "leaning", "reply", "facts"} <= set(re.findall(r"`(\w+)`", body))
