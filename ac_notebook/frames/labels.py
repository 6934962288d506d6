"""Labels of columns: looked up without surprises, shown without calling anybody's code."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ac_notebook.errors import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

_SEPARATORS = (";", "\t", "|", ",")
"""What stands between the columns of a file, the likeliest first."""

_PLAIN = (str, int, float, bool, type(None))


def shown(label: object) -> str:
    """Return a label as it is written in code.

    Examples
    --------
    >>> shown("E-mail"), shown(("person", "E-mail")), shown(pd.RangeIndex(3).to_numpy()[2])
    ("'E-mail'", "('person', 'E-mail')", '2')
    """
    if isinstance(label, np.number | np.bool_):  # as those of a frame without a header are
        label = label.item()
    if type(label) is tuple:
        return "(" + ", ".join(shown(part) for part in label) + ("," if len(label) == 1 else "") + ")"
    return repr(label) if _has_code(label) else f"<{type(label).__name__}>"


def _has_code(label: object) -> bool:
    """Return whether a label's repr is the label, and nobody else's code."""
    if type(label) is tuple:
        return all(_has_code(part) for part in label)
    return type(label) in _PLAIN or type(label).__module__.split(".")[0] in ("pandas", "numpy", "datetime")


def _is_missing(label: object) -> bool:
    # A label that is not itself (NaN) is not found again either.
    return label is None or label is pd.NaT or label is pd.NA or (isinstance(label, float) and math.isnan(label))


class Labels:
    """The column labels of a frame.

    Parameters
    ----------
    columns
        The frame's columns, of any kind: text, numbers, several levels, labels that occur more than once.
    """

    def __init__(self, columns: pd.Index) -> None:
        self.labels = list(columns)
        self._positions: dict[Hashable, list[int]] = {}
        for position, label in enumerate(self.labels):
            # A label that cannot be hashed, or does not want to be, is no label that a mapping could name.
            with suppress(Exception):
                self._positions.setdefault(label, []).append(position)

    def __contains__(self, label: object) -> bool:
        try:
            return label in self._positions
        except Exception:  # noqa: BLE001 - a label that cannot be hashed, or does not want to be, is no label
            return False

    @property
    def texts(self) -> list[str]:
        """The labels that are text."""
        return [label for label in self.labels if isinstance(label, str)]

    def once(self) -> Iterator[tuple[int, Hashable]]:
        """Yield position and label of columns that can be named: the label stands once, and can be written."""
        for label, positions in self._positions.items():
            if len(positions) == 1 and _has_code(label) and not _is_missing(label):
                yield positions[0], label

    def often(self) -> Iterator[tuple[Hashable, int]]:
        """Yield the labels that stand more than once, and how many times."""
        for label, positions in self._positions.items():
            if len(positions) > 1:
                yield label, len(positions)

    def position(self, label: Hashable, target: object, problems: list[str]) -> int | None:
        """Return where the column stands, or None and one problem more."""
        if label not in self:
            problems.append(
                f"{target!r} is mapped to column {shown(label)}, which the frame does not have. {self._help(label)}"
            )
            return None
        positions = self._positions[label]
        if len(positions) > 1:
            places = ", ".join(str(place) for place in positions)
            problems.append(
                f"column {shown(label)} stands {len(positions)} times in the frame (positions {places}); "
                "give the one you mean a name of its own."
            )
            return None
        return positions[0]

    @property
    def separator(self) -> str | None:
        """What seems to separate the columns of a file that was read as one column; None for any other frame."""
        if len(self.labels) != 1 or not isinstance(self.labels[0], str):
            return None
        return next((sign for sign in _SEPARATORS if sign in self.labels[0]), None)

    @property
    def unseparated(self) -> str:
        """A sentence for a file whose columns were read as one; empty for any other frame.

        Examples
        --------
        >>> Labels(pd.Index(["E-mail;Name;Town"])).unseparated
        "It is one column; if it should be several, read the file with pandas.read_csv(…, sep=';')."
        """
        if self.separator is None:
            return ""
        return (
            f"It is one column; if it should be several, read the file with pandas.read_csv(…, sep={self.separator!r})."
        )

    def _help(self, label: Hashable) -> str:
        if self.unseparated:
            return f"There is: {shown(self.labels[0])}. {self.unseparated}"
        written = {shown(known): known for known in self.labels}
        if isinstance(label, str) and nearest(label, self.texts) is not None:
            return did_you_mean(label, self.texts)
        match = nearest(shown(label), written)
        if match is not None:
            return f"Did you mean {match}?"
        some = ", ".join(list(written)[:8])
        more = f" and {len(written) - 8:,} more" if len(written) > 8 else ""  # noqa: PLR2004 - names in a sentence
        return f"There are: {some}{more}." if written else "It has no columns."
