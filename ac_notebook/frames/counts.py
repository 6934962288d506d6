"""A thousand rows of a frame, and how many of a column's values fit what it may be for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames.cells import TEXT, Text, as_mask, present
from ac_notebook.frames.checks import plausible
from ac_notebook.frames.convert import to_text
from ac_notebook.frames.fitting import NEVER, OBJECTS, family
from ac_notebook.frames.opt_in import NO, YES
from ac_notebook.frames.samples import spread
from ac_notebook.frames.texts import composed

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column

LOOKED_AT = 1_000
"""Rows of a frame that are looked at, at the most."""

_PHONE = r"^(?:[^0-9]*[0-9]){5}"  # the shortest numbers that reach anybody have five digits
_NAME = r"^[^0-9@]*\p{L}[^0-9@]*\z"


class Count(NamedTuple):
    """How many of a column's values fit, of those that are not blank."""

    fitting: int
    filled: int

    @property
    def share(self) -> float:
        """The part that fits; 0 where all is blank."""
        return self.fitting / self.filled if self.filled else 0.0


def sample(frame: pd.DataFrame) -> pd.DataFrame:
    """Return up to a thousand rows, from the whole length of the frame.

    Examples
    --------
    >>> import pandas as pd
    >>> len(sample(pd.DataFrame({"n": range(5_000)})))
    1000
    """
    return frame.iloc[spread(len(frame), LOOKED_AT)]


def counted(series: pd.Series[Any], column: Column) -> Count:
    """Return how many values of a column fit: addresses, phone numbers, names, answers, or what a field takes.

    Examples
    --------
    >>> import pandas as pd
    >>> from ac_notebook.frames.columns import Column
    >>> counted(pd.Series(["ann@example.org", "none", None]), Column(target="email", label="m", position=0))
    Count(fitting=1, filled=2)
    """
    held = family(series)
    if column.kind == "email" and held not in ("text", OBJECTS):
        return Count(0, int(series.notna().sum()))  # spares wide frames the conversion of their numbers
    text = to_text(series, column, timezone="UTC")
    flawed = np.zeros(len(text), dtype=bool)
    for mask in text.bad.values():
        flawed |= mask
    there = present(text.values) | flawed
    fits = there & ~flawed & _fitting(text, column)
    if column.kind in NEVER[held]:
        fits[:] = False
    return Count(int(fits.sum()), int(there.sum()))


def _fitting(text: Text, column: Column) -> NDArray[np.bool_]:
    if column.kind == "email":
        at = as_mask(pc.match_substring(text.values, "@"))  # most columns hold none, and this is ten times as fast
        return plausible(text.values) if at.any() else at
    if column.kind == "opt_in":
        said = composed(pc.utf8_lower(text.values))
        return as_mask(pc.is_in(said, value_set=pa.array([*YES, *NO], TEXT), skip_nulls=True))
    form = {"phone": _PHONE, "name": _NAME}.get(column.kind)
    return present(text.values) if form is None else as_mask(pc.match_substring_regex(text.values, form))
