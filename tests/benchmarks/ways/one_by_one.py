"""The loop of most tutorials: `contact/sync` for each row, then the list, then the tag; blanks are empty texts.

Who is sent, and every value, is what `hand_written.choose` makes of them. Answers that take a quarter of a second, one
after the other, keep it below five requests a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from tests.benchmarks.ways.hand_written import FIELDS, choose, find, post

if TYPE_CHECKING:
    import pandas as pd

    from tests.benchmarks.ways.hand_written import Pause


def export(customers: pd.DataFrame, api: httpx.Client, pause: Pause) -> int:
    """Export everybody, one by one, and return how many went through."""

    def send(path: str, body: dict[str, Any]) -> dict[str, Any]:
        return post(api, path, body, pause).raise_for_status().json()  # type: ignore[no-any-return]  # JSON

    done = 0
    fields, list_id = find(api, "fields", "title"), find(api, "lists", "name")["Readers"]
    tags = api.get("tags", params={"search": "spring"}).json()["tags"]
    if not tags:
        tags = [send("tags", {"tag": {"tag": "spring", "tagType": "contact", "description": ""}})["tag"]]
    for row in choose(customers).fillna("").to_dict("records"):
        contact = {
            "email": row["E-mail"], "firstName": row["Given name"], "lastName": row["Family name"],
            "phone": row["Mobile"],
            "fieldValues": [{"field": fields[title], "value": row[column]} for title, column in FIELDS.items()],
        }  # fmt: skip
        try:
            number = send("contact/sync", {"contact": contact})["contact"]["id"]
        except httpx.HTTPStatusError:  # an address that is none
            continue
        send("contactLists", {"contactList": {"list": list_id, "contact": number, "status": 1}})
        send("contactTags", {"contactTag": {"contact": number, "tag": tags[0]["id"]}})
        done += 1
    return done
