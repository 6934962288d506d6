"""A frozen frame becomes a verdict on every row, and the bytes of those that are sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames.cells import Text, present
from ac_notebook.frames.checks import address_key, with_address_problems
from ac_notebook.frames.convert import to_distinct_text
from ac_notebook.frames.duplicates import one_of_each
from ac_notebook.frames.findings import ROW, Change, Findings
from ac_notebook.frames.fingerprints import as_bytes, checksums, fingerprints
from ac_notebook.frames.opt_in import agreed, declined, unclear
from ac_notebook.frames.parts import encoded
from ac_notebook.frames.pieces import cut, pieces
from ac_notebook.frames.presence import Presence
from ac_notebook.frames.rows import Rows
from ac_notebook.model.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column
    from ac_notebook.model.export import Duplicates

AROUND_A_ROW = 200
"""Bytes of a body with a single contact, around its part, at the most."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Prepared:
    """What is known about a frame after every row was looked at; no cell's value is in it.

    Parameters
    ----------
    outcome
        Per row of the frame: NOT_SENT (will be sent), DUPLICATE, REJECTED or OUTSIDE_SEGMENT, as numbers.
    problems
        position, outcome, code, column (label or None), field, reason, hint; in the order of the rows.
    rows
        Positions of the rows that will be sent, ascending.
    sizes
        Bytes of each of these rows' part.
    addresses, contents
        Keyed fingerprint of each of these rows' address and part; noughts where there was no key.
    changes
        Which normalisations touched how many values.
    cleared
        By the place of a column that clears: which of these rows are blank there.
    presence
        Whose addresses are there at all, and who said no to the opt-in.
    """

    outcome: NDArray[np.int8]
    problems: pd.DataFrame
    rows: NDArray[np.int64]
    sizes: NDArray[np.int32]
    addresses: NDArray[np.uint64]
    contents: NDArray[np.uint64]
    changes: tuple[Change, ...]
    cleared: Mapping[int, NDArray[np.bool_]] = field(default_factory=dict)
    presence: Presence = field(default_factory=Presence)

    def __repr__(self) -> str:
        return f"<Prepared: {len(self.rows):,} of {len(self.outcome):,} rows, {len(self.problems):,} problems>"


def prepare(
    frozen: pd.DataFrame, columns: Sequence[Column], inside: NDArray[np.bool_], *,
    key: bytes | None, timezone: str, tags: tuple[str, ...], most_bytes: int, duplicates: Duplicates = "first",
) -> Prepared:  # fmt: skip
    """Return the verdict on every row.

    A row with any problem is rejected, with all its problems. A false or blank opt-in in any row of an address
    withholds all its rows. Of the rows that are left, one of each address is sent and the others are duplicates.

    Parameters
    ----------
    frozen
        The snapshot: its columns are those of ``columns``, in that order.
    columns
        The mapped columns.
    inside
        Which rows are in the segment; the others are not looked at.
    key
        Key of the fingerprints, at most 64 bytes; None where nothing is to be remembered.
    timezone
        Zone of dates and times that say none, where the field needs one.
    tags
        Tags of every contact.
    most_bytes
        Bytes of one request; a row that does not fit into one alone is rejected.
    duplicates
        Which row of an address is sent: the ``"first"`` that can be, the ``"last"``, or none of several (``"reject"``).

    Examples
    --------
    >>> import pandas as pd
    >>> from ac_notebook.frames.columns import resolve, snapshot
    >>> frame = pd.DataFrame({"mail": ["a@b.org", "A@B.org", "none"]})
    >>> columns = resolve(frame, {"email": "mail"})
    >>> done = prepare(
    ...     snapshot(frame, columns), columns, np.ones(3, bool), key=b"k", timezone="UTC", tags=(), most_bytes=399_999
    ... )
    >>> done.rows.tolist(), done.problems["code"].tolist()
    ([0], ['duplicate', 'email-syntax'])
    """
    findings = Findings(columns)
    rows = Rows(positions=np.flatnonzero(inside))
    rows.cleared = {
        place: np.zeros(len(rows.positions), dtype=bool) for place, column in enumerate(columns) if column.clears
    }
    done = 0
    for positions in pieces(frozen, rows.positions):
        part = slice(done, done + len(positions))
        _piece(cut(frozen, positions), columns, rows, part, findings, (key, timezone, tags, most_bytes))
        done += len(positions)
    pa.default_memory_pool().release_unused()  # what pieces took is not needed for what follows
    chosen = one_of_each(frozen, columns, rows, findings, duplicates=duplicates, timezone=timezone, tags=tags)
    outcome = np.full(len(frozen), Outcome.OUTSIDE_SEGMENT, dtype=np.int8)
    outcome[rows.positions] = np.where(
        chosen, Outcome.NOT_SENT, np.where(rows.valid, Outcome.DUPLICATE, Outcome.REJECTED)
    )
    return Prepared(
        outcome=outcome,
        problems=findings.problems(),
        rows=rows.positions[chosen],
        sizes=rows.sizes[chosen],
        addresses=rows.addresses[chosen] if key else np.zeros(np.count_nonzero(chosen), dtype=np.uint64),
        contents=rows.contents[chosen] if key else np.zeros(np.count_nonzero(chosen), dtype=np.uint64),
        changes=findings.changes(),
        cleared={place: blank[chosen] for place, blank in rows.cleared.items()},
        presence=Presence.of(rows) if key else Presence(),
    )


