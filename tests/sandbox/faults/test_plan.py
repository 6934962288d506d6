from __future__ import annotations

import pickle
import re
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from ac_notebook.sandbox import start
from ac_notebook.sandbox.faults.plan import Faults
from ac_notebook.sandbox.faults.spelling import spelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ac_notebook.sandbox import ServedSandbox
    from tests.sandbox.faults.guest import Guest


def met(faults: Faults, *requests: str) -> list[str]:
    """Return which fault each request meets; a request is a group, or a method and a path."""
    kinds = []
    for request in requests:
        method, _, path = request.rpartition(" ")
        group = path if not method else ""
        fault = faults.meet(group, method or "GET", path if method else f"/api/3/{group}")
        kinds.append(fault.kind if fault is not None else "")
    return kinds


def test_the_nth_and_so_many_after_it() -> None:
    """A fault happens at the nth request that it is for, and at the next ones if it is to."""
    faults = Faults()
    faults.add(kind="cut", on="lists", nth=2, times=2)
    assert met(faults, "lists", "tags", "lists", "tags", "lists", "lists") == ["", "", "cut", "", "cut", ""]


def test_requests_are_counted_from_when_it_was_asked_for() -> None:
    """What came before does not count."""
    faults = Faults()
    met(faults, "lists", "lists")
    faults.add(kind="cut", nth=2)
    assert met(faults, "lists", "lists", "lists") == ["", "cut", ""]


def test_for_ever_ends_with_clear() -> None:
    """Without a number of times it happens until the faults are cleared."""
    faults = Faults()
    faults.add(kind="cut", times=None)
    assert met(faults, *["lists"] * 50) == ["cut"] * 50
    faults.clear()
    assert met(faults, "lists") == [""]


def test_of_several_the_first_wins_and_the_other_waits() -> None:
    """One request meets one fault; the other comes at the next one."""
    faults = Faults()
    faults.add(kind="cut", nth=2)
    faults.add(kind="drip", nth=2)
    faults.add(kind="delay", nth=5)
    assert met(faults, *["lists"] * 6) == ["", "cut", "drip", "", "delay", ""]


def test_batches_are_counted_by_imports() -> None:
    """What happens to batches waits for imports, whatever else is asked meanwhile."""
    faults = Faults()
    faults.add(kind="stuck_batch", nth=2)
    assert met(faults, "lists", "import", "info", "import", "import") == ["", "", "", "stuck_batch", ""]


def test_a_method_and_the_beginning_of_a_path() -> None:
    """Requests can be named by method and path, with or without the root."""
    faults = Faults()
    faults.add(kind="cut", on="GET /api/3/lists/4")
    faults.add(kind="drip", on="GET /con", times=None)
    requests = ("GET lists", "POST lists/4", "GET lists/4", "GET contacts/7", "GET tags")
    assert met(faults, *(request.replace(" ", " /api/3/") for request in requests)) == ["", "", "cut", "drip", ""]


