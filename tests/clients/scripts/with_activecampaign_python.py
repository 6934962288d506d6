"""Calls of activecampaign-python, in its own environment; prints what it read as JSON."""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from typing import Any

from activecampaign.client import Client

Answers = dict[str, Any]


def account(client: Client) -> Answers:
    """Who the key belongs to."""
    return {"me": client.users.retrieve_logged_in_user()}


def contacts(client: Client) -> Answers:
    """Create, refuse a second one, update in both ways, read, list, delete."""
    ada = {"email": "ada@example.org", "firstName": "Ada", "lastName": "Byron", "phone": "+44 20 7946 0001"}
    created = client.contacts.create_a_contact({"contact": ada})
    number = created["contact"]["id"]
    spare = client.contacts.create_a_contact({"contact": {"email": "spare@example.org"}})["contact"]["id"]
    others = [{"email": f"other-{n}@example.org", "firstName": "Other"} for n in range(3)]
    return {
        "created": created,
        "again": client.contacts.create_a_contact({"contact": ada}),
        "invalid": client.contacts.create_a_contact({"contact": {"email": "nobody"}}),
        "synced": client.contacts.create_or_update_contact(
            {"contact": {"email": "ada@example.org", "lastName": "Lovelace"}}
        ),
        "updated": client.contacts.update_a_contact(number, {"contact": {"phone": "+44 20 7946 0002"}}),
        "read": client.contacts.retrieve_a_contact(number),
        "others": [client.contacts.create_or_update_contact({"contact": other}) for other in others],
        "found": client.contacts.list_all_contacts(email="ada@example.org"),
        "absent": client.contacts.list_all_contacts(email="absent@example.org"),
        "page": client.contacts.list_all_contacts(**{"limit": 2, "offset": 1, "search": "other-", "orders[id]": "ASC"}),
        "deleted": client.contacts.delete_a_contact(spare),
        "gone": client.contacts.retrieve_a_contact(spare),
        "deleted_again": client.contacts.delete_a_contact(spare),
    }


def lists(client: Client) -> Answers:
    """Create a list, let a group see it, subscribe somebody, unsubscribe, delete a list."""
    about = {"sender_url": "https://example.org", "sender_reminder": "You asked for it.", "send_last_broadcast": 0}
    created = client.lists.create_a_list({"list": {"name": "Autumn", "stringid": "autumn", **about}})
    number = created["list"]["id"]
    spare = client.lists.create_a_list({"list": {"name": "Spare", "stringid": "spare", **about}})["list"]["id"]
    person = client.contacts.create_a_contact({"contact": {"email": "reader@example.org"}})["contact"]["id"]
    leaver = client.contacts.create_a_contact({"contact": {"email": "leaver@example.org"}})["contact"]["id"]

    def status(contact: str, status: int) -> Answers:
        entry = {"contactList": {"list": number, "contact": contact, "status": status}}
        answer: Answers = client.contacts.update_list_status_for_a_contact(entry)
        return answer

    return {
        "created": created,
        "permitted": client.lists.create_a_list_group_permission({"listGroup": {"listid": number, "groupid": 3}}),
        "subscribed": status(person, 1),
        "joined": status(leaver, 1),
        "left": status(leaver, 2),
        "read": client.lists.retrieve_a_list(number),
        "all": client.lists.retrieve_all_lists(limit=100),
        "named": client.lists.retrieve_all_lists(**{"filters[name]": "Autumn"}),
        "members": client.contacts.list_all_contacts(listid=number, status=1),
        "leaver": client.contacts.retrieve_a_contact(leaver),
        "deleted": client.lists.delete_a_list(spare),
        "gone": client.lists.retrieve_a_list(spare),
    }


def tags(client: Client) -> Answers:
    """Create a tag, twice; put it on somebody, twice; take it off, twice; rename and delete one."""
    created = client.tags.create_a_tag({"tag": {"tag": "spring", "tagType": "contact", "description": "Offers"}})
    number = created["tag"]["id"]
    spare = client.tags.create_a_tag({"tag": {"tag": "spare", "tagType": "contact", "description": ""}})["tag"]["id"]
    person = client.contacts.create_a_contact({"contact": {"email": "tagged@example.org"}})["contact"]["id"]
    put = client.contacts.add_a_tag_to_contact({"contactTag": {"contact": person, "tag": number}})
    other = client.contacts.add_a_tag_to_contact({"contactTag": {"contact": person, "tag": spare}})["contactTag"]["id"]
    return {
        "created": created,
        "again": client.tags.create_a_tag({"tag": {"tag": "spring", "tagType": "contact", "description": ""}}),
        "found": client.tags.list_all_tags(search="spring"),
        "put": put,
        "put_again": client.contacts.add_a_tag_to_contact({"contactTag": {"contact": person, "tag": number}}),
        "tagged": client.contacts.list_all_contacts(tagid=number),
        "removed": client.contacts.remove_a_tag_from_a_contact(other),
        "removed_again": client.contacts.remove_a_tag_from_a_contact(other),
        "left": client.contacts.retrieve_contact_tags(person),
        "renamed": client.tags.update_a_tag(spare, {"tag": {"tag": "spare, renamed", "tagType": "contact"}}),
        "read": client.tags.retrieve_a_tag(spare),
        "deleted": client.tags.delete_a_tag(spare),
        "gone": client.tags.retrieve_a_tag(spare),
    }


