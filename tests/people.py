"""Builders of frames of people who do not exist: addresses are under example.com, example.org and example.net only."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

GIVEN = ("Åsa", "José", "Zoë", "Jürgen", "O'Neil", "美咲", "Łukasz", "Ann-Marie", "Bo", "Ελένη")
FAMILY = ("Lindqvist", "García Peña", "van der Berg", 'Smith "Smitty"', "Müller", "渡辺", "Nowak", "D\\Arcy", "Ek", "Ώ")
CITIES = ("Malmö", "Zürich", "東京", "São Paulo", "Kraków")
DOMAINS = ("example.com", "example.org", "example.net", "mail.example.org")

FIELDS: dict[str | int, Any] = {"Birthday": "dob", "City": "city", "Points": "points"}
MAPPING: dict[str | int, Any] = {
    "email": "E-mail",
    "first_name": "Given name",
    "last_name": "Family name",
    "phone": "Mobile",
    **FIELDS,
    "tags": "tags",
}
"""The mapping of :func:`people`."""


def people(count: int) -> pd.DataFrame:
    """Return a frame in which every row can be sent: names of many alphabets, a date, a number with gaps, tags."""
    rows = np.arange(count)
    each = range(count)
    return pd.DataFrame(
        {
            "E-mail": [f"person.{row}@{DOMAINS[row % len(DOMAINS)]}" for row in each],
            "Given name": [GIVEN[row % len(GIVEN)] for row in each],
            "Family name": [FAMILY[row * 7 % len(FAMILY)] for row in each],
            "Mobile": [None if row % 5 == 0 else f"+46 70 {1_000_000 + row}" for row in each],
            "dob": pd.to_datetime("1950-01-01") + pd.to_timedelta(rows * 37 % 20_000, unit="D"),
            "city": pd.Categorical([CITIES[row % len(CITIES)] for row in each], categories=CITIES),
            "points": np.where(rows % 4 == 0, np.nan, rows * 10.0),
            "tags": ["" if row % 3 == 0 else f"wave {row % 4}, vip" for row in each],
        }
    )


def messy_people() -> pd.DataFrame:
    """Return a frame with something odd in every row: one of each kind that real tables hold."""
    odd: list[tuple[Any, Any, Any]] = [
        ("first@example.org", "plain", "x"),
        (" First@Example.ORG ", "a duplicate in other letters", 1),
        ("no at sign", "an address that is none", 1.5),
        ("", "blank address", True),
        (None, "no address", None),
        ("nan", "a blank that became text", np.nan),
        ("two@@example.org", "two signs", Decimal("1.50")),
        ("inf@example.org", "infinite", np.inf),
        ("list@example.org", "a list", ["a", "b"]),
        ("bytes@example.org", "bytes", b"raw"),
        ("date@example.org", "a date", dt.date(2024, 2, 29)),
        ("lone@example.org", "a lone surrogate \ud800", "x"),
        ("nul@example.org", "a NUL \x00 inside", "x"),
        ("dict@example.org", "a dictionary", {"a": 1}),
        ("complex@example.org", "complex", 1j),
        ("İ@example.org", "a letter whose lower case is longer", pd.NaT),
        ("nbsp@example.org\u00a0", "no-break space", pd.NA),
        ("big@example.org", "whole and inexact", float(2**60)),
    ]
    columns = list(zip(*odd, strict=True))
    return pd.DataFrame(
        {name: pd.Series(values, dtype=object) for name, values in zip(("mail", "note", "odd"), columns, strict=True)}
    )
