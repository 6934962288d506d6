"""The probes of the switches that are about bulk import and about the account (sections 7 to 9)."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

from tests.sandbox.quirks.probes import JOINS, World
from tests.sandbox.visits import NEWSLETTER, VIP

if TYPE_CHECKING:
    import httpx

TWO = [{"email": "anna@example.com"}, {"email": "bo@example.com"}]


def _import(world: World, *contacts: Any, **top: Any) -> httpx.Response:
    return world.ask("POST", "import/bulk_import", {"contacts": list(contacts), **top})


def bulk_content_type(world: World) -> object:
    """Show how a success is labelled."""
    return _import(world, *TWO).headers["content-type"]


def bulk_success_key(world: World) -> object:
    """Tell how success is spelled."""
    return "Success" in _import(world, *TWO).json()


def bulk_success_value(world: World) -> object:
    """Show what success is, of two contacts."""
    return _import(world, *TWO).json()["success"]


def exclude_automations(world: World) -> object:
    """Which automations start: of somebody excluded nowhere, in the contact, at the top, or in both places."""
    started = []
    said: dict[str, Any] = {"exclude_automations": True}
    for number, (top, contact) in enumerate([({}, {}), ({}, said), (said, {}), (said, said)]):
        world.settle({**JOINS, "email": f"p{number}@example.com", **contact}, **top)
        started.append(len(world.box.automations()))
    return started


def failure_index(world: World) -> object:
    """Show how the second of two contacts is numbered."""
    return _import(world, {"email": "a@example.com"}, {"first_name": "Bo"}).json()["failureReasons"][0]["contact"]


def _of_size(size: int) -> bytes:
    head, tail = b'{"contacts":[{"email":"a@example.com"},{"email":"b@example.com","first_name":"', b'"}]}'
    return head + b"x" * (size - len(head) - len(tail)) + tail


def body_of_400_000(world: World) -> object:
    """Send bodies around the limit."""
    return [world.visitor.post_bytes(_of_size(size)).status_code for size in (399_999, 400_000, 400_001)]


def oversize_status(world: World) -> object:
    """Send too many contacts, then too many bytes."""
    too_many = [{"email": f"p{number}@example.com"} for number in range(251)]
    return _import(world, *too_many).status_code, world.visitor.post_bytes(_of_size(400_001)).status_code


def address_layer(world: World) -> object:
    """What becomes of a batch with a malformed address, and of one with an undeliverable one."""
    statuses = [_import(world, *TWO, {"email": wrong}).status_code for wrong in ("anna", "anna@nowhere")]
    return statuses, world.settle(*TWO)["failure"]


def special_addresses(world: World) -> object:
    """Import an apostrophe and a letter outside ASCII."""
    return world.settle({"email": "o'brien@example.com"}, {"email": "åsa@example.com"})["failure"]


def address_case(world: World) -> object:
    """Import one address in two cases, and count the contacts."""
    world.settle({"email": "Anna@example.com"})
    world.settle({"email": "anna@example.com"})
    return len(world.box.contacts())


def opted_out_rest(world: World) -> object:
    """Import somebody who left the list."""
    world.box.unsubscribe("anna@example.com", VIP)
    failed = world.settle({"email": "anna@example.com", "first_name": "Anna", "subscribe": [{"listid": VIP}]})[
        "failure"
    ]
    return failed, world.status(VIP), world.value("anna@example.com", "first_name")


def _with_key(world: World, key: str, contact: dict[str, Any]) -> int:
    """Import somebody with the key of another user, and return the status."""
    headers = {"Api-Token": key}
    world.clock.advance(0.25)
    return world.visitor.http.post("import/bulk_import", json={"contacts": [contact]}, headers=headers).status_code


def unseen_list(world: World) -> object:
    """Import onto a list that was made through the API, and that the user's group is not linked to."""
    clerk = world.box.add_user("clerk", without=["pgListDelete"])
    made = {"name": "C", "stringid": "c", "sender_url": "https://example.com", "sender_reminder": "You joined."}
    number = int(world.ask("POST", "lists", {"list": made}).json()["list"]["id"])
    return _with_key(world, clerk.api_key, {"email": "a@example.com", "subscribe": [{"listid": number}]})


def import_permission(world: World) -> object:
    """Import a tag with the key of a user who may not manage tags."""
    clerk = world.box.add_user("clerk", without=["pgTagManage"])
    return _with_key(world, clerk.api_key, {"email": "a@example.com", "tags": ["spring"]})


def unknown_list(world: World) -> object:
    """Import somebody onto a list that is not there."""
    return world.settle({"email": "anna@example.com", "subscribe": [{"listid": 99}]})["failure"]


