"""Keeping everything in a file: the same after a restart, and no file is ever reset."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ac_notebook as ac
from ac_notebook.sandbox import Quirks, Sandbox
from ac_notebook.sandbox.service import NotKeptError
from ac_notebook.sandbox.state.account import Account
from ac_notebook.sandbox.store import DataFileError
from ac_notebook.sandbox.store.parts import parts_of
from tests.sandbox.visits import NEWSLETTER, VIP, Clock, Visitor

if TYPE_CHECKING:
    from collections.abc import Callable

FRAMES = ("contacts", "lists", "memberships", "contact_tags", "automations", "requests", "ledger")
PATHS = ("contacts", "lists", "fields", "tags", "groups", "lists/exclusions", "import/bulk_import", "contacts/1")


def opened(path: Path, clock: Clock, **options: Any) -> Sandbox:
    """Open an account in a file."""
    return Sandbox(clock=clock, now=clock.now, data=path, **options)


def frames(box: Sandbox, *names: str) -> dict[str, pd.DataFrame]:
    """Return what can be looked at."""
    return {name: getattr(box, name)() for name in names or FRAMES}


def answers(box: Sandbox, clock: Clock, batches: list[str]) -> list[tuple[int, bytes]]:
    """Return what some questions are answered, a second apart so that no limit is met."""
    visitor = Visitor(box, clock, patience=1.0)
    asked = [visitor.get(path) for path in PATHS]
    asked += [visitor.get("contacts", listid=NEWSLETTER), visitor.get("contacts", email="a@example.com")]
    asked += [visitor.get("import/info", batchId=batch) for batch in batches]
    return [(answer.status_code, answer.content) for answer in asked]


def same(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    """Assert that all frames are equal."""
    for name, frame in one.items():
        pd.testing.assert_frame_equal(frame, other[name], obj=name)


# ------------------------------------------------------------------------------------------------ the law

EMAILS = st.sampled_from(["a@example.com", "B@example.com", "c@example.org", "d@example.org", "not deliverable@"])
NAMES = st.sampled_from(["", "Åsa", "<b>", "\u202eevil"])
RECORDS = st.fixed_dictionaries(
    {"email": EMAILS},
    optional={
        "first_name": NAMES,
        "phone": st.sampled_from(["", "070"]),
        "tags": st.lists(st.sampled_from(["spring", "Web", "x"]), max_size=2),
        "fields": st.lists(
            st.fixed_dictionaries(
                {"id": st.sampled_from([2, 3, 6]), "value": st.sampled_from(["", "Oslo", "2020-01-02"])}
            ),
            max_size=2,
        ),
        "subscribe": st.lists(st.fixed_dictionaries({"listid": st.sampled_from([NEWSLETTER, VIP])}), max_size=1),
        "unsubscribe": st.lists(st.fixed_dictionaries({"listid": st.just(NEWSLETTER)}), max_size=1),
    },
)
STEPS = st.one_of(
    st.tuples(st.just("send"), st.lists(RECORDS, min_size=1, max_size=3)),
    st.tuples(st.just("wait"), st.sampled_from([0.25, 3.0, 10.0])),
    st.tuples(st.sampled_from(["bounce", "delete", "exclude", "unsubscribe", "sync"]), EMAILS),
    st.tuples(st.sampled_from(["add_list", "add_user", "limit_contacts"]), st.none()),
    st.tuples(st.sampled_from(["post_tag", "untag", "delete_list"]), st.none()),
    st.tuples(st.just("restart"), st.none()),
)  # fmt: skip


class World:
    """An account in a file, or in memory where it is never restarted, to which the same is done."""

    def __init__(self, folder: Path | None, quirks: Quirks) -> None:
        self.clock = Clock()
        self.folder = folder
        self.quirks = quirks
        self.box = self._open()
        self.batches: list[str] = []
        self.count = 0

    def _open(self) -> Sandbox:
        data = None if self.folder is None else self.folder / "box.db"
        return Sandbox(clock=self.clock, now=self.clock.now, data=data, quirks=self.quirks, api_key="sandbox-a")

    def restart(self) -> None:
        if self.folder is not None:
            self.box.stop()
            self.box = self._open()

    def do(self, verb: str, with_: Any) -> None:
        self.count += 1
        self.clock.advance(0.25)
        if verb in OVER_HTTP:
            method, path, content = OVER_HTTP[verb](with_)
            answer = Visitor(self.box, self.clock, patience=0.0).http.request(method, path, json=content)
            if verb == "send" and answer.status_code == 200:
                self.batches.append(answer.json()["batchId"])
        elif verb == "restart":
            self.restart()
        elif verb == "wait":
            self.clock.advance(with_)
        else:
            BY_HAND[verb](self.box, self.count, with_)


OVER_HTTP: dict[str, Callable[[Any], tuple[str, str, Any]]] = {
    "send": lambda records: ("POST", "import/bulk_import", {"contacts": records}),
    "sync": lambda email: ("POST", "contact/sync", {"contact": {"email": email, "firstName": "Synced"}}),
    "post_tag": lambda _: ("POST", "contactTags", {"contactTag": {"contact": 1, "tag": 1}}),
    "untag": lambda _: ("DELETE", "contactTags/1000001", None),
    "delete_list": lambda _: ("DELETE", f"lists/{VIP}", None),
}
BY_HAND: dict[str, Callable[[Sandbox, int, Any], Any]] = {
    "add_list": lambda box, count, _: box.add_list(f"List {count}", automation=True),
    "add_user": lambda box, count, _: box.add_user(f"user {count}", without=["pgContactImport"]),
    "limit_contacts": lambda box, count, _: box.limit_contacts(count % 4),
    "unsubscribe": lambda box, _, email: box.unsubscribe(email, NEWSLETTER),
    "bounce": lambda box, _, email: box.bounce(email),
    "delete": lambda box, _, email: box.delete(email),
    "exclude": lambda box, _, email: box.exclude(email),
}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=14), deleted=st.sampled_from(["forgotten", "restored"]))
def test_a_restart_changes_nothing(steps: list[tuple[str, Any]], deleted: Any) -> None:
    """Whatever was done, after a restart all frames, the ledger and the answers are the same, as without restarts."""
    folder = Path(tempfile.mkdtemp(prefix="sandbox-store-"))
    quirks = Quirks(deleted_contact=deleted)
    kept, memory = World(folder, quirks), World(None, quirks)
    try:
        for verb, with_ in steps:
            kept.do(verb, with_)
            memory.do(verb, with_)
        before = frames(kept.box)
        kept.restart()
        same(before, frames(kept.box))
        kept.clock.advance(10)
        told = answers(kept.box, kept.clock, kept.batches)
        kept.clock.seconds -= len(told)  # the same questions at the same moments
        kept.restart()
        assert answers(kept.box, kept.clock, kept.batches) == told
        memory.clock.seconds = kept.clock.seconds
        names = ("contacts", "lists", "memberships", "contact_tags", "automations")
        same(frames(memory.box, *names), frames(kept.box, *names))
        assert kept.box._state.active == memory.box._state.active
        ours, theirs = kept.box.ledger(), memory.box.ledger()
        assert ours[["effect", "contact", "what", "new"]].equals(theirs[["effect", "contact", "what", "new"]])
    finally:
        kept.box.stop()
        shutil.rmtree(folder)


def test_everything_an_account_has_is_written_or_worked_out() -> None:
    """An attribute that is added to the account must be added to the file, or to what is counted anew."""
    account = Sandbox()._state
    assert isinstance(account, Account)
    in_parts = {name for name in vars(account) if name in parts_of(account, {})}
    of_the_account = {"created", "zone", "contact_limit", "quirks", "last_ids"}
    in_tables = {"packed", "bounced", "forgotten", "removals", "ledger"}
    counted_anew = {"by_key", "missing", "active", "stored_value", "tag_by_name", "touched", "remembers_touched"}
    counted_anew |= {"change", "searches"}
    assert set(vars(account)) == in_parts | of_the_account | in_tables | counted_anew


# ------------------------------------------------------------------------------- what is kept, and how well


def test_identity_keys_names_and_settings_stay(tmp_path: Path, clock: Clock) -> None:
    """After a restart it is the same account to its clients: instance, key, users' keys, quirks and limit."""
    quirks = Quirks(import_success="all", rate_limit_status=503, rate_limit_headers=True)
    with opened(tmp_path / "a.db", clock, quirks=quirks, contact_limit=7) as box:
        clerk = box.add_user("clerk", without=["pgContactImport"])
    with opened(tmp_path / "a.db", clock) as again:
        assert (again.instance, again.api_key, again.quirks) == (box.instance, box.api_key, quirks)
        assert again._state.contact_limit == 7
        assert again.add_user("clerk", without=["pgContactImport"]).api_key == clerk.api_key
        assert len(again._state.users) == 2
        answer = Visitor(clerk, clock).http.get("users/me")
        assert answer.json()["user"]["username"] == "clerk"


