import re
import socket
import threading
from collections.abc import Iterator

import httpx
import pytest

from ac_notebook.sandbox import Sandbox, serve
from ac_notebook.sandbox.ledger import Page
from tests.sandbox.visits import Clock


@pytest.fixture
def served() -> Iterator[Sandbox]:
    """Return a sandbox on a socket, fast enough to be polled at once."""
    with serve(speed=1000) as box:
        yield box


def client(box: Sandbox) -> httpx.Client:
    """Return a client of a served sandbox, with its key."""
    return httpx.Client(base_url=f"{box.url}/api/3/", headers={"Api-Token": box.api_key}, trust_env=False)


def exchange(box: Sandbox, *requests: bytes) -> bytes:
    """Send raw bytes on one connection, and return all that comes back until it is closed."""
    with socket.create_connection(("127.0.0.1", int(box.url.rpartition(":")[2])), timeout=5) as connection:
        for request in requests:
            connection.sendall(request)
        received = b""
        while part := connection.recv(65_536):
            received += part
    return received


def head(box: Sandbox, first: str, *headers: str) -> bytes:
    """Return the head of a request with the key."""
    lines = [f"{first} HTTP/1.1", f"Host: {box.host}", f"Api-Token: {box.api_key}", *headers, "", ""]
    return "\r\n".join(lines).encode()


def test_it_serves_on_loopback(served: Sandbox) -> None:
    """It is found under its address, over HTTP/1.1, with lengths given."""
    with client(served) as http:
        answer = http.get("users/me")
    assert answer.status_code == 200
    assert answer.http_version == "HTTP/1.1"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert served.url == f"http://{served.host}"
    assert served.host.startswith("127.0.0.1:")
    assert answer.json()["user"]["links"]["lists"].startswith(served.url)


