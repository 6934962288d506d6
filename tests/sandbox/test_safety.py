"""Safe by itself: loopback only, no other site's, no real key, and marked in all that it shows."""

from __future__ import annotations

import re
import secrets
import socket
from pathlib import Path

import httpx
import pytest

import ac_notebook as ac
from ac_notebook import cli
from ac_notebook.sandbox import Sandbox, serve
from tests.sandbox.visits import Clock, Visitor

# As long and of such characters as a real one; made up anew each time, so that no file holds it.
REAL = [secrets.token_hex(36), "0123456789abcdef" * 4, "my-secret-key", "SANDBOX-abc", "sandbox-", "sandbox-a b"]
HOSTS = [
    "evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example", "127.0.0.1@evil.example",
    "127.0.0.1.nip.io", "0.0.0.0:80", "[::]", "169.254.169.254", "127.1", "2130706433", "account.api-us1.com", "",
    "127.0.0.1:80:80", "127.0.0.1:x", "localhost.", "127.0.0.1,evil.example",
]  # fmt: skip


def test_only_loopback_listens() -> None:
    """The port is taken on 127.0.0.1; on this machine's other addresses nobody listens."""
    with serve() as box:
        port = int(box.host.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            address, state = line.split()[1], line.split()[3]
            if address.endswith(f":{port:04X}") and state == "0A":
                assert address.startswith("0100007F")
        with socket.create_server(("127.0.0.2", port)):  # which would be taken, were it bound to all
            pass


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("path", ["/", "/api/3/users/me", "/?token={}"])
def test_another_name_is_refused(box: Sandbox, host: str, path: str) -> None:
    """A site that points a name of its own at loopback gets a 403, also with key and token, and is listed nowhere."""
    headers = {"Host": host, "Api-Token": box.api_key} if path.startswith("/api") else {"Host": host}
    with httpx.Client(transport=httpx.WSGITransport(app=box.app), base_url=box.url) as browser:
        answer = browser.get(path.format(box.app.site.token), headers=headers)
    assert answer.status_code == 403
    assert "SANDBOX" not in answer.text
    assert "SANDBOX" in answer.headers["X-Sandbox"]
    assert box.requests().empty


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]:80", "[::1]"])
def test_loopback_by_its_names_is_answered(box: Sandbox, host: str) -> None:
    """However loopback is called."""
    with httpx.Client(transport=httpx.WSGITransport(app=box.app), base_url=box.url) as browser:
        assert browser.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/api/3/contacts", "/api/3/import/bulk_import", "/api/3/nothing", "/x"])
@pytest.mark.parametrize("with_key", ["key", ""])
def test_no_other_site_is_let_in(box: Sandbox, method: str, path: str, with_key: str) -> None:
    """No answer says that another origin may read it, whatever it asks; each is marked."""
    headers = {
        "Origin": "https://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "api-token",
        "Access-Control-Request-Private-Network": "true",
    }
    if with_key:
        headers["Api-Token"] = box.api_key
    with httpx.Client(transport=httpx.WSGITransport(app=box.app), base_url=box.url) as browser:
        answer = browser.request(method, path, headers=headers)
    assert [name for name in answer.headers if name.lower().startswith("access-control")] == []
    assert "SANDBOX" in answer.headers["X-Sandbox"]


def everything(box: Sandbox, path: Path) -> bytes:
    """Return all that a sandbox shows and keeps."""
    frames = [box.contacts(), box.lists(), box.requests(), box.ledger(), box.faults.happened()]
    with httpx.Client(transport=httpx.WSGITransport(app=box.app)) as browser:
        views = [browser.get(f"{box.page}&view={view}").text for view in ("", "requests", "ledger", "contacts")]
    shown = repr(box) + repr(box.app) + repr(box.connection) + "".join(frame.to_csv() for frame in frames)
    files = b"".join(entry.read_bytes() for entry in path.iterdir() if entry.is_file())
    return (shown + "".join(views)).encode() + files


@pytest.mark.parametrize("key", REAL, ids=range(len(REAL)))
def test_a_key_that_may_be_real_is_refused_and_forgotten(
    tmp_path: Path, clock: Clock, key: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """As an argument or in a request it opens nothing; it is in no message, frame, page, file or output afterwards."""
    with Sandbox(clock=clock, now=clock.now, data=tmp_path / "a.db") as box:
        for opening in (Sandbox, box.add_account, box.add_user):
            arguments = () if opening is Sandbox else ("X",)
            with pytest.raises(ValueError, match="only keys of its own") as refused:
                opening(*arguments, api_key=key)
            assert key not in str(refused.value).replace('begin with "sandbox-"', "")
        visitor = Visitor(box, clock)
        for path in ("users/me", "contacts", "nothing"):
            answer = visitor.http.get(path, headers={"Api-Token": key})
            assert answer.status_code in (403, 404)
            assert key not in answer.text
        answer = visitor.http.post("import/bulk_import", headers={"Api-Token": key}, json={"contacts": []})
        assert answer.status_code == 403
        assert box.accounts == ["Sandbox"]
        found = everything(box, tmp_path)
    said = "".join(capfd.readouterr())
    if key != "sandbox-":  # which all own keys begin with
        assert key.encode() not in found
        assert key not in said
        assert key.encode() not in (tmp_path / "a.db").read_bytes()


def test_a_served_sandbox_refuses_it_too() -> None:
    """The refusal comes back from the process, without the key, and there is no process afterwards."""
    key = secrets.token_hex(36)
    with pytest.raises(ValueError, match="only keys of its own") as refused:
        ac.sandbox.start(api_key=key)
    assert key not in str(refused.value)


def test_the_command_line_refuses_it_too(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A real key in the environment variable ends the command with 2 and a sentence, and is kept nowhere."""
    key = secrets.token_hex(36)
    monkeypatch.setenv(cli.SANDBOX_KEY, key)
    assert cli.main(["sandbox"]) == 2
    said = capfd.readouterr()
    assert "only keys of its own" in said.err
    assert key not in said.out + said.err
    assert [path for path in home.rglob("*") if path.is_file() and key.encode() in path.read_bytes()] == []


def test_everything_is_marked(box: Sandbox, visitor: Visitor) -> None:
    """The connection, the account's user, every answer and the page say what it is."""
    assert box.connection.is_sandbox
    assert "SANDBOX" in repr(box.connection)
    answer = visitor.get("users/me")
    assert answer.json()["user"]["firstName"] == "Sandbox"
    assert "SANDBOX" in answer.headers["X-Sandbox"]
    assert re.search("sandbox", repr(box), re.IGNORECASE)
    assert box.api_key.startswith("sandbox-")
    assert box.instance.startswith("sandbox-")
