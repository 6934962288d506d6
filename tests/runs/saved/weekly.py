"""A frame, a mapping, an export with everything there is to say, and a saved export as another kernel finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

import ac_notebook as ac
from ac_notebook.runs.exports_table import find_export

if TYPE_CHECKING:
    from ac_notebook import Connection

MAPPING = {"email": "mail", "City": "city"}

_MAPPING = ac.Mapping(
    email="E-mail", first_name="Given name", last_name="Surname", phone="Mobile",
    fields={"Birthday": "dob", 7: ("points", "total")}, tags="t", opt_in="agreed",
    blank={"Birthday": "clear", "first_name": "clear"}, formats={"Birthday": "%d.%m.%Y"}, separators={"tags": ";"},
)  # fmt: skip
_OPTIONS = ac.Options(
    run_automations=True, resend="all", wait=float("inf"), timezone="Europe/Stockholm", duplicates="last",
    phone_region="SE", share=0.5, allow=frozenset({"row-count", "list"}), leavers="tag", withdrawn="unsubscribe",
    moved="unsubscribe", key=("customer", 1),
)  # fmt: skip
EVERYTHING = ac.Export(
    "Weekly", connection="Marketing", list="Newsletter", mapping=_MAPPING, segment=ac.Segment("Gold", "points > 500"),
    tags=["spring", "vip"], options=_OPTIONS,
)  # fmt: skip
"""All that there is to say of an export."""


def people(count: int = 5, *, city: str = "Umeå") -> pd.DataFrame:
    """Return people with points from 0 up."""
    mails = [f"person.{number}@example.org" for number in range(count)]
    return pd.DataFrame({"mail": mails, "city": city, "points": range(count)})


def reached(name: str, connection: Connection) -> ac.Export:
    """Return the saved export as another kernel finds it, reached in virtual time."""
    return find_export(name).replace(connection=connection)
