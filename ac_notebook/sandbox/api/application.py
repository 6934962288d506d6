"""HTTP: finds the account by its key and the endpoint by its address. A WSGI application."""

from __future__ import annotations

import contextlib
import functools
import hmac
import math
import re
import secrets
import threading
import traceback
import uuid
from typing import TYPE_CHECKING, NamedTuple

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, RequestRedirect, Rule
from werkzeug.wrappers import Request

from ac_notebook.sandbox.page.site import Site
from ac_notebook.sandbox.quirks import Quirks
from ac_notebook.sandbox.service import Arrival, NotKeptError

from . import answers
from .answers import Answer
from .call import Call, RefusedError
from .endpoints import ROUTES
from .queries import PageTooLargeError, page_refused

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from ac_notebook.sandbox.faults.fault import Fault
    from ac_notebook.sandbox.service import Service
    from ac_notebook.sandbox.state.places import User

    from .call import Route

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
MARK = ("X-Sandbox", "SANDBOX: not ActiveCampaign; nothing leaves this machine")
_GLOBAL_COOKIE = "em_acp_globalauth_cookie"
OWN_KEY = re.compile(r"sandbox-[A-Za-z0-9_-]{1,100}")


@functools.cache
def _map() -> Map:
    """Return what finds the route of an address: the same for all accounts, and half of the time to make one."""
    rules = [Rule(f"/api/3/{route.path}", endpoint=route, methods=[route.method]) for route in ROUTES]
    made = Map(rules, strict_slashes=False, merge_slashes=False)
    made.update()
    return made


class Visitor(NamedTuple):
    """Whose key it is: an account, and a user of it."""

    service: Service
    user: User


class Application:
    """Answers requests to one or several accounts.

    Parameters
    ----------
    url
        The base address, for `links`.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.services: list[Service] = []
        self.site = Site(self)
        self.applies_aside = False
        """Whether somebody else sees to it that imports are applied when they are due: then questions need not."""
        self._keys: dict[str, Visitor] = {}
        self._lock = threading.Lock()
        self._map = _map()

    def __repr__(self) -> str:
        """Say how many accounts there are, not what opens them."""
        return f"<Application accounts={len(self.services)}>"

    def check(self, key: str) -> None:
        """Refuse a key that can open no account here.

        Raises
        ------
        ValueError
            When it does not look like a sandbox's own (a real one has no business here, and is kept nowhere), or opens
            an account already.
        """
        if not OWN_KEY.fullmatch(key):
            message = 'a sandbox takes only keys of its own, which begin with "sandbox-"; never type a real one here'
            raise ValueError(message)
        if key in self._keys:
            message = "this key opens an account already"
            raise ValueError(message)

    def admit(self, key: str, service: Service, user: User) -> None:
        """Let a key open an account; see `check` for what is refused."""
        with self._lock:
            self.check(key)
            self._keys[key] = Visitor(service, user)
            if service not in self.services:
                self.services.append(service)

    def revoke(self, service: Service, user: User) -> None:
        """Make a user's key worthless."""
        with self._lock:
            self._keys = {key: visitor for key, visitor in self._keys.items() if visitor != (service, user)}

    def keys_of(self, service: Service) -> dict[str, int]:
        """Return the ids of an account's users by the keys that open it."""
        return {key: visitor.user.id for key, visitor in list(self._keys.items()) if visitor.service is service}

    def advance(self) -> None:
        """Apply in all accounts the imports that are due by now."""
        for service in self.services:
            service.advance()

    def until_due(self) -> float:
        """Return the seconds until an import may be due in any account: one that came meanwhile, too."""
        queues = [(service.queue, service.clock()) for service in self.services]
        return min((min(queue.next_due - now, queue.times.known) for queue, now in queues), default=math.inf)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        # As in a path, what is no UTF-8 becomes a replacement character; werkzeug would raise when the query is read.
        query = environ.get("QUERY_STRING", "").encode("latin-1").decode(errors="replace")
        request = Request({**environ, "QUERY_STRING": query.encode().decode("latin-1")})
        body = _body(environ)
        if not _is_loopback(environ.get("HTTP_HOST", "")):
            # A web page may point a name of its own at 127.0.0.1; its requests carry that name.
            answer: Answer = answers.message("This sandbox answers to its loopback address only.", 403)
            return _marked(answer)(environ, start_response)
        if request.path == "/" and request.method in ("GET", "HEAD") and "Api-Token" not in request.headers:  # a person
            return _marked(self.site.answer(request.args))(environ, start_response)
        visitor = self._visitor(request.headers.get("Api-Token", ""))
        matched = self._matched(request)
        if visitor is None:
            # below /api the key comes first: whoever has none is not told what there is
            answer = answers.key_refused(self._quirks())
            if isinstance(matched, Answer) and not request.path.startswith("/api/"):
                answer = matched
            if self.services:  # nobody's request: the first account shows it
                arrived = self.services[0].now()
                self.services[0].note(Arrival(arrived, request.method, request.path, answer.status_code, 0, len(body)))
            return _marked(answer)(environ, start_response)
        return _marked(self._visit(visitor, matched, request, body))(environ, start_response)

    def _visit(
        self, visitor: Visitor, matched: tuple[Route, dict[str, str]] | Answer, request: Request, body: bytes
    ) -> Answer:  # fmt: skip
        """Answer a request that has a key, and write down that it came; faults may break the connection instead."""
        service = visitor.service
        came = service.now()
        status = contacts = 0  # of a request without an answer
        group = "" if isinstance(matched, Answer) else matched[0].group
        fault = service.faults.meet(group, request.method, request.path)
        try:
            try:
                if fault is not None:
                    fault.before(service, self, visitor.user)
                if isinstance(matched, Answer):
                    answer = _nowhere(service, matched)
                else:
                    answer = self._answer(visitor, *matched, request, body, fault)
            except RefusedError as refused:
                answer = refused.answer
            except NotKeptError as error:  # the disk is full, or the sandbox is stopping: not to be called done
                answer = answers.message(str(error), 500)
            except ConnectionError:  # a fault breaks the connection
                raise
            except Exception as error:  # noqa: BLE001 - a defect of the sandbox, which must not look like such a fault
                answer = _failed(error, request.environ)
            contacts = answer.contacts
            _dress(answer, service)
            if fault is not None:
                answer = fault.after(answer, service)
            status = answer.status_code
        finally:
            arrival = Arrival(came, request.method, request.path, status, contacts, len(body))
            service.note(arrival)
        return answer

    def _answer(
        self, visitor: Visitor, route: Route, values: dict[str, str], request: Request, body: bytes,
        fault: Fault | None,
    ) -> Answer:  # fmt: skip
        service = visitor.service
        # What is due changes nothing about taking another import, and who asks about one need not wait for others.
        of_queue = route.group == "import" or (route.group == "info" and self.applies_aside)
        if not of_queue:
            service.advance()
        with service.gate:
            arrived = service.clock()
            retry_after = service.traffic.refuse_request(arrived)
        if retry_after:
            return answers.too_many_requests(retry_after, service.account.quirks)
        call = Call(
            service=service,
            user=visitor.user,
            query=request.args,
            path=values,
            body=body,
            seconds=service.seconds(),
            arrived=arrived,
            url=self.url,
            fate=fault.fate if fault is not None else "completed",
        )
        # Such a request touches nothing but the queue: it need not wait until another import is applied.
        alone = of_queue and not service.stored
        with contextlib.nullcontext() if alone else service.lock:
            if route.permission is not None and not call.may(route.permission):
                return route.refusal()
            try:
                answer = route.answer(call)
            except PageTooLargeError:
                answer = page_refused()
            finally:
                if not alone:
                    service.account.ledger.close_page(service.now().timestamp(), f"{request.method} {request.path}")
                    if request.method != "GET":
                        service.written()
        return answer

    def _matched(self, request: Request) -> tuple[Route, dict[str, str]] | Answer:
        try:
            route, values = self._map.bind("sandbox").match(request.path, request.method)
        except (NotFound, RequestRedirect):
            return answers.message("Not Found", 404)
        except MethodNotAllowed as error:
            answer = answers.message("Method Not Allowed", 405)
            answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
            return answer
        return route, dict(values)

    def _visitor(self, key: str) -> Visitor | None:
        found = None
        for known, visitor in list(self._keys.items()):  # all of them, so that the time says nothing
            if hmac.compare_digest(key.encode(), known.encode()):
                found = visitor
        return found

    def _quirks(self) -> Quirks:
        return self.services[0].account.quirks if self.services else Quirks()


