"""What in an export may be a person's or a key: said, or refused, before it is kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ac_notebook.errors import ConfigurationError
from ac_notebook.model.segment import Segment
from ac_notebook.notebooks.contents import Piece
from ac_notebook.notebooks.traces import found_in
from ac_notebook.runs.saying import warn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ac_notebook.model.export import Export


_LIKE_A_DIGEST = re.compile(r"(?<![0-9A-Za-z])(?=[0-9]*[A-Fa-f])(?=[A-Fa-f]*[0-9])[0-9A-Fa-f]{56,128}(?![0-9A-Za-z])")
"""In a notebook the digest of something may be as long as a key; an export has no use for one."""


def warn_of_people(export: Export, where: str, *, level: int = 3) -> None:
    """Warn when the text of an export holds what looks like an address or a phone, and refuse what looks like a key.

    A condition may name somebody: it is kept as it was typed, because the export is made of it.

    Parameters
    ----------
    export
        The export.
    where
        The beginning of a sentence that says where its text is kept.
    level
        How many calls the user's is away, as for :func:`warnings.warn`.

    Raises
    ------
    ConfigurationError
        When something looks like a key.
    """
    warn_of_text(texts_of(export), where, f"the export {export.name!r}", level=level + 1)


def warn_of_text(texts: list[str], where: str, what: str, *, level: int = 3) -> None:
    """Warn of addresses and phones in some texts, and refuse keys; see :func:`warn_of_people`.

    Parameters
    ----------
    texts
        What is looked at.
    where, level
        As for :func:`warn_of_people`.
    what
        What holds them.

    Raises
    ------
    ConfigurationError
        When something looks like a key.
    """
    said = words_of_people(texts, where, what)
    if said:
        warn(said, level=level)


def words_of_people(texts: list[str], where: str, what: str) -> str:
    """Return the warning of :func:`warn_of_text`, "" for none; refuses keys as that does."""
    found = found_in(Piece(cell=0, where="source", text="\n".join(texts)))
    if found["key"] or any(_LIKE_A_DIGEST.search(text) for text in texts):
        msg = f"There is what looks like a key in {what}, and keys are kept with connections only."
        raise ConfigurationError(msg, hint="Take it out. Nothing was saved or sent.")
    people = [kind for kind in ("address", "phone") if found[kind]]
    if not people:
        return ""
    kinds = " and ".join("an e-mail address" if kind == "address" else "a phone number" for kind in people)
    return (
        f"{where} what looks like {kinds}, as it is typed in {what}. Choose people by a column of the frame "
        "instead, if it is somebody's."
    )


def texts_of(export: Export) -> list[str]:
    """Return all texts of an export, but for its name and its connection's."""
    segment = export.segment
    said = (segment.name, segment.condition) if isinstance(segment, Segment) else segment
    return [*_texts((export.list, export.tags, export.mapping.to_dict(), vars(export.options), said))]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _texts(pair)
    elif isinstance(value, tuple | frozenset):
        for part in value:
            yield from _texts(part)
