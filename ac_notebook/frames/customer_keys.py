"""What customers are known by, beside their address: a column of the frame that is not sent, as keyed fingerprints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.errors import MappingError
from ac_notebook.frames.cells import present
from ac_notebook.frames.columns import Column
from ac_notebook.frames.convert import to_text
from ac_notebook.frames.fingerprints import as_bytes, fingerprints
from ac_notebook.frames.labels import Labels

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd
    from numpy.typing import NDArray

_AT_ONCE = 50_000


def customer_keys(frame: pd.DataFrame, label: Hashable, key: bytes) -> NDArray[np.uint64]:
    """Return the keyed fingerprint of each row's customer key: 0 where it is blank, or has no form as text.

    The column's name is part of it, so that one column's keys are never taken for another's. Numbers and their texts
    are the same key: 17, 17.0 (as pandas makes them of a column with gaps) and "17".

    Parameters
    ----------
    frame
        The caller's frame.
    label
        The column.
    key
        Key of the fingerprints.

    Raises
    ------
    MappingError
        When the frame has no such column, or several.

    Examples
    --------
    >>> import pandas as pd
    >>> customer_keys(pd.DataFrame({"id": [17.0, None]}), "id", b"k") == customer_keys(
    ...     pd.DataFrame({"id": ["17", ""]}), "id", b"k"
    ... )
    array([ True,  True])
    """
    problems: list[str] = []
    place = Labels(frame.columns).position(label, "key", problems)
    if place is None:
        raise MappingError(problems, hint="key= names the column that customers are known by. Nothing was sent.")
    column = Column(target="key", label=label, position=place, is_field=True)
    salt = f"{type(label).__name__}:{label!s}\0".encode("utf-8", "surrogatepass")
    found = np.zeros(len(frame), dtype=np.uint64)
    series = frame.iloc[:, place]
    for start in range(0, len(frame), _AT_ONCE):
        text = to_text(series.iloc[start : start + _AT_ONCE], column, timezone="UTC")
        there = present(text.values)
        for mask in text.bad.values():
            there &= ~mask
        prints = fingerprints([salt + value for value in as_bytes(text.values)], key)
        found[start : start + _AT_ONCE] = np.where(there, np.maximum(prints, 1), 0)
    return found
