"""The use cases over a frame: plan, export, suggest a mapping. The accessor only delegates to these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ac_notebook.frames.columns import resolve, snapshot
from ac_notebook.frames.customer_keys import customer_keys, key_column
from ac_notebook.frames.phones import for_region
from ac_notebook.frames.suggest import suggest
from ac_notebook.model.mapping import Mapping
from ac_notebook.remote.capacity import read_capacity
from ac_notebook.remote.rights import read_rights
from ac_notebook.runs.checking import account_of, nothing_sent_yet, notices_of
from ac_notebook.runs.connect import connection_of
from ac_notebook.runs.given import chosen_rows, compare_of, require_frame, segment_in_words
from ac_notebook.runs.given_export import given_of
from ac_notebook.runs.looking_up import look_up
from ac_notebook.runs.plan import Plan
from ac_notebook.runs.preparing import prepare_for
from ac_notebook.runs.progress import shown_of
from ac_notebook.runs.suggestion import Suggestion
from ac_notebook.runs.tracebacks import without_frames
from ac_notebook.storage.fingerprint_key import digest, fingerprint_key
from ac_notebook.storage.home import find_home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Mapping as Dictionary

    import pandas as pd
    from numpy.typing import NDArray

    from ac_notebook.model.segment import Segment
    from ac_notebook.runs.connection import Connection
    from ac_notebook.runs.export import Export
    from ac_notebook.runs.progress import Shown
    from ac_notebook.runs.report import Report

    Columns = Mapping | Dictionary[Any, Any]
    Rows = str | Segment | Callable[[pd.DataFrame], Any] | pd.Series[Any] | NDArray[Any] | list[Any]


@without_frames
def suggest_mapping(df: pd.DataFrame, connection: Connection | str | None = None) -> Suggestion:
    """Propose a mapping from the frame's column names and values, and say how sure it is and why.

    Parameters
    ----------
    df
        The customers.
    connection
        With one, the account's custom fields are proposed too.

    Returns
    -------
    Suggestion
        A :class:`Mapping` to look at, to change (``| {"City": "town"}``) and to use. What it shows is code, with the
        reasons beside it; ``reasons`` is a table of them, ``notes`` tells what was passed over.

    Raises
    ------
    MappingError
        When no column holds addresses.

    Examples
    --------
    >>> import pandas as pd
    >>> import ac_notebook as ac
    >>> ac.suggest_mapping(pd.DataFrame({"E-mail": ["ann@example.org"], "Given name": ["Ann"]}))
    Mapping(
        email='E-mail',  # sure: the one value looked at is an address, and the name says e-mail
        first_name='Given name',  # sure: the name says first name, and the one value looked at can be a name
    )
    """
    require_frame(df)
    account = account_of(connection_of(connection)) if connection is not None else None
    return Suggestion.showing(suggest(df, account))


@without_frames
def plan(
    df: pd.DataFrame, definition: Export | str | None = None, *, connection: Connection | str | None = None,
    list: str | int | None = None,  # noqa: A002 - the field's word
    mapping: Columns | None = None, tags: Iterable[str] = (), segment: Rows | None = None,
    progress: Shown = None, **options: Any,
) -> Plan:  # fmt: skip
    """Say what an export would do with a frame. Reads lists and fields of the account; sends nothing.

    Parameters
    ----------
    df
        The customers. Never changed.
    definition
        A saved export, by its name or as :class:`Export`: nothing of it is given again, and of the options only
        ``wait``, ``resend``, ``allow`` (beside what it allows itself) and ``share``. None for one that is written out.
    connection
        A connection, or the name of a saved one.
    list
        Name or id of the list they go to.
    mapping
        ``{ActiveCampaign's name: column}`` or :class:`Mapping`.
    tags
        Tags that every contact gets; only ever added.
    segment
        Which rows: query text (``"points > 500"``), a :class:`Segment`, a boolean mask, or a function of the frame.
    progress
        Who shows how far a run is: a function that is called with a :class:`Progress`, or False for nobody. A bar
        where a person is, else lines in the log ``ac_notebook``, if left out.
    **options
        ``run_automations=True`` lets automations start for people who join the list. ``resend="all"`` sends
        everything, not only what changed. ``wait=600`` seconds for ActiveCampaign's confirmation after the last
        request. ``timezone="Europe/Stockholm"`` for times that have no zone. ``duplicates="last"`` sends the last row
        of an address instead of the first, ``"reject"`` none of several. ``phone_region="SE"``
        checks phones and writes them in international form. ``allow={"row-count"}`` lets a run pass a guard rail that
        would stop it; ``ac.guard_rails()`` lists them, and ``plan.warnings`` says which this run would meet.
        ``share=0.5`` uses at most half of the account's limits (50 imports a minute, two requests a second) and leaves
        the rest to others; it takes twice as long. ``compare=True`` reads the list, too, and tells what sending each
        row would do (:meth:`Plan.compare`). ``leavers="tag"`` or ``"unsubscribe"`` for people of the last run
        who are in no row now, ``withdrawn="unsubscribe"`` for those whose opt-in says no now, ``moved="unsubscribe"``
        for old addresses of customers known by ``key="customer_id"``, a column that is not sent; all stay otherwise.

    Returns
    -------
    Plan
        An outcome for every row, the requests, warnings. ``plan.run()`` sends it.

    Raises
    ------
    ConfigurationError
        When something does not fit, in a sentence that says what to do.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> customers = ac.sandbox.sample_customers(n=100, seed=1)
    >>> with ac.sandbox.start(speed=60) as sandbox:
    ...     plan = ac.plan(customers, connection=sandbox.connection, list="Newsletter", mapping={"email": "E-mail"})
    >>> int(plan.counts.sum())
    100
    """
    require_frame(df)
    is_compared = compare_of(options)
    given = given_of(
        definition, connection=connection, list=list, mapping=mapping, tags=tags, segment=segment, options=options
    )
    shown = shown_of(progress)
    rows = chosen_rows(df, given.segment)
    chosen = given.connection
    known_by = () if given.options.key is None else (key_column(df, given.options.key),)
    with nothing_sent_yet(), chosen.client() as client:
        account = client.snapshot()
        capacity = read_capacity(client)
        may = read_rights(client, is_administrator=capacity.is_administrator)
    contact_list = account.find_list(given.list)
    columns = for_region(resolve(df, given.mapping, account), given.options.phone_region)
    export = given.export(Mapping.of(given.mapping))
    frozen = snapshot(df, columns)
    key = fingerprint_key(find_home())
    made = Plan(
        connection=chosen, account=account, contact_list=contact_list, export=export,
        frozen=frozen, columns=columns, index=df.index, inside=rows,
        prepared=prepare_for(frozen, columns, rows, export, chosen.limits, key=key),
        segment=segment_in_words(given.segment), found=np.empty(0, np.int16),
        key_digest=digest(key), notices=notices_of(df, frozen, columns, rows, known_by),
        capacity=capacity, may=may,
        people=customer_keys(df, *known_by, key) if known_by else None, progress=shown,
    )  # fmt: skip
    made = look_up(made, key=key)
    return made.compare() if is_compared else made


@without_frames
def export(
    df: pd.DataFrame, definition: Export | str | None = None, *, connection: Connection | str | None = None,
    list: str | int | None = None,  # noqa: A002 - the field's word
    mapping: Columns | None = None, tags: Iterable[str] = (), segment: Rows | None = None,
    progress: Shown = None, **options: Any,
) -> Report:  # fmt: skip
    """Put the customers of a frame on an ActiveCampaign list, and report what became of every row.

    The same as ``plan(…).run()``. Run again, it sends only what is new or changed; after an interruption it carries on.

    Parameters
    ----------
    df
        The customers. Never changed.
    definition
        A saved export, by its name or as :class:`Export`: nothing of it is given again, and of the options only
        ``wait``, ``resend``, ``allow`` (beside what it allows itself) and ``share``. None for one that is written out.
    connection
        A connection, or the name of a saved one.
    list
        Name or id of the list they go to.
    mapping
        ``{ActiveCampaign's name: column}`` or :class:`Mapping`.
    tags
        Tags that every contact gets; only ever added.
    segment
        Which rows: query text (``"points > 500"``), a :class:`Segment`, a boolean mask, or a function of the frame.
    progress
        Who shows how far a run is: a function that is called with a :class:`Progress`, or False for nobody. A bar
        where a person is, else lines in the log ``ac_notebook``, if left out.
    **options
        ``run_automations``, ``resend``, ``wait``, ``timezone``, ``duplicates``, ``phone_region``, ``share``,
        ``allow``, ``compare``, ``leavers``, ``withdrawn``, ``moved`` and ``key``, as for :func:`plan`.

    Returns
    -------
    Report
        Counts, an outcome for every row, and every problem.

    Raises
    ------
    GuardError
        When a guard rail stops it before anything is sent; its hint says how to allow it.
    ActiveCampaignError
        When it could not be done; the error's ``report`` says what was sent.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> customers = ac.sandbox.sample_customers(n=100, seed=1)
    >>> with ac.sandbox.start(speed=60) as sandbox:
    ...     report = ac.export(customers, connection=sandbox.connection, list="VIP", mapping={"email": "E-mail"})
    ...     bool(report.counts["imported"] == len(sandbox.contacts()))
    First run of this export: sending 98 rows.
    True
    """
    from ac_notebook.runs.schedules.noticing import noticed  # noqa: PLC0415 - not needed before, and it takes its time

    with noticed(definition):
        made = plan(
            df, definition, connection=connection, list=list, mapping=mapping, tags=tags, segment=segment,
            progress=progress, **options,
        )  # fmt: skip
        return made.run()
