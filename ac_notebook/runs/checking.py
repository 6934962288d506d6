"""The use case that needs no connection: checking a frame."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from ac_notebook.errors import ActiveCampaignError
from ac_notebook.frames.columns import resolve, snapshot
from ac_notebook.frames.customer_keys import key_column
from ac_notebook.frames.notices import not_mapped
from ac_notebook.frames.phones import for_region
from ac_notebook.frames.prepare import prepare
from ac_notebook.frames.suspicions import suspicions
from ac_notebook.model.definition import options_of
from ac_notebook.model.export import Options
from ac_notebook.model.limits import Limits
from ac_notebook.runs.connect import connection_of
from ac_notebook.runs.excerpt import NOTHING_SENT
from ac_notebook.runs.export import Export
from ac_notebook.runs.given import require_frame, rows_in
from ac_notebook.runs.given_export import export_of, require_nothing_beside
from ac_notebook.runs.show import name
from ac_notebook.runs.tracebacks import without_frames
from ac_notebook.runs.validation import Validation
from ac_notebook.runs.warnings import of_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from ac_notebook.frames.columns import Column
    from ac_notebook.model.account import Snapshot
    from ac_notebook.model.export import Duplicates
    from ac_notebook.runs.connection import Connection
    from ac_notebook.runs.exports import Columns, Rows


@without_frames
def validate(
    df: pd.DataFrame, mapping: Columns | Export | str, *, connection: Connection | str | None = None,
    segment: Rows | None = None, timezone: str = "UTC", duplicates: Duplicates = "first",
    phone_region: str | None = None,
) -> Validation:  # fmt: skip
    """Check a frame against a mapping. Needs no connection, and sends nothing.

    Parameters
    ----------
    df
        The customers.
    mapping
        ``{ActiveCampaign's name: column}`` or :class:`Mapping`; or a saved export, by its name or as
        :class:`Export`, which then says all but the connection.
    connection
        With one, custom fields, their options and types are checked too.
    segment
        Rows to look at: query text, a :class:`Segment`, a boolean mask, or a function of the frame.
    timezone
        Zone of times that have none.
    duplicates
        Which row of an address counts: the ``"first"`` that passes, the ``"last"``, or none of several (``"reject"``).
    phone_region
        Two letters such as ``"SE"``: check phones, those without a country as numbers of this region.

    Returns
    -------
    Validation
        An outcome for every row, and every problem.

    Raises
    ------
    MappingError
        When the mapping does not fit the frame, with all reasons at once.

    Examples
    --------
    >>> import pandas as pd
    >>> import ac_notebook as ac
    >>> df = pd.DataFrame({"E-mail": ["ann@example.org", "bob(at)example.org"]})
    >>> check = ac.validate(df, {"email": "E-mail"})
    >>> check.problems["code"].tolist()
    ['email-syntax']
    """
    require_frame(df)
    chosen = connection_of(connection) if connection is not None else None
    account = account_of(chosen) if chosen is not None else None
    options = Options(timezone=timezone, duplicates=duplicates, phone_region=phone_region)
    tags: tuple[str, ...] = ()
    if isinstance(mapping, str | Export):
        saved = export_of(mapping)
        require_nothing_beside(saved, [*(["segment"] if segment is not None else []), *options_of(options)])
        mapping, segment, tags, options = saved.mapping, saved.segment, saved.tags, saved.options
    columns = for_region(resolve(df, mapping, account), options.phone_region)
    frozen = snapshot(df, columns)
    known_by = () if options.key is None else (key_column(df, options.key),)
    rows = rows_in(df, segment)
    prepared = prepare(
        frozen, columns, rows,
        key=None, timezone=options.timezone, tags=tags, most_bytes=Limits().bytes_per_import,
        duplicates=options.duplicates,
    )  # fmt: skip
    customs = ", ".join(name(column.target) for column in columns if column.is_field)
    unchecked: tuple[str, ...] = ()
    if account is None and customs:
        unchecked = (f"types and options of {customs}: pass connection= to check them against the account",)
    mark = "SANDBOX · " if chosen is not None and chosen.is_sandbox else ""
    return Validation(
        prepared=prepared, index=df.index, unchecked=unchecked, title=f"{mark}{Validation.title}",
        warnings=(*of_rows(prepared, options), *notices_of(df, frozen, columns, rows, known_by)),
    )  # fmt: skip


def notices_of(
    df: pd.DataFrame, frozen: pd.DataFrame, columns: tuple[Column, ...], rows: NDArray[np.bool_],
    known_by: tuple[Column, ...] = (),
) -> tuple[str, ...]:  # fmt: skip
    """Return what may have been overlooked: in the mapped columns, and in those that stay here."""
    return (*suspicions(frozen, columns, rows), *not_mapped(df, (*columns, *known_by)))


def account_of(connection: Connection) -> Snapshot:
    """Return what a connection's account has."""
    with nothing_sent_yet(), connection.client() as client:
        return client.snapshot()


@contextmanager
def nothing_sent_yet() -> Iterator[None]:
    """Have an error say that nothing was sent, where it came before anything could be.

    Examples
    --------
    >>> from ac_notebook.errors import AuthenticationError
    >>> with nothing_sent_yet():
    ...     raise AuthenticationError("The key was not accepted.", hint="Copy it anew.")
    Traceback (most recent call last):
    ac_notebook.errors.AuthenticationError: The key was not accepted.
    Copy it anew. Nothing was sent.
    """
    try:
        yield
    except ActiveCampaignError as error:
        if NOTHING_SENT not in error.hint:
            error.hint = f"{error.hint} {NOTHING_SENT}".strip()
        raise
