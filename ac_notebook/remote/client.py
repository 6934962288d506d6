"""The only code that speaks HTTP.

It hands each request to a transport by itself, so nothing follows a redirect, keeps a cookie, or takes a proxy or a
password from the environment. The key stands in a request only while it is carried. The libraries' loggers are quiet:
they log URLs, and URLs can hold addresses.
"""

from __future__ import annotations

import itertools
import logging
from typing import TYPE_CHECKING, Any, Self

import httpx

from ac_notebook.errors import APIError, UnexpectedAnswerError, UnreachableError
from ac_notebook.model.account import Snapshot
from ac_notebook.remote.answers import Answer, Received, classify
from ac_notebook.remote.calls import CallFailed
from ac_notebook.remote.meaning import error_for
from ac_notebook.remote.network import LONGEST_CALL, network_of
from ac_notebook.remote.reply import UnreadableError, read
from ac_notebook.remote.rows import contact_list, contact_tags, custom_fields, dictionaries, has_number, total
from ac_notebook.remote.transport import FreshAfterSleep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ac_notebook.model.account import ContactList
    from ac_notebook.model.connection import Connection
    from ac_notebook.model.secret import Secret
    from ac_notebook.remote.clock import Clock
    from ac_notebook.remote.pacing import Kind, Pacer

_TIMEOUTS = {"connect": 10.0, "read": 30.0, "write": 30.0, "pool": 30.0}
"""Seconds for each step of a call; all of them together have ``LONGEST_CALL``."""

_ME = "users/me"

_ATTEMPTS = 5
_MOST_WAITED = 15 * 60.0
"""Seconds that reading something is put off, all attempts together."""

_MOST_PAGES = 1_000
"""Pages of a collection, at the most: 100,000 lists, fields or tags."""

_LOOK = 0.25
"""Seconds after which one who waits looks whether it was told to stop."""

_GRAIN = 0.0005
"""Seconds on top of a wait, so that a clock's resolution does not make it spin."""

_WAIT_WITHOUT_WORD = 60.0
"""Seconds to wait when a rate limit is answered without saying how long ("retry this request in a minute")."""

for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class StoppedError(Exception):
    """Whoever waited to read something was told to stop."""