def _failed(error: Exception, environ: WSGIEnvironment) -> Answer:
    """Return the answer to a request that met a defect of the sandbox, and tell whoever reads the log where it is.

    The error's own words are in neither: they may hold what people are called.
    """
    kind = type(error).__name__
    environ["wsgi.errors"].write(f"{''.join(traceback.format_tb(error.__traceback__))}{kind} in the sandbox\n")
    return answers.message(f"The sandbox failed with {kind}: a defect of its own, not an answer of the service.", 500)


def _nowhere(service: Service, answer: Answer) -> Answer:
    """Count a request to an address that there is not: the limit is on all requests of the account (section 2.2)."""
    with service.gate:
        retry_after = service.traffic.refuse_request(service.clock())
    return answers.too_many_requests(retry_after, service.account.quirks) if retry_after else answer


def _dress(answer: Answer, service: Service) -> None:
    """Add what recorded answers carry beside their content (section 2.1); a client must neither need nor keep it."""
    headers = answer.headers
    headers["X-Request-Id"] = str(uuid.uuid4())
    headers["Cache-Control"] = "no-store, no-cache, must-revalidate"
    headers.add("Set-Cookie", f"PHPSESSID={secrets.token_hex(16)}; path=/; HttpOnly")
    headers.add("Set-Cookie", f"{_GLOBAL_COOKIE}={uuid.uuid4()}; path=/; secure; httponly")
    # recorded: taken back in the same answer
    headers.add("Set-Cookie", f"{_GLOBAL_COOKIE}=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0; path=/")
    if service.account.quirks.rate_limit_headers:
        with service.gate:
            headers["RateLimit-Limit"] = str(service.traffic.limits.requests)
            headers["RateLimit-Remaining"] = str(service.traffic.remaining(service.clock()))


def _marked(answer: Answer) -> Answer:
    answer.headers[MARK[0]] = MARK[1]
    return answer


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
