"""The account as DataFrames, for people and tests to look at."""

from collections.abc import Iterable

import pandas as pd

from .account import Account
from .routes import Arrival


def contacts(account: Account) -> pd.DataFrame:
    """Return one row per contact, with a column per custom field."""
    rows = account.contacts
    columns: dict[str, object] = {
        "id": pd.array([row.id for row in rows], dtype="int64"),
        "email": [row.email for row in rows],
        "first_name": [row.first_name for row in rows],
        "last_name": [row.last_name for row in rows],
        "phone": [row.phone for row in rows],
    }
    for field_id, field in account.fields.items():
        position = account.field_position[field_id]
        columns[field.title] = [
            row.field_values[position] if position < len(row.field_values) else None for row in rows
        ]
    frame = pd.DataFrame(columns)
    texts = [name for name in columns if name != "id"]
    return frame.astype(dict.fromkeys(texts, "object"))


def lists(account: Account) -> pd.DataFrame:
    """Return one row per list."""
    rows = [(row.id, row.name, row.subscribers) for row in account.lists.values()]
    return _frame(rows, id="int64", name="object", subscribers="int64")


def memberships(account: Account) -> pd.DataFrame:
    """Return one row per contact and list."""
    rows = [(entry.list, row.id, entry.status) for row in account.contacts for entry in row.memberships]
    return _frame(rows, list="int64", contact="int64", status="int64")


def contact_tags(account: Account) -> pd.DataFrame:
    """Return one row per contact and tag."""
    rows = [(row.id, account.tags[tag].name) for row in account.contacts for tag in row.tags]
    return _frame(rows, contact="int64", tag="object")


def automations(account: Account) -> pd.DataFrame:
    """Return one row per automation that was started."""
    rows = [
        (row.id, entry.list, pd.Timestamp(entry.subscribed, unit="s", tz="UTC"))
        for row in account.contacts
        for entry in row.memberships
        if entry.automated
    ]
    rows.sort(key=lambda row: row[2])
    return _frame(rows, contact="int64", list="int64", time="datetime64[ns, UTC]")


def requests(arrivals: Iterable[Arrival]) -> pd.DataFrame:
    """Return one row per request, in the order of their answers."""
    frame = _frame(
        arrivals, time="object", method="object", path="object", status="int64", contacts="int64", bytes="int64"
    )
    return frame.assign(time=pd.to_datetime(frame["time"], utc=True))


def _frame(rows: Iterable[tuple[object, ...]], **columns: str) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns)).astype(columns)
