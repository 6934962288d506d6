"""One probe per switch: what a client sees that tells the positions of the switch apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ac_notebook.sandbox import Quirks, Sandbox
from tests.sandbox.visits import NEWSLETTER, VIP, Clock, Visitor

if TYPE_CHECKING:
    import httpx

JOINS = {"email": "anna@example.com", "subscribe": [{"listid": NEWSLETTER}]}
BIRTHDAY, POINTS, INTERESTS, TIER, CITY = 3, 5, 6, 7, 2


@dataclass
class World:
    """An account with some switches set, and how to write to it."""

    quirks: Quirks
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.box = Sandbox(clock=self.clock, now=self.clock.now, quirks=self.quirks)
        self.visitor = Visitor(self.box, self.clock)

    def ask(self, method: str, path: str, content: Any = None, **query: Any) -> httpx.Response:
        self.clock.advance(0.25)
        return self.visitor.http.request(method, path, params=query, json=content)

    def settle(self, *contacts: Any, **top: Any) -> dict[str, Any]:
        return self.visitor.settle(*contacts, **top)

    def contact(self, email: str = "anna@example.com", **more: Any) -> str:
        """Make a contact and return its id."""
        return str(self.ask("POST", "contacts", {"contact": {"email": email, **more}}).json()["contact"]["id"])

    def value(self, email: str, column: str) -> Any:
        return self.visitor.values(email)[column]

    def status(self, list_id: int) -> list[int]:
        frame = self.box.memberships()
        return [int(status) for status in frame[frame["list"] == list_id]["status"]]


def refused_key(world: World) -> object:
    """Show what a wrong key gets."""
    answer = world.visitor.http.get("lists", headers={"Api-Token": "wrong"})
    return answer.status_code, answer.content, answer.headers.get("content-type")


def settings_account(world: World) -> object:
    """Ask for the account's settings."""
    return world.ask("GET", "settings/account").status_code


def _too_many(world: World) -> httpx.Response:
    return [world.visitor.http.get("lists") for _ in range(6)][-1]


def rate_limit_status(world: World) -> object:
    """Show the status of one request too many."""
    return _too_many(world).status_code


def rate_limit_body(world: World) -> object:
    """Show how the body of that answer begins."""
    answer = _too_many(world)
    return answer.content[:1], answer.headers["retry-after"]


def rate_limit_headers(world: World) -> object:
    """Show the header with the limit."""
    return world.ask("GET", "lists").headers.get("ratelimit-limit")


def _imports(world: World, seconds: list[float], contacts: int = 2) -> list[int]:
    """Send an import at each moment of a minute and return the statuses."""
    start, statuses = 60_000.0, []
    people = [{"email": f"p{number}@example.com"} for number in range(contacts)]
    for second in seconds:
        world.clock.seconds = start + second
        statuses.append(world.visitor.http.post("import/bulk_import", json={"contacts": people}).status_code)
    return statuses


def import_limit_status(world: World) -> object:
    """Send one import too many."""
    return _imports(world, [number * 0.25 for number in range(101)])[-1]


def import_window(world: World) -> object:
    """A hundred in the last half of a minute, then one in the next."""
    return _imports(world, [30 + number * 0.25 for number in range(100)] + [61.0])[-1]


def single_imports(world: World) -> object:
    """Twenty of one contact, then a hundred of two, to see whether the first take places of the others."""
    _imports(world, [number * 0.25 for number in range(20)], contacts=1)
    return _imports(world, [5 + number * 0.25 for number in range(100)])[-1]


def refused_imports(world: World) -> object:
    """Send a hundred imports of nobody, then one of two people."""
    for _ in range(100):
        world.ask("POST", "import/bulk_import", {"contacts": []})
    return world.ask("POST", "import/bulk_import", {"contacts": [{"email": "a@example.com"}] * 2}).status_code


def totals(world: World) -> object:
    """Show the total of lists."""
    return world.ask("GET", "lists").json()["meta"]["total"]


def large_page(world: World) -> object:
    """Ask for a page of 101."""
    return world.ask("GET", "contacts", limit=101).status_code


def fields_page(world: World) -> object:
    """Count the fields that come unasked, of 27."""
    for number in range(20):
        world.box.add_field(f"Field {number}", "text")
    return len(world.ask("GET", "fields").json()["fields"])


def list_name_filter(world: World) -> object:
    """Look for a part of a list's name."""
    return len(world.ask("GET", "lists", **{"filters[name]": "letter"}).json()["lists"])


_NEW_LIST = {
    "name": "Club", "stringid": "club", "sender_url": "https://example.com", "sender_reminder": "You joined.",
}  # fmt: skip


def list_created_status(world: World) -> object:
    """Make a list."""
    return world.ask("POST", "lists", {"list": _NEW_LIST}).status_code


def incomplete_list(world: World) -> object:
    """Make a list without all that it needs."""
    return world.ask("POST", "lists", {"list": {"name": "Club"}}).status_code