def test_what_is_given_anew_takes_the_place_of_what_was_kept(tmp_path: Path, clock: Clock) -> None:
    """Key, quirks and limit of a later start hold, also after that; the old key is worthless."""
    with opened(tmp_path / "a.db", clock, api_key="sandbox-old", contact_limit=3):
        pass
    quirks = Quirks(totals="number")
    with opened(tmp_path / "a.db", clock, api_key="sandbox-new", quirks=quirks, contact_limit=9):
        pass
    with opened(tmp_path / "a.db", clock) as box:
        assert (box.api_key, box.quirks, box._state.contact_limit) == ("sandbox-new", quirks, 9)
        assert Visitor(box, clock).http.get("users/me", headers={"Api-Token": "sandbox-old"}).status_code == 403


def test_an_import_in_the_queue_goes_on_by_the_calendar(tmp_path: Path) -> None:
    """What was queued is applied when it is due, though the clock begins anew, and a finished one is still known."""
    first = Clock()
    with opened(tmp_path / "a.db", first) as box:
        visitor = Visitor(box, first)
        done = visitor.send({"email": "a@example.com"})
        first.advance(10)
        visitor.get("users/me")
        waiting = visitor.send({"email": "b@example.com"})
    later = Clock()
    later.now = first.now  # type: ignore[method-assign]  # the calendar goes on
    later.seconds = 5.0
    with opened(tmp_path / "a.db", later) as box:
        visitor = Visitor(box, later)
        assert visitor.get("import/info", batchId=done).json()["status"] == "completed"
        assert visitor.get("import/info", batchId=waiting).text == '{"status":false,"success":[],"failure":[]}'
        assert list(box.contacts()["email"]) == ["a@example.com"]
        later.advance(8)
        assert visitor.get("import/info", batchId=waiting).json()["status"] == "completed"
        assert list(box.contacts()["email"]) == ["a@example.com", "b@example.com"]


