"""Accounts to rehearse on, each with what it must have so that a switch of the sandbox can be learned."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING, Any

from ac_notebook.model.doubts import DOUBTS
from ac_notebook.sandbox import Quirks, Sandbox
from ac_notebook.sandbox.quirks import positions
from tests.virtual import VirtualClock, through

if TYPE_CHECKING:
    from ac_notebook import Connection
    from ac_notebook.runs.rehearsal.rehearsal import Rehearsal

MINE = tuple(f"me+{number}@example.org" for number in range(6))
ODD = "åme@example.org"
FIELDS = ("City", "Birthday", "Tier")

SWITCH = {"blank_in_field": "blank_in_import"}
"""Doubts that the sandbox has one switch for, under another name."""
OWN = ("opt_out",)
"""Doubts that the sandbox has no switch for: it is at its word there."""

FAULTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("drop_after", {}),
    ("drop_before", {}),
    ("status", {"status": 503}),
    ("status", {"status": 500, "taken": True}),
    ("status", {"status": 429, "retry_after": 3}),
    ("login_page", {"taken": True}),
    ("wrong_json", {"shape": "cut"}),
    ("lost_info", {}),
    ("failed_batch", {}),
    ("interrupted_batch", {}),
    ("stuck_batch", {}),
)
"""What may happen to an import."""

LEARNED = [name for name, doubt in DOUBTS.items() if doubt.can_be_settled and name not in OWN]
EACH = [(name, position) for name, known in positions().items() for position in known]


def every_position() -> list[Quirks]:
    """Return as few accounts as there are positions of a switch: every position is true on one of them."""
    most = max(map(len, positions().values()))
    return [
        Quirks(**{name: known[number % len(known)] for name, known in positions().items()}) for number in range(most)
    ]


def account(quirks: Quirks, *, people: int = 0) -> tuple[Sandbox, VirtualClock]:
    """Return an account in virtual time, with more custom fields than a page has, and some people who opted out."""
    clock = VirtualClock()
    box = Sandbox(clock=clock.monotonic, now=clock.now, quirks=quirks)
    for number in range(20):
        box.add_field(f"Field {number}", "text")
    for number in range(people):
        box.unsubscribe(f"other.{number}@example.net", 4)
    return box, clock


def rehearse(box: Sandbox, clock: VirtualClock, *, connection: Connection | None = None, **more: Any) -> Rehearsal:
    """Rehearse with everything that may be asked for, but for custom fields."""
    given: dict[str, Any] = {
        "list": "Newsletter", "addresses": [*MINE, ODD], "fields": (), "automations": True, "confirm": True, **more,
    }  # fmt: skip
    with contextlib.redirect_stdout(io.StringIO()):
        return (connection or through(box, clock)).rehearse(**given)


def wrong(rehearsal: Rehearsal, quirks: Quirks) -> list[str]:
    """Return what a rehearsal concluded that is not so."""
    true = {name: getattr(quirks, SWITCH.get(name, name)) for name in LEARNED} | {"opt_out": "kept"}
    found = rehearsal.proved
    return [f"{name}: {position!r}" for name, position in found.items() if position != true[name]]
