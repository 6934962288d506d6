"""A frozen frame becomes a verdict on every row, and the bytes of those that are sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames.cells import Text, present
from ac_notebook.frames.checks import address_key, check_addresses, with_address_problems
from ac_notebook.frames.choices import with_more_tags
from ac_notebook.frames.convert import to_text
from ac_notebook.frames.encode import row_texts
from ac_notebook.frames.findings import ROW, Change, Findings
from ac_notebook.frames.fingerprints import as_bytes, fingerprints
from ac_notebook.frames.opt_in import agreed, unclear
from ac_notebook.frames.pieces import cut, pieces
from ac_notebook.frames.verdicts import same_address, stands_for, withheld
from ac_notebook.model.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column

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
        Keyed fingerprint of each of these rows' address and part.
    changes
        Which normalisations touched how many values.
    """

    outcome: NDArray[np.int8]
    problems: pd.DataFrame
    rows: NDArray[np.int64]
    sizes: NDArray[np.int32]
    addresses: NDArray[np.uint64]
    contents: NDArray[np.uint64]
    changes: tuple[Change, ...]

    def __repr__(self) -> str:
        return f"<Prepared: {len(self.rows):,} of {len(self.outcome):,} rows, {len(self.problems):,} problems>"


@dataclass(kw_only=True)
class _Rows:
    """Per row of the segment, filled piece by piece."""

    positions: NDArray[np.int64]
    known: NDArray[np.bool_] = field(init=False)
    valid: NDArray[np.bool_] = field(init=False)
    refused: NDArray[np.bool_] = field(init=False)
    unclear: NDArray[np.bool_] = field(init=False)
    sizes: NDArray[np.int32] = field(init=False)
    addresses: NDArray[np.uint64] = field(init=False)
    contents: NDArray[np.uint64] = field(init=False)

    def __post_init__(self) -> None:
        count = len(self.positions)
        self.known, self.valid, self.refused, self.unclear = (np.zeros(count, dtype=bool) for _ in range(4))
        self.sizes = np.zeros(count, dtype=np.int32)
        self.addresses, self.contents = (np.zeros(count, dtype=np.uint64) for _ in range(2))


