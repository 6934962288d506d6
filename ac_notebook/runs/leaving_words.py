"""What a plan and a report say of people for whom the frame does not speak any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.model.departures import TAG, UNSUBSCRIBE
from ac_notebook.runs.departures import CAUSES, action_for, departed_counts, departed_facts
from ac_notebook.runs.show import count, duration

if TYPE_CHECKING:
    from ac_notebook.runs.departures import Cause, Departing
    from ac_notebook.runs.plan import Plan

_WHO: dict[Cause, str] = {
    "left": "People of this export's last run who are in no row of the segment now",
    "withdrawn": "People whom this export imported and whose opt-in says no now (code opt-in-withdrawn)",
    "moved": "Customers whose address changed, and whose old contact is still on the list",
}

_OPTIONS: dict[Cause, str] = {"left": "leavers", "withdrawn": "withdrawn", "moved": "moved"}

_FOR_EVER = (
    "Unsubscribing cannot be undone: ActiveCampaign lets no import subscribe these people to this list again. No "
    "automation starts for them."
)


def departing_facts(departing: Departing) -> list[tuple[str, str]]:
    """Return what is to become of people, cause by cause, for a plan."""
    facts = departed_facts(departed_counts(departing))
    return [(title, said.replace("not_sent", "to change")) for title, said in facts]


def leaving_warnings(plan: Plan) -> list[str]:
    """Return what to know, before a run, of people for whom the frame does not speak any more."""
    departing = plan.departing
    said = [line for cause in CAUSES if (line := _of_cause(plan, cause))]
    if departing.silent:
        said.append(
            f"People whom this export imported and whose opt-in says nothing clear now: {departing.silent:,}. They are "
            "not sent, and stay on the list whatever withdrawn= says, because nobody said no."
        )
    if departing.is_first and plan.export.options.leavers != "keep":
        said.append(
            "Who was in the last run is not written down yet: that begins with this run, and nobody counts as having "
            "left until the next one."
        )
    if departing.to_unsubscribe(plan.export.options):
        said.append(_FOR_EVER)
    if departing.cost.imports:
        said.append(_cost(departing))
    said += _returning(plan)
    return said


def _of_cause(plan: Plan, cause: Cause) -> str:
    departing, action = plan.departing, action_for(cause, plan.export.options)
    counts = departing.counts(cause)
    total, waiting = int(counts.sum()), int(counts["not_sent"])
    if not total:
        return ""
    said = [f"{_WHO[cause]}: {total:,}."]
    option = _OPTIONS[cause]
    if counts["kept"]:
        tag = ' "tag" tags them.' if cause == "left" else ""
        said.append(f'They stay on the list; {option}="unsubscribe" takes them off it, for good.{tag}')
    if waiting and action == UNSUBSCRIBE:
        once = ", once the new address has arrived" if cause == "moved" else ""
        said.append(f'{waiting:,} will be unsubscribed{once} ({option}="unsubscribe").')
    if waiting and action == TAG:
        tag = plan.export.tag_of_leavers(plan.contact_list.name)
        said.append(f"{waiting:,} will be tagged {tag!r} and stay on the list; no automation starts for them.")
    if counts["elsewhere"]:
        said.append(
            f"{counts['elsewhere']:,} are left alone: another export puts them on this list, too (one that is not "
            "saved counts as another once its mapping or its tags change)."
        )
    if counts["held_back"]:
        known_by = "" if plan.export.options.key is not None else ' tell customers by key="customer_id",'
        said.append(
            f"Nothing is done about {counts['held_back']:,} of them: {count(departing.unreadable, 'row')} without a "
            f'readable address may be theirs. Correct these rows,{known_by} or allow={{"unreadable"}}.'
        )
    return " ".join(said)


def _cost(departing: Departing) -> str:
    cost = departing.cost
    reads = f"{count(cost.reads, 'request')}" if cost.is_known else "a request for each 100 of its subscribers"
    return (
        f"To find the addresses of these people ({departing.to_change:,}) the list is read ({reads}), and they are "
        f"changed by {count(cost.imports, 'import')} at the most; that takes {duration(cost.seconds)}. People "
        "who are no active subscribers any more are left alone."
    )


def _returning(plan: Plan) -> list[str]:
    departing, said = plan.departing, []
    if departing.returning:
        said.append(
            f"Rows of people whom this export unsubscribed, and who are back: {departing.returning:,}. ActiveCampaign "
            "refuses to import them onto this list again; only they can subscribe, for example with a form."
        )
    if departing.returning_tagged:
        tag = plan.export.tag_of_leavers(plan.contact_list.name)
        said.append(
            f"Rows of people who are back, and are tagged {tag!r}: {departing.returning_tagged:,}. An import takes no "
            "tag off; that can be done in ActiveCampaign."
        )
    return said
