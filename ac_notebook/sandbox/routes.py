"""HTTP: which address answers what. A WSGI application."""

from __future__ import annotations

import hmac
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, RequestRedirect, Rule
from werkzeug.wrappers import Request, Response

from . import answers, contact_shapes, queries, readings, shapes
from .importing import Refusal, read_import
from .queries import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from wsgiref.types import StartResponse, WSGIEnvironment

    from .account import Account, Contact
    from .fields import Field
    from .limits import Traffic
    from .queue import ImportQueue

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


def _rules() -> Map:
    paths = {
        "users/me": "users_me",
        "lists": "lists",
        "lists/<number>": "one_list",
        "fields": "fields",
        "fields/<number>": "one_field",
        "fields/<number>/options": "field_options",
        "tags": "tags",
        "contacts": "contacts",
        "contacts/<number>": "one_contact",
        "contacts/<number>/contactLists": "contact_lists",
        "contacts/<number>/contactTags": "contact_tags",
        "contacts/<number>/fieldValues": "field_values",
        "import/info": "import_info",
        "import/bulk_import": "import_totals",
    }
    rules = [Rule(f"/api/3/{path}", endpoint=name, methods=["GET"]) for path, name in paths.items()]
    rules.append(Rule("/api/3/import/bulk_import", endpoint="bulk_import", methods=["POST"]))
    return Map(rules, strict_slashes=False, merge_slashes=False)


class Arrival(NamedTuple):
    """A request that came in, and its answer: what `Sandbox.requests` shows."""

    time: datetime
    method: str
    path: str
    status: int
    contacts: int
    bytes: int


