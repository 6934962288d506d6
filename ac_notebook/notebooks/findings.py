"""Where in a notebook file something was found: the place and how many, never the text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ac_notebook.notebooks.contents import read
from ac_notebook.notebooks.traces import found_in

if TYPE_CHECKING:
    from collections.abc import Collection

    from ac_notebook.notebooks.contents import Place
    from ac_notebook.notebooks.traces import Kind


@dataclass(frozen=True, kw_only=True, order=True)
class Finding:
    """Keys, addresses or phones in one place of a notebook.

    Parameters
    ----------
    path
        The file.
    cell
        Which cell, counted from 1; 0 for the notebook itself.
    where
        ``"source"``, ``"output"``, ``"widget state"``, ``"metadata"`` or ``"attachment"``; ``"file"`` where the file
        could not be read as a notebook.
    kind
        ``"key"``, ``"address"`` or ``"phone"``; ``"example address"`` and ``"example phone"`` for those that are
        nobody's.
    count
        How many.
    """

    path: str
    cell: int
    where: Place
    kind: Kind
    count: int


def findings_of(path: str, data: bytes, keys: Collection[str] = ()) -> tuple[tuple[Finding, ...], str]:
    """Return what a notebook file gives away, and why it could not be read as a notebook ("" when it could).

    Parameters
    ----------
    path
        Its name, as it is shown.
    data
        Its contents.
    keys
        Keys that are known.

    Examples
    --------
    >>> found, _ = findings_of("a.ipynb", b'{"cells": [{"cell_type": "markdown", "source": "Ask ann@mail.se"}]}')
    >>> [(one.cell, one.where, one.kind, one.count) for one in found]
    [(1, 'source', 'address', 1)]
    """
    contents = read(data)
    total: Counter[tuple[int, Place, Kind]] = Counter()
    for piece in contents.pieces:
        for kind, count in found_in(piece, keys).items():
            total[piece.cell, piece.where, kind] += count
    found = sorted(
        Finding(path=path, cell=cell, where=where, kind=kind, count=count)
        for (cell, where, kind), count in total.items()
    )
    return tuple(found), contents.trouble
