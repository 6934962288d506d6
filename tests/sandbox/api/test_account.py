import pytest

from ac_notebook.sandbox import Quirks, Sandbox
from tests.sandbox.visits import NEWSLETTER, Clock, Visitor

SETTINGS = {
    "account", "email", "first_name", "last_name", "cname", "status", "subscriber_limit", "subscriber_total", "trial",
    "credits", "branding",
}  # fmt: skip


def test_the_account_is_one_flat_object_of_numbers(box: Sandbox, visitor: Visitor) -> None:
    """GET /settings/account has eleven keys; the limit and the total are numbers, no texts."""
    visitor.settle({"email": "a@example.com"}, {"email": "b@example.com"})
    content = visitor.get("settings/account").json()
    assert set(content) == SETTINGS
    assert (content["subscriber_limit"], content["subscriber_total"]) == (0, 2)
    assert (content["trial"], content["credits"], content["branding"]) == (False, None, True)
    assert content["email"] == "admin@example.com"
    assert len(box.contacts()) == 2


def test_the_limit_is_told(clock: Clock) -> None:
    """An account with a contact limit says so, in its settings and in the limits of its groups."""
    visitor = Visitor(Sandbox(clock=clock, now=clock.now, contact_limit=250), clock)
    assert visitor.get("settings/account").json()["subscriber_limit"] == 250
    (row,) = visitor.get("groupLimits").json()["groupLimits"]
    assert (row["id"], row["groupid"], row["group"], row["limitContact"]) == ("3", "3", "3", "250")


def test_no_limit_is_a_zero(visitor: Visitor) -> None:
    """Without a contact limit the group's is "0", which stands for none."""
    content = visitor.get("groupLimits").json()
    assert content["meta"] == {"total": "1"}
    assert content["groupLimits"][0]["limitContact"] == "0"
    assert set(content["groupLimits"][0]["links"]) == {"group"}


@pytest.mark.parametrize(("counts", "total"), [("all", 2), ("active", 1)])
def test_the_total_is_what_is_billed(clock: Clock, counts: str, total: int) -> None:
    """Older accounts count only active contacts, newer ones all."""
    quirks = Quirks(limit_counts=counts)  # type: ignore[arg-type]
    visitor = Visitor(Sandbox(clock=clock, now=clock.now, quirks=quirks), clock)
    visitor.settle({"email": "a@example.com"}, {"email": "b@example.com", "subscribe": [{"listid": NEWSLETTER}]})
    assert visitor.get("settings/account").json()["subscriber_total"] == total


def test_only_administrators_see_the_settings(box: Sandbox, clock: Clock) -> None:
    """The key of another group gets a 403, even when it may everything else."""
    clerk = Visitor(box.add_user("clerk", without=["pgGroupDelete"]), clock)
    answer = clerk.get("settings/account")
    assert (answer.status_code, answer.json()) == (403, {"message": "Forbidden"})
    assert clerk.get("users/me").json()["user"]["username"] == "clerk"


def test_older_services_have_no_settings(clock: Clock) -> None:
    """With the quirk `settings_account` set to "missing" the address is not found."""
    quirks = Quirks(settings_account="missing")
    visitor = Visitor(Sandbox(clock=clock, now=clock.now, quirks=quirks), clock)
    assert visitor.get("settings/account").status_code == 404


def test_who_one_is(visitor: Visitor) -> None:
    """GET /users/me has the keys of 2026."""
    user = visitor.get("users/me").json()["user"]
    assert set(user) == {
        "email", "firstName", "id", "lang", "lastName", "links", "localZoneid", "mfaEnabled", "phone", "roles",
        "signature", "username",
    }  # fmt: skip
    assert (user["id"], user["username"], user["mfaEnabled"]) == ("1", "admin", "0")
