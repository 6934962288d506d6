"""A plan against what is there: what sending each row would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.errors import quoted
from ac_notebook.frames.checks import address_key
from ac_notebook.frames.differences import addresses_of, compare, tags_sent
from ac_notebook.model.standing import BOUNCED, UNSUBSCRIBED, Standing
from ac_notebook.remote import lookups
from ac_notebook.remote.whole_list import is_contact, pages_by_offset
from ac_notebook.runs.comparison import Comparison
from ac_notebook.runs.connect import as_saved, require_consent
from ac_notebook.runs.gathered import bounced, text
from ac_notebook.runs.reader import reading
from ac_notebook.runs.whole_list import Wanted, WholeList

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ac_notebook.frames.differences import Differences
    from ac_notebook.frames.roll import Roll
    from ac_notebook.remote.whole_list import Row
    from ac_notebook.runs.plan import Plan
    from ac_notebook.runs.progress import Shown
    from ac_notebook.runs.reader import Reader

MOST_LOOKUPS = 100
"""Addresses that are looked up one by one, to tell new contacts from those of the account who are not on the list."""

NOT_COMPARED = -1


def compare_plan(plan: Plan, *, account: bool, progress: Shown) -> Comparison:
    """Read the list, and compare every row that can be sent; see :meth:`Plan.compare`."""
    require_consent(as_saved(plan.connection))
    positions = plan.prepared.rows
    with reading(
        plan.connection, f"{_mark(plan)}Comparing with {quoted(plan.contact_list.name)} (list {plan.contact_list.id})",
        progress=progress, share=plan.export.options.share,
    ) as reader:  # fmt: skip
        wanted, tag_ids = wanted_for(plan, positions, reader, everybody=account)
        whole = WholeList(reader=reader, wanted=wanted)
        excluded = lookups.exclusions(reader.ask, plan.contact_list.id, page_size=reader.limits.page_size)
        whole.count()
        more = f", and {MOST_LOOKUPS} at the most for addresses that are not on the list"
        reader.say_cost(whole.cost, more="" if account else more)
        predicted = whole.cost.requests
        roll = whole.read()
        found = differences_of(plan, positions, roll, tag_ids)
        codes = _standings(found, roll)
        addresses = addresses_of(plan.frozen, plan.columns, positions, timezone=plan.export.options.timezone)
        missing = np.flatnonzero(found.places < 0)
        if account:
            codes[missing] = _among(addresses.take(pa.array(missing)), whole.everybody.roll())
        elif len(missing) <= MOST_LOOKUPS:
            predicted += len(missing)
            codes[missing] = _looked_up(reader, addresses_as_sent(plan, positions[missing]))
        codes[_excluded(addresses, excluded)] = Standing.EXCLUDED
        requests = reader.errands.made
    every = np.full(len(plan.index), NOT_COMPARED, dtype=np.int8)
    every[positions] = codes
    return Comparison(
        codes=every, differences=found.keep(positions[codes == Standing.UPDATE]), predicted=predicted,
        requests=requests, at=plan.connection.link.clock.now(), knows_exclusions=excluded.is_complete,
    )  # fmt: skip


def addresses_as_sent(plan: Plan, positions: NDArray[np.int64]) -> list[str]:
    """Return the addresses of some rows as they would be sent; never shown."""
    zone = plan.export.options.timezone
    found: list[str] = addresses_of(plan.frozen, plan.columns, positions, timezone=zone, as_keys=False).to_pylist()
    return found


def _mark(plan: Plan) -> str:
    return "SANDBOX · " if plan.connection.is_sandbox else ""


def wanted_for(
    plan: Plan, positions: NDArray[np.int64], reader: Reader, *, everybody: bool = False
) -> tuple[Wanted, dict[str, int]]:  # fmt: skip
    """Return what has to be read to compare some rows, and the ids of the account's tags by name in lower case.

    Tags are read anew, if any would be sent: the first import with one makes it.
    """
    export = plan.export
    sent = tags_sent(plan.frozen, plan.columns, positions, timezone=export.options.timezone, tags=export.tags)
    tag_ids: dict[str, int] = {}

    def take(rows: list[Row]) -> None:
        tag_ids.update({text(row.get("tag")).casefold(): int(row["id"]) for row in rows})

    if sent:
        reader.errands.do([pages_by_offset("tags", {}, take, size=reader.limits.page_size)])
    wanted = Wanted(
        contact_list=plan.contact_list, everybody=everybody,
        fields=tuple(column.field.id for column in plan.columns if column.field is not None),
        tags=tuple(sorted(number for name, number in tag_ids.items() if name in sent)),
    )  # fmt: skip
    return wanted, tag_ids


def differences_of(plan: Plan, positions: NDArray[np.int64], roll: Roll, tag_ids: dict[str, int]) -> Differences:
    """Compare what some rows of a plan would send with what was read."""
    return compare(
        plan.frozen, plan.columns, positions, roll,
        timezone=plan.export.options.timezone, tags=plan.export.tags, tag_ids=tag_ids,
    )  # fmt: skip


def _standings(found: Differences, roll: Roll) -> NDArray[np.int8]:
    """Return what sending each compared row would do, as far as the list tells."""
    codes = np.full(len(found.positions), Standing.CREATE_OR_JOIN, dtype=np.int8)
    there = found.places >= 0
    places = found.places[there]
    status = roll.status[places]
    codes[there] = np.select(
        [
            roll.bounced[places] | (status == BOUNCED),
            status == UNSUBSCRIBED,
            np.isin(found.positions[there], found.cells),
        ],
        [int(Standing.STAYS_BOUNCED), int(Standing.STAYS_UNSUBSCRIBED), int(Standing.UPDATE)],
        int(Standing.SAME),
    )
    return codes


def _among(addresses: pa.Array, everybody: Roll) -> NDArray[np.int8]:
    """Return who of those who are not on the list is a contact, where all contacts are known."""
    there = pc.index_in(addresses, value_set=address_key(everybody.attributes["email"]))
    places = pc.fill_null(there, -1).to_numpy(zero_copy_only=False)
    has_bounced = np.append(everybody.bounced, False)[places]
    return np.select(
        [places < 0, has_bounced], [int(Standing.CREATE), int(Standing.STAYS_BOUNCED)], int(Standing.JOIN)
    ).astype(np.int8)


def _looked_up(reader: Reader, addresses: list[str]) -> list[int]:
    """Return the same, asked one by one."""
    codes = [int(Standing.CREATE)] * len(addresses)

    def put(place: int) -> Callable[[Row | None], None]:
        def found(row: Row | None) -> None:
            if row is not None:
                codes[place] = int(Standing.STAYS_BOUNCED if bounced(row) else Standing.JOIN)

        return found

    reader.errands.do(is_contact(address, put(place)) for place, address in enumerate(addresses))
    return codes


def _excluded(addresses: pa.Array, known: lookups.Exclusions) -> NDArray[np.bool_]:
    """Return which addresses an exclusion keeps off the list."""
    if not (known.exact or known.beginnings or known.ends):
        return np.zeros(len(addresses), dtype=bool)
    exact = set(known.exact)
    return np.fromiter(
        (
            address in exact or address.startswith(known.beginnings) or address.endswith(known.ends)
            for address in map(str.lower, addresses.to_pylist())
        ),
        bool, len(addresses),
    )  # fmt: skip
