"""The loop that a careful analyst writes: pandas, httpx, bulk imports of 250, a pause for the limit, three tries.

It leaves out who did not agree, who has no address and who is there twice; makes dates and numbers what ActiveCampaign
wants; leaves out what is blank; and keeps automations off as the reference says.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd

from tests.benchmarks.ways import people

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Pause = Callable[[float], None]

read = people.read
ATTRIBUTES = {"email": "E-mail", "first_name": "Given name", "last_name": "Family name", "phone": "Mobile"}
FIELDS = {
    "Birthday": "dob", "Last visit": "last_visit", "Points": "points", "Interests": "interests", "Tier": "tier",
    "City": "city",
}  # fmt: skip


def connect() -> httpx.Client:
    """Return a client with the key."""
    headers = {"Api-Token": os.environ["ACTIVECAMPAIGN_API_KEY"]}
    return httpx.Client(base_url=f"{os.environ['ACTIVECAMPAIGN_URL']}/api/3/", headers=headers, timeout=30)


def find(api: httpx.Client, what: str, name: str) -> dict[str, int]:
    """Return the ids of lists or fields by name."""
    return {row[name]: int(row["id"]) for row in api.get(what, params={"limit": 100}).json()[what]}


def choose(customers: pd.DataFrame) -> pd.DataFrame:
    """Return who agreed and has an address, once, with every value as ActiveCampaign wants it."""
    df = customers[customers["newsletter_ok"].fillna(value=False)].copy()
    df["E-mail"] = df["E-mail"].str.strip().str.lower()
    df = df[df["E-mail"].str.contains("@", na=False)].drop_duplicates("E-mail")
    df["dob"] = df["dob"].dt.strftime("%Y-%m-%d")
    df["last_visit"] = df["last_visit"].map(lambda moment: moment.isoformat(), na_action="ignore")
    df["points"] = df["points"].astype("Int64").astype("string")
    df["interests"] = df["interests"].map(lambda names: "||" + "||".join(names) + "||" if names else None)
    return df[[*ATTRIBUTES.values(), *FIELDS.values()]].astype("object")


def post(api: httpx.Client, path: str, body: dict[str, Any], pause: Pause) -> httpx.Response:
    """Post; where no answer comes, or one that asks to come again, try up to three times."""
    for attempt in (1, 2):
        try:
            answer = api.post(path, json=body)
            if answer.status_code not in (429, 500, 502, 503, 504):
                return answer
        except httpx.TransportError:
            pass
        pause(attempt * 5)
    return api.post(path, json=body)


def contacts(customers: pd.DataFrame, fields: dict[str, int], list_id: int) -> Iterator[list[dict[str, Any]]]:
    """Return the contacts of each import."""
    for start in range(0, len(customers), 250):
        rows = customers.iloc[start : start + 250].to_dict("records")
        yield [
            {name: row[column] for name, column in ATTRIBUTES.items() if pd.notna(row[column])}
            | {
                "fields": [
                    {"id": fields[title], "value": row[column]}
                    for title, column in FIELDS.items() if pd.notna(row[column])
                ],
                "tags": ["spring"],
                "subscribe": [{"listid": list_id}],
            }
            for row in rows
        ]  # fmt: skip


def export(customers: pd.DataFrame, api: httpx.Client, pause: Pause) -> int:
    """Export everybody, and return how many were sent, which is all it knows."""
    done = 0
    fields, list_id = find(api, "fields", "title"), find(api, "lists", "name")["Readers"]
    for chunk in contacts(choose(customers), fields, list_id):
        post(api, "import/bulk_import", {"contacts": chunk, "exclude_automations": True}, pause).raise_for_status()
        done += len(chunk)
        pause(60 / 100)  # 100 imports a minute
    return done


def alone(customers: pd.DataFrame) -> int:
    """Export to a sandbox that is so fast that no pause is needed, for what it costs."""
    with connect() as api:
        return export(customers, api, lambda _: None)
