"""A key and thirty people who can be recognised go through everything; afterwards they are looked for everywhere."""

from __future__ import annotations

import base64
import copy
import dataclasses
import json
import logging
import pickle
import sqlite3
import traceback
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import httpcore
import httpx
import pandas as pd
import pytest
from IPython.core.ultratb import VerboseTB

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.model.secret import Secret
from ac_notebook.runs.link import Link
from ac_notebook.sandbox import Sandbox
from tests.canary.search import files, forms, places_of
from tests.virtual import VirtualClock
from tests.wire import IMPORT, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook import Connection
    from tests.virtual import VirtualClock

KEY = "sandbox-CANARYkey0123456789abcdef-zq7"
WRONG_KEY = "CANARYwrong9876543210-zq7"
ADDRESSES = [f"canary.{number:02}.zq7@mail{number:02}.example.org" for number in range(30)]
GIVEN = [f"Qwéxlith{number:02}" for number in range(30)]
FAMILY = [f'Vøndrakel "{number:02}"' for number in range(30)]
PHONES = [f"+46 70-174 91 {number:02}" for number in range(30)]
PEOPLE = [*ADDRESSES, *GIVEN, *FAMILY, *PHONES]
MAPPING = {"email": "E-mail", "first_name": "Given name", "last_name": "Family name", "phone": "Mobile", "City": "note"}
EVERYTHING = 30


def people() -> pd.DataFrame:
    """Return thirty people, most of whom can be sent, labelled by their addresses."""
    frame = pd.DataFrame({"E-mail": ADDRESSES, "Given name": GIVEN, "Family name": FAMILY, "Mobile": PHONES})
    frame["note"] = "x"
    frame.loc[3, "E-mail"] = f"  {ADDRESSES[2].upper()} "  # somebody who is there twice
    frame.loc[4, "E-mail"] = ADDRESSES[4].replace(".example", "..example")  # an address that is none
    frame.loc[5, "Given name"] = f"{GIVEN[5]}\x00"  # a name that cannot be sent
    return frame.set_index(pd.Index(ADDRESSES, name="who"))


class Trail:
    """Everything that somebody may have seen.

    Parameters
    ----------
    capture
        pytest's, of standard output and error.
    log
        pytest's, of all records at every level.
    """

    def __init__(self, capture: pytest.CaptureFixture[str], log: pytest.LogCaptureFixture) -> None:
        self._capture = capture
        self._log = log
        self._texts: dict[str, str] = {}
        log.set_level(logging.DEBUG)
        for name in list(logging.root.manager.loggerDict):
            log.set_level(logging.DEBUG, logger=name)

    def saw(self, name: str, *things: Any) -> None:
        """Keep what things look like: as text, as HTML, as tables."""
        for thing in things:
            looks = [repr(thing), str(thing), f"{thing}"]
            looks += [
                str(getattr(thing, way)()) for way in ("_repr_html_", "to_string", "to_html") if hasattr(thing, way)
            ]
            self._texts[f"{name}, {len(self._texts)}"] = "\n".join(looks)

    def failed(self, name: str, error: BaseException) -> None:
        """Keep what an error says, with what led to it, and its report."""
        self.saw(name, error, error.args, getattr(error, "hint", ""), getattr(error, "failures", ""))
        self._texts[f"{name}, traceback"] = "".join(traceback.format_exception(error))
        render = getattr(error, "_render_traceback_", None)
        if render is not None:
            self._texts[f"{name}, in a notebook"] = "\n".join(render())
        report = getattr(error, "report", None)
        if report is not None:
            self.reported(f"{name}, report", report)

    def reported(self, name: str, report: ac.Report) -> None:
        """Keep what a report shows."""
        self.saw(name, report, report.counts, report.problems, report.facts, report.warnings, dict(report.numbers))

    def places(self) -> dict[str, bytes]:
        """Return everything by where it was seen."""
        out, err = self._capture.readouterr()
        formatter = logging.Formatter("%(name)s %(levelname)s %(message)s")
        lines = [f"{formatter.format(record)} {record.__dict__}" for record in self._log.records]
        everything = {**self._texts, "standard output": out, "standard error": err, "log": "\n".join(lines)}
        return {name: text.encode("utf-8", "surrogatepass") for name, text in everything.items()}


