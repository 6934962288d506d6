"""Guard rails: looked at before anything is sent, shown by the plan, allowed by name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ac_notebook.errors import GuardError
from ac_notebook.frames.fingerprints import as_bytes
from ac_notebook.frames.parts import row_parts
from ac_notebook.model.guards import GUARD_RAILS, MOST_LOOKED_UP, NEARLY_FULL, words_to_allow
from ac_notebook.remote.capacity import is_contact, read_capacity
from ac_notebook.runs.departures import CAUSES
from ac_notebook.runs.history import facts_of, history_of
from ac_notebook.runs.rails import cautions, stops
from ac_notebook.runs.reach import not_known, reach_of
from ac_notebook.runs.show import count
from ac_notebook.storage.fingerprint_key import fingerprint_key
from ac_notebook.storage.home import find_home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from ac_notebook.model.capacity import Capacity
    from ac_notebook.remote.client import Client
    from ac_notebook.runs.plan import Plan
    from ac_notebook.runs.rails import Stop
    from ac_notebook.runs.reach import Reach
    from ac_notebook.storage.journal import Journal


def guard_rails() -> pd.DataFrame:
    """Return the guard rails: what stops an export before it can do harm, and the names that allow it.

    Each may be passed by its name: ``export(…, allow={"row-count"})``, ``plan.replace(allow={"row-count"}).run()``.

    Returns
    -------
    pandas.DataFrame
        Labelled by ``name``. ``when``: "before" anything is sent, or "during" the run. ``stops``: what stops it.
        ``why``: what could go wrong.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> ac.guard_rails().loc["row-count", "why"]
    'a filter or a join has probably gone wrong'
    """
    rails = list(GUARD_RAILS.values())
    table = {name: [getattr(rail, name) for rail in rails] for name in ("when", "stops", "why")}
    return pd.DataFrame(table, dtype=object).set_axis(
        pd.Index([rail.name for rail in rails], dtype=object, name="name")
    )


def require_guards(
    plan: Plan, chosen: NDArray[np.int64], *, journal: Journal, client: Client, key: bytes,
    first: int | None = None, say: Callable[[str], None], stopped: Callable[[], bool],
) -> Mapping[str, int | str | bool | None]:  # fmt: skip
    """Look at every guard rail that acts before anything is sent.

    Parameters
    ----------
    plan
        What is to be run.
    chosen
        The rows to send: positions in ``plan.prepared.rows``.
    journal, client
        Where earlier runs are remembered, and what the account is asked through.
    key
        Key of the fingerprints.
    first
        Contacts that a rehearsal sends at the most.
    say
        Tells the person at the cell.
    stopped
        Whether the run was told to stop; then addresses are not looked up any more.

    Returns
    -------
    Mapping
        What is written down of the run, for later ones to be compared with.

    Raises
    ------
    GuardError
        With all guard rails that stop it.
    """
    capacity, new = plan.capacity, 0
    if len(chosen) and "contact-limit" not in plan.export.options.allow:
        asked = read_capacity(client)
        capacity = plan.capacity if asked.unknown else asked
        places = maybe_new(plan, chosen, capacity, journal)
        new = len(places)
        room = capacity.room()
        if room is not None and room < new <= MOST_LOOKED_UP:
            say(f"The account has room for {count(room, 'contact')}; asking which of {new:,} addresses are there.")
            new = _missing(plan, chosen[places], client, stopped)
    reach = reach_of(plan, chosen, key=key, new=new, first=first)
    met = stops(reach, history_of(journal, plan.scope), capacity)
    allowed = plan.export.options.allow
    if any(stop.rail not in allowed for stop in met):
        raise _error(met, allowed)
    return facts_of(reach, passed=tuple(stop.rail for stop in met))


def maybe_new(
    plan: Plan, chosen: NDArray[np.int64], capacity: Capacity, journal: Journal
) -> NDArray[np.int64]:  # fmt: skip
    """Return which of the rows to send are not known to be contacts: places in ``chosen``.

    None where the account has room for all of them anyhow: then nobody needs to know.
    """
    room_for_all = capacity.limit is None or capacity.total + len(chosen) <= NEARLY_FULL * capacity.limit
    if room_for_all or not len(chosen):
        return np.empty(0, np.int64)
    return not_known(plan.prepared.addresses[chosen], journal, plan.connection.account)


def guard_warnings(plan: Plan, *, key: bytes) -> tuple[str, ...]:
    """Return the guard rails that a run of a plan would meet, and what else to know of them."""
    reach = _planned_reach(plan, key=key)
    said = []
    for stop in stops(reach, plan.history, plan.capacity):
        if stop.rail in plan.export.options.allow:
            said.append(f"Allowed ({stop.rail}): {stop}")
        elif stop.rail == "contact-limit" and reach.new <= MOST_LOOKED_UP:
            said.append(f"{stop.found} The run asks about them before it sends anything.")
        else:
            said.append(f"The run would stop ({stop.rail}): {stop} {_how([stop], plan.export.options.allow)}")
    return (*said, *cautions(reach, plan.history, plan.capacity))


def guards_met(plan: Plan) -> tuple[str, ...]:
    """Return the names of the guard rails that a run of a plan would meet, those that are allowed included."""
    reach = _planned_reach(plan, key=fingerprint_key(find_home()))
    held_back = any(plan.departing.counts(cause)["held_back"] for cause in CAUSES)
    met = [stop.rail for stop in stops(reach, plan.history, plan.capacity)]
    return (*met, *(["unreadable"] if held_back else []))


def _planned_reach(plan: Plan, *, key: bytes) -> Reach:
    return reach_of(plan, np.flatnonzero(plan.found < 0), key=key, new=plan.maybe_new)


def _missing(plan: Plan, chosen: NDArray[np.int64], client: Client, stopped: Callable[[], bool]) -> int:
    """Return how many of some rows are no contacts of the account; a few rows, for each takes a request."""
    parts = as_bytes(
        row_parts(
            plan.frozen, plan.columns, plan.prepared.rows[chosen],
            timezone=plan.export.options.timezone, tags=plan.export.tags,
        )
    )  # fmt: skip
    missing = 0
    for part in parts:
        if stopped():
            break
        missing += not is_contact(client, json.loads(part + b"}")["email"])
    return missing


def _error(met: Iterable[Stop], allowed: frozenset[str]) -> GuardError:
    stopping = [stop for stop in met if stop.rail not in allowed]
    if len(stopping) == 1:
        message = f"A guard rail stops this run ({stopping[0].rail}): {stopping[0]}"
    else:
        lines = "\n".join(f"  - {stop.rail}: {stop}" for stop in stopping)
        message = f"{len(stopping)} guard rails stop this run:\n{lines}"
    hint = f"{_how(stopping, allowed)} Nothing was sent."
    return GuardError(message, hint=hint, rails=[stop.rail for stop in stopping])


def _how(stopping: Iterable[Stop], allowed: frozenset[str]) -> str:
    return f"If that is what you mean: {words_to_allow({*allowed, *(stop.rail for stop in stopping)})}."
