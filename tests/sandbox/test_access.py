import httpx
import pytest

from ac_notebook.sandbox import Sandbox
from tests.sandbox.visits import Visitor


def test_the_key_opens_the_account(visitor: Visitor) -> None:
    """With the right key, /users/me says who one is."""
    answer = visitor.get("users/me")
    assert answer.status_code == 200
    assert set(answer.json()["user"]) == {
        "email", "firstName", "id", "lang", "lastName", "links", "localZoneid", "mfaEnabled", "phone", "roles",
        "signature", "username",
    }  # fmt: skip


@pytest.mark.parametrize("key", ["", "wrong", "sandbox-" + "0" * 48])
def test_a_wrong_key_gets_an_empty_403(visitor: Visitor, key: str) -> None:
    """A bad key is answered 403, with no body and no Content-Type."""
    answer = visitor.http.get("users/me", headers={"Api-Token": key})
    assert (answer.status_code, answer.content) == (403, b"")
    assert "content-type" not in answer.headers


def test_a_missing_key_gets_an_empty_403(box: Sandbox) -> None:
    """No key is as bad as a wrong one."""
    with httpx.Client(transport=httpx.WSGITransport(app=box.app), base_url=box.url) as http:
        answer = http.get("/api/3/contacts")
    assert (answer.status_code, answer.content) == (403, b"")
    assert "content-type" not in answer.headers


def test_a_wrong_key_imports_nothing(box: Sandbox, visitor: Visitor) -> None:
    """A bulk import without the key is not queued."""
    content = {"contacts": [{"email": "a@example.com"}]}
    answer = visitor.http.post("import/bulk_import", json=content, headers={"Api-Token": "wrong"})
    visitor.clock.advance(60)
    assert answer.status_code == 403
    assert box.contacts().empty


@pytest.mark.parametrize(
    "path", ["/", "/api/3", "/api/3/nothing", "/api/3/import/bulkImport", "/api/3//contacts", "/api/1/x"]
)
def test_other_paths_are_not_found(box: Sandbox, visitor: Visitor, path: str) -> None:
    """What the service does not have is a 404."""
    assert visitor.http.get(box.url + path).status_code == 404


def test_other_methods_are_refused(visitor: Visitor) -> None:
    """A known path with a method it does not have is a 405."""
    assert visitor.http.delete("import/bulk_import").status_code == 405


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "10.0.0.1", "localhost.evil.example:80", "", "[::1", "127.0.0.1:x"],
)
def test_a_foreign_host_name_is_refused(visitor: Visitor, host: str) -> None:
    """A web page that points its own name at loopback gets nothing, even with the key."""
    answer = visitor.http.get("users/me", headers={"Host": host})
    assert answer.status_code == 403
    assert "user" not in answer.json()


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8123", "localhost", "localhost:1", "[::1]", "[::1]:99", "LOCALHOST"]
)
def test_loopback_names_are_served(visitor: Visitor, host: str) -> None:
    """Every name of loopback is served, on any port."""
    assert visitor.http.get("users/me", headers={"Host": host}).status_code == 200


def test_no_page_of_another_origin_is_let_in(visitor: Visitor) -> None:
    """No CORS header is ever sent."""
    answer = visitor.http.get("users/me", headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_the_key_is_not_shown(box: Sandbox) -> None:
    """The repr of a sandbox and of its application do not hold its key."""
    assert box.api_key.startswith("sandbox-")
    assert len(box.api_key) == len("sandbox-") + 48
    assert box.api_key not in repr(box) + repr(box.app) + str(vars(box.app).get("_map"))


def test_each_sandbox_is_an_account_of_its_own() -> None:
    """Two sandboxes differ in key and identity."""
    one, other = Sandbox(), Sandbox()
    assert one.api_key != other.api_key
    assert one.instance != other.instance
    assert Sandbox(api_key="sandbox-k").api_key == "sandbox-k"


@pytest.mark.parametrize("speed", [0, -1, float("nan"), float("inf")])
def test_a_senseless_speed_is_refused(speed: float) -> None:
    """Time runs forward, at a finite speed."""
    with pytest.raises(ValueError, match="speed"):
        Sandbox(speed=speed)