@pytest.fixture
def trail(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Trail:
    """Everything that is shown, printed or logged, at every level of every logger."""
    return Trail(capfd, caplog)


@pytest.fixture
def box(clock: VirtualClock) -> Sandbox:
    """A sandbox whose key can be recognised."""
    return Sandbox(api_key=KEY, clock=clock.monotonic, now=clock.now)


def cut_with(connection: Connection, box: Sandbox, treat: Callable[..., httpx.Response], path: str) -> Connection:
    """Return the connection over a wire that treats requests to a path in its own way."""
    wire = Wire(httpx.WSGITransport(app=box.app), path, treat)
    return connection.replace(link=dataclasses.replace(connection.link, transport=wire))


def export(connection: Connection, frame: pd.DataFrame, **more: Any) -> ac.Report:
    """Export the people."""
    return ac.export(frame, connection=connection, list="VIP", mapping=MAPPING, tags=["spring"], **more)


def test_what_is_hidden_in_any_form_is_found(tmp_path: Path) -> None:
    """The search itself would find a canary, however it is written down, and in a file as well."""
    for text in (KEY, *PEOPLE):
        for name, needle in forms(text).items():
            assert len(needle) >= len(text.encode("latin-1")) - 2, name
            assert places_of([text], {"somewhere": b"before" + needle + b"after"}), name
        for before in ("", "a", "ab"):
            hidden = base64.b64encode(f"{before}{text} and more".encode())
            assert places_of([text], {"somewhere": hidden})
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"#" + ADDRESSES[7].encode("utf-16-le") + b"#")
    assert places_of(PEOPLE, files(tmp_path)) == ["canary 7 as UTF-16 in deep/file"]


def test_people_and_key_are_nowhere_after_an_export(
    box: Sandbox, connection: Connection, trail: Trail, home: Path
) -> None:
    """Looking, planning, exporting twice and saving leave no address and no name, and the key only where it is kept."""
    frame = people()
    trail.saw("connection", connection, vars(connection), connection.link)
    account = ac.describe(connection)
    trail.saw("account", account, account.lists, account.fields, account.tags)
    check = ac.validate(frame, MAPPING, connection=connection)
    trail.saw("check", check, check.problems, check.changes, check.prepared)
    mapping = ac.suggest_mapping(frame, connection)
    trail.saw("suggestion", mapping)
    plan = ac.plan(frame, connection=connection, list="VIP", mapping=MAPPING, tags=["spring"])
    with closing(sqlite3.connect(home / "state.sqlite3")) as reader:
        reader.execute("SELECT count(*) FROM runs").fetchone()  # so that the write-ahead log stays to be searched
        trail.saw("plan", plan, plan.counts, plan.problems, plan.changes, plan.warnings, plan.estimate)
        trail.saw("preview", plan.preview(EVERYTHING), plan.batches(plan.found), plan.export)
        trail.reported("report", plan.run())
        trail.saw("plan afterwards", plan)
        again = export(connection, frame)
        assert again.status == "Skipped"
        trail.reported("second report", again)
        saved = connection.save()
        trail.saw("saved", saved, ac.connections())
        kept = files(home)
    places = trail.places()
    assert set(box.contacts()["email"]) == set(ADDRESSES) - {ADDRESSES[3], ADDRESSES[4], ADDRESSES[5]}
    assert {"state.sqlite3", "state.sqlite3-wal"} <= set(kept)
    assert places_of(PEOPLE, places | kept) == []
    assert places_of([KEY], places) == []
    assert {name for name, content in kept.items() if places_of([KEY], {name: content})} == {
        name for name in kept if Path(name).parent.name == "secrets" and content_is(kept[name], KEY)
    }
    assert sum(content_is(content, KEY) for content in kept.values()) == 1


def content_is(content: bytes, text: str) -> bool:
    """Return whether a file holds a text and nothing else."""
    return content == text.encode()


@pytest.mark.parametrize("labels", [GIVEN, ADDRESSES], ids=["names", "addresses"])
def test_row_labels_that_are_people_are_not_shown(connection: Connection, trail: Trail, labels: list[str]) -> None:
    """Where the frame's labels are names or addresses, plan, check and report show positions instead."""
    frame = people().set_index(pd.Index([label.replace("0", "o").replace("1", "l") for label in labels]))
    names = [str(label) for label in frame.index if not any(letter.isdigit() for letter in str(label)) or "@" in label]
    plan = ac.plan(frame, connection=connection, list="VIP", mapping=MAPPING)
    trail.saw("plan", plan, plan.problems, plan.changes, plan.preview(EVERYTHING))
    trail.reported("report", plan.run())
    assert places_of(names, trail.places()) == []