def both_ways(world: World) -> object:
    """Import somebody onto a list and off it."""
    world.settle({**JOINS, "unsubscribe": [{"listid": NEWSLETTER}]})
    return world.status(NEWSLETTER)


def double_opt_in(world: World) -> object:
    """Import somebody onto a list with double opt-in."""
    club = world.box.add_list("Club", double_opt_in=True)
    world.settle({"email": "anna@example.com", "subscribe": [{"listid": club}]})
    return world.status(club)


def blank_in_import(world: World) -> object:
    """Import somebody, then blanks."""
    world.settle({"email": "anna@example.com", "first_name": "Anna", "fields": [{"id": 2, "value": "Malmö"}]})
    world.settle({"email": "anna@example.com", "first_name": "", "fields": [{"id": 2, "value": ""}]})
    return world.value("anna@example.com", "first_name"), world.value("anna@example.com", "City")


def duplicates_in_import(world: World) -> object:
    """Import one address twice at once."""
    twice = [{"email": "anna@example.com", "first_name": name} for name in ("First", "Second")]
    return world.settle(*twice)["failure"], world.value("anna@example.com", "first_name")


def batch_order(world: World) -> object:
    """Send twenty batches that write one name within five seconds, to see whether they are applied in that order."""
    for number in range(1, 21):
        world.visitor.send({"email": "anna@example.com", "first_name": str(number)}, {"email": "b@example.com"})
    world.clock.advance(10)
    orders = [int(name) for name in world.box.ledger(effect="attribute written")["new"]]
    return orders == sorted(orders)


def repeat_automations(world: World) -> object:
    """Import somebody twice, and count the automations."""
    world.settle(JOINS)
    world.settle(JOINS)
    return len(world.box.automations())


def import_success(world: World) -> object:
    """Import one person, then that one and another."""
    world.settle(TWO[0])
    return world.settle(*TWO)["success"]


def failures_listed(world: World) -> object:
    """An excluded person and an undeliverable address, to see whether both are told."""
    world.box.exclude("anna@example.com")
    return world.settle(*TWO, {"email": "bo@nowhere"})["failure"]


def unknown_batch(world: World) -> object:
    """Ask for a batch that is not known."""
    answer = world.ask("GET", "import/info", batchId="3840817e-6908-41cc-92a6-469478d8994a")
    return answer.status_code, answer.json().get("status")


def info_kept(world: World) -> object:
    """Ask for a batch at once, after an hour, and after a week."""
    batch = world.visitor.send(*TWO)
    known = []
    world.clock.advance(10)
    for seconds in (0.0, 3_700.0, 7 * 86_400.0):
        world.ask("GET", "lists")
        world.clock.advance(seconds)
        known.append(world.ask("GET", "import/info", batchId=batch).status_code == 200)
    return known


class _Listener:
    """Somebody who is called back, on this machine."""

    def __init__(self, status: int) -> None:
        listener = self
        self.heard: list[tuple[str, bytes]] = []
        self.called = threading.Semaphore(0)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.heard.append((self.headers["Content-Type"], body[:1]))
                self.send_response(status)
                self.end_headers()
                listener.called.release()

            def log_message(self, *_: object) -> None: ...

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/told"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def stop(self) -> list[Any]:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        return self.heard


def _called_back(world: World, status: int, calls: int) -> list[Any]:
    listener = _Listener(status)
    try:
        world.settle(*TWO, callback={"url": listener.url, "requestType": "POST", "detailed_results": "true"})
        for _ in range(calls):
            assert listener.called.acquire(timeout=10)
    finally:
        heard = listener.stop()
    return heard


def callback_encoding(world: World) -> object:
    """Have the sandbox call back."""
    return _called_back(world, 200, 1)


def callback_repeats(world: World) -> object:
    """Have the sandbox call back somebody who fails."""
    return len(_called_back(world, 500, 1 + world.quirks.callback_repeats))


def contact_limit_reached(world: World) -> object:
    """Import two people where there is room for one."""
    world.box.limit_contacts(1)
    return world.settle(*TWO)["failure"], len(world.box.contacts())


def limit_counts(world: World) -> object:
    """An account of one contact, who is on no list, to see whether there is room for another."""
    world.settle(TWO[0])
    world.box.limit_contacts(1)
    return world.settle(TWO[1])["failure"]


def deleted_contact(world: World) -> object:
    """Somebody who opted out is deleted by an administrator, and imported again."""
    world.box.unsubscribe("anna@example.com", VIP)
    world.box.delete("anna@example.com")
    world.settle({"email": "anna@example.com"})
    return world.status(VIP)