def fields(client: Client) -> Answers:
    """Create fields with options and a relation, refuse a second one of the name, change and delete one."""
    api = client.contacts
    created = api.create_a_custom_field({"field": {"title": "Shoe size", "type": "number"}})
    number = created["field"]["id"]
    choice = api.create_a_custom_field({"field": {"title": "Colour", "type": "dropdown"}})["field"]["id"]
    spare = api.create_a_custom_field({"field": {"title": "Spare", "type": "text"}})["field"]["id"]
    options = [
        {"field": choice, "label": text, "value": text.lower(), "orderid": n, "isdefault": False}
        for n, text in enumerate(("Red", "Green"), start=1)
    ]
    return {
        "created": created,
        "again": api.create_a_custom_field({"field": {"title": "Shoe size", "type": "text"}}),
        "related": api.create_a_custom_field_relationship_to_list({"fieldRel": {"field": number, "relid": "0"}}),
        "options": api.create_custom_field_options({"fieldOptions": options}),
        "options_read": api.retrieve_field_options(choice),
        "choice": api.retrieve_a_custom_field(choice),
        "changed": api.update_a_custom_field(spare, {"field": {"title": "Spare, renamed"}}),
        "all": api.list_all_custom_fields(limit=100),
        "deleted": api.delete_a_custom_field(spare),
        "gone": api.retrieve_a_custom_field(spare),
    }


def values(client: Client) -> Answers:
    """Write values of fields in the three ways there are, read them, and take one away."""
    api = client.contacts
    known = {row["perstag"]: row["id"] for row in api.list_all_custom_fields(limit=100)["fields"]}
    person = api.create_a_contact({"contact": {"email": "valued@example.org"}})["contact"]["id"]

    def write(perstag: str, value: str) -> Answers:
        entry = {"contact": person, "field": known[perstag], "value": value}
        answer: Answers = api.create_a_custom_field_value({"fieldValue": entry, "useDefaults": False})
        return answer

    created = write("CITY", "Turin")
    birthday = write("BIRTHDAY", "1815-12-10")["fieldValue"]["id"]
    number = created["fieldValue"]["id"]
    sent = [{"field": known["TIER"], "value": "Gold"}, {"field": known["POINTS"], "value": "12"}]
    entry = {"contact": person, "field": known["CITY"], "value": "London"}
    return {
        "created": created,
        "again": write("CITY", "Milan"),
        "read": api.retrieve_a_custom_field_value(number),
        "put": api.update_a_custom_field_value_for_contact({"fieldValue": entry}, number),
        "synced": api.create_or_update_contact({"contact": {"email": "valued@example.org", "fieldValues": sent}}),
        "deleted": api.delete_a_custom_field_value(birthday),
        "left": api.retrieve_a_contacts_field_values(person),
        "known": known,
    }


def bulk(client: Client) -> Answers:
    """Import in bulk by the client's own way to post, wait for the end, and have a bad batch refused."""
    api = client.contacts
    city = next(row["id"] for row in api.list_all_custom_fields(limit=100)["fields"] if row["perstag"] == "CITY")
    number = next(row["id"] for row in client.lists.retrieve_all_lists(limit=100)["lists"] if row["name"] == "VIP")
    people = [
        {
            "email": f"bulk-{n}@example.org",
            "first_name": f"Bulk {n}",
            "phone": "123",
            "tags": ["bulk", f"bulk-{n}"],
            "fields": [{"id": int(city), "value": f"City {n}"}],
            "subscribe": [{"listid": int(number)}],
        }
        for n in range(3)
    ]
    people.append({"email": "nobody@nodot"})
    queued = client._post("/import/bulk_import", json={"contacts": people, "exclude_automations": True})
    answer = json.loads(queued) if isinstance(queued, str) else queued  # text, when the service calls it text/html
    return {
        "queued": answer,
        "info": _completed(client, answer["batchId"]),
        "totals": client._get("/import/bulk_import"),
        "members": api.list_all_contacts(listid=number, status=1),
        "refused": client._post("/import/bulk_import", json={"contacts": [people[0], {"first_name": "Nobody"}]}),
        "no_batch": client._get("/import/info"),
        "list": number,
    }


def _completed(client: Client, batch: str) -> Answers:
    """Ask until the import is over."""
    info: Answers = {}
    for _ in range(500):
        info = client._get("/import/info", params={"batchId": batch})
        if info["status"] == "completed":
            break
        time.sleep(0.01)
    return info


def main() -> None:
    """Run every scenario; one that raises tells what, and the others go on."""
    client = Client(os.environ["ACTIVECAMPAIGN_URL"], os.environ["ACTIVECAMPAIGN_API_KEY"])
    told: Answers = {}
    for scenario in (account, contacts, lists, tags, fields, values, bulk):
        try:
            told[scenario.__name__] = scenario(client)
        except Exception:  # noqa: BLE001 - whatever it is, the test tells it
            told[scenario.__name__] = {"raised": traceback.format_exc()}
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
