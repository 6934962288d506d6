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


def key_column(frame: pd.DataFrame, label: Hashable) -> Column:
    """Return the column that customers are known by.

    Raises
    ------
    MappingError
        When the frame has no such column, or several.

    Examples
    --------
    >>> import pandas as pd
    >>> key_column(pd.DataFrame({"mail": [], "id": []}), "id").position
    1
    """
    problems: list[str] = []
    position = Labels(frame.columns).position(label, "key", problems)
    if position is None:
        raise MappingError(problems, hint="key= names the column that customers are known by. Nothing was sent.")
    return Column(target="key", label=label, position=position, is_field=True)


def customer_keys(frame: pd.DataFrame, column: Column, key: bytes) -> NDArray[np.uint64]:
    """Return the keyed fingerprint of each row's customer key: 0 where it is blank, or has no form as text.

    The column's name is part of it, so that one column's keys are never taken for another's. Numbers and their texts
    are the same key: 17, 17.0 (as pandas makes them of a column with gaps) and "17".

    Parameters
    ----------
    frame
        The caller's frame.
    column
        The column, see :func:`key_column`.
    key
        Key of the fingerprints.

    Examples
    --------
    >>> import pandas as pd
    >>> numbers, texts = pd.DataFrame({"id": [17.0, None]}), pd.DataFrame({"id": ["17", ""]})
    >>> column = key_column(numbers, "id")
    >>> customer_keys(numbers, column, b"k") == customer_keys(texts, column, b"k")
    array([ True,  True])
    """
    salt = f"{type(column.label).__name__}:{column.label!s}\0".encode("utf-8", "surrogatepass")
    found = np.zeros(len(frame), dtype=np.uint64)
    series = frame.iloc[:, column.position]
    for start in range(0, len(frame), _AT_ONCE):
        text = to_text(series.iloc[start : start + _AT_ONCE], column, timezone="UTC")
        there = present(text.values)
        for mask in text.bad.values():
            there &= ~mask
        prints = fingerprints([salt + value for value in as_bytes(text.values)], key)
        found[start : start + _AT_ONCE] = np.where(there, np.maximum(prints, 1), 0)
    return found
