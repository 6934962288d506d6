"""Faults in process reach an HTTP client as over a socket, and leave the key behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from ac_notebook.remote.transport import in_process

if TYPE_CHECKING:
    import types
    from collections.abc import Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

KEY = "sandbox-CANARY-of-the-transport"


def broken_at_once(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Break before the answer, with the key at hand."""
    key = environ["HTTP_API_TOKEN"]
    raise ConnectionResetError(key)


def broken_later(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
    """Break within the answer, with the key at hand."""
    key = environ["HTTP_API_TOKEN"]
    start_response("200 OK", [("Content-Length", "10")])
    yield b"abc"
    raise ConnectionResetError(key)


@pytest.mark.parametrize("application", [broken_at_once, broken_later])
def test_the_key_is_nowhere_in_a_broken_connection(application: types.FunctionType) -> None:
    """It is in no text of the error, and the application's frames, which hold it, are not kept by it."""
    with (
        httpx.Client(transport=in_process(application), base_url="http://127.0.0.1") as http,
        pytest.raises(httpx.TransportError) as caught,
    ):
        http.get("/", headers={"Api-Token": KEY})
    error: BaseException | None = caught.value
    while error is not None:
        assert KEY not in f"{error!r} {error}"
        frame = error.__traceback__
        while frame is not None:
            assert frame.tb_frame.f_code is not application.__code__
            frame = frame.tb_next
        assert not isinstance(error, OSError)
        error = error.__cause__ or error.__context__


def test_an_error_of_the_application_is_none_of_the_connection() -> None:
    """Only what a connection may do is taken for it; a mistake is shown as such."""

    def mistaken(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raise ZeroDivisionError

    with (
        httpx.Client(transport=in_process(mistaken), base_url="http://127.0.0.1") as http,
        pytest.raises(ArithmeticError),
    ):
        http.get("/")
