"""Frames to be measured, each with its mapping and an account that has its fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

import ac_notebook as ac
from ac_notebook.model.account import Field, Snapshot
from ac_notebook.sandbox import sample_customers

FIELDS = {"Birthday": "date", "Last visit": "datetime", "Points": "number", "Interests": "checkbox", "City": "text"}
WIDE = 35


@dataclass(frozen=True, kw_only=True, eq=False)
class Measured:
    """A frame, what its columns are mapped to, and the account.

    Parameters
    ----------
    frame
        The customers.
    mapping
        ActiveCampaign's name by column.
    account
        With the custom fields of the mapping.
    """

    frame: pd.DataFrame
    mapping: ac.Mapping
    account: Snapshot


def _account(fields: dict[str, str]) -> Snapshot:
    made = [
        Field(id=number, title=title, perstag=title.upper().replace(" ", "_"), type=kind)
        for number, (title, kind) in enumerate(fields.items(), start=1)
    ]
    return Snapshot(host="acme.api-us1.com", custom_fields=tuple(made))


def customers(rows: int) -> Measured:
    """Return the sample: four attributes, five custom fields, tags."""
    return _of_sample(sample_customers(n=rows, seed=1))


def different(rows: int) -> Measured:
    """Return the sample with no string twice: names, phones, towns and tags of each row's own."""
    frame = sample_customers(n=rows, seed=1)
    numbers = np.arange(rows).astype(str)
    for column in ("Given name", "Family name", "Mobile", "city", "tags"):
        texts = frame[column].astype("object").fillna("x").astype(str).to_numpy(dtype=object) + numbers.astype(object)
        frame[column] = pd.Series(texts, index=frame.index).astype(frame[column].dtype)
    return _of_sample(frame)


def _of_sample(frame: pd.DataFrame) -> Measured:
    mapping = ac.Mapping(
        email="E-mail", first_name="Given name", last_name="Family name", phone="Mobile", tags="tags",
        fields={
            "Birthday": "dob", "Last visit": "last_visit", "Points": "points", "Interests": "interests", "City": "city",
        },
    )  # fmt: skip
    return Measured(frame=frame, mapping=mapping, account=_account(FIELDS))


def wide(rows: int, *, ordered: bool = False) -> Measured:
    """Return customers with 35 custom fields: texts of 5 to 60 letters, numbers, dates, with gaps.

    Parameters
    ----------
    rows
        How many.
    ordered
        Sorted by the length of a row's texts.
    """
    chance = np.random.default_rng(7)
    letters = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz ABCDEFGHIJ", dtype=np.uint8)
    frame: dict[str, Any] = {"mail": [f"person.{row}@example.org" for row in range(rows)]}
    kinds: dict[str, str] = {}
    length = np.zeros(rows, dtype=np.int64)
    width = chance.integers(5, 40, rows)  # rows are long or short as a whole, as they are where people write
    for number in range(WIDE):
        name = f"field {number}"
        kinds[name] = ("text", "text", "text", "number", "date")[number % 5]
        if kinds[name] == "text":
            sizes = width + chance.integers(0, 20, rows)
            text = letters[chance.integers(0, len(letters), int(sizes.sum()))].tobytes().decode()
            ends = np.cumsum(sizes)
            cells = [text[end - size : end] for end, size in zip(ends.tolist(), sizes.tolist(), strict=True)]
            frame[name] = pd.Series(cells).mask(chance.random(rows) < 0.1)
            length += sizes
        elif kinds[name] == "number":
            frame[name] = pd.Series(chance.integers(0, 10**6, rows).astype(float)).mask(chance.random(rows) < 0.2)
        else:
            frame[name] = pd.Timestamp("1990-01-01") + pd.to_timedelta(chance.integers(0, 9_000, rows), unit="D")
    made = pd.DataFrame(frame)
    if ordered:
        made = made.iloc[np.argsort(length, kind="stable")].reset_index(drop=True)
    return Measured(
        frame=made, mapping=ac.Mapping(email="mail", fields={name: name for name in kinds}), account=_account(kinds)
    )