def test_a_restart_makes_no_room_in_the_minute(tmp_path: Path, clock: Clock) -> None:
    """Twenty imports of one contact before it, and the next one after it is refused until the minute is over."""
    with opened(tmp_path / "a.db", clock) as box:
        visitor = Visitor(box, clock)
        for number in range(20):
            visitor.send({"email": f"p{number}@example.com"})
    with opened(tmp_path / "a.db", clock) as box:
        visitor = Visitor(box, clock)
        assert visitor.post({"contacts": [{"email": "x@example.com"}]}).status_code == 400
        clock.advance(60)
        assert visitor.post({"contacts": [{"email": "x@example.com"}]}).status_code == 200


def test_the_file_is_its_owners_from_the_first_moment(tmp_path: Path, clock: Clock) -> None:
    """It holds keys: nobody else may read it, also where it was made readable meanwhile."""
    path = tmp_path / "a.db"
    with opened(path, clock) as box:
        box.add_list("x")
        modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in tmp_path.glob("a.db*")}
    assert set(modes.values()) == {0o600}
    assert [entry.name for entry in tmp_path.glob("a.db*")] == ["a.db"]
    path.chmod(0o644)
    with opened(path, clock):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


KILLED = """
import sys, os, signal, json, httpx
from ac_notebook.sandbox import serve
box = serve(speed=1000, data=sys.argv[1], api_key="sandbox-killed")
http = httpx.Client(base_url=box.url + "/api/3/", headers={"Api-Token": box.api_key}, trust_env=False)
http.post("contact/sync", json={"contact": {"email": "sync@example.com"}}).raise_for_status()
for number in range(40):
    contacts = [{"email": f"p{number}.{n}@example.com"} for n in range(9)]
    answer = http.post("import/bulk_import", json={"contacts": contacts})
    assert answer.status_code == 200
    print(answer.json()["batchId"], flush=True)
http.get("lists")  # a request is put into the list once it was answered: this may be missing, none before it
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_process_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    """After kill -9 every import that was accepted is applied once, and every request but the last is in the list."""
    path = tmp_path / "a.db"
    done = subprocess.run([sys.executable, "-c", KILLED, path], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    accepted = done.stdout.split()
    assert len(accepted) == 40
    with ac.sandbox.start(data=path, speed=1000) as box:
        assert box.api_key == "sandbox-killed"
        with httpx.Client(base_url=f"{box.url}/api/3/", headers={"Api-Token": box.api_key}, trust_env=False) as http:
            for batch in accepted:
                answer = http.get("import/info", params={"batchId": batch})
                while answer.json()["status"] != "completed":
                    answer = http.get("import/info", params={"batchId": batch})
        assert len(box.contacts()) == 40 * 9 + 1
        assert (box.ledger(effect="contact created")["contact"].is_unique) is True
        assert (box.requests()["path"] == "/api/3/import/bulk_import").sum() == 40


def test_what_it_holds_can_be_looked_at_after_it_has_stopped(tmp_path: Path, clock: Clock) -> None:
    """Frames and ledger are there, and changing something says that it has stopped."""
    with opened(tmp_path / "a.db", clock) as box:
        box.unsubscribe("a@example.com", VIP)
    assert list(box.contacts()["email"]) == ["a@example.com"]
    assert box.ledger()["effect"].iloc[-1] == "left list"
    with pytest.raises(NotKeptError, match="has stopped"):
        box.add_list("x")


def test_a_full_disk_is_said_and_nothing_is_lost_by_it(tmp_path: Path, clock: Clock) -> None:
    """A change that cannot be written is answered with a 500, never called done; the next one writes both."""
    with opened(tmp_path / "a.db", clock) as box:
        store = box._ground.store
        assert store is not None
        connection = store._database._connection
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        visitor = Visitor(box, clock)
        texts = "x" * 200_000
        answer = visitor.post({"contacts": [{"email": "a@example.com", "fields": [{"id": 2, "value": texts}]}]})
        assert answer.status_code == 500
        assert "could not be written" in answer.json()["message"]
        connection.execute("PRAGMA max_page_count = 100000")
        clock.advance(10)
        visitor.settle({"email": "b@example.com"})
        told = frames(box)
    with opened(tmp_path / "a.db", clock) as again:
        assert list(again.contacts()["email"]) == ["a@example.com", "b@example.com"]
        same(told, frames(again))


# ------------------------------------------------------------------------------------- files that will not do


def spoil_header(path: Path) -> None:
    """Make it no database."""
    path.write_bytes(b"This is no database at all. " * 40)


def spoil_middle(path: Path) -> None:
    """Overwrite parts of its pages."""
    content = bytearray(path.read_bytes())
    for place in range(4096, len(content), 4096):
        content[place : place + 64] = b"\xff" * 64
    path.write_bytes(content)


def spoil_part(path: Path) -> None:
    """Leave one collection without its end."""
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE parts SET content = CAST('{' AS BLOB) WHERE name = 'lists'")
    connection.close()


def make_newer(path: Path) -> None:
    """Have it come from the future."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


