"""What to know before a plan is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.model.export import Options
from ac_notebook.runs.doubts import clearing_warnings, doubt_warnings
from ac_notebook.runs.guards import guard_warnings
from ac_notebook.runs.leaving_words import leaving_warnings
from ac_notebook.runs.rights import rights_warning
from ac_notebook.runs.segment_runs import segment_warning

if TYPE_CHECKING:
    from ac_notebook.frames.prepare import Prepared
    from ac_notebook.runs.plan import Plan


def warnings_of(plan: Plan, *, key: bytes) -> tuple[str, ...]:
    """Return what to know before a plan is run, in sentences; with the key of the fingerprints."""
    said = [*rights_warning(plan), *guard_warnings(plan, key=key), *segment_warning(plan, key=key)]
    if plan.export.options.run_automations:
        said.append("Automations will start for the people who join the list (run_automations=True).")
    known = {tag.name.casefold() for tag in plan.account.contact_tags}
    new = [tag for tag in plan.export.tags if tag.casefold() not in known]
    if new:
        said.append(f"Tags that the account does not have will be created: {', '.join(map(repr, new))}.")
    if plan.unsettled:
        said.append(f"{plan.unsettled:,} contacts of an earlier run are not confirmed; the run asks about them first.")
    if plan.unanswered:
        said.append(
            f"{plan.unanswered:,} contacts of an earlier run got no answer; the run sends them once more, unless "
            "automations ran: then they are uncertain."
        )
    said += of_rows(plan.prepared, plan.export.options)
    naive = sum(change.count for change in plan.prepared.changes if change.kind == "zone-assumed")
    if naive and plan.export.options.timezone == Options.timezone:
        # Another zone was stated, and has been thought of.
        said.append(
            f"Times without a zone: {naive:,}. They are taken to be in {Options.timezone}; if they are not, say so: "
            'timezone="Europe/Stockholm", for example.'
        )
    odd = sum(change.count for change in plan.prepared.changes if change.kind == "not-ascii")
    special = plan.connection.learned.position("special_addresses")
    if odd and special != "pass":
        may = "may refuse" if special is None else "refuses"
        said.append(
            f"Addresses with letters outside ASCII: {odd:,}. ActiveCampaign {may} them, and the report will "
            "say so; plan.changes says which."
        )
    said += leaving_warnings(plan)
    said += clearing_warnings(plan)
    said += doubt_warnings(plan, odd=odd)
    completed = plan.export.options.phone_region is not None  # perhaps since the columns were looked at
    return (*said, *(one for one in plan.notices if not (completed and one.endswith("[phone-as-number]"))))


def of_rows(prepared: Prepared, options: Options) -> list[str]:
    """Return what to know about rows that pass, or that another row stands for."""
    differing = int((prepared.problems["code"] == "duplicate-differs").sum())
    if not differing:
        return []
    sent = f"The {options.duplicates} of an address is sent"
    said = (
        f"Rows whose address another row has, with other values: {differing:,}. {sent} "
        f'(duplicates="{options.duplicates}"); the code of the others is duplicate-differs.'
    )
    return [said]