class _HeldPages(list[Page]):
    """The ledger of an account whose imports cannot be finished until they may."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.may_end = threading.Event(), threading.Event()

    def append(self, page: Page) -> None:
        super().append(page)
        if page.source.startswith("import"):
            self.reached.set()
            self.may_end.wait(10)


def test_a_question_does_not_wait_for_imports_and_is_told_no_end_too_soon(served: Sandbox) -> None:
    """While an import is being applied, its batch is active, and imports and questions are answered meanwhile."""
    pages = _HeldPages()
    served.app.services[0].account.ledger.pages = pages
    with client(served) as http:
        batch = http.post("import/bulk_import", json={"contacts": [{"email": "a@b"}]}).json()["batchId"]
        assert pages.reached.wait(10)
        assert http.get("import/info", params={"batchId": batch}).json()["status"] == "active"
        assert http.post("import/bulk_import", json={"contacts": [{"email": "c@example.org"}]}).status_code == 200
        pages.may_end.set()
        answers = (http.get("import/info", params={"batchId": batch}).json() for _ in range(1000))
        ended = next(answer for answer in answers if answer["status"] == "completed")
    assert ended == {"status": "completed", "success": [], "failure": ["a@b"]}


def test_an_import_arrives_over_the_socket(served: Sandbox) -> None:
    """Importing and asking for the outcome works as in process."""
    with client(served) as http:
        contacts = [{"email": f"p{number}@example.com", "first_name": "Å" * 200} for number in range(250)]
        batch = http.post("import/bulk_import", json={"contacts": contacts}).json()["batchId"]
        info = http.get("import/info", params={"batchId": batch})
        for _ in range(1000):
            if info.status_code == 200 and info.json()["status"] == "completed":
                break
            info = http.get("import/info", params={"batchId": batch})
    assert len(info.json()["success"]) == 250
    assert len(served.contacts()) == 250


def test_a_connection_is_kept_open_after_errors(served: Sandbox) -> None:
    """A refused body is read to its end, so that the next request on the connection is understood."""
    content = b"x" * 500_000
    posts = head(served, "POST /api/3/import/bulk_import", f"Content-Length: {len(content)}") + content
    wrong_path = head(served, "POST /api/3/nothing", "Content-Length: 5") + b"hello"
    last = head(served, "GET /api/3/users/me", "Connection: close")
    received = exchange(served, posts, wrong_path, last)
    assert re.findall(rb"HTTP/1\.1 (\d+) ", received) == [b"400", b"404", b"200"]


def test_a_key_of_strange_bytes_is_a_wrong_key(served: Sandbox) -> None:
    """A key that is not even ASCII is refused like any other."""
    request = (
        f"GET /api/3/users/me HTTP/1.1\r\nHost: {served.host}\r\nApi-Token: Schlüssel\r\nConnection: close\r\n\r\n"
    )
    assert exchange(served, request.encode()).startswith(b"HTTP/1.1 403")


def test_a_chunked_body_is_read(served: Sandbox) -> None:
    """A body without a length, in chunks, is an import like any other."""
    content = b'{"contacts":[{"email":"a@example.com"}]}'
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(content), content)
    request = head(served, "POST /api/3/import/bulk_import", "Transfer-Encoding: chunked", "Connection: close")
    assert b'"queued_contacts":1' in exchange(served, request + chunks)


@pytest.mark.parametrize(
    "headers",
    [
        ["Content-Length: x"],
        ["Content-Length: -1"],
        ["Content-Length: 99999999999999999999"],
        ["Content-Length: 40000000"],
        ["Content-Length: 2", "Content-Length: 3"],
        ["Content-Length: 2", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: gzip"],
    ],
)
def test_a_body_without_an_end_closes_the_connection(served: Sandbox, headers: list[str]) -> None:
    """Where a body cannot be told from the next request, the answer is 400 and the connection ends."""
    received = exchange(served, head(served, "POST /api/3/import/bulk_import", *headers))
    assert received.startswith(b"HTTP/1.1 400")
    assert received.count(b"HTTP/1.1") == 1
    assert served.requests().empty


def test_a_foreign_host_is_refused_on_the_socket(served: Sandbox) -> None:
    """A name that merely leads to loopback is turned away."""
    with client(served) as http:
        assert http.get("users/me", headers={"Host": "evil.example"}).status_code == 403


def test_nothing_is_logged(served: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    """No request is written to the terminal: a path may hold an address."""
    with client(served) as http:
        http.get("contacts", params={"email": "anna@example.com"})
    exchange(served, b"nonsense\r\n\r\n")
    assert capfd.readouterr() == ("", "")


def test_stopping_frees_the_port_and_ends_the_thread() -> None:
    """After stop nobody listens, no thread is left, open connections end, and the port can be used again."""
    box = serve()
    port = int(box.url.rpartition(":")[2])
    with client(box) as http:
        http.get("users/me")
        assert [thread for thread in threading.enumerate() if thread.name == f"sandbox-{port}"]
        box.stop()
        box.stop()
        with pytest.raises(httpx.TransportError):
            http.get("users/me")
    assert not [thread for thread in threading.enumerate() if thread.name == f"sandbox-{port}"]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)
    with serve(port=port) as again:
        assert again.host == f"127.0.0.1:{port}"
    assert len(box.lists()) == 3


def test_a_taken_port_is_an_error(served: Sandbox) -> None:
    """Two sandboxes do not share a port."""
    with pytest.raises(OSError, match="in use"):
        serve(port=int(served.url.rpartition(":")[2]))


def test_only_loopback_is_bound(served: Sandbox) -> None:
    """The socket is bound to 127.0.0.1, not to all interfaces."""
    server = served._ground.server
    assert server is not None
    assert vars(server)["_server"].socket.getsockname()[0] == "127.0.0.1"


def test_a_sandbox_without_a_socket(clock: Clock) -> None:
    """In process, the address is plain loopback, and stopping does nothing."""
    box = Sandbox(clock=clock, now=clock.now)
    assert (box.url, box.host) == ("http://127.0.0.1", "127.0.0.1")
    box.stop()
    with box as same:
        assert same is box


def test_many_clients_at_once(served: Sandbox) -> None:
    """Imports from several threads are all applied, none twice."""
    accepted = []

    def work(worker: int) -> None:
        with client(served) as http:
            for number in range(10):
                contacts = [{"email": f"w{worker}.{number}.{place}@example.com"} for place in range(20)]
                accepted.append(http.post("import/bulk_import", json={"contacts": contacts}).status_code)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    last = served.requests()["time"].max()
    assert last is not None
    with client(served) as http:
        for _ in range(1000):
            totals = http.get("import/bulk_import")
            if totals.status_code == 200 and not totals.json()["outstanding"]:
                break
    assert len(served.contacts()) == 20 * accepted.count(200)
