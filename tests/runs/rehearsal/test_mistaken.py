"""What looks like an answer and is none: nothing is concluded from it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ac_notebook.remote.answers import Answer
from ac_notebook.runs.rehearsal import verdicts
from ac_notebook.runs.rehearsal.play import Play
from ac_notebook.runs.rehearsal.verdicts import Unproved
from ac_notebook.sandbox import Quirks
from tests.runs.rehearsal.accounts import FIELDS, MINE, ODD, account, rehearse, wrong
from tests.virtual import through
from tests.wire import INFO, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.sandbox import Sandbox
    from tests.virtual import VirtualClock

THREE: dict[str, Any] = {"addresses": MINE[:3], "fields": (), "automations": False}
TAKEN, REFUSED = Answer(meaning="ok", status=200), Answer(meaning="refused", status=400)


class Lagging(httpx.BaseTransport):
    """Shows values and places on lists as they were, until they were first asked for eight seconds ago."""

    def __init__(self, inner: httpx.BaseTransport, clock: VirtualClock) -> None:
        self._inner = inner
        self._clock = clock
        self._shown: dict[str, Any] = {}
        self._since: dict[str, float] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._inner.handle_request(request)
        path = request.url.path
        if request.method != "GET" or not path.rpartition("contacts/")[2].isdecimal() or answer.status_code != 200:
            return answer
        body = json.loads(answer.read())
        new = {name: body.get(name) for name in ("contactLists", "fieldValues")}
        if self._shown.setdefault(path, new) != new:
            if self._clock.monotonic() - self._since.setdefault(path, self._clock.monotonic()) < 8:
                return httpx.Response(200, json={**body, **self._shown[path]})
            self._shown[path] = new
        self._since.pop(path, None)
        return httpx.Response(200, json=body)


@pytest.mark.parametrize("quirks", [Quirks(), Quirks(unfit_value="kept", unknown_option="kept")], ids=[0, 1])
def test_what_shows_late_is_waited_for(quirks: Quirks) -> None:
    """Where values and lists can be read some seconds later than the names, blanks are not called ignored."""
    box, clock = account(quirks)
    inner = box.connection.link.transport
    assert inner is not None
    connection = through(box, clock, transport=Lagging(inner, clock))
    rehearsal = rehearse(box, clock, connection=connection, addresses=MINE[:3], fields=FIELDS, automations=False)
    assert wrong(rehearsal, quirks) == []
    assert rehearsal.proved["blank_in_field"] == "clears"


def test_what_contradicts_itself_is_not_proved() -> None:
    """Two fields that are answered differently prove nothing, whatever comes later."""
    play = Play(stage=None, cast=None, contact_list=None, tag="")  # type: ignore[arg-type]  # nothing is asked
    for verdict in ("ignored", "clears", "ignored"):
        play.settle("blank_in_field", verdict)
    assert play.found == {}
    assert play.refuted == {"blank_in_field"}
    assert "contradict" in play.why["blank_in_field"]


def test_blanks_that_may_not_count_prove_no_size() -> None:
    """400,000 bytes are proved only where 400,001 are refused."""
    assert verdicts.body_size(TAKEN, TAKEN, TAKEN, (REFUSED, REFUSED)) == "accepted"
    assert isinstance(verdicts.body_size(TAKEN, TAKEN, TAKEN, (TAKEN, TAKEN)), Unproved)


def test_a_right_row_that_is_refused_proves_no_index() -> None:
    """Where the right row is not taken alone, a refusal may mean it and not the wrong one."""
    named = Answer(meaning="named-rows", failures={1: "x"})
    assert verdicts.failure_index(named, 1, is_taken=True) == 0
    assert isinstance(verdicts.failure_index(named, 1, is_taken=False), Unproved)


def test_all_means_the_unchanged_too() -> None:
    """That everybody is listed is proved only where those are, too, of whom nothing was changed."""
    seen: dict[str, Any] = {"created": 2, "updated": 1}
    assert verdicts.import_success({"1", "2"}, **seen, is_unchanged_listed=True) == "all"
    assert isinstance(verdicts.import_success({"1", "2"}, **seen, is_unchanged_listed=False), Unproved)
    assert verdicts.import_success({"2"}, **seen, is_unchanged_listed=False) == "created"


def test_without_a_list_of_failures_nobody_is_called_unlisted(box: Sandbox, clock: VirtualClock) -> None:
    """Where the end of an import has no word of failures, it is not concluded that they are not listed."""

    def treat(_: int, __: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        body = json.loads(pass_on().read())
        return httpx.Response(200, json={name: value for name, value in body.items() if name != "failure"})

    inner = box.connection.link.transport
    assert inner is not None
    rehearsal = rehearse(box, clock, connection=through(box, clock, transport=Wire(inner, INFO, treat)), **THREE)
    assert "failures_listed" not in rehearsal.proved
    assert rehearsal.proved["opt_out"] == "kept"


def test_an_account_that_fills_up_proves_no_letters() -> None:
    """Where the odd address is the one too many, it is not concluded that its letters are refused."""
    quirks = Quirks(special_addresses="pass")
    box, clock = account(quirks)
    box.limit_contacts(3)
    given: dict[str, Any] = {**THREE, "addresses": [*MINE[:3], ODD], "allow": {"contact-limit"}}
    assert wrong(rehearse(box, clock, **given), quirks) == []


def test_an_automation_that_starts_ends_it(box: Sandbox, clock: VirtualClock) -> None:
    """Where automations start although they are excluded in both places, nothing more is sent."""

    class Started(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            assert inner is not None
            answer: httpx.Response = inner.handle_request(request)
            if request.method != "GET" or not request.url.path.rpartition("contacts/")[2].isdecimal():
                return answer
            return httpx.Response(200, json={**json.loads(answer.read()), "contactAutomations": [{"id": "1"}]})

    inner = box.connection.link.transport
    rehearsal = rehearse(box, clock, connection=through(box, clock, transport=Started()), **THREE)
    assert "AUTOMATIONS STARTED" in rehearsal.ended
    assert rehearsal.imports == 2
