"""What a plan depends on that the contract leaves open: what rehearsals proved of it, and what is still unproved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ac_notebook.model.doubts import DOUBTS
from ac_notebook.runs.show import count, name

if TYPE_CHECKING:
    from ac_notebook.runs.plan import Plan


@dataclass(frozen=True, kw_only=True)
class Cleared:
    """Fields of a plan that blanks are to clear, each with how many values, in words.

    Parameters
    ----------
    attributes
        Names.
    phones
        The phone, of which no rehearsal proves anything: none is ever written.
    fields
        Custom fields.
    """

    attributes: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


def cleared_of(plan: Plan) -> Cleared:
    """Return the fields that blanks are to clear in the rows to send."""
    chosen = plan.found < 0
    words: dict[str, list[str]] = {"attributes": [], "phones": [], "fields": []}
    for place, blank in plan.prepared.cleared.items():
        column = plan.columns[place]
        kind = "fields" if column.is_field else "phones" if column.target == "phone" else "attributes"
        words[kind].append(f"{name(column.target)} ({count(int(np.count_nonzero(blank[chosen])), 'value')})")
    return Cleared(**{kind: tuple(said) for kind, said in words.items()})


def clearing_warnings(plan: Plan) -> list[str]:
    """Return what blanks do that are to clear something: overwrite it, unless it is proved that they are ignored."""
    cleared, learned = cleared_of(plan), plan.connection.learned
    overwrite: list[str] = [*cleared.phones]
    ignored: list[str] = []
    for doubt, words in (("blank_in_import", cleared.attributes), ("blank_in_field", cleared.fields)):
        (ignored if learned.position(doubt) == "ignored" else overwrite).extend(words)
    said = []
    if overwrite:
        said.append(f"Blanks overwrite what ActiveCampaign has in: {', '.join(overwrite)}.")
    if ignored:
        said.append(f"Blanks clear nothing on this account, which ignores them (proved): {', '.join(ignored)}.")
    return said


def doubt_warnings(plan: Plan, *, odd: int) -> list[str]:
    """Return what is proved and bad for a plan, and in one line what it depends on that is not proved.

    A sandbox says nothing of the real account, so nothing is said of it unless it was rehearsed on.

    Parameters
    ----------
    plan
        The plan.
    odd
        How many addresses have letters beyond ASCII.
    """
    learned = plan.connection.learned
    if not (plan.found < 0).any():
        return []
    said = []
    if learned.position("opt_out") == "lost":
        said.append(f"{DOUBTS['opt_out'].answers['lost']} Leave them out of the frame.")
    if learned.position("failures_listed") is False:
        said.append(
            "ActiveCampaign does not tell on this account who did not arrive (proved): refused people may count as "
            "imported."
        )
    if plan.connection.is_sandbox and not learned.findings:
        return said
    openly = [DOUBTS[doubt].question for doubt in _that_matter(plan, odd=odd) if learned.position(doubt) is None]
    if openly:
        said.append(
            f"Not proved on this account: {'; '.join(openly)}. connection.rehearse(…) finds out, with your own "
            "addresses."
        )
    return said


def _that_matter(plan: Plan, *, odd: int) -> list[str]:
    """Return the doubts that decide something for the rows to send."""
    cleared = cleared_of(plan)
    matter = {
        "opt_out": True,
        "failures_listed": True,
        "blank_in_import": bool(cleared.attributes),
        "blank_in_field": bool(cleared.fields),
        "special_addresses": odd > 0,
        "repeat_automations": plan.export.options.run_automations,
    }
    return [doubt for doubt, decides in matter.items() if decides]
