"""Serving a sandbox on the loopback interface."""

from __future__ import annotations

import contextlib
import io
import socket
import struct
import threading
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Any, cast

from werkzeug.serving import DechunkedInput, ThreadedWSGIServer, WSGIRequestHandler

from .box import Sandbox

if TYPE_CHECKING:
    import os

    from .api.application import Application
    from .quirks import Quirks

LARGEST_BODY = 16_000_000  # bytes; far above what any request may carry, so that the limit itself can be met
_LONGEST_LENGTH = 12  # digits of a Content-Length
_SOONEST, _LATEST = 0.005, 0.05  # seconds between two looks for imports that are due
_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: closing resets the connection instead of ending it in order


def serve(
    *,
    speed: float = 1.0,
    port: int = 0,
    api_key: str | None = None,
    quirks: Quirks | None = None,
    contact_limit: int | None = None,
    data: str | os.PathLike[str] | None = None,
) -> Sandbox:
    """Serve an account from threads of this process; `start` gives it a process of its own.

    Parameters
    ----------
    speed, port, api_key, quirks, contact_limit, data
        As for `start`.

    Returns
    -------
    Sandbox
        Serving, until its `stop` is called.

    Examples
    --------
    >>> with serve(speed=60) as box:
    ...     box.lists()["name"].tolist()
    ['Master Contact List', 'Newsletter', 'VIP']
    """
    box = Sandbox(speed=speed, api_key=api_key, quirks=quirks, contact_limit=contact_limit, data=data)
    try:
        box.attach(Server(box.app, port))
    except BaseException:
        box.stop()  # which lets go of the data file
        raise
    return box


class Server:
    """Serves a WSGI application on 127.0.0.1 in a thread of its own."""

    def __init__(self, app: Application, port: int) -> None:
        # bound here, because werkzeug ends the whole process when a port is taken
        with socket.create_server(("127.0.0.1", port), backlog=128) as listening:
            self._server = _LoopbackServer("127.0.0.1", port, app, handler=_RequestHandler, fd=listening.fileno())
        self.port: int = self._server.port
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name=f"sandbox-{self.port}", daemon=True
        )
        self._stopping = threading.Event()
        self._importer = threading.Thread(
            target=self._import, args=(app,), name=f"sandbox-{self.port}-importer", daemon=True
        )  # fmt: skip
        app.applies_aside = True
        self._thread.start()
        self._importer.start()

    def _import(self, app: Application) -> None:
        """Apply imports when they are due, whether or not somebody asks: somebody may wait for a callback."""
        while not self._stopping.wait(min(max(app.until_due(), _SOONEST), _LATEST)):
            with contextlib.suppress(Exception):  # what cannot be written, or a defect: whoever asks next is told
                app.advance()

    def stop(self) -> None:
        """Close the socket and all connections, and end the threads."""
        self._stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.close_connections()
        self._importer.join()


class _LoopbackServer(ThreadedWSGIServer):
    daemon_threads = True

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._connections: set[socket.socket] = set()
        self._connections_lock = threading.Lock()
        super().__init__(*arguments, **named)

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's names
        """Say nothing: a request's path may hold an address."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing about a connection that broke."""

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, to close it with the server: clients keep theirs open."""
        with self._connections_lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection."""
        with self._connections_lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        """Shut the connections that are still open; their threads then end by themselves."""
        with self._connections_lock:
            open_connections = list(self._connections)
        for connection in open_connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the other side was quicker


class _RequestHandler(WSGIRequestHandler):
    """HTTP/1.1 with connections that stay open; werkzeug's own closes each, because it may leave a body unread."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # otherwise each answer waits some 40 ms for the acknowledgement of its headers
    wbufsize = -1  # headers and body leave together
    timeout = 60.0  # seconds a silent connection may hold its thread

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's names
        """Say nothing: a request's path may hold an address."""

    def run_wsgi(self) -> None:
        """Answer one request, having read all of it first."""
        if self.headers.get("Expect", "").strip().lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        body = self._read_body()
        if body is None:
            self.close_connection = True
            self.send_response(HTTPStatus.BAD_REQUEST)
            self.send_header("Content-Length", "0")
            self.send_header("Connection", "close")
            self.end_headers()
            return
        environ = self.make_environ()
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        environ.pop("wsgi.input_terminated", None)
        try:
            chunks = self.server.app(environ, self._begin)
        except ConnectionResetError:  # a fault: the client shall see no byte
            self._reset()
            return
        try:
            for chunk in chunks:
                self.wfile.write(chunk)
                self.wfile.flush()  # headers and first chunk leave together, and nothing waits for the next
        except OSError:  # a fault within the body, or the client has gone
            self.close_connection = True
        finally:
            with contextlib.suppress(OSError):
                getattr(chunks, "close", lambda: None)()

    def _reset(self) -> None:
        """Break the connection; it is closed for good when the handler lets go of its files."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.connection.close()

    def _begin(self, status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Any:
        del exc_info
        code, _, phrase = status.partition(" ")
        self.send_response(int(code), phrase)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        return self.wfile.write

    def _read_body(self) -> bytes | None:
        """Return the body, None if it cannot be told where it ends."""
        lengths = self.headers.get_all("Content-Length", [])
        if "Transfer-Encoding" in self.headers:
            chunked = self.headers["Transfer-Encoding"].strip().lower() == "chunked"
            return self._read_chunks() if chunked and not lengths else None
        text = lengths[0].strip() if lengths else "0"
        if len(lengths) > 1 or not (text.isascii() and text.isdigit()) or len(text) > _LONGEST_LENGTH:
            return None
        if int(text) > LARGEST_BODY:
            return None
        body = self.rfile.read(int(text))
        return body if len(body) == int(text) else None

    def _read_chunks(self) -> bytes | None:
        chunks = DechunkedInput(cast("IO[bytes]", self.rfile))
        try:
            body = io.BufferedReader(cast("io.RawIOBase", chunks)).read(LARGEST_BODY + 1)
        except OSError:
            return None
        return body if len(body) <= LARGEST_BODY else None
