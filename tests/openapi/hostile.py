"""Sends a sandbox what no client would: any JSON and any bytes, odd paths, queries, headers and methods, in process.

Requests go to the application as a server hands them on (WSGI), because an HTTP client refuses to send most of them.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_from_bytes

from ac_notebook.sandbox import Sandbox
from ac_notebook.sandbox.quirks import Quirks, positions
from tests.openapi.description import operations
from tests.openapi.made_up import anything, broken, fitting, nearly, odd_text, written
from tests.sandbox import replay
from tests.sandbox.visits import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.openapi.description import Operation

PER_ACCOUNT = 500
_WEIGHTS = {"POST": 6, "PUT": 2, "PATCH": 2}  # so that more is made and changed than deleted
BROKEN = 500
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "QUERY", "get", "FOO", "-")
_ODD_PARTS = (
    "", ".", "..", "%2e%2e", "%2F", "%00", "%ff", "%C3%28", "%F0%9F%91%A9", "%E2%80%AE", "0", "-1", "01", "1.0", "1e3",
    "9" * 20, "9" * 6_000, "x" * 9_000, "<number>", "{number}", "*", ";a=b", "\xe9", "\xff\xfe", "1 ", "%31", "null",
    "sync", "exclusions", "bulk", "me",
)  # fmt: skip
_ODD_HEADERS = (
    ("HTTP_ACCEPT", "\xff\xfe"), ("HTTP_ACCEPT", "x" * 60_000), ("HTTP_COOKIE", "a=\xe9; b; =; ;;"),
    ("HTTP_X_FORWARDED_FOR", "::1, \xe9"), ("HTTP_RANGE", "bytes=9-1"), ("HTTP_IF_NONE_MATCH", '"*'),
    ("HTTP_AUTHORIZATION", "Basic \xe9"), ("HTTP_EXPECT", "100-continue"), ("HTTP_X_HTTP_METHOD_OVERRIDE", "FOO"),
    ("HTTP_CONTENT_ENCODING", "gzip"), ("HTTP_IF_MODIFIED_SINCE", "yesterday"), ("HTTP_TRANSFER_ENCODING", "\xff"),
    ("HTTP_HOST", "\xe9"), ("HTTP_HOST", "[::1"), ("HTTP_HOST", "127.0.0.1:\xb2"), ("HTTP_HOST", ""),
    ("HTTP_API_TOKEN", ""), ("HTTP_API_TOKEN", "\xe9\xff"), ("HTTP_API_TOKEN", "x" * 60_000),
    ("CONTENT_TYPE", "application/json; charset=\xe9"), ("CONTENT_TYPE", "multipart/form-data"),
    ("CONTENT_TYPE", "application/x-www-form-urlencoded"), ("CONTENT_TYPE", "x" * 60_000), ("CONTENT_TYPE", ""),
)  # fmt: skip
_VIEWS = ("", "contacts", "contact", "lists", "fields", "ledger", "requests", "imports", "tags", "\xe9")


@dataclass
class Outcome:
    """What came of hostile requests.

    Attributes
    ----------
    statuses
        How many answers of each status there were.
    wrong
        Requests that were answered as by a broken server, or not readably, or raised something: enough to repeat them.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def requests(self) -> int:
        """How many requests were made."""
        return self.statuses.total()


def run(requests: int, seed: int = 0, *, per_account: int = PER_ACCOUNT) -> Outcome:
    """Make requests, some to one account and then to the next; each reads the contract by chance in another way."""
    outcome, account = Outcome(), 0
    while outcome.requests < requests:
        _Attack(Random(f"{seed} {account}"), outcome, usual=account == 0).run(
            min(per_account, requests - outcome.requests), f"seed {seed}, account {account}"
        )
        account += 1
    return outcome


def _quirks(chance: Random, *, usual: bool) -> Quirks:
    """Return the usual way to read the contract, or another; but not the one where a duplicate tag is a 500."""
    if usual:
        return Quirks()
    chosen: dict[str, Any] = {name: chance.choice(known) for name, known in positions().items()}
    if chosen["duplicate_tag_status"] == BROKEN:
        chosen["duplicate_tag_status"] = 422
    return Quirks(**chosen)


