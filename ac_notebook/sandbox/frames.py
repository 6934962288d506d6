"""The account as DataFrames, for people and tests to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .ledger import TAGGED, UNTAGGED
from .state.catalogue import hidden_fields

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .ledger import Effect
    from .service import Arrival
    from .state.account import Account

_ABOUT_TAGS = frozenset({TAGGED, UNTAGGED})


def contacts(account: Account) -> pd.DataFrame:
    """Return one row per contact, with a column per custom field."""
    numbers: list[int] = []
    columns: dict[str, list[object]] = {name: [] for name in ("email", "first_name", "last_name", "phone")}
    texts: dict[str, list[object]] = {str(field): [] for field in account.fields}
    for row in account.contacts():
        numbers.append(row.id)
        for name, column in columns.items():
            column.append(getattr(row, name))
        for field, column in texts.items():
            value = row.values.get(field)  # noqa: PD011 - no frame
            column.append(value[0] if isinstance(value, list) else value)
    columns |= {account.fields[int(field)].title: column for field, column in texts.items()}
    frame = pd.DataFrame(columns, index=range(len(numbers)), dtype="object")  # a missing value stays None
    frame.insert(0, "id", pd.Series(numbers, dtype="int64"))
    return frame


def lists(account: Account) -> pd.DataFrame:
    """Return one row per list."""
    rows = [(row.id, row.name, row.statuses[1]) for row in account.lists.values()]
    return _frame(rows, id="int64", name="object", subscribers="int64")


def fields(account: Account) -> pd.DataFrame:
    """Return one row per custom field."""
    hidden = set(hidden_fields(account))
    rows = [(row.id, row.title, row.type, row.perstag, row.id not in hidden) for row in account.fields.values()]
    return _frame(rows, id="int64", title="object", type="object", perstag="object", shown="bool")


def memberships(account: Account) -> pd.DataFrame:
    """Return one row per contact and list."""
    rows = [(entry.list, row.id, entry.status) for row in account.contacts() for entry in row.places]
    return _frame(rows, list="int64", contact="int64", status="int64")


def contact_tags(account: Account) -> pd.DataFrame:
    """Return one row per contact and tag."""
    rows = [(row.id, account.tags[entry.tag].name) for row in account.contacts() for entry in row.taggings]
    return _frame(rows, contact="int64", tag="object")


def automations(account: Account) -> pd.DataFrame:
    """Return one row per automation that was started."""
    rows = [
        (row.id, entry.list, pd.Timestamp(entry.when, unit="s", tz="UTC"))
        for row in account.contacts()
        for entry in row.automations
    ]
    rows.sort(key=lambda row: row[2])
    return _frame(rows, contact="int64", list="int64", time="datetime64[ns, UTC]")


def ledger(account: Account, effects: Iterable[Effect]) -> pd.DataFrame:
    """Return one row per effect, in order; tags by name, as far as they still exist."""
    names = {tag.id: tag.name for tag in account.tags.values()}
    rows = [
        effect._replace(what=names.get(effect.what, effect.what)) if effect.effect in _ABOUT_TAGS else effect
        for effect in effects
    ]
    frame = _frame(
        rows, number="int64", time="float64", source="object", effect="object", contact="int64", what="object",
        old="object", new="object",
    )  # fmt: skip
    return frame.assign(time=pd.to_datetime(frame["time"], unit="s", utc=True))


def requests(arrivals: Iterable[Arrival]) -> pd.DataFrame:
    """Return one row per request, in the order of their answers."""
    frame = _frame(
        arrivals, time="object", method="object", path="object", status="int64", contacts="int64", bytes="int64"
    )
    return frame.assign(time=pd.to_datetime(frame["time"], utc=True))


def _frame(rows: Iterable[tuple[object, ...]], **columns: str) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns), dtype="object").astype(columns)
