"""Calls of mcp-activecampaign, as an assistant makes them: its server as a process, its tools over MCP; prints JSON."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
import traceback
from typing import Any

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

Answers = dict[str, Any]


class Tools:
    """The server's tools.

    Parameters
    ----------
    session
        An initialised session with the server.
    """

    def __init__(self, session: ClientSession) -> None:
        self._session = session

    async def __call__(self, tool: str, **arguments: Any) -> Any:
        """Call a tool that is expected to do its work, and return what it told."""
        answer = await self._session.call_tool(tool, arguments)
        text = answer.content[0].text
        if answer.isError:
            message = f"{tool}: {text}"
            raise RuntimeError(message)
        return json.loads(text)

    async def refused(self, tool: str, **arguments: Any) -> str:
        """Call a tool that is expected to fail, and return its words."""
        answer = await self._session.call_tool(tool, arguments)
        text: str = answer.content[0].text
        return text if answer.isError else f"not refused: {text}"


async def contacts(call: Tools) -> Answers:
    """Create, refuse a second one, update, read, list, search, delete."""
    grace = {"email": "grace@example.org", "first_name": "Grace", "last_name": "Murray", "phone": "+1 212 555 0001"}
    created = await call("create_contact", **grace)
    number = created["id"]
    spare = (await call("create_contact", email="spare@example.org"))["id"]
    return {
        "created": created,
        "again": await call.refused("create_contact", **grace),
        "updated": await call("update_contact", contact_id=number, last_name="Hopper"),
        "read": await call("get_contact", contact_id=number),
        "found": await call("list_contacts", email="grace@example.org"),
        "searched": await call("search_contacts", query="grace@"),
        "deleted": await call("delete_contact", contact_id=spare),
        "gone": await call.refused("get_contact", contact_id=spare),
    }


async def lists(call: Tools) -> Answers:
    """Find a list by its name, subscribe two to it and unsubscribe one (this client cannot make a list)."""
    known = await call("list_lists", limit=100)
    number = next(row["id"] for row in known["lists"] if row["name"] == "VIP")
    reader = (await call("create_contact", email="reader@example.org"))["id"]
    leaver = (await call("create_contact", email="leaver@example.org"))["id"]
    return {
        "all": known,
        "list": number,
        "read": await call("get_list", list_id=number),
        "subscribed": await call("subscribe_contact_to_list", contact_id=reader, list_id=number),
        "joined": await call("subscribe_contact_to_list", contact_id=leaver, list_id=number),
        "left": await call("unsubscribe_contact_from_list", contact_id=leaver, list_id=number),
        "leaver": await call("get_contact", contact_id=leaver),
        "members": await call("list_contacts", list_id=number, status="1"),
    }


async def tags(call: Tools) -> Answers:
    """Create a tag, find it, put it on somebody, take another off."""
    created = await call("create_tag", tag_name="spring", description="Offers")
    spare = (await call("create_tag", tag_name="spare"))["id"]
    person = (await call("create_contact", email="tagged@example.org"))["id"]
    put = await call("add_tag_to_contact", contact_id=person, tag_id=created["id"])
    other = await call("add_tag_to_contact", contact_id=person, tag_id=spare)
    return {
        "created": created,
        "found": await call("list_tags", search="spring"),
        "put": put,
        "removed": await call("remove_tag_from_contact", contact_tag_id=other["id"]),
        "left": await call("list_contact_tags", contact_id=person),
        "tagged": await call("list_contacts", tag_id=created["id"]),
    }


async def fields(call: Tools) -> Answers:
    """Find fields, write values twice, read them (this client cannot make a field)."""
    known = await call("list_custom_fields")
    numbers = {row["perstag"]: row["id"] for row in known["fields"]}
    person = (await call("create_contact", email="valued@example.org"))["id"]
    return {
        "all": known,
        "numbers": numbers,
        "created": await call("set_field_value", contact_id=person, field_id=numbers["CITY"], value="Turin"),
        "again": await call("set_field_value", contact_id=person, field_id=numbers["CITY"], value="London"),
        "other": await call("set_field_value", contact_id=person, field_id=numbers["TIER"], value="Gold"),
        "read": await call("get_field_values", contact_id=person),
    }


async def bulk(call: Tools) -> Answers:
    """Import in bulk, and look until all are there: this client does not tell the batch's id."""
    people = [{"email": f"bulk-{n}@example.org", "first_name": f"Bulk {n}", "phone": "123"} for n in range(3)]
    queued = await call("bulk_import_contacts", contacts_json=json.dumps(people), list_id="3", tag_id="1")
    found: Answers = {}
    until = time.monotonic() + 10
    while found.get("total") != len(people) and time.monotonic() < until:
        found = await call("search_contacts", query="bulk-")
    return {
        "queued": queued,
        "found": found,
        "refused": await call.refused("bulk_import_contacts", contacts_json='[{"first_name": "Nobody"}]'),
    }


async def limits(call: Tools) -> Answers:
    """Ask more often than a slow account allows; every call is answered all the same."""
    return {"answers": [await call("list_contacts") for _ in range(6)]}


async def refusal(call: Tools) -> Answers:
    """Ask with a key that the account does not know."""
    return {
        "contacts": await call.refused("list_contacts"),
        "contact": await call.refused("get_contact", contact_id="1"),
    }


ALWAYS = (contacts, lists, tags, fields, bulk)
BY_NAME = {scenario.__name__: scenario for scenario in (limits, refusal)}


async def main(names: list[str]) -> None:
    """Run the scenarios named, or all that need no account of their own; one that raises tells what."""
    names_of = ("ACTIVECAMPAIGN_URL", "ACTIVECAMPAIGN_API_KEY")
    server = StdioServerParameters(
        command=sys.executable,
        args=["-I", "-m", "mcp_activecampaign"],
        env={name: os.environ[name] for name in names_of},
    )
    told: Answers = {}
    async with stdio_client(server) as (reading, writing), ClientSession(reading, writing) as session:
        await session.initialize()
        for scenario in [BY_NAME[name] for name in names] or ALWAYS:
            try:
                told[scenario.__name__] = await scenario(Tools(session))
            except Exception:  # noqa: BLE001 - whatever it is, the test tells it
                told[scenario.__name__] = {"raised": traceback.format_exc()}
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