def test_any_means_addresses_that_lead_nowhere_too(guest: Guest) -> None:
    """A request to an unknown address is a request."""
    guest.box.faults.add(kind="status", status=503, nth=2)
    assert [guest.ask("nothing").status_code, guest.ask("nothing").status_code] == [404, 503]


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "kind": ({"kind": "drop_befor"}, "there is no fault of the kind 'drop_befor'; did you mean 'drop_before'?"),
    "no kind": ({"kind": None}, "there is no fault of the kind None"),
    "group": ({"kind": "cut", "on": "imports"}, "there are no requests 'imports'; did you mean 'import'?"),
    "no group": ({"kind": "cut", "on": 5}, "there are no requests 5"),
    "method": ({"kind": "cut", "on": "GTE /lists"}, "there is no method 'GTE'; did you mean 'GET'?"),
    "path": ({"kind": "cut", "on": "GET /list/x/y"}, "there are no requests 'GET /list/x/y'"),
    "near path": ({"kind": "cut", "on": "GET /imports/info"}, "did you mean 'GET /import/info'?"),
    "not for a batch": ({"kind": "stuck_batch", "on": "info"}, "stuck_batch happens to requests of the group 'import'"),
    "detail": ({"kind": "status", "stauts": 503}, "status has no detail 'stauts'"),
    "no detail": ({"kind": "drop_after", "at": 3}, "drop_after has no detail 'at', it takes none"),
    "missing": ({"kind": "list_renamed", "list": 4}, "list_renamed needs name="),
    "nth": ({"kind": "cut", "nth": 0}, "nth is a whole number"),
    "nth as truth": ({"kind": "cut", "nth": True}, "nth is a whole number"),
    "times": ({"kind": "cut", "times": 0}, "times is a whole number"),
    "seconds": ({"kind": "delay", "seconds": -1}, "seconds is a number from 0"),
    "no number": ({"kind": "delay", "seconds": float("nan")}, "seconds is a number from 0"),
    "held": ({"kind": "delay", "held": "anwser"}, "did you mean 'answer'?"),
    "at": ({"kind": "cut", "at": -1}, "at is a whole number"),
    "bytes": ({"kind": "drip", "bytes": 0}, "bytes is a whole number"),
    "status": ({"kind": "status", "status": 101}, "status is a whole number from 200"),
    "body": ({"kind": "status", "body": 5}, "body is text"),
    "content type": ({"kind": "status", "content_type": ""}, "content_type is a text"),
    "headers": ({"kind": "status", "headers": {"X": "a\r\nb"}}, "headers are a dictionary"),
    "retry after": ({"kind": "status", "retry_after": "soon"}, "retry_after is a number"),
    "taken": ({"kind": "login_page", "taken": "no"}, "taken is True or False"),
    "location": ({"kind": "redirect", "location": "a\nb"}, "location is an address"),
    "redirect": ({"kind": "redirect", "status": 200}, "status is one of 301"),
    "shape": ({"kind": "wrong_json", "shape": "othr"}, "did you mean 'other'?"),
    "list": ({"kind": "list_deleted", "list": 0}, "list is a whole number"),
    "no list": ({"kind": "list_deleted", "list": None}, "list is a text"),
    "name": ({"kind": "list_renamed", "list": 4, "name": " "}, "name is a text"),
    "most": ({"kind": "contact_limit", "most": -1}, "most is a whole number"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_happen_is_said_at_once(case: str) -> None:
    """A word that is not known, or a detail that does not fit, is a ValueError that says what there is."""
    asked, said = WRONG[case]
    faults = Faults()
    with pytest.raises(ValueError, match=re.escape(said)):
        faults.add(**asked)
    assert met(faults, "import") == [""]


def test_what_happened_is_told_without_addresses(guest: Guest) -> None:
    """Each fault that was met is a row, its path without a query and without anybody's address."""
    guest.box.faults.add(kind="status", times=2)
    guest.ask("contacts/ann@example.org", email="ann@example.org")
    guest.ask("lists")
    guest.ask("lists")
    told = guest.box.faults.happened()
    assert isinstance(told["time"].dtype, pd.DatetimeTZDtype)
    assert list(told.columns) == ["time", "on", "kind", "method", "path"]
    assert told["path"].tolist() == ["/api/3/contacts/…", "/api/3/lists"]
    assert told["on"].tolist() == ["contacts", "lists"]
    assert isinstance(Faults().happened()["time"].dtype, pd.DatetimeTZDtype)


def test_chance_is_the_same_for_the_same_seed() -> None:
    """The same requests in the same order meet the same faults; another seed brings others; their share is as asked."""

    def drawn(seed: int, share: float = 0.2) -> list[object]:
        faults = Faults()
        faults.randomly(share=share, seed=seed)
        return [faults.meet(group, "GET", "/") for group in ("import", "info", "lists", "tags") * 250]

    assert drawn(3) == drawn(3)
    assert drawn(3) != drawn(4)
    for share in (0.0, 0.05, 0.5, 1.0):
        found = sum(fault is not None for fault in drawn(5, share))
        assert abs(found - 1000 * share) < 60 * share * (1 - share) * 4 + 1


def test_chance_does_to_each_request_what_can_happen_to_it() -> None:
    """Batches come to grief on imports only, and only what was named happens."""
    faults = Faults()
    faults.randomly(share=1.0, kinds=("stuck_batch", "cut"))
    kinds = [met(faults, group)[0] for group in ("import", "lists") * 40]
    assert set(kinds[::2]) == {"stuck_batch", "cut"}
    assert set(kinds[1::2]) == {"cut"}


def test_chance_comes_after_what_was_named_and_goes_on_counting() -> None:
    """A fault that was named first wins, and the sequence of chance stays the same behind it."""
    plain, mixed = Faults(), Faults()
    mixed.add(kind="delay", nth=3)
    for faults in (plain, mixed):
        faults.randomly(share=0.3, seed=11)
    one, other = ([faults.meet("import", "POST", "/") for _ in range(50)] for faults in (plain, mixed))
    assert [number for number in range(50) if one[number] != other[number]] == [2]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"share": 1.5}, "share is a number from 0 to 1"),
        ({"share": -0.1}, "share is a number"),
        ({"seed": 1.5}, "seed is a whole number"),
        ({"kinds": ()}, "kinds is empty"),
        ({"kinds": ("cut", "dripp")}, "did you mean 'drip'?"),
        ({"kinds": ("list_deleted",)}, "list_deleted needs list="),
        ({"on": "impot"}, "did you mean 'import'?"),
        ({"on": "info", "kinds": ("stuck_batch",)}, "stuck_batch happens to requests of the group 'import'"),
    ],
)
def test_chance_that_cannot_be_is_said_at_once(asked: dict[str, Any], said: str) -> None:
    """A share above one, an unknown kind, or one that must be told more, is a ValueError."""
    with pytest.raises(ValueError, match=re.escape(said)):
        Faults().randomly(**asked)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("import:3:drop_after", {"on": "import", "nth": 3, "kind": "drop_after"}),
        ("any:10:status:status=503", {"on": "any", "nth": 10, "kind": "status", "status": 503}),
        (
            "GET /lists/4:1:redirect:location=http://127.0.0.1:80/?a=b:times=ever",
            {"on": "GET /lists/4", "nth": 1, "kind": "redirect", "location": "http://127.0.0.1:80/?a=b", "times": None},
        ),
        (
            'any:1:status:body={"a":[1]}:headers={"X-Wall":"1"}:taken=true',
            {"on": "any", "nth": 1, "kind": "status", "body": {"a": [1]}, "headers": {"X-Wall": "1"}, "taken": True},
        ),
        (
            "any:1:list_renamed:list=VIP:name=2024",
            {"on": "any", "nth": 1, "kind": "list_renamed", "list": "VIP", "name": "2024"},
        ),
        ("any:1:list_deleted:list=4", {"on": "any", "nth": 1, "kind": "list_deleted", "list": 4}),
    ],
)  # fmt: skip
def test_faults_in_one_word(text: str, meant: dict[str, Any]) -> None:
    """What is written on a command line means what is said in Python."""
    assert spelled(text) == meant


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("drop_after", "write on:nth:kind"),
        ("import:drop_after", "write on:nth:kind"),
        ("import:x:drop_after", "nth is a whole number, not 'x'"),
        ("import:0:drop_after", "nth is a whole number"),
        ("import:1:drop", "there is no fault of the kind 'drop'"),
        ("imprt:1:cut", "did you mean 'import'?"),
        ("any:1:cut:att=3", "cut has no detail 'att'"),
        ("any:1:cut:at=3:at=4", "at is told twice"),
        ("any:1:cut:at=many", "at is a whole number"),
        ("any:1:list_deleted", "list_deleted needs list="),
    ],
)
def test_words_that_are_no_fault(text: str, said: str) -> None:
    """A fault that is misspelled is a ValueError that says how."""
    with pytest.raises(ValueError, match=re.escape(said)):
        spelled(text)


