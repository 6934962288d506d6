"""What to say about text that is no date: most often it is one, in another form."""

from __future__ import annotations

import re
from collections import Counter
from itertools import product
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames import formats
from ac_notebook.frames.cells import said_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column

_DAYS = (
    "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d",
    "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%Y-%m-%d",
)  # fmt: skip
_CLOCKS = ("", " %H:%M", " %H:%M:%S", "T%H:%M:%S")
_NAMED = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y")
_FORMS = (*(day + clock for clock, day in product(_CLOCKS, _DAYS)), *_NAMED)
_LOOKED_AT = 200


def hints_for(texts: pa.Array, wrong: NDArray[np.bool_], column: Column) -> NDArray[np.object_] | None:
    """Return a hint for each text that is no date, when most of them are dates of one common form; else None.

    Parameters
    ----------
    texts
        The column as text.
    wrong
        Which are no dates in the form that is taken.
    column
        Where they go.
    """
    found = _common(pc.unique(texts.filter(pa.array(wrong))).slice(0, _LOOKED_AT))
    hint = None
    if found:
        ways = " or ".join(f"formats={{{column.name!r}: {form!r}}}" for form in found)
        which = "whichever is meant" if len(found) > 1 else "if that is the form"
        hint = f"most of these look like dates in another form: state it, ac.Mapping(…, {ways}), {which}"
    elif column.format is not None:
        hint = f"correct it; only the stated form is taken, formats={{{column.name!r}: {column.format!r}}}"
    return None if hint is None else said_of(wrong, hint)


def _common(texts: pa.Array) -> list[str]:
    """Return the form that more than half of the texts have; with day and month in either order, when both fit."""
    texts = texts.drop_null()
    outlines = Counter(_outline(text) for text in texts.to_pylist())
    outline, most = next(iter(outlines.most_common(1)), ("", 0))
    if most * 2 <= len(texts):
        return []
    counts = {form: int(formats.parsed(texts, form)[0].present.sum()) for form in _BY_OUTLINE.get(outline, ())}
    best = max(counts, key=lambda form: counts[form], default="")
    if not best or counts[best] * 2 <= len(texts):
        return []
    swapped = best.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
    return [best, swapped] if counts.get(swapped) == counts[best] else [best]


def _outline(text: str) -> str:
    """Return what is left of a text when numbers and words do not matter: reading it in every form takes longer."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", text))


def _outline_of_form(form: str) -> str:
    return re.sub(r"a+", "a", re.sub(r"%[bB]", "a", re.sub(r"(%[dmYyHMS])+", "0", form).replace("T", "a")))


_BY_OUTLINE = {
    outline: [form for form in _FORMS if _outline_of_form(form) == outline]
    for outline in {_outline_of_form(form) for form in _FORMS}
}
