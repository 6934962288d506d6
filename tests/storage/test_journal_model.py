"""The journal against a plain model of it: what is known, what is open, and that folding changes nothing of that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ac_notebook.model.outcome import Outcome
from ac_notebook.storage.journal import Scope
from tests.storage.journals import NOW, batch_of, begin, known, left, opened

if TYPE_CHECKING:
    import pytest

    from ac_notebook.storage.journal import Journal

SCOPES = (Scope(account="acme", list=3, identity="a"), Scope(account="acme", list=3, identity="b"))
SETTLING = (int(Outcome.IMPORTED), int(Outcome.REFUSED), int(Outcome.UNCERTAIN))
OPEN = ("sending", "accepted", "unknown")


@dataclass
class Sent:
    """A batch, as the model sees it."""

    run: int
    number: int
    rows: list[tuple[int, int]]
    state: str = "sending"
    batch: str | None = None
    outcomes: bytes = b""


@dataclass
class Model:
    """The batches of one export in the order in which they were sent; nothing is ever thrown away."""

    sent: list[Sent] = field(default_factory=list)

    def send(self, sent: Sent) -> None:
        """Send a batch, maybe once more: then it is the newest."""
        self.sent = [one for one in self.sent if (one.run, one.number) != (sent.run, sent.number)] + [sent]

    def known(self) -> dict[int, tuple[int, int]]:
        """Return the last word on each address, where there is one."""
        last: dict[int, tuple[int, int] | None] = {}
        for one in self.sent:
            if one.state != "void":
                settled = one.outcomes if one.state == "settled" else bytes([255]) * len(one.rows)
                for (address, content), outcome in zip(one.rows, settled, strict=True):
                    last[address] = (content, outcome) if outcome in SETTLING else None
        in_open = {address for one in self.sent if one.state in OPEN for address, _ in one.rows}
        return {address: word for address, word in last.items() if word is not None and address not in in_open}

    def left(self) -> list[tuple[str, int, str, str | None, bool, list[int]]]:
        """Return what is open."""
        return [
            (f"run {one.run}", one.number, one.state, one.batch, one.run % 2 == 1, [address for address, _ in one.rows])
            for one in self.sent
            if one.state in OPEN
        ]


rows = st.lists(st.tuples(st.integers(1, 7), st.integers(1, 3)), min_size=1, max_size=4, unique_by=lambda row: row[0])
outcomes = st.lists(st.sampled_from(SETTLING), min_size=4, max_size=4)
sends = st.tuples(st.just("send"), st.integers(0, 3), st.integers(0, 3), rows)
words = st.sampled_from(["accepted", "settled", "unknown", "void", "closed"])
changes = st.tuples(words, st.integers(0, 3), st.integers(0, 3), outcomes)
kinds = st.sampled_from(["fold", "close all", "open again"])
others: st.SearchStrategy[tuple[str, int, int, list[int]]]
others = st.tuples(kinds, st.integers(0, 3), st.just(0), st.just([]))
steps = st.lists(st.one_of(sends, changes, others), max_size=30)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_the_journal_is_its_model(tmp_path_factory: pytest.TempPathFactory, steps: list) -> None:  # type: ignore[type-arg]  # see above
    """After any steps in any order, runs of two exports mixed, baseline and open batches are what the model says.

    So an address in an open batch has no baseline, nothing of an older batch hides a newer one, a closed batch stays
    closed, and neither folding nor opening the file again changes anything that can be seen.
    """
    home = tmp_path_factory.mktemp("home")
    home.chmod(0o700)
    models = {scope: Model() for scope in SCOPES}
    folded: set[tuple[int, int]] = set()
    with opened(home) as (_, journal):
        for run in range(4):
            begin(journal, f"run {run}", automations=run % 2 == 1, scope=scope_of(run))
    place = 0
    while place < len(steps):
        with opened(home) as (_, journal):
            while place < len(steps) and steps[place][0] != "open again":
                take(journal, models[scope_of(steps[place][1])], steps[place], folded)
                place += 1
            place += 1
            for scope, model in models.items():
                assert known(journal, scope) == model.known()
                assert left(journal, scope) == model.left()


def scope_of(run: int) -> Scope:
    """Return whose run it is."""
    return SCOPES[run // 2]


def take(journal: Journal, model: Model, step: tuple, folded: set[tuple[int, int]]) -> None:  # type: ignore[type-arg]  # see above
    """Take a step with the journal and with the model of its export."""
    kind, run, number, more = step
    name = f"run {run}"
    if kind == "send":
        if (run, number) not in folded:
            journal.sending(name, batch_of(number, more), now=NOW)
            model.send(Sent(run=run, number=number, rows=more))
    elif kind == "fold":
        journal.fold(scope_of(run), now=NOW)
        opened_at = next((place for place, one in enumerate(model.sent) if one.state in OPEN), len(model.sent))
        folded |= {(one.run, one.number) for one in model.sent[:opened_at]}
    elif kind == "close all":
        journal.close(journal.open_batches(scope_of(run)))
        for one in model.sent:
            one.state = "closed" if one.state in OPEN else one.state
    else:
        change(journal, model, (kind, run, number), more, gone=(run, number) in folded)


def change(journal: Journal, model: Model, what: tuple[str, int, int], outcomes: list[int], *, gone: bool) -> None:
    """Change the state of a batch, whether it is there, closed, folded away, or none of these."""
    state, run, number = what
    one = next((one for one in model.sent if (one.run, one.number) == (run, number)), None)
    size = len(one.rows) if one else 1
    if state == "accepted":
        journal.accepted(f"run {run}", number, f"id {number}")
    elif state == "settled":
        journal.settled(f"run {run}", number, bytes(outcomes[:size]))
    else:
        journal.mark(f"run {run}", number, state)
    if one is None or gone or one.state == "closed":
        return
    one.state = state
    if state == "accepted":
        one.batch = f"id {number}"
    if state == "settled":
        one.outcomes = bytes(outcomes[:size])