def _piece(
    piece: list[pd.Series[Any]], columns: Sequence[Column], rows: Rows, part: slice, findings: Findings,
    settings: tuple[bytes | None, str, tuple[str, ...], int],
) -> None:  # fmt: skip
    key, timezone, tags, most_bytes = settings
    positions = rows.positions[part]
    texts = []
    sound = np.ones(len(positions), dtype=bool)
    for place, column in enumerate(columns):
        text = to_distinct_text(piece[place], column, timezone=timezone)
        if column.kind == "email":
            text = _checked_address(text.decoded())
        texts.append(text.values)
        if column.kind == "opt_in":
            rows.refused[part] = ~agreed(text)
            rows.unclear[part] = unclear(text)
            rows.declined[part] = declined(text)
            continue
        if column.kind == "email":
            rows.known[part] = present(text.values)
            rows.readable[part] = np.logical_and.reduce([rows.known[part], *(~mask for mask in text.bad.values())])
        for code, mask in text.bad.items():
            hints = text.hints.get(code)
            findings.problem(positions[mask], code, place, hints=None if hints is None else hints[mask])
            sound &= ~mask
        _note_changes(findings, column, text, rows, part, place)
    addresses = address_key(texts[0])
    # Without a key, what may be equal is found by checksums, and compared letter by letter in either case.
    rows.addresses[part] = fingerprints(as_bytes(addresses), key) if key else checksums(addresses)
    parts = encoded(columns, texts, tags, len(positions))
    sizes = pc.binary_length(parts).to_numpy(zero_copy_only=False)
    large = sound & (sizes + AROUND_A_ROW > most_bytes)
    findings.problem(positions[large], "row-too-large", ROW)
    sound &= ~large
    rows.sizes[part] = np.where(sound, sizes, 0)
    rows.valid[part] = sound
    if key:
        rows.contents[part][sound] = fingerprints(compress(as_bytes(parts), sound.tolist()), key)


def _checked_address(text: Text) -> Text:
    there = present(text.values)
    flawed = np.zeros(len(there), dtype=bool)
    for mask in text.bad.values():
        flawed |= mask
    return with_address_problems(text.with_masks(bad={"email-missing": ~there & ~flawed}), there & ~flawed)


def _note_changes(findings: Findings, column: Column, text: Text, rows: Rows, part: slice, place: int) -> None:
    positions = rows.positions[part]
    for kind, mask in text.changes.items():
        findings.change(positions[mask], kind, place)
    if column.clears:
        blank = ~present(text.values)
        for mask in text.bad.values():
            blank &= ~mask
        findings.change(positions[blank], "cleared", place)
        rows.cleared[place][part] = blank
