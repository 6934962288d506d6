"""What must not end a sandbox, or spoil what it holds: defects, interruptions, and texts that cannot be written."""

from __future__ import annotations

import operator
import signal
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

import ac_notebook as ac
from ac_notebook.sandbox import Quirks, Sandbox, serve
from ac_notebook.sandbox.api.call import Call
from ac_notebook.sandbox.imports.applying import Application
from ac_notebook.sandbox.imports.callback import Callback, call
from ac_notebook.sandbox.service import NotKeptError
from ac_notebook.sandbox.store import DataFileError
from ac_notebook.sandbox.store.database import Database
from tests.sandbox import replay
from tests.sandbox.visits import NEWSLETTER, Clock, Visitor

HALF = "half a character: \ud800"
VERBS: dict[str, tuple[Any, ...]] = {
    "add_list": (HALF,),
    "add_field": (HALF, "text"),
    "unsubscribe": (f"{HALF}@example.org", NEWSLETTER),
    "exclude": (HALF,),
    "bounce": (HALF,),
    "delete": (HALF,),
    "add_user": (HALF,),
    "add_account": (HALF,),
    "limit_contacts": (10**30,),
}
SENSELESS: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("exclude", (7,), {}),
    ("exclude", ("",), {"match": "end"}),
    ("exclude", ("a@example.org",), {"match": "ends"}),
    ("exclude", ("a@example.org",), {"lists": "4"}),
    ("exclude", ("a@example.org",), {"lists": [99]}),
    ("limit_contacts", ("5",), {}),
    ("limit_contacts", (-1,), {}),
    ("limit_contacts", (float("nan"),), {}),
    ("add_list", (None,), {}),
    ("add_account", (5,), {}),
    ("add_account", ("X",), {"contact_limit": "5"}),
    ("add_field", ("T", "text"), {"perstag": HALF}),
    ("add_field", ("T", "dropdown"), {"options": [HALF]}),
    ("add_field", ("T", "dropdown"), {"options": [("a", HALF)]}),
    ("faults.add", (), {"kind": "list_renamed", "list": NEWSLETTER, "name": HALF}),
]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("data", ["file", ""])
def test_what_cannot_be_written_is_refused_at_the_door(tmp_path: Path, clock: Clock, verb: str, data: str) -> None:
    """A lone surrogate or an endless number is a ValueError; everything goes on as if nobody had tried."""
    with Sandbox(clock=clock, now=clock.now, data=tmp_path / "a.db" if data else None) as box:
        visitor = Visitor(box, clock)
        with pytest.raises(ValueError, match=r"is a text|is a whole number"):
            getattr(box, verb)(*VERBS[verb])
        visitor.settle({"email": "a@example.org", "tags": ["still"]})
        assert visitor.get("contacts").status_code == visitor.get("lists").status_code == 200
        replay.check(box)
    if data:
        with Sandbox(clock=clock, now=clock.now, data=tmp_path / "a.db") as again:
            assert again.contacts()["email"].tolist() == ["a@example.org"]


@pytest.mark.parametrize(("verb", "given", "named"), SENSELESS)
def test_what_has_no_sense_is_refused_at_the_door(
    box: Sandbox, visitor: Visitor, verb: str, given: tuple[Any, ...], named: dict[str, Any]
) -> None:
    """Not when the next import meets it, and not by being without effect."""
    place: Any = box
    for part in verb.split("."):
        place = getattr(place, part)
    with pytest.raises(ValueError, match=r"is |there is no list"):
        place(*given, **named)
    assert visitor.settle({"email": "a@example.org"})["failure"] == []


def test_a_limit_that_is_none_is_refused_when_the_account_is_made() -> None:
    """As later."""
    with pytest.raises(ValueError, match="the contact limit is a whole number"):
        Sandbox(contact_limit=-1)


