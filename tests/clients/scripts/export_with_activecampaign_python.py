"""An export with activecampaign-python, as its documentation shows it: create or update, put on the list, tag.

It has no bulk import and looks at no limit and at no status: what a refusal has is no contact. Answers that take a
quarter of a second, one after the other, keep it below five requests a second. The customers come from a CSV file,
chosen and converted already, since there is no pandas in its environment; a blank is an empty text there.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

from activecampaign.client import Client


def read(path: str) -> list[dict[str, str]]:
    """Return the rows of the file."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def alone(customers: list[dict[str, str]]) -> int:
    """Export everybody, one by one, and return how many went through."""
    client = Client(os.environ["ACTIVECAMPAIGN_URL"], os.environ["ACTIVECAMPAIGN_API_KEY"])
    fields = {row["title"]: row["id"] for row in client.contacts.list_all_custom_fields(limit=100)["fields"]}
    list_id = next(row["id"] for row in client.lists.retrieve_all_lists(limit=100)["lists"] if row["name"] == "Readers")
    tags = client.tags.list_all_tags(search="spring")["tags"]
    if not tags:
        data = {"tag": {"tag": "spring", "tagType": "contact", "description": ""}}
        tags = [client.tags.create_a_tag(data)["tag"]]
    done = 0
    for row in customers:
        contact: dict[str, Any] = {name: row.pop(name) for name in ("email", "firstName", "lastName", "phone")}
        contact["fieldValues"] = [{"field": fields[title], "value": value} for title, value in row.items()]
        answer = client.contacts.create_or_update_contact({"contact": contact})
        if "contact" not in answer:  # an address that is none
            continue
        number = answer["contact"]["id"]
        entry = {"contactList": {"list": list_id, "contact": number, "status": 1}}
        client.contacts.update_list_status_for_a_contact(entry)
        client.contacts.add_a_tag_to_contact({"contactTag": {"contact": number, "tag": tags[0]["id"]}})
        done += 1
    return done
