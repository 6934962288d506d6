"""The account as tables, for people and tests to look at; a table becomes a DataFrame where it is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .ledger import TAGGED, UNTAGGED
from .state.catalogue import hidden_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pandas as pd

    from .service import Arrival
    from .state.account import Account

SECONDS, MOMENTS = "seconds", "moments"
"""In place of a dtype: seconds since the epoch, and datetimes; both become times in UTC."""

_ABOUT_TAGS = frozenset({TAGGED, UNTAGGED})


@dataclass(frozen=True)
class Table:
    """Columns of equal length, and what each of them becomes. The process of a sandbox need not load pandas for it."""

    columns: Mapping[str, Sequence[Any]]
    dtypes: Mapping[str, str]

    def frame(self) -> pd.DataFrame:
        """Return it as a DataFrame."""
        import pandas as pd  # noqa: PLC0415 - takes longer than all else of a sandbox, and only who looks needs it

        rows = range(len(next(iter(self.columns.values()))))
        made: dict[str, pd.Series[Any]] = {}
        # Each column as what it becomes: with `astype` of the whole frame, most of a small one's time would go there.
        for name, values in self.columns.items():
            dtype = self.dtypes.get(name, "object")  # in which a missing value stays None
            if dtype == SECONDS:
                made[name] = pd.to_datetime(pd.Series(values, rows, "float64"), unit="s", utc=True)
            elif dtype == MOMENTS:
                made[name] = pd.to_datetime(pd.Series(values, rows, "object"), utc=True)
            else:
                made[name] = pd.Series(values, rows, dtype)
        return pd.DataFrame(made, index=rows)


def contacts(account: Account) -> Table:
    """Return one row per contact, with a column per custom field."""
    columns: dict[str, list[Any]] = {name: [] for name in ("id", "email", "first_name", "last_name", "phone")}
    texts: dict[str, list[Any]] = {str(field): [] for field in account.fields}
    for row in account.contacts():
        for name, column in columns.items():
            column.append(getattr(row, name))
        for field, column in texts.items():
            value = row.values.get(field)  # noqa: PD011 - no frame
            column.append(value[0] if isinstance(value, list) else value)
    columns |= {account.fields[int(field)].title: column for field, column in texts.items()}
    return Table(columns, {**dict.fromkeys(columns, "object"), "id": "int64"})


def lists(account: Account) -> Table:
    """Return one row per list."""
    rows = [(row.id, row.name, row.statuses[1]) for row in account.lists.values()]
    return table_of(rows, id="int64", name="object", subscribers="int64")


def fields(account: Account) -> Table:
    """Return one row per custom field."""
    hidden = set(hidden_fields(account))
    rows = [(row.id, row.title, row.type, row.perstag, row.id not in hidden) for row in account.fields.values()]
    return table_of(rows, id="int64", title="object", type="object", perstag="object", shown="bool")


def memberships(account: Account) -> Table:
    """Return one row per contact and list."""
    rows = [(entry.list, row.id, entry.status) for row in account.contacts() for entry in row.places]
    return table_of(rows, list="int64", contact="int64", status="int64")


def contact_tags(account: Account) -> Table:
    """Return one row per contact and tag."""
    rows = [(row.id, account.tags[entry.tag].name) for row in account.contacts() for entry in row.taggings]
    return table_of(rows, contact="int64", tag="object")


def automations(account: Account) -> Table:
    """Return one row per automation that was started."""
    rows = [(row.id, entry.list, entry.when) for row in account.contacts() for entry in row.automations]
    rows.sort(key=lambda row: row[2])
    return table_of(rows, contact="int64", list="int64", time=SECONDS)


OF_ACCOUNT: Mapping[str, Callable[[Account], Table]] = {
    made.__name__: made for made in (contacts, lists, fields, memberships, contact_tags, automations)
}
"""The tables that an account is enough for, by name."""


def ledger(
    account: Account, *, effect: str | None = None, contact: int | None = None, last: int | None = None
) -> Table:  # fmt: skip
    """Return one row per effect, in order; tags by name, as far as they still exist."""
    names = {tag.id: tag.name for tag in account.tags.values()}
    rows = [
        entry._replace(what=names.get(entry.what, entry.what)) if entry.effect in _ABOUT_TAGS else entry
        for entry in account.ledger.effects(last=last)
        if (effect is None or entry.effect == effect) and (contact is None or entry.contact == contact)
    ]
    return table_of(
        rows, number="int64", time=SECONDS, source="object", effect="object", contact="int64", what="object",
        old="object", new="object",
    )  # fmt: skip


def requests(arrivals: Iterable[Arrival]) -> Table:
    """Return one row per request, in the order of their answers."""
    return table_of(
        list(arrivals), time=MOMENTS, method="object", path="object", status="int64", contacts="int64", bytes="int64"
    )


def table_of(rows: Sequence[tuple[object, ...]], **dtypes: str) -> Table:
    """Return rows as a table, given the names of their parts and what each becomes."""
    columns = zip(*rows, strict=True) if rows else [()] * len(dtypes)
    return Table(dict(zip(dtypes, columns, strict=True)), dtypes)
