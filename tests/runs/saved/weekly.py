"""A frame, a mapping, and a saved export as another kernel finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ac_notebook.runs.exports_table import find_export

if TYPE_CHECKING:
    import ac_notebook as ac
    from ac_notebook import Connection

MAPPING = {"email": "mail", "City": "city"}


def people(count: int = 5, *, city: str = "Umeå") -> pd.DataFrame:
    """Return people with points from 0 up."""
    mails = [f"person.{number}@example.org" for number in range(count)]
    return pd.DataFrame({"mail": mails, "city": city, "points": range(count)})


def reached(name: str, connection: Connection) -> ac.Export:
    """Return the saved export as another kernel finds it, reached in virtual time."""
    return find_export(name).replace(connection=connection)
