"""Which row is sent of several with one address, and whose rows are kept back because one of them says no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ac_notebook.frames.checks import address_key
from ac_notebook.frames.convert import to_text
from ac_notebook.frames.fingerprints import as_bytes
from ac_notebook.frames.parts import row_parts
from ac_notebook.frames.pieces import cut
from ac_notebook.frames.verdicts import repeated, same_address, stands_for, withheld

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column
    from ac_notebook.frames.findings import Findings
    from ac_notebook.frames.rows import Rows
    from ac_notebook.model.export import Duplicates

_AT_ONCE = 5_000


def one_of_each(
    frozen: pd.DataFrame, columns: Sequence[Column], rows: Rows, findings: Findings, *,
    duplicates: Duplicates, timezone: str, tags: tuple[str, ...],
) -> NDArray[np.bool_]:  # fmt: skip
    """Return which rows are sent: one of each address, and none of an address that is kept back.

    Parameters
    ----------
    frozen, columns, timezone, tags, duplicates
        As given to :func:`~ac_notebook.frames.prepare.prepare`.
    rows
        What is known of each row; ``valid`` is taken from rows whose address is kept back.
    findings
        Where problems are noted.
    """

    def keys(places: NDArray[np.integer[Any]]) -> list[bytes]:
        distinct, inverse = np.unique(rows.positions[places], return_inverse=True)
        (series,) = cut(frozen.iloc[:, :1], distinct)
        found = as_bytes(address_key(to_text(series, columns[0], timezone=timezone).values))
        return [found[place] for place in inverse.tolist()]

    first = same_address(rows.addresses, rows.known, keys)
    _keep_back(columns, rows, first, findings)
    if duplicates == "reject":
        several = repeated(first, rows.valid)
        findings.problem(rows.positions[several], "address-repeated", 0)
        rows.valid &= ~several
    standing = stands_for(first, rows.valid, last=duplicates == "last")
    chosen: NDArray[np.bool_] = rows.valid & (standing == np.arange(len(first), dtype=np.int32))
    spare = np.flatnonzero(rows.valid & ~chosen)
    for start in range(0, len(spare), _AT_ONCE):
        some = spare[start : start + _AT_ONCE]
        positions, sent = rows.positions[some], rows.positions[standing[some]]
        other = _differ(frozen, columns, positions, sent, timezone, tags)
        findings.problem(positions[~other], "duplicate", 0, standing=sent[~other])
        findings.problem(positions[other], "duplicate-differs", 0, standing=sent[other])
    return chosen


def _keep_back(columns: Sequence[Column], rows: Rows, first: NDArray[np.int32], findings: Findings) -> None:
    opt_in = next((place for place, column in enumerate(columns) if column.kind == "opt_in"), None)
    if opt_in is None:
        return
    kept_back = withheld(first, rows.refused)
    findings.problem(rows.positions[kept_back & ~rows.unclear], "opt-in-false", opt_in)
    findings.problem(rows.positions[kept_back & rows.unclear], "opt-in-unclear", opt_in)
    rows.valid &= ~kept_back


def _differ(
    frozen: pd.DataFrame, columns: Sequence[Column], positions: NDArray[np.int64], sent: NDArray[np.int64],
    timezone: str, tags: tuple[str, ...],
) -> NDArray[np.bool_]:  # fmt: skip
    """Return which rows would send other values than the row that is sent for them, their address aside."""
    distinct, inverse = np.unique(np.concatenate([positions, sent]), return_inverse=True)
    parts = as_bytes(row_parts(frozen, columns, distinct, timezone=timezone, tags=tags, addresses=False))
    pairs = zip(inverse[: len(positions)].tolist(), inverse[len(positions) :].tolist(), strict=True)
    return np.fromiter((parts[one] != parts[other] for one, other in pairs), bool, len(positions))
