"""What a user may have overlooked in a frame."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames.cells import present
from ac_notebook.frames.columns import Column
from ac_notebook.frames.convert import to_text
from ac_notebook.frames.labels import shown
from ac_notebook.frames.opt_in import unclear
from ac_notebook.frames.samples import spread
from ac_notebook.model.harmless import name as harmless

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

_LOOKED_AT = 1_000
_MOST_NAMED = 12


def looks_like_an_address(label: str) -> bool:
    """Return whether a column's name is an address: a file without a header, read as if it had one.

    Examples
    --------
    >>> looks_like_an_address("ann@example.org"), looks_like_an_address("E-mail @ work")
    (True, False)
    """
    return re.fullmatch(r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}(\.\d+)?", label.strip()) is not None


def not_mapped(frame: pd.DataFrame, columns: Sequence[Column]) -> tuple[str, ...]:
    """Return sentences about columns that stay behind, and about one that may say who agreed.

    Parameters
    ----------
    frame
        The caller's frame.
    columns
        What is mapped.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"e": ["ann@example.org"], "ok": [False], "n": [7]})
    >>> not_mapped(frame, [Column(target="email", label="e", position=0)])[1]
    "'ok' holds yes and no, and no column is mapped as opt_in: if it says who agreed, add 'opt_in': 'ok'."
    """
    mapped = {column.position for column in columns}
    left = [position for position in range(frame.shape[1]) if position not in mapped]
    said = []
    if left:
        names = ", ".join(shown(frame.columns[position]) for position in left[:_MOST_NAMED])
        more = f" and {len(left) - _MOST_NAMED:,} more" if len(left) > _MOST_NAMED else ""
        said.append(f"Columns that are not mapped, and stay here: {names}{more}.")
    if not any(column.target == "opt_in" and not column.is_field for column in columns):
        for position in left:
            if _answers(frame.iloc[:_LOOKED_AT, position]):
                name = shown(frame.columns[position])
                said.append(
                    f"{name} holds yes and no, and no column is mapped as opt_in: "
                    f"if it says who agreed, add 'opt_in': {name}."
                )
    return tuple(said)


def numbers_as_text(frozen: pd.DataFrame, columns: Sequence[Column]) -> tuple[str, ...]:
    """Return sentences about texts that are numbers, written as no field takes them, with the way to read them.

    pandas writes whole numbers of a column with gaps with ``.0`` into a CSV file: no phone, and no customer's number,
    is one. A number field takes no decimal comma.

    Parameters
    ----------
    frozen
        The snapshot, of a file of texts: its columns are those of ``columns``, in that order.
    columns
        What is mapped.

    Examples
    --------
    >>> import pandas as pd
    >>> phones = pd.DataFrame({0: pd.array(["46701234567.0", None], dtype="string")})
    >>> numbers_as_text(phones, [Column(target="phone", label="Mobile", position=0)])[0][:48]
    "'Mobile' holds whole numbers with .0 behind them"
    """
    some = frozen.iloc[spread(len(frozen))]
    said = []
    for place, column in enumerate(columns):
        texts = pa.chunked_array(pa.array(some.iloc[:, place], from_pandas=True))
        if not (pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type)):
            continue
        filled = texts.filter(pc.not_equal(texts, "")).drop_null()
        stated = f"--dtype {shlex.quote(f'{harmless(str(column.label))}=float64')}"
        if column.kind == "number":
            if _all_match(filled, r"^\s*[+-]?\d+(,\d+)?\s*$") and pc.any(pc.match_substring(filled, ",")).as_py():
                said.append(f"{shown(column.label)} has decimal commas and is text: read it with --decimal , {stated}.")
        elif len(filled) and _all_match(filled, r"^[+-]?\d+\.0$"):
            said.append(
                f"{shown(column.label)} holds whole numbers with .0 behind them, and they are sent so: write them with "
                f".astype('Int64'), or read them with {stated}, which takes it off."
            )
    return tuple(said)


def _all_match(texts: pa.ChunkedArray, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(texts, pattern), min_count=0).as_py())


def _answers(cells: pd.Series) -> bool:
    """Return whether every cell that is not blank says yes or no."""
    text = to_text(cells, Column(target="opt_in", label=None, position=0), timezone="UTC")
    numbers = cells.dtype.kind in "iuf"  # a column of ones and noughts may count anything
    return not numbers and bool(present(text.values).any()) and not unclear(text).any()
