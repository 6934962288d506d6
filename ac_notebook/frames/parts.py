"""The part of a request that a row becomes: a contact as JSON, without its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from ac_notebook.frames.convert import to_distinct_text
from ac_notebook.frames.encode import BYTES, row_texts
from ac_notebook.frames.excerpts import places_of
from ac_notebook.frames.pieces import cut, pieces
from ac_notebook.frames.tags import with_more_tags

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column


def row_parts(
    frozen: pd.DataFrame, columns: Sequence[Column], positions: NDArray[np.int64], *,
    timezone: str, tags: tuple[str, ...], addresses: bool = True,
) -> pa.Array:  # fmt: skip
    """Return each row's part as large_binary, the same bytes that ``prepare`` took the size and the fingerprint of.

    Parameters
    ----------
    frozen, columns, timezone, tags
        As given to :func:`~ac_notebook.frames.prepare.prepare`.
    positions
        Which rows, ascending; of an excerpt, by their positions in the whole.
    addresses
        False leaves the address out: what two rows of one address would send can then be compared.
    """
    parts: list[pa.Array] = []
    sent = [(place, column) for place, column in enumerate(columns) if column.kind != "opt_in"]
    positions = places_of(frozen.index, np.asarray(positions, dtype=np.int64))
    for some in pieces(frozen, positions):
        piece = cut(frozen, some)
        texts = [
            to_distinct_text(piece[place], column, timezone=timezone).values  # noqa: PD011 - no Series
            for place, column in sent
        ]
        if not addresses:
            texts[0] = pa.nulls(len(some), pa.large_string())
        parts.append(encoded([column for _, column in sent], texts, tags, len(some)))
    return pa.concat_arrays(parts) if parts else pa.array([], BYTES)


def encoded(columns: Sequence[Column], texts: Sequence[pa.Array], tags: tuple[str, ...], count: int) -> pa.Array:
    """Return each row's part, as large_binary, from the texts of its columns.

    Parameters
    ----------
    columns, texts
        The mapped columns and their texts; opt-in is passed over.
    tags
        Tags of every contact.
    count
        How many rows.
    """
    sent = [(column, values) for column, values in zip(columns, texts, strict=True) if column.kind != "opt_in"]
    listed = next((values for column, values in sent if column.kind == "tags"), None)
    if tags:
        listed = with_more_tags(pa.nulls(count, pa.large_string()) if listed is None else listed, tags)
    return row_texts([column for column, _ in sent], [values for _, values in sent], listed)
