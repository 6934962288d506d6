"""Frames of naughty values, in all representations of text, and an account whose fields take them."""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from tests.naughty.oracle import FIELDS, TARGETS
from tests.naughty.own import OWN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ac_notebook.sandbox import Sandbox

_LIST = Path(__file__).parent / "blns"
_MOST_OF_AN_OPTION = 1_000


@cache
def naughty() -> tuple[str, ...]:
    """Return the Big List of Naughty Strings, in both its editions, and our own values."""
    coded = json.loads((_LIST / "blns.base64.json").read_text("utf-8"))
    plain = json.loads((_LIST / "blns.json").read_text("utf-8"))
    decoded = [base64.b64decode(entry).decode() for entry in coded]
    return tuple(dict.fromkeys((*decoded, *(text.removesuffix("\n") for text in decoded), *plain, *OWN)))


def can_be_encoded(text: str) -> bool:
    """Return whether a text has an encoding: all but those with lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _category(values: Sequence[str | None]) -> pd.Series[Any]:
    places: dict[str, int] = {}
    codes = [-1 if value is None else places.setdefault(value, len(places)) for value in values]
    return pd.Series(pd.Categorical.from_codes(codes, categories=pd.Index(list(places), dtype=object)))


def _as(dtype: Any) -> Callable[[Sequence[str | None]], pd.Series[Any]]:
    return lambda values: pd.Series(list(values), dtype=dtype)


REPRESENTATIONS: dict[str, Callable[[Sequence[str | None]], pd.Series[Any]]] = {
    "object": _as(object),
    "python": _as("string[python]"),
    "category": _category,
    "pyarrow": _as("string[pyarrow]"),
    "large": _as(pd.ArrowDtype(pa.large_string())),
}
"""All the ways in which a column holds text; the last two cannot hold lone surrogates."""

WITHOUT_SURROGATES = ("pyarrow", "large")


def held_by(representation: str, values: Sequence[str]) -> list[str]:
    """Return the values that a representation can hold."""
    return [value for value in values if representation not in WITHOUT_SURROGATES or can_be_encoded(value)]


@cache
def options() -> frozenset[str]:
    """Return what the fields with options offer: every other value that can be an option."""
    texts = dict.fromkeys(value.strip() for value in naughty())
    fit = [
        text
        for text in texts
        if text and len(text) < _MOST_OF_AN_OPTION and can_be_encoded(text) and "||" not in text
        and not any(ord(letter) < 0x20 or 0x7F <= ord(letter) < 0xA0 for letter in text)
    ]  # fmt: skip
    return frozenset(fit[::2])


def furnish(box: Sandbox) -> None:
    """Add a custom field of every type, those with options offering the naughty ones."""
    offered = sorted(options())
    for title, kind in FIELDS.items():
        has_options = kind in ("dropdown", "radio", "checkbox", "listbox")
        box.add_field(title, kind, options=offered if has_options else None)


MAPPING: dict[str, Any] = {"email": "mail", **{target: target for target in TARGETS}}


def diagonal(
    values: Sequence[Any], make: Callable[[Sequence[Any]], pd.Series[Any]], targets: Sequence[str] = TARGETS,
    *, share: int = 1,
) -> tuple[pd.DataFrame, list[tuple[str, Any]]]:  # fmt: skip
    """Return a frame with each value in each target, one in a row, and what is in each row: target and value.

    Of these, one in `share`: each value in other targets than the one before.
    """
    chosen = {target: values[number % share :: share] for number, target in enumerate(targets)}
    cells = [(target, value) for target in targets for value in chosen[target]]
    frame = pd.DataFrame({"mail": [f"row.{row}@example.org" for row in range(len(cells))]})
    begin = 0
    for target in targets:
        column = np.full(len(cells), None, dtype=object)
        for place, value in enumerate(chosen[target], begin):
            column[place] = value
        begin += len(chosen[target])
        frame[target] = make(column.tolist())
    return frame, cells
