"""Short ways to say a column, a field and an account in the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import pandas as pd

from ac_notebook.frames.columns import Column, resolve, snapshot
from ac_notebook.frames.convert import to_text
from ac_notebook.frames.parts import row_parts
from ac_notebook.frames.phones import for_region
from ac_notebook.frames.prepare import Prepared, prepare
from ac_notebook.model.account import Field, Option, Snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ac_notebook.frames.cells import Text
    from ac_notebook.model.export import Duplicates

KEY = b"a key of the tests"
MOST = 399_999


def field(kind: str, *, options: Sequence[str | tuple[str, str]] = (), number: int = 7, title: str = "Field") -> Field:
    """Return a custom field; an option is its value, or value and label."""
    made = tuple(
        Option(value=one, label=one) if isinstance(one, str) else Option(value=one[0], label=one[1]) for one in options
    )
    return Field(id=number, title=title, perstag=title.upper().replace(" ", "_"), type=kind, options=made)


def account(*fields: Field) -> Snapshot:
    """Return an account with these fields."""
    return Snapshot(host="acme.api-us1.com", custom_fields=fields)


def column(kind: str, *, options: Sequence[str | tuple[str, str]] = (), **stated: Any) -> Column:
    """Return a column that goes to an attribute, to ``unknown`` (a field without an account) or to a type of field.

    ``stated`` is what a mapping or the options say about it: format, separator, region.
    """
    if kind in ("email", "first_name", "last_name", "phone", "tags", "opt_in"):
        return Column(target=kind, label="column", position=0, **stated)
    known = None if kind == "unknown" else field(kind, options=options)
    return Column(target="Field", label="column", position=0, is_field=True, field=known, **stated)


def converted(
    values: Any, kind: str, *, dtype: Any = None, timezone: str = "UTC",
    options: Sequence[str | tuple[str, str]] = (), **stated: Any,
) -> Text:  # fmt: skip
    """Return values (or a Series) as the text for a target."""
    series = values if isinstance(values, pd.Series) else pd.Series(values, dtype=dtype)
    return to_text(series, column(kind, options=options, **stated), timezone=timezone)


def texts_of(text: Text) -> list[str | None]:
    """Return the texts of cells as a list."""
    cells: list[str | None] = text.values.to_pylist()  # noqa: PD011 - no Series
    return cells


def sent(values: Any, kind: str, **more: Any) -> list[str | None]:
    """Return the texts that are sent for values; a problem stands as ``!code`` in its place."""
    text = converted(values, kind, **more)
    cells = texts_of(text)
    for code, mask in sorted(text.bad.items()):
        for row in np.flatnonzero(mask):
            cells[row] = f"!{code}"
    return cells


def prepared(
    frame: pd.DataFrame, mapping: Any, *, known: Snapshot | None = None, inside: Any = None,
    tags: tuple[str, ...] = (), most_bytes: int = MOST, timezone: str = "UTC",
    duplicates: Duplicates = "first", key: bytes | None = KEY, region: str | None = None,
) -> tuple[Prepared, list[dict[str, Any]]]:  # fmt: skip
    """Return what is prepared, and the contacts that a second pass makes of the rows to be sent."""
    columns = for_region(resolve(frame, mapping, known), region)
    frozen = snapshot(frame, columns)
    rows = np.ones(len(frame), dtype=bool) if inside is None else np.asarray(inside)
    done = prepare(
        frozen, columns, rows, key=key, timezone=timezone, tags=tags, most_bytes=most_bytes, duplicates=duplicates
    )
    parts = row_parts(frozen, columns, done.rows, timezone=timezone, tags=tags).to_pylist()
    return done, [orjson.loads(part + b"}") for part in parts]