def not_reached(number: int, request: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
    """Fail as a network does, with everything in the message that one could put there."""
    msg = f"{request.url} {ADDRESSES} {request.headers['Api-Token']}"
    raise httpx.ConnectError(msg, request=request)


def broken(number: int, request: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
    """Take the request, and lose the answer."""
    pass_on()
    msg = f"{request.content!r} {request.headers['Api-Token']}"
    raise httpx.ReadError(msg, request=request)


def named(number: int, request: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
    """Refuse the first import for one of its contacts, quoting the address."""
    contact = json.loads(request.content)["contacts"][0]["email"]
    reasons = [{"contact": 1, "failureReason": f"Email '{contact}' is not valid"}]
    body = {"success": 0, "message": f"Not valid: {contact}", "failureReasons": reasons}
    return httpx.Response(400, json=body) if number == 1 else pass_on()


def quoted(number: int, request: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
    """Refuse the first import for one of its contacts, quoting what was sent of it."""
    contact = json.loads(request.content)["contacts"][0]
    reason = f"'{contact['first_name']}' of {quote_plus(contact['email'])}, {contact['phone']}, is too long"
    body = {"success": 0, "message": "Not valid", "failureReasons": [{"contact": 1, "failureReason": reason}]}
    return httpx.Response(400, json=body) if number == 1 else pass_on()


def refused(number: int, request: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
    """Refuse every import, quoting all addresses."""
    return httpx.Response(402, json={"message": " ".join(ADDRESSES), "errors": [{"title": ", ".join(ADDRESSES)}]})


def login_page(number: int, request: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
    """Answer with a page that repeats the request."""
    return httpx.Response(200, html=f"<html>{request.content!r} {request.headers['Api-Token']}</html>")


@pytest.mark.parametrize("treat", [not_reached, broken, named, quoted, refused, login_page])
def test_people_and_key_are_nowhere_after_a_failure(
    box: Sandbox, connection: Connection, trail: Trail, home: Path, treat: Callable[..., httpx.Response]
) -> None:
    """Whatever goes wrong on the way, no error, report, log, output or file holds an address, a name or the key."""
    there = cut_with(connection, box, treat, IMPORT)
    frame = people()
    try:
        trail.reported("report", export(there, frame))
    except errors.ActiveCampaignError as error:
        trail.failed("error", error)
    assert there.link.transport.count  # type: ignore[union-attr]  # the wire
    trail.reported("the next run", export(connection, frame))
    assert places_of([*PEOPLE, KEY], trail.places() | files(home)) == []


def test_a_wrong_key_is_nowhere(box: Sandbox, connection: Connection, trail: Trail, home: Path) -> None:
    """A key that is refused is in no error, log, output or file."""
    wrong = connection.replace(link=dataclasses.replace(connection.link, secret=Secret(WRONG_KEY)))
    for act in (wrong.verify, lambda: ac.describe(wrong), lambda: export(wrong, people())):
        with pytest.raises(errors.AuthenticationError) as caught:
            act()
        trail.failed("refused", caught.value)
        trail.saw("in full", VerboseTB(theme_name="nocolor").text(caught.type, caught.value, caught.tb))
    plan = ac.plan(people(), connection=connection, list="VIP", mapping=MAPPING)
    with pytest.raises(errors.AuthenticationError) as caught:
        dataclasses.replace(plan, connection=wrong).run()
    trail.failed("refused while running", caught.value)
    places = trail.places()
    assert places_of([WRONG_KEY, KEY], places | files(home)) == []
    assert places_of(PEOPLE, files(home)) == []


def test_a_real_socket_and_every_logger_tell_nothing(trail: Trail, home: Path) -> None:
    """Over HTTP, with all loggers of all libraries at DEBUG, neither people nor key are logged, printed or stored."""
    with ac.sandbox.start(speed=600, api_key=KEY) as box:
        for name in ("httpx", "httpcore", "httpcore.connection", "httpcore.http11", "ac_notebook"):
            trail._log.set_level(logging.DEBUG, logger=name)
        trail.reported("report", export(box.connection, people()))
        trail.saw("box", box, box.connection)
        assert len(box.contacts()) == EVERYTHING - 3
    places = trail.places()
    assert b"httpcore" in places["log"]
    assert places_of([*PEOPLE, KEY], places | files(home)) == []


class _Line(httpcore.NetworkStream):
    """A connection that takes what is written, or not, and is interrupted when an answer is awaited."""

    def __init__(self, *, when: str) -> None:
        self._when = when

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        raise KeyboardInterrupt

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self._when == "writing" and KEY.encode() in buffer:
            raise KeyboardInterrupt

    def close(self) -> None:
        """Nothing to close."""

    def get_extra_info(self, info: str) -> Any:
        return None


class _Lines(httpcore.NetworkBackend):
    def __init__(self, *, when: str) -> None:
        self._when = when
        self.asked = False

    def connect_tcp(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        self.asked = True
        if self._when == "connecting":
            raise KeyboardInterrupt
        return _Line(when=self._when)


@pytest.mark.parametrize("when", ["connecting", "writing", "reading"])
def test_the_key_is_in_no_traceback_of_an_interrupt(connection: Connection, when: str) -> None:
    """An interrupt in the middle of a request shows no key, not even in a traceback that shows variables."""
    transport = httpx.HTTPTransport()
    lines = _Lines(when=when)
    transport._pool = httpcore.ConnectionPool(network_backend=lines)
    link = dataclasses.replace(connection.link, transport=transport)
    with pytest.raises(KeyboardInterrupt) as caught:
        connection.replace(link=link).verify()
    shown = VerboseTB(theme_name="nocolor", long_header=True).text(caught.type, caught.value, caught.tb)
    plain = "".join(traceback.format_exception(caught.value))
    assert lines.asked
    assert "send_once" in plain
    assert places_of([KEY], {"verbose": shown.encode(), "plain": plain.encode()}) == []


def test_the_key_is_in_no_traceback_of_an_error_inside_the_client(connection: Connection, box: Sandbox) -> None:
    """An error that nobody expected, raised while a request is under way, shows no key among the variables."""

    def burst(number: int, request: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
        raise RuntimeError("burst")

    there = cut_with(connection, box, burst, "/api/3/users/me")
    with pytest.raises(RuntimeError, match="burst") as caught:
        there.verify()
    shown = VerboseTB(theme_name="nocolor", long_header=True).text(caught.type, caught.value, caught.tb)
    deep = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    places = {"verbose": shown.encode(), "with locals": "".join(deep.format()).encode()}
    assert "client" in shown
    assert places_of([KEY], places) == []


@pytest.mark.parametrize("verb", ["validate", "plan", "export", "suggest_mapping"])
def test_no_variable_of_an_error_is_the_frame(connection: Connection, verb: str) -> None:
    """A traceback with the variables of all frames shows no person: those that hold the DataFrame are left out."""
    wrong: dict[str, Any] = {"validate": {"mapping": {"email": "x"}}, "suggest_mapping": {"connection": "Nobody"}}
    wrong |= {name: {"connection": connection, "list": "None", "mapping": MAPPING} for name in ("plan", "export")}

    def shown(call: Callable[..., object]) -> dict[str, bytes]:
        with pytest.raises(errors.ConfigurationError) as caught:
            call(people(), **wrong[verb])
        deep = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        verbose = VerboseTB(theme_name="nocolor", long_header=True).text(caught.type, caught.value, caught.tb)
        return {"with locals": "".join(deep.format()).encode(), "verbose": verbose.encode()}

    assert places_of(PEOPLE, shown(getattr(ac, verb))) == []
    assert places_of(PEOPLE, shown(getattr(ac, verb).__wrapped__))  # what is left out would show them


def test_connection_and_key_do_not_pickle_or_copy_away(connection: Connection) -> None:
    """No copy, pickle or dictionary of a connection or its key holds the key's text."""
    secret = Secret(KEY)
    connection = connection.replace(link=Link(secret=secret))
    for thing in (secret, Link(secret=secret), connection):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            with pytest.raises(TypeError):
                pickle.dumps(thing, protocol)
    copies = [
        copy.copy(connection),
        copy.deepcopy(Link(secret=secret)),
        dataclasses.asdict(connection),
        vars(connection),
    ]
    copies += [copy.copy(secret), copy.deepcopy([secret]), {"key": secret}, (secret,)]
    assert places_of([KEY], {str(number): repr(one).encode() for number, one in enumerate(copies)}) == []