def _fail_for(email: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a defect into the application of imports: it makes a contact, and fails before it is kept."""
    write = Application._write

    def failing(self: Application, address: str, *given: Any, **named: Any) -> None:
        if address == email:
            self._account.create(address, 0)
            message = f"{address} is somebody's"
            raise KeyError(message)
        write(self, address, *given, **named)

    monkeypatch.setattr(Application, "_write", failing)


def test_a_defect_in_an_import_ends_that_import_alone(
    box: Sandbox, visitor: Visitor, clock: Clock, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """It is "interrupted", the log says where and not about whom, and people, ledger and other imports are in order."""
    _fail_for("b@example.org", monkeypatch)
    broken = visitor.send(*({"email": f"{name}@example.org"} for name in "abc"))
    other = visitor.send({"email": "d@example.org", "subscribe": [{"listid": NEWSLETTER}]})
    clock.advance(10)
    assert visitor.get("import/info", batchId=broken).json() == {
        "status": "interrupted", "success": ["1"], "failure": [],
    }  # fmt: skip
    assert visitor.get("import/info", batchId=other).json()["status"] == "completed"
    assert sorted(row["email"] for row in visitor.get("contacts").json()["contacts"]) == [
        "a@example.org", "d@example.org",
    ]  # fmt: skip
    replay.check(box)
    monkeypatch.undo()
    visitor.settle({"email": "b@example.org"})
    assert len(box.contacts()) == 3
    replay.check(box)
    said = capfd.readouterr().err
    assert "KeyError in the sandbox" in said
    assert "_write" in said
    assert "example.org" not in said


def test_a_defect_while_nobody_asks_does_not_end_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong between requests: the server answers new connections."""
    with serve(speed=1_000) as box:
        tries = threading.Event()

        def failing() -> None:
            tries.set()
            raise RuntimeError

        monkeypatch.setattr(box.app, "advance", failing)
        assert tries.wait(5)
        time.sleep(0.1)
        answer = httpx.get(f"{box.url}/api/3/users/me", headers={"Api-Token": box.api_key})
        assert answer.status_code == 200


def test_who_waits_for_a_callback_is_called_though_the_disk_is_full(tmp_path: Path) -> None:
    """The import is done, even if that could not be written yet."""
    called = threading.Event()
    clock = Clock()
    with Sandbox(clock=clock, now=clock.now, data=tmp_path / "a.db") as box:
        box._service.call = lambda _: called.set()
        callback = {"url": "http://127.0.0.1:9/", "requestType": "POST"}
        Visitor(box, clock).send({"email": "a@example.org"}, callback=callback)
        box._ground.close_file()  # nothing can be written any more
        clock.advance(10)
        with pytest.raises(OSError, match="nothing is written"):
            box.app.advance()
        assert called.wait(5)


def test_an_unexpected_error_says_nothing_about_anybody(
    box: Sandbox, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A defect in an endpoint is a plain 500 in JSON, and a request like others; key and error are in no log."""

    def failing(_: Call) -> int:
        message = "anna@example.org"
        raise KeyError(message)

    monkeypatch.setattr(Call, "number", failing)
    answer = visitor.get("contacts/1")
    assert answer.status_code == 500
    assert "KeyError" in answer.json()["message"]
    assert "anna" not in answer.text
    assert "Traceback" not in answer.text
    assert box.requests()["status"].tolist() == [500]
    said = capfd.readouterr()
    assert "anna" not in said.err + said.out
    assert box.api_key not in said.err + said.out


class Unknown(str):
    """A text that cannot be unpacked, as of a class that only the parent's own script knows."""

    __slots__ = ()

    def __reduce__(self) -> Any:
        """Be packed as something that is an error."""
        return operator.getitem, ({}, str(self))


def test_an_interrupted_question_does_not_spoil_the_next() -> None:
    """After a Ctrl-C, each question to a started sandbox gets its own answer, not that of the one before."""
    with ac.sandbox.start(speed=60) as box:
        kernel = threading.main_thread().ident
        assert kernel is not None
        interrupted = 0
        for delay in (0.001, 0.003, 0.008, 0.02):
            timer = threading.Timer(delay, signal.pthread_kill, (kernel, signal.SIGINT))
            try:
                timer.start()
                for _ in range(10_000):
                    box.requests()
            except KeyboardInterrupt:
                interrupted += 1
            timer.join()
        assert interrupted == 4
        assert box.lists().columns.tolist() == ["id", "name", "subscribers"]
        assert box.requests().columns[0] == "time"


def test_a_question_that_cannot_be_understood_does_not_end_it() -> None:
    """What cannot be packed, or unpacked on the other side, is an error here; what the sandbox holds is still there."""
    with ac.sandbox.start(speed=60) as box:
        box.add_list("Kept")
        with pytest.raises(KeyError):
            box.exclude(Unknown("a@example.org"))
        with pytest.raises((AttributeError, TypeError)):
            box.exclude(lambda: "a@example.org")  # type: ignore[arg-type]
        assert "Kept" in box.lists()["name"].tolist()


def test_stopping_what_is_gone_is_no_error() -> None:
    """As at the end of a `with`, where it would hide what went wrong before."""
    with ac.sandbox.start(speed=60) as box:
        box._process._process.kill()
        with pytest.raises(RuntimeError, match="is gone"):
            box.lists()


@pytest.mark.parametrize("speed", [0.0, -1.0, float("inf"), float("nan"), 1e-320])
def test_a_speed_that_no_time_can_be_divided_by_is_refused(speed: float) -> None:
    """Also one so small that its windows would never end."""
    with pytest.raises(ValueError, match="positive number"):
        Sandbox(speed=speed)


def test_two_who_ask_for_one_account_get_one(tmp_path: Path) -> None:
    """At the same time, too; and it is in the data file."""
    with Sandbox(data=tmp_path / "a.db") as box:
        start = threading.Barrier(8)
        found: list[Sandbox] = []

        def ask() -> None:
            start.wait()
            found.append(box.add_account("Second"))

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({one.instance for one in found}) == 1
        assert len({one.api_key for one in found}) == 1
    with Sandbox(data=tmp_path / "a.db") as again:
        assert again.accounts == ["Sandbox", "Second"]
        assert again.add_account("Second").instance == found[0].instance


def test_looking_after_the_end_makes_no_file(tmp_path: Path) -> None:
    """Where somebody took the data file away, the ledger says so, and there is still none."""
    path = tmp_path / "a.db"
    box = Sandbox(data=path)
    box.stop()
    path.rename(tmp_path / "b.db")
    with pytest.raises(DataFileError, match="unable to open"):
        box.ledger()
    assert not path.exists()


def test_nobodys_home_is_no_place_for_a_file() -> None:
    """A sentence, as for any other folder that there is not."""
    with pytest.raises(DataFileError, match="No such file"):
        Sandbox(data="~nobody-of-that-name/a.db")
    with pytest.raises(ValueError, match="No such file"):
        ac.sandbox.start(data="~nobody-of-that-name/a.db")


def test_whose_key_was_taken_is_masked_as_whose_was_given(box: Sandbox, visitor: Visitor) -> None:
    """A user's name is no more in the page's masked ledger than any other person's."""
    user = box.add_user("Annabel Berg")
    box.faults.add(kind="key_revoked")
    visitor.http.get("users/me", headers={"Api-Token": user.api_key})
    with httpx.Client(transport=httpx.WSGITransport(app=box.app)) as browser:
        masked, clear = browser.get(f"{box.url}/?view=ledger").text, browser.get(f"{box.page}&view=ledger").text
    assert clear.count("Annabel") == 2
    assert "Annabel" not in masked


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.1:8080/done", True),
        ("http://localhost:1/", True),
        ("http://[::1]:1/", True),
        ("http://evil.example:80/", False),
        ("http://127.0.0.1.evil.example:80/", False),
        ("http://127.0.0.1:80@evil.example:80/", False),
        ("http://169.254.169.254:80/", False),
        ("https://127.0.0.1:80/", False),
        ("http://127.0.0.1/", False),
        ("http://127.0.0.1:99999/", False),
        ("http://[", False),
        ("file:///etc/passwd", False),
    ],
)
def test_a_callback_stays_on_this_machine(url: str, allowed: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Whatever an import names, nothing but plain HTTP to a port of loopback is ever called."""
    callback = Callback(url=url, method="POST", headers=(), body=b"", repeats=0)
    assert callback.allowed is allowed
    assert allowed or not call(callback)


def test_what_could_not_be_written_is_written_with_the_next_change(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People who came while the disk was full are in the file as soon as it takes anything."""
    with Sandbox(clock=clock, now=clock.now, data=tmp_path / "a.db") as box:
        visitor = Visitor(box, clock)

        def full(_: Database) -> Any:
            message = "full"
            raise NotKeptError(message)

        monkeypatch.setattr(Database, "transaction", full)
        assert visitor.post({"contacts": [{"email": "a@example.org"}]}).status_code == 500
        clock.advance(10)
        for _ in range(2):  # each tries to write, and none may forget what the one before could not
            assert visitor.post_to("contacts", {"contact": {"email": "b@example.org"}}).status_code in (422, 500)
        monkeypatch.undo()
        visitor.settle({"email": "c@example.org"})
        held = box.contacts()["email"].tolist()
    with Sandbox(clock=clock, now=clock.now, data=tmp_path / "a.db") as again:
        assert again.contacts()["email"].tolist() == held
        assert {"a@example.org", "c@example.org"} <= set(held)
        replay.check(again)


def test_no_id_of_a_link_comes_twice_after_a_restart(tmp_path: Path, clock: Clock) -> None:
    """A tag that is taken off, and put on after a restart, is another link than before."""
    link = {"contactTag": {"contact": 1, "tag": 1}}
    with Sandbox(clock=clock, now=clock.now, data=tmp_path / "a.db") as box:
        visitor = Visitor(box, clock)
        visitor.settle({"email": "a@example.org", "tags": ["x"]})
        first = visitor.get("contacts/1/contactTags").json()["contactTags"][0]["id"]
        assert visitor.delete(f"contactTags/{first}").status_code == 200
    with Sandbox(clock=clock, now=clock.now, data=tmp_path / "a.db") as again:
        second = Visitor(again, clock).post_to("contactTags", link).json()["contactTag"]["id"]
        assert second != first


def test_who_was_restored_is_restored_once(tmp_path: Path, clock: Clock) -> None:
    """After a restart, too: when the address is free again, its next owner is somebody else."""
    quirks = Quirks(deleted_contact="restored")
    with Sandbox(clock=clock, now=clock.now, data=tmp_path / "a.db", quirks=quirks) as box:
        visitor = Visitor(box, clock)
        visitor.settle({"email": "a@example.org"})
        box.delete("a@example.org")
        visitor.settle({"email": "a@example.org"})
        assert box.contacts()["id"].tolist() == [1]
    with Sandbox(clock=clock, now=clock.now, data=tmp_path / "a.db") as again:
        visitor = Visitor(again, clock)
        visitor.put("contacts/1", {"contact": {"email": "b@example.org"}})
        visitor.settle({"email": "a@example.org"})
        assert again.contacts()["email"].tolist() == ["b@example.org", "a@example.org"]
        replay.check(again)


def test_an_import_moves_the_time_of_change(visitor: Visitor) -> None:
    """As any change of a contact does."""
    visitor.settle({"email": "a@example.org"})
    before = visitor.get("contacts/1").json()["contact"]
    visitor.settle({"email": "a@example.org", "first_name": "Anna"})
    after = visitor.get("contacts/1").json()["contact"]
    assert (before["cdate"], before["udate"] < after["udate"]) == (after["cdate"], True)


def test_a_refused_key_takes_nobodys_own_away(box: Sandbox, visitor: Visitor) -> None:
    """An account asked for again with a key that is none keeps the one it has."""
    second = box.add_account("Second")
    for wrong in ("my-secret-key", box.api_key):
        with pytest.raises(ValueError, match="key"):
            box.add_account("Second", api_key=wrong)
    assert visitor.http.get("users/me", headers={"Api-Token": second.api_key}).status_code == 200


def test_the_process_is_told_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a real one of the environment nor its own is in what other programs may see of it."""
    monkeypatch.setenv("AC_NOTEBOOK_KEY__REAL", "0123456789abcdef")
    with ac.sandbox.start(speed=60) as box:
        process = Path(f"/proc/{box._process._process.pid}")
        seen = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
    assert b"0123456789abcdef" not in seen
    assert box.api_key.encode() not in seen
