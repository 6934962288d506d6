"""The demonstration: a messy sample of customers, a sandbox, an export, and a look at what arrived."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from ac_notebook.remote.reading import contacts_of_list
from ac_notebook.runs.exports import plan
from ac_notebook.sandbox import sample_customers, start

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

SPEED = 10.0
"""How many times faster than ActiveCampaign the demonstration's sandbox is: slow enough to watch."""

MAPPING = {
    "email": "E-mail",
    "first_name": "Given name",
    "last_name": "Family name",
    "phone": "Mobile",
    "Birthday": "dob",
    "Last visit": "last_visit",
    "Points": "points",
    "Interests": "interests",
    "Tier": "tier",
    "City": "city",
    "tags": "tags",
    "opt_in": "newsletter_ok",
}
"""Where the columns of the sample go on the sandbox's account."""


def run(
    *, rows: int = 5_000, seed: int = 2026, out: TextIO | None = None, look: Callable[[str], None] | None = None
) -> bool:  # fmt: skip
    """Run the demonstration, and return whether the numbers agree.

    Parameters
    ----------
    rows
        Customers in the sample.
    seed
        Seed of the sample.
    out
        Where it is told; standard output when None.
    look
        Is told, at the end, the address of the page that shows what arrived; the sandbox lives until it returns.
    """
    stream = out or sys.stdout

    def say(text: object = "") -> None:
        print(text, file=stream, flush=True)

    begun = time.monotonic()
    with start(speed=SPEED) as sandbox:
        say(f"1. A sandbox, an ActiveCampaign account that lives on this machine only: {sandbox.url}")
        customers = sample_customers(n=rows, seed=seed)
        say(f"2. A sample of {len(customers):,} customers, as messy as real ones: {', '.join(customers.columns)}")
        say()
        planned = plan(customers, connection=sandbox.connection, list="Newsletter", mapping=MAPPING, tags=["demo"])
        say("3. The plan, which sends nothing:")
        say(planned)
        say()
        say("4. The export, ten times as fast as the real service would allow it:")
        report = planned.run()
        say(report)
        say()
        say("5. The list, read back through the API:")
        with sandbox.connection.client() as client:
            size = sandbox.connection.limits.page_size
            there = list(contacts_of_list(client, planned.contact_list.id, page_size=size))
        imported = int(report.counts["imported"])
        agree = len(there) == imported and int(report.counts.sum()) == len(customers)
        say(f"  {len(there):,} contacts are on the list; the report says {imported:,} imported.")
        say(f"  The outcomes add up to {int(report.counts.sum()):,}; the frame has {len(customers):,} rows.")
        say("  The numbers agree." if agree else "  THE NUMBERS DO NOT AGREE.")
        say()
        say("6. The same export once more:")
        again = planned.run()
        say(f"  {again.numbers['requests']:,.0f} import requests; {again.counts['unchanged']:,} rows unchanged.")
        took = time.monotonic() - begun
        if look is not None:
            look(sandbox.page)
    say(f"Done in {took:.1f} s. Next: the notebook notebooks/quickstart.ipynb (make lab), or README.md.")
    return agree and not again.numbers["requests"]
