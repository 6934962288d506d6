"""The loop of most tutorials: `contact/sync` for each row, then the list, then the tag; blanks are empty texts.

Who is sent, and every value, is what `hand_written.choose` makes of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from tests.benchmarks.ways import people
from tests.benchmarks.ways.hand_written import FIELDS, choose, connect, find, pause, post

if TYPE_CHECKING:
    import pandas as pd


read = people.read


def export(customers: pd.DataFrame) -> int:
    """Export everybody, one by one, and return how many went through."""
    done = 0
    with connect() as api:
        fields, list_id = find(api, "fields", "title"), find(api, "lists", "name")["Readers"]
        tags = api.get("tags", params={"search": "spring"}).json()["tags"]
        if not tags:
            body = {"tag": {"tag": "spring", "tagType": "contact", "description": ""}}
            tags = [_send(api, "tags", body)["tag"]]
        for row in choose(customers).fillna("").to_dict("records"):
            contact = {
                "email": row["E-mail"], "firstName": row["Given name"], "lastName": row["Family name"],
                "phone": row["Mobile"],
                "fieldValues": [{"field": fields[title], "value": row[column]} for title, column in FIELDS.items()],
            }  # fmt: skip
            try:
                number = _send(api, "contact/sync", {"contact": contact})["contact"]["id"]
            except httpx.HTTPStatusError:  # an address that is none
                continue
            _send(api, "contactLists", {"contactList": {"list": list_id, "contact": number, "status": 1}})
            _send(api, "contactTags", {"contactTag": {"contact": number, "tag": tags[0]["id"]}})
            done += 1
    return done


def _send(api: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = post(api, path, body)
    pause(1 / 5)  # five requests a second
    return answer.raise_for_status().json()  # type: ignore[no-any-return]  # JSON
