"""Connections that are used again, names, and how often something is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from ac_notebook.errors import RateLimitError, UnexpectedAnswerError, UnreachableError
from ac_notebook.remote.reading import contacts_of_list
from tests.remote.wire.calls import CALLS, QUEUED, SHORT, client_of
from tests.remote.wire.faults import whole
from tests.remote.wire.hostile import Hostile, Talk, nobody
from tests.virtual import VirtualClock

if TYPE_CHECKING:
    from ac_notebook.remote.client import Client

OTHER = b'{"status":"completed","success":[],"failure":[]}'


def twice(client: Client) -> list[str]:
    """Send an import two times, and return what each was taken for."""
    call = CALLS[1]
    return [client.send_once(call.method, call.path, body=call.body).meaning for _ in range(2)]


def test_a_second_answer_is_not_taken_for_that_to_the_next_request() -> None:
    """Two answers to one request: the next request on the connection is lost, however well the second one looks."""

    def act(talk: Talk) -> None:
        talk.request()
        talk.say(whole(QUEUED) + whole(OTHER))
        talk.request()
        talk.hang()

    with Hostile(act) as server, client_of(server.port, seconds=SHORT) as client:
        assert twice(client) == ["ok", "lost"]


def test_a_connection_is_used_again() -> None:
    """Two calls, one connection."""

    def act(talk: Talk) -> None:
        while talk.request():
            talk.say(whole(QUEUED))

    with Hostile(act) as server, client_of(server.port) as client:
        assert twice(client) == ["ok", "ok"]
    assert server.connections == 1


def test_a_connection_that_is_closed_just_as_it_is_used_again_is_lost() -> None:
    """Something of the second request was written: it may have been taken, and is not sent again by the client."""

    def act(talk: Talk) -> None:
        talk.request()
        talk.say(whole(QUEUED))
        talk.take(1)
        talk.reset()

    with Hostile(act) as server, client_of(server.port) as client:
        assert twice(client) == ["ok", "lost"]
    assert server.connections == 1


def test_a_connection_that_was_closed_before_is_not_used_again() -> None:
    """The server closes after its answer: the next call makes another connection, and nothing is lost."""

    def act(talk: Talk) -> None:
        talk.request()
        talk.say(whole(QUEUED, close=True))

    with Hostile(act) as server, client_of(server.port) as client:
        assert twice(client) == ["ok", "ok"]
    assert server.connections == 2


def test_no_cookie_comes_back_and_no_redirect_is_followed() -> None:
    """What a server sets is forgotten; where it points, nobody goes."""
    heads: list[bytes] = []

    def act(talk: Talk) -> None:
        while head := talk.request():
            heads.append(head)
            talk.say(whole(b"", status="302 Found", more="Set-Cookie: PHPSESSID=1\r\nLocation: /api/3/users/me"))

    with Hostile(act) as server, client_of(server.port) as client:
        assert twice(client) == ["moved", "moved"]
    assert len(heads) == 2
    assert all(b"cookie" not in head.lower() for head in heads)
    assert all(b"accept-encoding: identity" in head.lower() for head in heads)


def test_nobody_there_is_not_sent() -> None:
    """A port on which nobody listens: nothing was sent, and the error names the host."""
    port = nobody()
    with client_of(port) as client:
        assert twice(client) == ["not-sent", "not-sent"]
    clock = VirtualClock()
    with client_of(port, clock=clock) as client, pytest.raises(UnreachableError, match=str(port)):
        client.me()
    assert clock.seconds < 1_000 + 60


def test_reading_is_put_off_for_a_quarter_of_an_hour_and_no_longer() -> None:
    """A server that asks for ten minutes again and again is asked twice."""
    clock = VirtualClock()

    def act(talk: Talk) -> None:
        while talk.request():
            talk.say(whole(b"", status="429 Too Many", more="Retry-After: 600\r\nRetry-After: 5"))

    with Hostile(act) as server, client_of(server.port, clock=clock) as client:
        with pytest.raises(RateLimitError) as caught:
            client.me()
        assert caught.value.retry_after == 600
    assert clock.seconds == 1_600


@pytest.mark.parametrize(
    "rows",
    [b'[{"id":"' + b"9" * 5_000 + b'"}]', b'[{"id":null}]', b'[{"id":true}]', b'[{"id":{}}]', b"[[],1,null]", b"{}"],
)
def test_rows_of_another_shape_raise_nothing_but_our_errors(rows: bytes) -> None:
    """Ids that are no numbers, rows that are none: left out, or said to be of another shape."""

    def act(talk: Talk) -> None:
        while head := talk.request():
            name = head.split(b"/api/3/")[1].split(b"?")[0].split(b" ")[0].split(b"/")[0]
            body = b'{"%s":%s,"%s":%s,"meta":{"total":"%s"}}' % (name, rows, name[:-1], rows, b"9" * 5_000)
            talk.say(whole(body))

    with Hostile(act) as server, client_of(server.port) as client:
        try:
            assert client.snapshot().contact_lists == ()
        except UnexpectedAnswerError:
            assert rows == b"{}"
        with pytest.raises(UnexpectedAnswerError):
            client.list_with_id(4)
        assert list(contacts_of_list(client, 4, page_size=100)) == []


def test_another_list_than_the_one_asked_for_is_not_taken_for_it() -> None:
    """Asked for list 4, the answer is about list 5: that is not ActiveCampaign's answer."""

    def act(talk: Talk) -> None:
        talk.request()
        talk.say(whole(b'{"list":{"id":"5","name":"VIP"}}'))

    with Hostile(act) as server, client_of(server.port) as client, pytest.raises(UnexpectedAnswerError):
        client.list_with_id(4)


def test_pages_without_an_end_are_given_up() -> None:
    """A collection that always has another full page ends after a thousand of them, with an error."""
    asked = 0

    def answer(_: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        return httpx.Response(200, json={"lists": [{"id": asked}], "meta": {"total": "99999999"}})

    with (
        client_of(1, transport=httpx.MockTransport(answer), page_size=1) as client,
        pytest.raises(UnexpectedAnswerError),
    ):
        client.snapshot()
    assert asked == 1_000
