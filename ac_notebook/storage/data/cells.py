"""A column of Python's values as Arrow's, or a sentence when they are of several kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pyarrow as pa

from ac_notebook.errors import ConfigurationError
from ac_notebook.model.harmless import name as harmless
from ac_notebook.storage.data.file import NOTHING_SENT

if TYPE_CHECKING:
    from collections.abc import Sequence


def column_of(cells: Sequence[Any], name: str, words: str) -> pa.Array:
    """Return a column of values as they were given; whole numbers among texts become text, which has the same digits.

    Parameters
    ----------
    cells
        Its values.
    name, words
        The column, and where it is from, for the sentence.

    Raises
    ------
    ConfigurationError
        When they are of several kinds.

    Examples
    --------
    >>> column_of([46701234567, "+46701234567", None], "phone", "the file").to_pylist()
    ['46701234567', '+46701234567', None]
    """
    kinds = {type(cell) for cell in cells} - {type(None)}
    if kinds in ({UUID}, {str, int}):
        return pa.array([None if cell is None else str(cell) for cell in cells], pa.string())
    try:
        return pa.array(cells)
    except (pa.ArrowException, OverflowError, UnicodeError, ValueError, TypeError):
        named = ", ".join(sorted({_WORDS.get(kind, harmless(kind.__name__)) for kind in kinds}))
        msg = f"In {words}, column {harmless(name)!r} holds what no column can hold: {named}."
        raise ConfigurationError(msg, hint=f"Make it one kind of value, such as text. {NOTHING_SENT}") from None


_WORDS: dict[type, str] = {
    str: "text", int: "whole numbers", float: "numbers", bool: "true and false", list: "lists", dict: "objects",
}  # fmt: skip
