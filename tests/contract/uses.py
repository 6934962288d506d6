"""Everything that the package does with an account, so that every request it can send is sent once at least."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpx
import pandas as pd

import ac_notebook as ac
from ac_notebook import errors
from ac_notebook.demo import MAPPING
from ac_notebook.remote.reading import contacts_of_list
from ac_notebook.sandbox import Quirks, Sandbox, sample_customers
from tests import people
from tests.contract.checking import Recorder
from tests.runs.reading.scene import settle
from tests.virtual import VirtualClock, through
from tests.wire import IMPORT, INFO, Wire

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Treatment = Callable[[int, httpx.Request, Callable[[], httpx.Response]], httpx.Response]

HOST = "acme.api-us1.com"
EVERY_TYPE: dict[str, str] = {
    "Birthday": "date", "Last visit": "datetime", "Points": "number", "City": "text", "Tier": "dropdown",
    "Interests": "checkbox", "Note": "textarea", "Source": "hidden", "Size": "radio", "Shops": "listbox",
}  # fmt: skip
"""A custom field of each type; the last four are added to the sandbox."""


class _Inward(httpx.BaseTransport):
    """Takes what is meant for a real host to the sandbox, which answers under its own name only."""

    def __init__(self, inner: httpx.BaseTransport, host: str) -> None:
        self._inner = inner
        self._host = host

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url.copy_with(scheme="http", host=self._host)
        headers = {**request.headers, "host": self._host}
        return self._inner.handle_request(
            httpx.Request(request.method, url, headers=headers, content=request.read(), extensions=request.extensions)
        )


class Scene:
    """An account, a clock, and what was sent.

    Parameters
    ----------
    folder
        Where files may be put.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = VirtualClock()
        self.box = Sandbox(clock=self.clock.monotonic, now=self.clock.now)
        inner = self.box.connection.link.transport
        assert inner is not None
        self.inner: httpx.BaseTransport = inner
        self.recorder = Recorder(inner)
        self.connection = through(self.box, self.clock, transport=self.recorder)

    def wired(self, treat: Treatment, path: str) -> ac.Connection:
        """Return the connection over a wire that treats requests to a path otherwise; all are recorded."""
        wire = Recorder(Wire(self.inner, path, treat))
        wire.sent = self.recorder.sent
        return through(self.box, self.clock, transport=wire)


def _export(scene: Scene, frame: pd.DataFrame | None = None, **more: Any) -> ac.Report:
    given: dict[str, Any] = {"connection": scene.connection, "list": "VIP", "mapping": people.MAPPING, **more}
    return ac.export(people.people(300) if frame is None else frame, **given)


