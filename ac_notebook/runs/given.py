"""What a caller gives: a frame, rows of it, tags; refused in sentences where it cannot be used."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from ac_notebook.errors import ConfigurationError, quoted
from ac_notebook.frames.notices import looks_like_an_address
from ac_notebook.frames.select import inside
from ac_notebook.model.limits import MAX_PROFILES
from ac_notebook.model.segment import Segment
from ac_notebook.runs.stored import opened
from ac_notebook.storage import segments

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ac_notebook.runs.exports import Rows


def require_frame(df: object) -> None:
    """Refuse what is no frame, and a frame whose labels are its first row."""
    if not isinstance(df, pd.DataFrame):
        msg = f"The customers have to be a pandas DataFrame, not a {type(df).__name__}."
        raise ConfigurationError(msg, hint="Make one: pd.DataFrame(customers). Nothing was sent.")
    if any(isinstance(label, str) and looks_like_an_address(label) for label in df.columns):
        # Not quoted: they are somebody's data.
        msg = "Column names hold an address: the first row of the file was probably taken for its header."
        raise ConfigurationError(msg, hint="Read it with pd.read_csv(…, header=None, names=[…]). Nothing was sent.")


def chosen_rows(df: pd.DataFrame, segment: Rows | None) -> NDArray[np.bool_]:
    """Return which rows are in the segment, when they can be exported at all."""
    if not len(df):
        msg = "The frame has no rows."
        raise ConfigurationError(msg, hint="Check the query or file that it comes from. Nothing was sent.")
    rows = rows_in(df, segment)
    count = int(rows.sum())
    if not count:
        msg = f"No row is in the segment ({segment_in_words(segment)})."
        raise ConfigurationError(msg, hint=f"The frame has {len(df):,} rows; check the condition. Nothing was sent.")
    if count > MAX_PROFILES:
        parts = -(-count // MAX_PROFILES)
        msg = f"{count:,} rows are more than the {MAX_PROFILES:,} that one export takes."
        raise ConfigurationError(
            msg,
            hint=f"Export it in {parts} parts, for example df.iloc[:{MAX_PROFILES:_}] first, or choose a segment. "
            "Nothing was sent.",
        )
    return rows


def rows_in(df: pd.DataFrame, segment: Rows | None) -> NDArray[np.bool_]:
    """Return which rows are in the segment.

    Raises
    ------
    ConfigurationError
        When it gives no rows; where it is no condition but the name of a saved segment, with how to use that.
    """
    try:
        return inside(df, _rows_of(segment))
    except ConfigurationError as error:
        if isinstance(segment, str):
            with opened() as database:
                if segments.find(database, segment) is not None:
                    named = f"segment=ac.Segment.named({quoted(segment)})"
                    error.hint = f"There is a saved segment of that name: {named}. Nothing was sent."
        raise


def _rows_of(segment: object) -> object:
    """Return what chooses the rows of a segment that was given: its condition where it has a name."""
    return segment.condition if isinstance(segment, Segment) else segment


def tags_of(tags: object) -> tuple[str, ...]:
    """Return tags given as one text or several."""
    if isinstance(tags, str):
        return (tags,)
    if not isinstance(tags, Iterable):
        msg = f"Tags are a list of text, not a {type(tags).__name__}."
        raise ConfigurationError(msg, hint='Write tags=["spring"]. Nothing was sent.')
    # A set has another order in each kernel, and what is sent in another order is sent again.
    return tuple(sorted(tags, key=str) if isinstance(tags, set | frozenset) else tags)


def segment_in_words(segment: object) -> str:
    """Return how a segment is shown."""
    if segment is None:
        return ""
    if isinstance(segment, str | Segment):
        return str(segment)
    return "rows chosen by a function" if callable(segment) else "rows chosen by a mask"


def compare_of(options: dict[str, Any]) -> bool:
    """Take ``compare=`` out of the options, and return whether the list is to be compared with.

    Raises
    ------
    ConfigurationError
        When it is neither True nor False.
    """
    given = options.pop("compare", False)
    if not isinstance(given, bool):
        msg = f"compare= takes True or False, not {type(given).__name__}."
        raise ConfigurationError(msg, hint="Write compare=True to read the list and compare with it. Nothing was sent.")
    return given