@dataclass(kw_only=True)
class Application:
    """Answers requests to one account. All that several threads touch is changed under `lock`."""

    account: Account
    queue: ImportQueue
    traffic: Traffic
    api_key: str = field(repr=False)
    clock: Callable[[], float]
    now: Callable[[], datetime]
    url: str

    def __post_init__(self) -> None:
        """Prepare routing."""
        self.lock = threading.RLock()
        self.arrivals: list[Arrival] = []
        self.times = shapes.Times(self.account.zone)
        self._map = _rules()

    def advance(self) -> None:
        """Apply the imports that are due by now, letting others in between batches."""
        now = self.clock()
        applied = True
        while applied:
            with self.lock:
                applied = self.queue.apply_next(now)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        came = self.now()
        request = Request(environ)
        body = _body(environ)
        answer, contacts = self._answer(request, body)
        arrival = Arrival(came, request.method, request.path, answer.status_code, contacts, len(body))
        with self.lock:
            self.arrivals.append(arrival)
        return answer(environ, start_response)

    def _answer(self, request: Request, body: bytes) -> tuple[Response, int]:  # noqa: PLR0911 - a return per refusal
        """Return the answer, and how many contacts were in the body."""
        if not _is_loopback(request.environ.get("HTTP_HOST", "")):
            # A web page may point a name of its own at 127.0.0.1; its requests carry that name.
            return answers.message("This sandbox answers to its loopback address only.", 403), 0
        try:
            name, values = self._map.bind("sandbox").match(request.path, request.method)
        except (NotFound, RequestRedirect):
            return answers.message("Not Found", 404), 0
        except MethodNotAllowed as error:
            answer = answers.message("Method Not Allowed", 405)
            answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
            return answer, 0
        if not hmac.compare_digest(request.headers.get("Api-Token", "").encode(), self.api_key.encode()):
            return answers.key_refused(), 0
        self.advance()
        with self.lock:
            arrived = self.clock()
            retry_after = self.traffic.refuse_request(arrived)
        if retry_after:
            return answers.too_many_requests(retry_after), 0
        if name == "bulk_import":
            return self._bulk_import(body, arrived)
        with self.lock:
            answer = getattr(self, f"_{name}")(request.args, **values)
        return answer, 0

    def _bulk_import(self, body: bytes, arrived: float) -> tuple[Response, int]:
        content = read_import(body, self.traffic.limits)
        count = content.contacts
        with self.lock:
            refused = self.traffic.refuse_import(arrived, count)
            if refused:
                return answers.import_refused("Rate limit exceeded.", [refused]), count
            if isinstance(content, Refusal):
                return answers.import_refused(content.message, content.reasons), count
            batch = self.queue.add(content, arrived, self.now())
        return answers.import_queued(batch.id, count), count

    def _import_info(self, arguments: queries.Arguments) -> Response:
        batch_id = arguments.get("batchId", "")
        if not batch_id:
            return answers.json_answer({"success": 0, "message": "'batchId' is a required field."}, 400)
        info = self.queue.info(batch_id, self.clock())
        if info is None:
            content = {"success": 0, "message": "No import found for this batchId."}
            return answers.json_answer(content, readings.UNKNOWN_BATCH_STATUS)
        return answers.json_answer(info)

    def _import_totals(self, arguments: queries.Arguments) -> Response:
        del arguments
        return answers.json_answer(self.queue.totals(self.now()))

    def _users_me(self, arguments: queries.Arguments) -> Response:
        del arguments
        return answers.json_answer({"user": shapes.user(self.account, self.url)})

    def _lists(self, arguments: queries.Arguments) -> Response:
        rows = list(self.account.lists.values())
        name = arguments.get("filters[name]")
        if name is not None:
            rows = [row for row in rows if name.lower() in row.name.lower()]
        page = [shapes.mailing_list(row, self.url, self.times, counts=True) for row in Page.of(arguments).cut(rows)]
        return answers.json_answer({"lists": page, "meta": {"total": str(len(rows))}})

    def _one_list(self, arguments: queries.Arguments, number: str) -> Response:
        del arguments
        row = self.account.lists.get(queries.number(number))
        if row is None:
            return answers.not_found("_List", number)
        return answers.json_answer({"list": shapes.mailing_list(row, self.url, self.times, counts=False)})

    def _fields(self, arguments: queries.Arguments) -> Response:
        rows = list(self.account.fields.values())
        perstag = arguments.get("filters[perstag]")
        if perstag is not None:
            rows = [row for row in rows if row.perstag == perstag.upper()]
        page = Page.of(arguments).cut(rows)
        content = self._with_options(page)
        content["fields"] = [shapes.field(row, self.account, self.url, self.times) for row in page]
        content["meta"] = {"total": str(len(rows)), "selected": None}
        return answers.json_answer(content)

    def _with_options(self, rows: Sequence[Field]) -> dict[str, Any]:
        return {
            "fieldOptions": [option for row in rows for option in shapes.field_options(row, self.url)],
            "fieldRels": [shapes.field_relation(row, self.account, self.times) for row in rows],
        }

    def _one_field(self, arguments: queries.Arguments, number: str) -> Response:
        del arguments
        row = self.account.fields.get(queries.number(number))
        if row is None:
            return answers.not_found("Field", number)
        content = self._with_options([row])
        content["field"] = shapes.field(row, self.account, self.url, self.times)
        return answers.json_answer(content)

    def _field_options(self, arguments: queries.Arguments, number: str) -> Response:
        del arguments
        row = self.account.fields.get(queries.number(number))
        if row is None:
            return answers.not_found("Field", number)
        return answers.json_answer({"fieldOptions": shapes.field_options(row, self.url)})

    def _tags(self, arguments: queries.Arguments) -> Response:
        rows = list(self.account.tags.values())
        text = arguments.get("search", "").lower()
        if text:
            rows = [row for row in rows if text in row.name.lower()]
        page = [shapes.tag(row, self.url, self.times) for row in Page.of(arguments).cut(rows)]
        return answers.json_answer({"tags": page, "meta": {"total": str(len(rows))}})

    def _contacts(self, arguments: queries.Arguments) -> Response:
        rows = queries.contacts(self.account, arguments)
        page = Page.of(arguments)
        content = {
            "scoreValues": [],
            "contacts": [contact_shapes.contact(row, self.account, self.url, self.times) for row in page.cut(rows)],
            "meta": queries.contacts_meta(arguments, page, len(rows)),
        }
        return answers.json_answer(content)

    def _one_contact(self, arguments: queries.Arguments, number: str) -> Response:
        del arguments
        row = self.account.contact(queries.number(number))
        if row is None:
            return answers.not_found("Subscriber", number)
        return answers.json_answer(
            {
                "contactAutomations": [
                    contact_shapes.contact_automation(row, entry, self.url, self.times)
                    for entry in row.memberships
                    if entry.automated
                ],
                "contactLists": self._memberships(row),
                "deals": [],
                "fieldValues": contact_shapes.field_values(row, self.account, self.url, self.times),
                "geoIps": [],
                "accountContacts": [],
                "contact": contact_shapes.contact(row, self.account, self.url, self.times),
            }
        )

    def _memberships(self, row: Contact) -> list[shapes.Shape]:
        return [contact_shapes.contact_list(row, entry, self.url, self.times) for entry in row.memberships]

    def _contact_lists(self, arguments: queries.Arguments, number: str) -> Response:
        del arguments
        row = self.account.contact(queries.number(number))
        if row is None:
            return answers.not_found("Subscriber", number)
        return answers.json_answer({"contactLists": self._memberships(row)})

    def _contact_tags(self, arguments: queries.Arguments, number: str) -> Response:
        del arguments
        row = self.account.contact(queries.number(number))
        if row is None:
            return answers.not_found("Subscriber", number)
        tags = [contact_shapes.contact_tag(row, tag, self.url, self.times) for tag in row.tags]
        return answers.json_answer({"contactTags": tags})

    def _field_values(self, arguments: queries.Arguments, number: str) -> Response:
        del arguments
        row = self.account.contact(queries.number(number))
        if row is None:
            return answers.not_found("Subscriber", number)
        values = contact_shapes.field_values(row, self.account, self.url, self.times)
        return answers.json_answer({"fieldValues": values})


def _is_loopback(host: str) -> bool:
    name, _, port = host.rpartition(":") if not host.endswith("]") and ":" in host else (host, "", "")
    return name.lower() in LOOPBACK and (port == "" or (port.isascii() and port.isdigit()))


def _body(environ: WSGIEnvironment) -> bytes:
    """Read the whole body, always, so that the next request on the connection starts where it should."""
    length = environ.get("CONTENT_LENGTH") or ""
    stream = environ["wsgi.input"]
    if length.isascii() and length.isdigit():
        return bytes(stream.read(int(length)))
    return bytes(stream.read()) if environ.get("HTTP_TRANSFER_ENCODING") else b""