@pytest.fixture(scope="module")
def started() -> Iterator[ServedSandbox]:
    """Return a sandbox in a process of its own."""
    with start(speed=600) as box:
        yield box


def test_faults_of_a_sandbox_in_another_process(started: ServedSandbox) -> None:
    """They are asked for in the same words, with the same errors, and each account has its own."""
    started.faults.add(kind="status", status=402, on="lists", headers={"X": "1"})
    started.faults.randomly(share=0.0, kinds=("cut",))
    with pytest.raises(ValueError, match="did you mean 'drip'"):
        started.faults.add(kind="dripp")
    with pytest.raises(ValueError, match="share is a number"):
        started.faults.randomly(share=7)
    assert started.faults.happened().empty
    other = started.add_account("other")
    with started.connection.client() as client, other.connection.client() as others:
        assert others.ask("lists").status == 200
        assert client.ask("lists").status == 402
        assert client.ask("lists").status == 200
    assert started.faults.happened()["kind"].tolist() == ["status"]
    assert other.faults.happened().empty
    started.faults.clear()


def test_faults_can_be_compared_and_carried() -> None:
    """A fault is a value: equal ones are equal, and it survives a journey to another process."""
    one, other = Faults(), Faults()
    for faults in (one, other):
        faults.add(kind="status", status=503, body={"a": 1})
    first, second = one.meet("lists", "GET", "/"), other.meet("lists", "GET", "/")
    assert first == second == pickle.loads(pickle.dumps(first))  # noqa: S301 - our own