def list_update_answer(world: World) -> object:
    """Tell whether the answer to an update has a body."""
    return world.ask("PUT", f"lists/{VIP}", {"list": {"name": "Very important"}}).content != b""


def _sent_value(world: World, field_id: int, first: str, then: str) -> object:
    column = str(world.box.contacts().columns[field_id + 4])
    world.settle({"email": "anna@example.com", "fields": [{"id": field_id, "value": first}]})
    failed = world.settle({"email": "anna@example.com", "fields": [{"id": field_id, "value": then}]})["failure"]
    return world.value("anna@example.com", column), failed


def unfit_value(world: World) -> object:
    """Send a date, then something that is none."""
    return _sent_value(world, BIRTHDAY, "1990-01-31", "31.1.1990")


def unknown_option(world: World) -> object:
    """Send an option, then something that is none."""
    return _sent_value(world, TIER, "Gold", "gold")


def dropdown_value(world: World) -> object:
    """Send an option, then another between pipes."""
    return _sent_value(world, TIER, "Gold", "||Silver||")


def longest_text(world: World) -> object:
    """Send a long text, and count what is kept."""
    world.settle({"email": "anna@example.com", "fields": [{"id": CITY, "value": "x" * 5_000}]})
    return len(world.value("anna@example.com", "City"))


def currency_field(world: World) -> object:
    """Tell whether contacts can have a field of that type."""
    return world.ask("POST", "fields", {"field": {"title": "Spent", "type": "currency"}}).status_code == 201


def duplicate_perstag(world: World) -> object:
    """Tell whether a personalisation tag can be had twice."""
    content = {"field": {"title": "Another city", "type": "text", "perstag": "CITY"}}
    return world.ask("POST", "fields", content).status_code == 201


def field_value_created_status(world: World) -> object:
    """Write one value twice."""
    value = {"contact": world.contact(), "field": str(CITY), "value": "Malmö"}
    return [world.ask("POST", "fieldValues", {"fieldValue": value}).status_code for _ in range(2)]


def duplicate_email_title(world: World) -> object:
    """Make a contact twice."""
    world.contact()
    answer = world.ask("POST", "contacts", {"contact": {"email": "anna@example.com"}})
    return answer.status_code, answer.json()["errors"][0]["title"][-1]


def invalid_email_keys(world: World) -> object:
    """Make a contact without a right address."""
    answer = world.ask("POST", "contacts", {"contact": {"email": "anna"}})
    return answer.status_code, sorted(answer.json()["errors"][0])


def sync_field_values(world: World) -> object:
    """Write two fields, one after the other: count those in the second answer."""
    answers = []
    for number, value in ((CITY, "Malmö"), (POINTS, "5")):
        content = {"email": "anna@example.com", "fieldValues": [{"field": str(number), "value": value}]}
        answers.append(world.ask("POST", "contact/sync", {"contact": content}).json())
    return len(answers[-1]["fieldValues"])


def _join(world: World, contact: str, status: int, **more: Any) -> httpx.Response:
    return world.ask(
        "POST", "contactLists", {"contactList": {"list": VIP, "contact": contact, "status": status, **more}}
    )


def contact_list_answer(world: World) -> object:
    """Put a contact on a list twice."""
    contact = world.contact()
    first, again = _join(world, contact, 1), _join(world, contact, 1)
    return first.status_code, again.status_code, "contacts" in again.json()


def contact_list_statuses(world: World) -> object:
    """Tell whether a contact can be put on a list with status 0."""
    return _join(world, world.contact(), 0).status_code in (200, 201)


def unconfirmed_status(world: World) -> object:
    """A bounced contact has the other of the two numbers that are in conflict."""
    world.settle(JOINS)
    world.box.bounce("anna@example.com")
    return world.status(NEWSLETTER)


def resubscribe_refused(world: World) -> object:
    """Somebody whose key may not re-subscribe tries to."""
    world.settle(JOINS)
    world.box.unsubscribe("anna@example.com", VIP)
    key = world.box.add_user("clerk", without=["pgContactResubscribe"]).api_key
    world.visitor.http.headers["Api-Token"] = key
    return _join(world, "1", 1).status_code, world.status(VIP)


def duplicate_tag(world: World) -> object:
    """Tell whether a tag can be made twice."""
    tag = {"tag": {"tag": "Spring", "tagType": "contact", "description": ""}}
    return [world.ask("POST", "tags", tag).status_code < 300 for _ in range(2)]


def duplicate_tag_status(world: World) -> object:
    """Make a tag twice."""
    tag = {"tag": {"tag": "Spring", "tagType": "contact", "description": ""}}
    return [world.ask("POST", "tags", tag).status_code for _ in range(2)]


def tagless_contact_tag(world: World) -> object:
    """Tag a contact with nothing."""
    return world.ask("POST", "contactTags", {"contactTag": {"contact": world.contact()}}).status_code
