"""Which rows are in the segment."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ac_notebook.errors import ConfigurationError, did_you_mean
from ac_notebook.frames.labels import shown
from ac_notebook.model.segment import require_harmless

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NOTHING_SENT = "Nothing was sent."


def inside(frame: pd.DataFrame, segment: object) -> NDArray[np.bool_]:
    """Return True for the rows in the segment.

    Parameters
    ----------
    frame
        The caller's frame.
    segment
        None for all rows; a condition as text, as for ``DataFrame.query`` (no variables of the caller); a mask: a
        Series with the frame's index, an array or a list of its length, where NA is False; or a function of the frame
        that gives a mask.

    Raises
    ------
    ConfigurationError
        When it gives no mask of the frame's rows.

    Examples
    --------
    >>> inside(pd.DataFrame({"points": [10, 600]}), "points > 500").tolist()
    [False, True]
    """
    if segment is None:
        return np.ones(len(frame), dtype=bool)
    if isinstance(segment, str):
        return _queried(frame, segment)
    if callable(segment):
        try:
            mask = segment(frame.copy(deep=True))
        except Exception as error:
            msg = f"The segment's function raised {type(error).__name__}."
            raise ConfigurationError(msg, hint=f"Call it with the frame to see where. {_NOTHING_SENT}") from error
        return _mask(frame, mask, "The segment's function gave")
    return _mask(frame, segment, "The segment is")


def _queried(frame: pd.DataFrame, text: str) -> NDArray[np.bool_]:
    if re.search(r"(?<![\w`])@\w", _without_texts(text)):
        msg = f"The segment {text!r} uses a variable of your notebook (@name), which an export does not have."
        hint = f"Write the value itself, or pass a mask: segment=df['points'] > least. {_NOTHING_SENT}"
        raise ConfigurationError(msg, hint=hint)
    require_harmless(text)
    try:
        # A method that is called may change what it is called on; pandas 3 copies on writing, pandas 2 does not.
        asked = _spoken_of(frame, text)
        found = (asked.copy() if "(" in text else asked).eval(text, local_dict={}, global_dict={})
    except Exception as error:  # noqa: BLE001 - the parser's, the engine's and the columns' errors are many
        msg = f"The segment {text!r} cannot be evaluated ({type(error).__name__})."
        # Not chained: the message of a comparison that failed may quote a cell.
        raise ConfigurationError(msg, hint=f"{_help(frame, text, error)} {_NOTHING_SENT}") from None
    if isinstance(found, pd.DataFrame):
        msg = f"The segment {text!r} gives a DataFrame, not a mask of the frame's rows."
        raise ConfigurationError(msg, hint=f"{_help(frame, text, ValueError())} {_NOTHING_SENT}")
    return _mask(frame, found, f"The segment {text!r} gives")


def _spoken_of(frame: pd.DataFrame, text: str) -> pd.DataFrame:
    """Return the columns that the text may speak of: what is in the others is neither copied nor stumbled over."""
    text += unicodedata.normalize("NFKC", text)  # the form in which Python reads names
    names = [label if isinstance(label, str) else shown(label) for label in frame.columns]
    return frame.iloc[:, [place for place, name in enumerate(names) if name in text]]


def _without_texts(text: str) -> str:
    return re.sub(r"'[^']*'|\"[^\"]*\"|`[^`]*`", "", text)


def _help(frame: pd.DataFrame, text: str, error: Exception) -> str:
    names = [label for label in frame.columns if isinstance(label, str)]
    if re.search(r"(?<![=!<>])=(?!=)", _without_texts(text)):
        return "Compare with two signs: ==."
    quoted = [name for name in re.findall(r"`([^`]*)`", text) if name not in names]
    if quoted:
        return f"There is no column {quoted[0]!r}. {did_you_mean(quoted[0], names)}"
    unknown = re.search(r"name '([^']+)' is not defined", str(error))
    if unknown is not None:
        blank = [name for name in names if not name.isidentifier() and name.isprintable() and name in text]
        if blank:
            return f"Put backticks around a column whose name has blanks or signs: `{blank[0]}`."
        return f"There is no column {unknown[1]!r}. {did_you_mean(unknown[1], names)}"
    return "Write a condition as for DataFrame.query: points > 500 and country == 'SE'."


def _mask(frame: pd.DataFrame, mask: Any, what: str) -> NDArray[np.bool_]:
    if isinstance(mask, pd.Series) and not mask.index.equals(frame.index):
        msg = f"{what} a Series whose index is not the frame's, so that its rows cannot be told apart."
        raise ConfigurationError(msg, hint=f"Make it from the frame itself, or pass .to_numpy(). {_NOTHING_SENT}")
    if not isinstance(mask, pd.Series | pd.Index | np.ndarray | list | tuple | pd.api.extensions.ExtensionArray):
        msg = f"{what} a {type(mask).__name__}, not a mask of the frame's rows."
        raise ConfigurationError(msg, hint=f"A mask has one True or False for each row. {_NOTHING_SENT}")
    of = " of" if what.endswith(" is") else ""
    if getattr(mask, "ndim", 1) != 1 or len(mask) != len(frame):
        msg = f"{what}{of} {len(mask):,} values, and the frame has {len(frame):,} rows."
        raise ConfigurationError(msg, hint=f"A mask has one True or False for each row. {_NOTHING_SENT}")
    flags = _flags(mask if isinstance(mask, pd.Series) else pd.Series(mask, dtype=_as_given(mask)))
    if flags is None:
        msg = f"{what}{of} other values than True and False."
        raise ConfigurationError(msg, hint=f"Compare: segment='points > 500', or df['points'] > 500. {_NOTHING_SENT}")
    return flags


def _as_given(mask: Any) -> Any:
    # Not for pandas to guess: it may look for text among objects, which fails on a lone surrogate.
    dtype = getattr(mask, "dtype", object)
    return dtype if pd.api.types.is_bool_dtype(dtype) else object


def _flags(values: pd.Series[Any]) -> NDArray[np.bool_] | None:
    if values.dtype == np.dtype(bool):
        return values.to_numpy(dtype=bool, copy=True)
    if pd.api.types.is_bool_dtype(values.dtype):
        return values.astype("boolean").fillna(False).to_numpy(dtype=bool)  # noqa: FBT003 - pandas' signature
    if values.dtype != np.dtype(object):
        return None
    known = {id(bool), id(np.bool_), id(type(None)), id(type(pd.NA)), id(float)}
    cells = values.to_numpy(dtype=object)
    if any(id(type(cell)) not in known or (type(cell) is float and cell == cell) for cell in cells):  # noqa: PLR0124
        return None  # a float that equals itself is no NaN
    return np.array([type(cell) in (bool, np.bool_) and bool(cell) for cell in cells], dtype=bool)