def customers_of_every_type() -> pd.DataFrame:
    """Return messy customers with a value for each type of field."""
    frame = sample_customers(n=700, seed=11)
    frame["note"] = [f'line {n}\nand "{n}"' if n % 3 else "" for n in range(len(frame))]
    frame["source"] = "fair"
    frame["size"] = ["S", "M", "L", None] * (len(frame) // 4)
    frame["shops"] = pd.Series([["North"], ["North", "South"], [], None] * (len(frame) // 4), dtype=object)
    return frame


def every_type_mapping(**more: Any) -> ac.Mapping:
    """Return the mapping of :func:`customers_of_every_type`."""
    columns = {"Note": "note", "Source": "source", "Size": "size", "Shops": "shops"}
    return ac.Mapping.of(MAPPING | columns).replace(**more)


def add_every_type(scene: Scene) -> None:
    """Add the fields that the sandbox has not."""
    scene.box.add_field("Note", "textarea")
    scene.box.add_field("Source", "hidden")
    scene.box.add_field("Size", "radio", options=["S", "M", "L"])
    scene.box.add_field("Shops", "listbox", options=["North", "South"])


def connecting(scene: Scene) -> None:
    """Connect anew to a host that is no sandbox, and export there."""
    key = scene.folder / "key.txt"
    key.write_text(scene.box.api_key, encoding="ascii")
    key.chmod(0o600)
    outward = Recorder(_Inward(scene.inner, scene.box.host))
    outward.sent = scene.recorder.sent
    made = ac.connect("Acme", host=HOST, key_file=key, agree_to_data_transfer=True, transport=outward)
    link = through(scene.box, scene.clock, transport=outward).link
    _export(scene, connection=made.replace(link=link).agree().verify(), run_automations=True)


def looking(scene: Scene) -> None:
    """Describe, verify, suggest, validate and plan."""
    frame = people.people(20)
    ac.describe(scene.connection.verify())
    ac.suggest_mapping(frame, scene.connection)
    ac.validate(frame, people.MAPPING, connection=scene.connection)
    ac.plan(frame, connection=scene.connection, list="VIP", mapping=people.MAPPING).preview()


def paging(scene: Scene) -> None:
    """Look at an account with several pages of lists and fields."""
    for number in range(120):
        scene.box.add_list(f"List {number}")
        scene.box.add_field(f"Field {number}", "text")
    ac.describe(scene.connection)


def every_type(scene: Scene) -> None:
    """Export messy customers with fields of every type, tags, opt-in and a rule for blanks."""
    add_every_type(scene)
    mapping = every_type_mapping(blank=dict.fromkeys((*EVERY_TYPE, "phone"), "clear"))
    _export(scene, customers_of_every_type(), mapping=mapping, tags=["spring", 'with "quotes"'], allow={"clearing"})


def without_blanks(scene: Scene) -> None:
    """Export the same without a rule for blanks, to a list whose automations start."""
    add_every_type(scene)
    _export(scene, customers_of_every_type(), list="Newsletter", mapping=every_type_mapping(), run_automations=True)


def nearly_full(scene: Scene) -> None:
    """Export people, some of whom are contacts already, to an account that hardly has room for more."""
    scene.box.limit_contacts(295)
    _export(scene, people.people(280))
    with suppress(errors.GuardError):
        _export(scene, people.people(300).tail(30), list="Newsletter", mapping={"email": "E-mail"})


def no_administrator(scene: Scene) -> None:
    """Export with an account that does not tell its limit, but for that of its groups; as a lesser user."""
    box = Sandbox(clock=scene.clock.monotonic, now=scene.clock.now, quirks=Quirks(settings_account="missing"))
    box.limit_contacts(10_000)
    inner = box.connection.link.transport
    assert inner is not None
    recorder = Recorder(inner)
    recorder.sent = scene.recorder.sent
    _export(scene, connection=through(box, scene.clock, transport=recorder))
    few = scene.box.add_user("Ann", without=["pgListAdd"])
    inner = few.connection.link.transport
    assert inner is not None
    recorder = Recorder(inner)
    recorder.sent = scene.recorder.sent
    _export(scene, connection=through(few, scene.clock, transport=recorder))


def odd_people(scene: Scene) -> None:
    """Export a row of each oddity that real tables hold."""
    mapping = {"email": "mail", "first_name": "note", "City": "odd"}
    _export(scene, people.messy_people(), mapping=mapping)


def one_row(scene: Scene) -> None:
    """Export a single person, with nothing but an address."""
    _export(scene, pd.DataFrame({"E-mail": ["only@example.org"]}), mapping={"email": "E-mail"})


def large(scene: Scene) -> None:
    """Export people whose values fill the bytes of a request before its contacts."""
    long = 'ö"' * 1_000
    _export(scene, people.people(600).assign(city=[f"{long}{number}" for number in range(600)]))


def in_parts(scene: Scene) -> None:
    """Rehearse, run the rest, change a row, send everything again to another list."""
    plan = ac.plan(people.people(260), connection=scene.connection, list="VIP", mapping=people.MAPPING)
    plan.run(first=20)
    plan.run()
    _export(scene, people.people(260).assign(city="Oslo"), resend="all")
    plan.replace(list="Newsletter", tags=["other"], run_automations=True).run()


def _named(_: int, request: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
    contacts = json.loads(request.content)["contacts"]
    bad = [{"contact": n, "failureReason": "bad"} for n, one in enumerate(contacts, 1) if "person.7@" in one["email"]]
    return httpx.Response(400, json={"success": 0, "message": "x", "failureReasons": bad}) if bad else pass_on()


def _unnamed(_: int, request: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
    return httpx.Response(400, json={"message": "x"}) if b"person.7@" in request.content else pass_on()


def poison(scene: Scene) -> None:
    """Export a row that is refused, by name and without."""
    _export(scene, connection=scene.wired(_named, IMPORT))
    _export(scene, connection=scene.wired(_unnamed, IMPORT), list="Newsletter")


def _faults(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
    if number == 3:
        raise httpx.ReadTimeout("x")
    answers = {1: httpx.Response(403), 2: httpx.Response(429, headers={"Retry-After": "3"}), 4: httpx.Response(503)}
    return answers.get(number) or pass_on()


def faults(scene: Scene) -> None:
    """Export while rate limits, silence, faults and a rejected key come in between."""
    _export(scene, connection=scene.wired(_faults, IMPORT))
    _export(scene, connection=scene.wired(_faults, INFO), list="Newsletter")
    with suppress(errors.APIError):
        ac.describe(scene.wired(lambda *_: httpx.Response(500), "/api/3/fields"))


def _given_up(number: int, _: httpx.Request, pass_on: Callable[[], httpx.Response]) -> httpx.Response:
    return httpx.Response(200, json={"status": "interrupted"}) if number == 1 else pass_on()


def _stuck(_: int, __: httpx.Request, ___: Callable[[], httpx.Response]) -> httpx.Response:
    return httpx.Response(200, json={"status": False})


def asking_later(scene: Scene) -> None:
    """Send a batch again that was given up; leave one open, ask about it again, and carry on from it."""
    _export(scene, connection=scene.wired(_given_up, INFO))
    _export(scene, connection=scene.wired(_stuck, INFO), list="Newsletter", wait=5).refresh()
    _export(scene, list="Newsletter")


def reading_back(scene: Scene) -> None:
    """Export, and read the list back over several pages, as the demonstration does."""
    _export(scene, people.people(250))
    number = ac.describe(scene.connection).find_list("VIP").id
    with scene.connection.client() as client:
        assert len(list(contacts_of_list(client, number, page_size=100))) == 250


def reading_lists(scene: Scene) -> None:
    """Read lists: a large one in ranges, a small one in a large account, one with many tags."""
    settle(scene.box, 2_100)
    frame = people.people(150)[["E-mail"]].assign(city="Lund")
    _export(scene, frame, mapping={"email": "E-mail", "City": "city"})
    ac.read_list(scene.connection, "VIP", status="active", tags=["spring"])
    few = frame[:25].assign(tags=[f"tag {row}" for row in range(25)])
    _export(scene, few, list="Newsletter", mapping={"email": "E-mail", "tags": "tags"})
    ac.read_list(scene.connection, "Newsletter", fields=["City"], tags=True)


def comparing(scene: Scene) -> None:
    """Compare a plan with a list and with the account, and read an export back, as a list and one by one."""
    scene.box.exclude("person.2@example.net")
    report = _export(scene, people.people(8), tags=["spring"])
    call: dict[str, Any] = {"connection": scene.connection, "list": "VIP", "mapping": people.MAPPING}
    ac.plan(people.people(12), compare=True, **call).compare(account=True)
    report.verify("all")
    report.verify(2)


def reasons(scene: Scene) -> None:
    """Export people who are refused, of whom one is found only when looked up."""
    scene.box.unsubscribe("person.1@example.org", 5)
    scene.box.exclude("person.2@example.net")
    scene.box.unsubscribe("person.3@mail.example.org", 3)
    scene.box.bounce("person.3@mail.example.org")
    _export(scene, people.people(20))
    scene.box.exclude("person.0", match="begin")
    _export(scene, people.people(2), connection=scene.wired(_forbidden, "/api/3/lists/exclusions"), resend="all")


def leaving(scene: Scene) -> None:
    """Unsubscribe people who left, who withdrew and who moved; and tag who left."""
    frame = people.people(40).assign(id=range(40), agreed="yes")
    given: dict[str, Any] = {"mapping": {**people.MAPPING, "opt_in": "agreed"}, "key": "id"}
    _export(scene, frame, **given)
    later = frame.head(36).copy()
    later.loc[3, "agreed"] = "no"
    later.loc[4, "E-mail"] = "moved@example.org"
    off = {"leavers": "unsubscribe", "withdrawn": "unsubscribe", "moved": "unsubscribe", "allow": {"unsubscribing"}}
    _export(scene, later, **off, **given)
    _export(scene, later.head(30), leavers="tag", **given)


def _forbidden(_: int, __: httpx.Request, ___: Callable[[], httpx.Response]) -> httpx.Response:
    return httpx.Response(403)


def rehearsing(scene: Scene) -> None:
    """Rehearse with addresses of one's own, with and without automations, and take it all back.

    Not one of the uses below: it finds out what the service does with what is not as described.
    """
    mine = [f"me+{number}@example.org" for number in range(6)]
    asked: dict[str, Any] = {"list": "Newsletter", "fields": ["City", "Birthday"], "confirm": True}
    scene.connection.rehearse(addresses=mine[:3], **asked).undo()
    scene.connection.rehearse(addresses=mine, automations=True, **asked).undo(delete_contacts=True)


USES: tuple[Callable[[Scene], None], ...] = (
    connecting, looking, paging, every_type, without_blanks, nearly_full, no_administrator, odd_people, one_row, large,
    in_parts, poison, faults, asking_later, reading_back, reading_lists, comparing, reasons, leaving,
)  # fmt: skip
"""Everything."""