class Client:
    """One account's API.

    Parameters
    ----------
    connection
        Which host, and whether it is a sandbox.
    secret
        The key.
    pacer
        Says when a request may start.
    clock
        Time.
    transport
        What carries the requests; the network when None. Tests pass the sandbox.
    stopped
        Tells whether to wait no longer: for a pause that the account asks for, or for a turn.
    """

    def __init__(
        self, connection: Connection, secret: Secret, *, pacer: Pacer, clock: Clock,
        transport: httpx.BaseTransport | None = None, stopped: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        self._connection = connection
        self._pacer = pacer
        self._clock = clock
        self._secret = secret
        self._stopped = stopped
        self._transport = transport if transport is not None else _network(connection, clock)

    @property
    def host(self) -> str:
        """The account's host."""
        return self._connection.host

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send_once(
        self, method: str, path: str, *, params: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """Send one request, not paced and not repeated, and return what came of it; never raises for the network.

        Parameters
        ----------
        method, path
            What to ask, below ``/api/3/``.
        params
            The query.
        body
            JSON, as bytes.
        """
        try:
            return classify(self._exchange(method, path, params, body), now=self._clock.now())
        except CallFailed as error:
            return Answer(meaning=error.meaning, message=error.words)
        except UnreadableError as error:
            return Answer(meaning="lost", message=str(error))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            # Of another transport than ours, which says no more than this.
            return Answer(meaning="not-sent", message=_kind_of(error))
        except (httpx.TransportError, httpx.InvalidURL) as error:
            return Answer(meaning="lost", message=_kind_of(error))
        except BaseException as error:  # noqa: BLE001 - an interrupt, or a fault of a library: raised again below
            stopped = error
        # The frames of the HTTP library hold the header with the key; a traceback that shows variables would show it.
        stopped.__traceback__ = stopped.__cause__ = stopped.__context__ = None
        raise stopped

    def _error(self, answer: Answer, path: str) -> APIError:
        if answer.meaning == "not-sent" and self._connection.is_sandbox:
            msg = f"The sandbox at {self.host} does not answer: it was stopped, or its process has ended."
            return UnreachableError(msg, hint="Start one: ac.sandbox.start(). Nothing was sent.", endpoint=path)
        return error_for(answer, path, self.host)

    def _exchange(self, method: str, path: str, params: Mapping[str, str] | None, body: bytes | None) -> Received:
        """Send a request and read the answer."""
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "ac_notebook"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        url = self._connection.base_url + path
        request = httpx.Request(
            method, url, params=params, content=body, headers=headers, extensions={"timeout": _TIMEOUTS}
        )
        until = self._clock.monotonic() + LONGEST_CALL
        request.headers["Api-Token"] = self._secret.reveal()
        try:
            response = self._transport.handle_request(request)
            try:
                content = read(response, is_late=lambda: self._clock.monotonic() > until)
            finally:
                response.close()
        finally:
            # The request lives on in exceptions: without the key.
            request.headers["Api-Token"] = "***"
        waits = response.headers.get_list("retry-after")
        return Received(
            status=response.status_code, content=content, retry_after=waits,
            content_type=response.headers.get("content-type", ""), tells_rate="ratelimit-remaining" in response.headers,
        )  # fmt: skip

    def get(self, path: str, params: Mapping[str, str] | None = None, *, attempts: int = _ATTEMPTS) -> Answer:
        """Read something, at the account's pace, repeated while that may help, so often at the most.

        Raises
        ------
        APIError
            One of its kinds, by what the last answer meant.
        StoppedError
            When it was told to stop while it waited; a pause may be a quarter of an hour.
        """
        waited, is_doubted = 0.0, False
        for attempt in itertools.count():
            answer = self.ask(path, params)
            if answer.meaning == "ok":
                return answer
            if answer.status == 403 and not answer.body and not is_doubted:  # noqa: PLR2004 - HTTP
                # The service answers so now and then for valid keys (contract section 1): it is asked whose key it is.
                is_doubted = True
                if path == _ME or self.ask(_ME).meaning == "ok":
                    continue
            wait = answer.retry_after
            if wait is None:
                wait = _WAIT_WITHOUT_WORD if answer.meaning == "wait" else 2.0**attempt
            waited += wait
            is_passing = answer.meaning in ("wait", "fault", "lost", "not-sent")
            if not is_passing or attempt + 1 >= attempts or waited > _MOST_WAITED:
                raise self._error(answer, path)
            self._wait(wait * self._connection.limits.time_scale)
        raise AssertionError  # the loop above has no end

    def ask(
        self, path: str, params: Mapping[str, str] | None = None, *, method: str = "GET", body: bytes | None = None,
        kind: Kind = "read",
    ) -> Answer:  # fmt: skip
        """Ask for something once, at the account's pace for its kind; never raises for the network."""
        while True:
            booking, moment = self._pacer.book(kind)
            if booking is not None:
                break
            self._wait(max(moment - self._clock.monotonic(), 0.0) + _GRAIN)
        try:
            answer = self.send_once(method, path, params=params, body=body)
        finally:
            self._pacer.finish(booking, self._clock.monotonic())
        if answer.meaning == "wait":
            self._pacer.give_way(booking)
        return answer

    def pause(self, seconds: float) -> None:
        """Wait so many of the service's seconds, of which a fast sandbox has more; StoppedError when told to stop."""
        self._wait(seconds * self._connection.limits.time_scale)

    def _wait(self, seconds: float) -> None:
        until = self._clock.monotonic() + seconds
        while (left := until - self._clock.monotonic()) > _GRAIN / 10:
            if self._stopped():
                raise StoppedError
            self._clock.sleep(min(left, _LOOK))

    def me(self) -> Mapping[str, Any]:
        """Return the user whose key this is (``GET /users/me``): the cheapest check of a key."""
        answer = self.get(_ME)
        user = answer.body.get("user")
        if not isinstance(user, dict):
            raise _unexpected(_ME, self._connection.host)
        return user

    def snapshot(self) -> Snapshot:
        """Read lists, custom fields with their options, and tags."""
        return Snapshot(
            host=self._connection.host,
            contact_lists=tuple(contact_list(row) for row in self.rows("lists")),
            custom_fields=tuple(custom_fields(list(self._pages("fields")))),
            contact_tags=tuple(contact_tags(self.rows("tags"))),
        )

    def list_with_id(self, number: int) -> ContactList:
        """Read one list anew.

        Raises
        ------
        NotFoundError
            When it no longer exists.
        """
        answer = self.get(f"lists/{number}")
        row = answer.body.get("list")
        if not has_number(row) or int(row["id"]) != number:
            raise _unexpected("lists", self._connection.host)
        return contact_list(row)

    def rows(self, path: str) -> Iterator[dict[str, Any]]:
        """Read all rows of a collection, which is named by the last word of its path."""
        for page in self._pages(path):
            yield from dictionaries(page, path.rpartition("/")[2])

    def _pages(self, path: str) -> Iterator[Mapping[str, Any]]:
        """Read all pages: the default page of 20 rows is the best known trap of this API (contract section 10.1)."""
        size = self._connection.limits.page_size
        offset = 0
        seen: set[str] = set()
        for _ in range(_MOST_PAGES):
            page = self.get(path, {"limit": str(size), "offset": str(offset)}).body
            rows = page.get(path.rpartition("/")[2])
            if not isinstance(rows, list):
                raise _unexpected(path, self._connection.host)
            yield page
            known = len(seen)
            seen.update(str(row.get("id")) for row in rows if isinstance(row, dict))
            offset += len(rows)
            # Totals come as text or number; a page that is not full ends the list whatever the total says.
            if len(rows) < size or len(seen) == known or offset >= total(page, default=offset + 1):
                return
        raise _unexpected(path, self._connection.host)


def _network(connection: Connection, clock: Clock) -> httpx.BaseTransport:
    return FreshAfterSleep(lambda: network_of(connection), lambda: clock.now().timestamp() - clock.monotonic())


def _unexpected(path: str, host: str) -> UnexpectedAnswerError:
    return UnexpectedAnswerError(
        f"{host} answered {path!r} with data of another shape than ActiveCampaign's.",
        hint="Check that the host is the one shown in ActiveCampaign, Settings, Developer.",
        endpoint=path,
    )


def _kind_of(error: Exception) -> str:
    # The kind only: the text of a transport's error can hold the URL.
    return {
        "ConnectError": "no connection",
        "ConnectTimeout": "no connection in time",
        "ReadTimeout": "no answer in time",
        "WriteTimeout": "the request could not be sent in time",
        "RemoteProtocolError": "the connection broke",
        "ReadError": "the connection broke",
        "WriteError": "the connection broke",
    }.get(type(error).__name__, type(error).__name__)
