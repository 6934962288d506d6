"""The first pass over a frame, for an export."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.frames.excerpts import is_excerpt, spread, unlabelled
from ac_notebook.frames.prepare import prepare

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column
    from ac_notebook.frames.prepare import Prepared
    from ac_notebook.model.export import Export
    from ac_notebook.model.limits import Limits


def checked_by(export: Export) -> tuple[object, ...]:
    """Return what decides, beside frame and mapping, what becomes of a row and which bytes it has."""
    return export.tags, export.options.timezone, export.options.duplicates, export.options.phone_region


def prepare_for(
    frozen: pd.DataFrame, columns: tuple[Column, ...], inside: NDArray[np.bool_], export: Export, limits: Limits, *,
    key: bytes,
) -> Prepared:  # fmt: skip
    """Check and measure a frame, or an excerpt of one, for an export, with fingerprints of this key."""
    if is_excerpt(frozen):
        rows = unlabelled(frozen)
        found = prepare_for(rows, columns, np.ones(len(rows), dtype=bool), export, limits, key=key)
        return spread(found, frozen.index.to_numpy(dtype=np.int64), len(inside))
    return prepare(
        frozen, columns, inside,
        key=key, timezone=export.options.timezone, tags=export.tags,
        most_bytes=limits.bytes_per_import, duplicates=export.options.duplicates,
    )  # fmt: skip
