"""A mapping proposed from what columns are called and from what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.errors import MappingError
from ac_notebook.frames.cells import TEXT, as_mask, present
from ac_notebook.frames.checks import plausible
from ac_notebook.frames.columns import Column
from ac_notebook.frames.convert import to_text
from ac_notebook.frames.labels import shown
from ac_notebook.frames.opt_in import NO, YES
from ac_notebook.frames.texts import composed
from ac_notebook.frames.vocabulary import TARGETS, plain
from ac_notebook.model.mapping import ATTRIBUTES, SPECIAL, Mapping

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd

    from ac_notebook.model.account import Field, Snapshot

_SAMPLE = 1_000
_MOSTLY = 0.5
_NEARLY_ALL = 0.9
_NAME_COUNTS = 0.6  # a fitting name outweighs some broken addresses, not a column with next to none


def suggest(frame: pd.DataFrame, account: Snapshot | None = None) -> Mapping:
    """Return the likely mapping of a frame; each column is used once.

    Attributes, opt-in and tags are recognised by the columns' names in a dozen languages, custom fields by their title
    or personalisation tag; case, accents, blanks and punctuation do not matter. The e-mail column is the one that
    holds addresses, whatever it is called; an opt-in column has to hold answers.

    Parameters
    ----------
    frame
        The caller's frame. Up to 1,000 of its rows are looked at.
    account
        What the account has; without it, no custom fields are proposed.

    Raises
    ------
    MappingError
        When no column holds addresses, with what was looked at.

    Examples
    --------
    >>> import pandas as pd
    >>> suggest(pd.DataFrame({"Förnamn": ["Åsa"], "Kontakt": ["asa@example.org"]}))
    Mapping(email='Kontakt', first_name='Förnamn')
    """
    labels: list[Hashable] = list(frame.columns)
    usable = [place for place, label in enumerate(labels) if label is not None and labels.count(label) == 1]
    rows = np.unique(np.linspace(0, max(len(frame) - 1, 0), min(_SAMPLE, len(frame))).astype(np.int64))
    sample = frame.iloc[rows]
    email = _email(sample, usable)
    if email is None:
        raise MappingError(
            [_nothing_found(labels, len(rows))], hint='Name it: mapping={"email": "column with the addresses"}.'
        )
    chosen: dict[str, Any] = {"email": labels[email]}
    free = [place for place in usable if place != email]
    for place in list(free):
        target = TARGETS.get(plain(_name(labels[place])))
        if target is None or target in chosen or (target == "opt_in" and not _answers(sample, place)):
            continue
        if target in (*ATTRIBUTES, *SPECIAL) and target != "email":
            chosen[target] = labels[place]
            free.remove(place)
    fields = _fields(labels, free, account) if account is not None else {}
    return Mapping(fields=fields, **chosen)


def _name(label: Hashable) -> str:
    """Return what a column is called; of several levels the last."""
    if isinstance(label, tuple):
        label = next((part for part in reversed(label) if isinstance(part, str) and part), "")
    return label if isinstance(label, str) else ""


def _email(sample: pd.DataFrame, places: list[int]) -> int | None:
    best, best_score = None, 0.0
    for place in places:
        share = _share(sample, place)
        named = TARGETS.get(plain(_name(sample.columns[place]))) == "email"
        if share >= _MOSTLY or (named and share > 0):
            score = share + _NAME_COUNTS * named
            if score > best_score:
                best, best_score = place, score
    return best


def _share(sample: pd.DataFrame, place: int) -> float:
    text = to_text(sample.iloc[:, place], Column(target="email", label=None, position=place), timezone="UTC")
    filled = int(present(text.values).sum())
    return int(plausible(text.values).sum()) / filled if filled else 0.0


def _answers(sample: pd.DataFrame, place: int) -> bool:
    text = to_text(sample.iloc[:, place], Column(target="opt_in", label=None, position=place), timezone="UTC")
    filled = int(present(text.values).sum())
    said = composed(pc.utf8_lower(text.values))
    known = as_mask(pc.is_in(said, value_set=pa.array([*YES, *NO], TEXT), skip_nulls=True))
    return bool(filled) and int(known.sum()) / filled >= _NEARLY_ALL


def _fields(labels: list[Hashable], free: list[int], account: Snapshot) -> dict[str | int, Hashable]:
    by_name: dict[str, Field] = {}
    for names in ([field.perstag for field in account.custom_fields], [field.title for field in account.custom_fields]):
        by_name.update({plain(name): field for name, field in zip(names, account.custom_fields, strict=True) if name})
    fields: dict[str | int, Hashable] = {}
    taken: set[int] = set()
    for place in free:
        name = plain(_name(labels[place]))
        field = by_name.get(name) if name else None
        if field is not None and field.id not in taken:
            taken.add(field.id)
            fields[field.title if account.find_field(field.title) == field else field.id] = labels[place]
    return fields


def _nothing_found(labels: list[Hashable], rows: int) -> str:
    if not labels:
        return "the frame has no columns."
    if not rows:
        return "the frame has no rows, so that no column can be recognised by its addresses."
    names = ", ".join(shown(label) for label in labels[:8])
    more = f" and {len(labels) - 8:,} more" if len(labels) > 8 else ""  # noqa: PLR2004 - names in a sentence
    return f"no column holds addresses; {rows:,} rows of {names}{more} were looked at."