class _Attack:
    """Some requests to one new account."""

    def __init__(self, chance: Random, outcome: Outcome, *, usual: bool) -> None:
        self.chance, self.outcome = chance, outcome
        self.clock = Clock()
        self.box = Sandbox(clock=self.clock, now=self.clock.now, quirks=_quirks(chance, usual=usual))
        self.token = self.box.app.site.token
        self.box.unsubscribe("out@example.com", 3)
        self.box.exclude("excluded@example.com")
        self.box.bounce("bounced@example.com")
        self.ids = ["1", "2", "3"]

    def run(self, requests: int, name: str) -> None:
        """Make the requests, and look whether the account agrees with its ledger afterwards."""
        known = [one for one in operations() for _ in range(_WEIGHTS.get(one.method, 1))]
        for number in range(1, requests + 1):
            self.clock.advance(self.chance.choice((0.25, 0.25, 0.3, 5.0)))
            operation = self.chance.choice(known)
            environ = self._request(operation)
            wrong = self._answered(environ)
            if wrong:
                asked = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO'][:80]!r}?{environ['QUERY_STRING'][:80]}"
                self.outcome.wrong.append(f"{name}, request {number}: {asked}: {wrong}")
        # requests to another host, and to the page, are not written down
        remembered = self.box.requests()["status"]
        if (remembered.ge(BROKEN) | remembered.eq(0)).any():
            self.outcome.wrong.append(f"{name}: the sandbox remembers a broken answer")
        try:
            replay.check(self.box)
        except AssertionError as error:
            self.outcome.wrong.append(f"{name}: the account is not what its ledger says: {str(error)[:400]}")

    def _request(self, operation: Operation) -> dict[str, Any]:
        """Return a request as a server hands it to the application: one in three is odd in more than its body."""
        chance = self.chance
        body = b"" if operation.body is None and chance.random() < 0.8 else self._body(operation)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": operation.method, "SCRIPT_NAME": "", "PATH_INFO": self._path(operation),
            "QUERY_STRING": self._query(operation), "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1",
            "HTTP_API_TOKEN": self.box.api_key, "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(), "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
        }  # fmt: skip
        what = chance.randrange(15)
        if what == 0:
            environ["REQUEST_METHOD"] = chance.choice(_METHODS)
        elif what == 1:
            environ.update([chance.choice(_ODD_HEADERS)])
        elif what == 2:
            environ["PATH_INFO"] = self._odd_path(operation)
        elif what == 3:
            environ["QUERY_STRING"] = self._odd_query(operation)
        elif what == 4:
            environ.pop("HTTP_API_TOKEN")
            names = ("account", "contact", "id", "page", "effect", "before", "offset", "search", "token")
            asked = [("view", chance.choice(_VIEWS)), *((name, odd_text(chance)) for name in chance.sample(names, 2))]
            environ |= {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "QUERY_STRING": _encoded(asked)}
            if chance.random() < 0.8:
                environ["QUERY_STRING"] += f"&token={self.token}"
        return environ

    def _body(self, operation: Operation) -> bytes:
        chance, what = self.chance, self.chance.randrange(10)
        content = fitting(chance, operation.body) if operation.body is not None else {}
        if what < 4:
            return written(content)
        if what < 8:
            return written(nearly(chance, content))
        return written(anything(chance)) if what == 8 else broken(chance, written(content))

    def _path(self, operation: Operation) -> str:
        number = self.chance.choice(self.ids) if self.chance.random() < 0.7 else str(self.chance.randrange(14))
        return f"/api/3/{operation.path}".replace("<number>", number)

    def _odd_path(self, operation: Operation) -> str:
        parts = self._path(operation).split("/")
        parts[self.chance.randrange(1, len(parts))] = self.chance.choice(_ODD_PARTS)
        if self.chance.random() < 0.3:
            parts.insert(self.chance.randrange(len(parts) + 1), self.chance.choice(_ODD_PARTS))
        return "/".join(parts)

    def _query(self, operation: Operation) -> str:
        chance = self.chance
        asked: list[tuple[str, Any]] = []
        for name in chance.sample(sorted(operation.query), min(len(operation.query), chance.randrange(4))):
            value = fitting(chance, operation.query[name]) if chance.random() < 0.6 else odd_text(chance)
            asked += [(name, one) for one in (value if isinstance(value, list) else [value])]
        return _encoded(asked)

    def _odd_query(self, operation: Operation) -> str:
        chance = self.chance
        names = [
            *operation.query,
            "limit",
            "orders[",
            "orders[]",
            "filters[",
            "filters[name][",
            "ids[]",
            "ids[0]",
            "][",
        ]
        return chance.choice(
            (
                "&" * 3_000, "=", "%", "%zz=%", "\xff\xfe=\xe9", "limit", "limit=&limit=1", "x=" + "y" * 70_000,
                "&".join(f"{name}[{number}]=1" for number, name in enumerate(names * 20)),
                _encoded([(chance.choice(names), odd_text(chance)) for _ in range(6)]),
                quote_from_bytes(chance.randbytes(40)), "offset=" + "9" * 17, "limit=-0&offset=-9",
            )
        )  # fmt: skip

    def _answered(self, environ: dict[str, Any]) -> str:
        """Send a request, count its answer, and say what is wrong with it; nothing if all is well."""
        told: list[Any] = []
        start: Callable[..., Any] = lambda status, headers, exc_info=None: told.append((status, headers))  # noqa: E731
        try:
            content = b"".join(self.box.app(environ, start))
        except Exception as error:  # noqa: BLE001 - that there is none is what this is about
            self.outcome.statuses[0] += 1
            return f"raised {type(error).__name__}: {str(error)[:200]}"
        status = int(told[0][0].split()[0])
        self.outcome.statuses[status] += 1
        if status >= BROKEN:
            return f"answered with {status}: {content[:200]!r}"
        if environ["PATH_INFO"] != "/" and not _is_readable(content, environ["REQUEST_METHOD"]):
            return f"answered with {status}, which cannot be read: {content[:200]!r}"
        self._learn(content)
        return ""

    def _learn(self, content: bytes) -> None:
        """Remember ids of what was made, to ask for them later."""
        if content.startswith(b"{") and len(content) < 5_000:
            for one in json.loads(content).values():
                if isinstance(one, dict) and isinstance(one.get("id"), str):
                    self.ids = [*self.ids[-20:], one["id"]]


def _encoded(asked: Sequence[tuple[str, Any]]) -> str:
    return "&".join(
        f"{quote_from_bytes(name.encode())}={quote_from_bytes(str(value).encode(errors='surrogatepass'))}"
        for name, value in asked
    )


def _is_readable(content: bytes, method: str) -> bool:
    if content == b"" or method == "HEAD":
        return True
    try:
        json.loads(content)
    except ValueError:
        return False
    return True