def prepare(
    frozen: pd.DataFrame, columns: Sequence[Column], inside: NDArray[np.bool_], *,
    key: bytes, timezone: str, tags: tuple[str, ...], most_bytes: int,
) -> Prepared:  # fmt: skip
    """Return the verdict on every row.

    A row with any problem is rejected, with all its problems. A false or blank opt-in in any row of an address
    withholds all its rows. Of the rows that are left, the first of each address is sent and the others are duplicates.

    Parameters
    ----------
    frozen
        The snapshot: its columns are those of ``columns``, in that order.
    columns
        The mapped columns.
    inside
        Which rows are in the segment; the others are not looked at.
    key
        Key of the fingerprints, at most 64 bytes.
    timezone
        Zone of dates and times that say none, where the field needs one.
    tags
        Tags of every contact.
    most_bytes
        Bytes of one request; a row that does not fit into one alone is rejected.

    Raises
    ------
    MappingError
        When the e-mail column holds values, and no address among them.

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
    check_addresses(frozen, columns)
    findings = Findings(columns)
    rows = _Rows(positions=np.flatnonzero(inside))
    done = 0
    for positions in pieces(frozen, rows.positions):
        part = slice(done, done + len(positions))
        _piece(cut(frozen, positions), columns, rows, part, findings, (key, timezone, tags, most_bytes))
        done += len(positions)
    chosen = _verdicts(frozen, columns, rows, findings)
    outcome = np.full(len(frozen), Outcome.OUTSIDE_SEGMENT, dtype=np.int8)
    outcome[rows.positions] = np.where(
        chosen, Outcome.NOT_SENT, np.where(rows.valid, Outcome.DUPLICATE, Outcome.REJECTED)
    )
    return Prepared(
        outcome=outcome,
        problems=findings.problems(),
        rows=rows.positions[chosen],
        sizes=rows.sizes[chosen],
        addresses=rows.addresses[chosen],
        contents=rows.contents[chosen],
        changes=findings.changes(),
    )


def row_parts(
    frozen: pd.DataFrame, columns: Sequence[Column], positions: NDArray[np.int64], *,
    timezone: str, tags: tuple[str, ...],
) -> list[bytes]:  # fmt: skip
    """Return each row's part, the same bytes that :func:`prepare` took the size and the fingerprint of.

    Parameters
    ----------
    frozen, columns, timezone, tags
        As given to :func:`prepare`.
    positions
        Which rows, ascending.
    """
    parts: list[bytes] = []
    sent = [(place, column) for place, column in enumerate(columns) if column.kind != "opt_in"]
    positions = np.asarray(positions, dtype=np.int64)
    for some in pieces(frozen, positions):
        piece = cut(frozen, some)
        texts = [
            to_text(piece.iloc[:, place], column, timezone=timezone).values  # noqa: PD011 - no Series
            for place, column in sent
        ]
        parts += as_bytes(_encoded([column for _, column in sent], texts, tags, len(some)))
    return parts


def _piece(
    piece: pd.DataFrame, columns: Sequence[Column], rows: _Rows, part: slice, findings: Findings,
    settings: tuple[bytes, str, tuple[str, ...], int],
) -> None:  # fmt: skip
    key, timezone, tags, most_bytes = settings
    positions = rows.positions[part]
    texts = []
    sound = np.ones(len(positions), dtype=bool)
    for place, column in enumerate(columns):
        text = to_text(piece.iloc[:, place], column, timezone=timezone)
        texts.append(text.values)
        if column.kind == "opt_in":
            rows.refused[part] = ~agreed(text)
            rows.unclear[part] = unclear(text)
            continue
        if column.kind == "email":
            text = _checked_address(text)
            rows.known[part] = present(text.values)
        for code, mask in text.bad.items():
            hints = text.hints.get(code)
            findings.problem(positions[mask], code, place, hints=None if hints is None else hints[mask])
            sound &= ~mask
        _note_changes(findings, column, text, positions, place)
    rows.addresses[part] = fingerprints(as_bytes(address_key(texts[0])), key)
    parts = _encoded(columns, texts, tags, len(positions))
    sizes = pc.binary_length(parts).to_numpy(zero_copy_only=False)
    large = sound & (sizes + AROUND_A_ROW > most_bytes)
    findings.problem(positions[large], "row-too-large", ROW)
    sound &= ~large
    rows.sizes[part] = np.where(sound, sizes, 0)
    rows.valid[part] = sound
    rows.contents[part][sound] = fingerprints(compress(as_bytes(parts), sound.tolist()), key)


def _checked_address(text: Text) -> Text:
    there = present(text.values)
    flawed = np.zeros(len(there), dtype=bool)
    for mask in text.bad.values():
        flawed |= mask
    return with_address_problems(text.with_masks(bad={"email-missing": ~there & ~flawed}), there & ~flawed)


def _note_changes(findings: Findings, column: Column, text: Text, positions: NDArray[np.int64], place: int) -> None:
    for kind, mask in text.changes.items():
        findings.change(positions[mask], kind, place)
    if column.clears:
        blank = ~present(text.values)
        for mask in text.bad.values():
            blank &= ~mask
        findings.change(positions[blank], "cleared", place)


def _encoded(columns: Sequence[Column], texts: Sequence[pa.Array], tags: tuple[str, ...], count: int) -> pa.Array:
    sent = [(column, values) for column, values in zip(columns, texts, strict=True) if column.kind != "opt_in"]
    listed = next((values for column, values in sent if column.kind == "tags"), None)
    if tags:
        listed = with_more_tags(pa.nulls(count, pa.large_string()) if listed is None else listed, tags)
    return row_texts([column for column, _ in sent], [values for _, values in sent], listed)


def _verdicts(frozen: pd.DataFrame, columns: Sequence[Column], rows: _Rows, findings: Findings) -> NDArray[np.bool_]:
    """Return which rows are sent; marks rows whose address is withheld as not valid."""

    def keys(places: NDArray[np.int64]) -> list[bytes]:
        series = frozen.iloc[rows.positions[places], 0]
        return as_bytes(address_key(to_text(series, columns[0], timezone="UTC").values))

    first = same_address(rows.addresses, rows.known, keys)
    opt_in = next((place for place, column in enumerate(columns) if column.kind == "opt_in"), None)
    if opt_in is not None:
        kept_back = withheld(first, rows.refused)
        findings.problem(rows.positions[kept_back & ~rows.unclear], "opt-in-false", opt_in)
        findings.problem(rows.positions[kept_back & rows.unclear], "opt-in-unclear", opt_in)
        rows.valid &= ~kept_back
    standing = stands_for(first, rows.valid)
    itself = np.arange(len(first))
    spare = rows.valid & (standing != itself)
    findings.problem(rows.positions[spare], "duplicate", 0, standing=rows.positions[standing[spare]])
    chosen: NDArray[np.bool_] = rows.valid & (standing == itself)
    return chosen


__all__ = ["Change", "Prepared", "prepare", "row_parts"]
