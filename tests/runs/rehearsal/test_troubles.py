"""What goes wrong during a rehearsal: nothing wrong is concluded, and nothing is left behind that is not told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ac_notebook.errors import ActiveCampaignError, AuthenticationError, ConsentError, ExportInterrupted
from ac_notebook.sandbox import Quirks
from tests.runs.rehearsal.accounts import FAULTS, MINE, account, every_position, rehearse, wrong
from tests.virtual import through
from tests.wire import IMPORT, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    import ac_notebook as ac
    from ac_notebook.runs.rehearsal.rehearsal import Rehearsal
    from ac_notebook.sandbox import Sandbox
    from tests.virtual import VirtualClock

THREE: dict[str, Any] = {"addresses": MINE[:3], "fields": (), "automations": False}


def whatever_came(
    box: Sandbox, clock: VirtualClock, **more: Any
) -> tuple[Rehearsal | None, ActiveCampaignError | None]:
    """Rehearse, and return what is left in the hand: the rehearsal, and the error that ended it."""
    try:
        return rehearse(box, clock, **{**THREE, **more}), None
    except ActiveCampaignError as error:
        return error.report, error


def nothing_is_left(box: Sandbox, clock: VirtualClock) -> None:
    """Undo it, and check that nothing of it is there, or that it is told."""
    box.faults.clear()
    undone = through(box, clock).undo_rehearsal(delete_contacts=True)
    if undone.is_whole or "on its way" in undone.left[0]:
        assert box.contacts().empty
        assert box.contact_tags().empty
    else:
        pytest.fail(f"left without a word: {undone}")


@pytest.mark.parametrize(("number", "kind", "more"), [(n, *fault) for n, fault in enumerate(FAULTS)])
def test_a_fault_at_an_import(number: int, kind: str, more: dict[str, Any]) -> None:
    """Whatever happens to an import, no conclusion is wrong, and all of it can be undone."""
    nth = (2, 4, 6, 9, 10)[number % 5]
    quirks = every_position()[nth % 3]
    box, clock = account(quirks)
    box.faults.add(on="import", nth=nth, kind=kind, **more)
    rehearsal, error = whatever_came(box, clock)
    assert rehearsal is not None
    assert wrong(rehearsal, quirks) == []
    assert error is None or "undo_rehearsal()" in error.hint or "Nothing was written" in error.hint
    nothing_is_left(box, clock)


@pytest.mark.parametrize("seed", range(2))
def test_faults_everywhere(seed: int) -> None:
    """With a fault in one of twenty requests, no conclusion is wrong, and all of it can be undone."""
    quirks = every_position()[seed % 3]
    box, clock = account(quirks)
    box.faults.randomly(share=0.05, seed=seed)
    rehearsal, _ = whatever_came(box, clock)
    assert rehearsal is None or wrong(rehearsal, quirks) == []
    nothing_is_left(box, clock)


def test_a_lost_answer_costs_no_conclusion(box: Sandbox, clock: VirtualClock) -> None:
    """One answer that is lost is waited out, and everything is proved nevertheless."""
    box.faults.add(on="import", nth=6, kind="drop_after")
    rehearsal = rehearse(box, clock, **THREE)
    assert not rehearsal.ended
    assert rehearsal.proved["blank_in_import"] == "clears"
    assert rehearsal.proved["failures_listed"] is True


def test_an_importer_that_hangs_ends_it(box: Sandbox, clock: VirtualClock) -> None:
    """After an import that does not come to its end nothing more is sent; what was proved before stays."""
    box.faults.add(on="import", nth=6, kind="stuck_batch")
    rehearsal = rehearse(box, clock, **THREE)
    assert "did not come to its end" in rehearsal.ended
    assert rehearsal.proved["failure_index"] == 1
    assert "duplicates_in_import" not in rehearsal.proved
    assert rehearsal.imports == 6


def test_a_key_that_is_revoked_ends_it(box: Sandbox, clock: VirtualClock) -> None:
    """A revoked key ends it with an error that holds the rehearsal; with another key it can be undone."""
    box.faults.add(on="import", nth=3, kind="key_revoked")
    with pytest.raises(AuthenticationError, match="did not accept") as caught:
        rehearse(box, clock, **THREE)
    assert "undo_rehearsal()" in caught.value.hint
    assert caught.value.report.proved["bulk_content_type"] == "text/html; charset=UTF-8"
    assert len(box.contacts()) == 2
    other = through(box.add_user("other"), clock)
    assert other.undo_rehearsal(delete_contacts=True).deleted == 2
    assert box.contacts().empty


def _at(box: Sandbox, clock: VirtualClock, number: int, does: Callable[[], object], *, before: bool) -> ac.Connection:
    """Return a connection on which something happens at the n-th import, before or after the account has it."""

    def treat(n: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        if n == number and before:
            does()
        answer = pass_on()
        if n == number and not before:
            does()
        return answer

    inner = box.connection.link.transport
    assert inner is not None
    return through(box, clock, transport=Wire(inner, IMPORT, treat))


def _interrupt() -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("number", [1, 6])
def test_an_interrupt_at_any_import(box: Sandbox, clock: VirtualClock, number: int, *, before: bool) -> None:
    """Interrupted, it says so, keeps what was proved, and can be undone, also where the account had the import."""
    connection = _at(box, clock, number, _interrupt, before=before)
    with pytest.raises(ExportInterrupted, match="stopped") as caught:
        rehearse(box, clock, connection=connection, **THREE)
    rehearsal = caught.value.report
    assert rehearsal.imports == number
    assert rehearsal.ended == "it was interrupted"
    assert ("failure_index" in rehearsal.proved) == (number > 1)
    assert "me+" not in str(caught.value)
    undone = rehearsal.undo(delete_contacts=True)
    assert undone.is_whole
    assert box.contacts().empty
    assert box.contact_tags().empty


def test_an_agreement_that_is_withdrawn_ends_it(box: Sandbox, clock: VirtualClock) -> None:
    """Withdrawn in the middle, nothing more is sent."""
    made: list[ac.Connection] = []
    connection = _at(box, clock, 3, lambda: made.pop().withdraw(), before=False)
    made.append(connection)
    with pytest.raises(ConsentError, match="withdrawn"):
        rehearse(box, clock, connection=connection, **THREE)
    assert int((box.requests()["method"] == "POST").sum()) == 3
    assert through(box, clock).undo_rehearsal(delete_contacts=True).deleted == 2


def test_a_process_that_is_killed_can_be_undone_by_the_next(box: Sandbox, clock: VirtualClock) -> None:
    """What was written down before the first import is enough, whatever came after."""

    class Killed(BaseException):
        """No handler of ours knows it."""

    def kill() -> None:
        raise Killed

    with pytest.raises(Killed):
        rehearse(box, clock, connection=_at(box, clock, 5, kill, before=False), **THREE)
    nothing_is_left(box, clock)


def test_quirks_and_faults_together() -> None:
    """An account that does not list failures, and loses an answer where that is asked about, proves nothing wrong."""
    quirks = Quirks(failures_listed=False, import_success="all")
    for nth in (11, 12):
        box, clock = account(quirks)
        box.faults.add(on="import", nth=nth, kind="drop_after")
        rehearsal, _ = whatever_came(box, clock)
        assert rehearsal is not None
        assert wrong(rehearsal, quirks) == []
