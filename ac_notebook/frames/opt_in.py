"""Who has agreed: only a plain yes counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames.cells import TEXT, Text, as_mask
from ac_notebook.frames.texts import composed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

YES = ("yes", "y", "true", "1", "ja", "j", "on", "oui", "si", "sí", "tak")
NO = ("no", "n", "false", "0", "nej", "nein", "off", "non", "nie")
"""Known answers; what is neither counts as no."""


def agreed(text: Text) -> NDArray[np.bool_]:
    """Return which cells say yes; blanks, and everything that is no known word for it, do not.

    Examples
    --------
    >>> agreed(Text(values=pa.array(["Yes", "no", None, "perhaps"], TEXT))).tolist()
    [True, False, False, False]
    """
    yes = _says(text, YES)
    for mask in text.bad.values():
        yes = yes & ~mask
    return yes


def unclear(text: Text) -> NDArray[np.bool_]:
    """Return which cells say something that is neither yes nor no.

    Examples
    --------
    >>> unclear(Text(values=pa.array(["Yes", "no", None, "perhaps"], TEXT))).tolist()
    [False, False, False, True]
    """
    odd = as_mask(pc.is_valid(text.values)) & ~_says(text, (*YES, *NO))
    for mask in text.bad.values():
        odd = odd | mask
    return odd


def declined(text: Text) -> NDArray[np.bool_]:
    """Return which cells say no in so many words; blanks, and what nobody can tell, do not.

    Examples
    --------
    >>> declined(Text(values=pa.array(["Yes", "no", None, "perhaps"], TEXT))).tolist()
    [False, True, False, False]
    """
    no = _says(text, NO)
    for mask in text.bad.values():
        no = no & ~mask
    return no


def _says(text: Text, words: tuple[str, ...]) -> NDArray[np.bool_]:
    answers = text.values.dictionary_encode()  # a handful of words in a million rows
    said = composed(pc.utf8_lower(answers.dictionary))
    found = pc.is_in(said, value_set=pa.array(words, TEXT), skip_nulls=True)
    return as_mask(found.take(answers.indices))