def make_foreign(path: Path) -> None:
    """Put another program's database in its place."""
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE diary (text TEXT)")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (spoil_header, "damaged"),
        (spoil_middle, "damaged"),
        (spoil_part, "damaged"),
        (make_newer, "newer version"),
        (make_foreign, "another program"),
    ],
)
def test_a_file_that_cannot_be_used_is_said_and_left_alone(tmp_path: Path, clock: Clock, spoil: Any, said: str) -> None:
    """Damaged, newer and foreign files are refused with a sentence, and not a byte of them is changed."""
    path = tmp_path / "a.db"
    with opened(path, clock) as box:
        box.unsubscribe("a@example.com", VIP)
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(DataFileError, match=said) as refused:
        opened(path, clock)
    assert str(path) in str(refused.value)
    assert str(refused.value).endswith(".")
    assert path.read_bytes() == before


def test_a_file_out_of_reach_is_said(tmp_path: Path, clock: Clock) -> None:
    """A folder that is not there and a folder in the file's place are sentences."""
    with pytest.raises(DataFileError, match="No such file"):
        opened(tmp_path / "nowhere" / "a.db", clock)
    with pytest.raises(DataFileError, match="is no file"):
        opened(tmp_path, clock)


def test_two_sandboxes_do_not_share_a_file(tmp_path: Path, clock: Clock) -> None:
    """While one has it, another is told so, in this process and in others; afterwards it may have it."""
    path = tmp_path / "a.db"
    with opened(path, clock) as box:
        with pytest.raises(DataFileError, match="in use by another sandbox"):
            opened(path, clock)
        with pytest.raises(ValueError, match="in use by another sandbox"):
            ac.sandbox.start(data=path)
        box.add_list("still mine")
    with ac.sandbox.start(data=path) as other:
        assert "still mine" in list(other.lists()["name"])


def test_contacts_that_differ_in_case_only_stay_apart(tmp_path: Path, clock: Clock) -> None:
    """A file written with `address_case="matters"` is not read so that one contact hides another."""
    with opened(tmp_path / "a.db", clock, quirks=Quirks(address_case="matters")) as box:
        box.unsubscribe("a@example.com", VIP)
        box.unsubscribe("A@example.com", VIP)
    with pytest.raises(DataFileError, match="address_case"):
        opened(tmp_path / "a.db", clock, quirks=Quirks())
    with opened(tmp_path / "a.db", clock) as again:
        assert len(again.contacts()) == 2


def test_a_relative_path_is_the_callers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sandbox in a process of its own keeps its file where its caller stands."""
    monkeypatch.chdir(tmp_path)
    with ac.sandbox.start(data="mine.db") as box:
        box.add_list("x")
    assert (tmp_path / "mine.db").exists()
