import pytest

from ac_notebook.sandbox import Sandbox
from tests.sandbox.visits import NEWSLETTER, VIP, Visitor


@pytest.mark.parametrize(
    "email",
    [
        'a"b@example.com',
        "a(b@example.com",
        "a)b@example.com",
        "a,b@example.com",
        "a:b@example.com",
        "a;b@example.com",
        "a<b@example.com",
        "a>b@example.com",
        "a@b@example.com",
        "a[b@example.com",
        "a]b@example.com",
        "invalid'character@example.com",
        "a@example",
        "a@example.c",
        "a@example.c0m",
        "a@example.com.",
        "a@example,com",
        "a@example..com",
        "a@.com",
        "a@",
        "a..b@example.com",
        ".a@example.com",
        "a.@example.com",
        "å@example.com",
        "a@exämple.com",
        "a@example.кòм",
        "a@-example.com",
    ],
)  # fmt: skip - a table
def test_addresses_that_fail_without_a_reason(visitor: Visitor, email: str) -> None:
    """A badly formed address is queued, and then fails alone; no reason is given."""
    info = visitor.settle({"email": email, "tags": ["x"]}, {"email": "good@example.com"})
    assert info == {"status": "completed", "success": ["1"], "failure": [email]}
    assert visitor.box.contacts()["email"].tolist() == ["good@example.com"]
    assert visitor.box.contact_tags().empty


@pytest.mark.parametrize(
    "email", ["a@example.com", "a.b+c@mail.example.org", "A-b_c!#$%&*/=?^`{|}~@example.museum", "1@2.example.net"]
)
def test_addresses_that_arrive(visitor: Visitor, email: str) -> None:
    """An ordinary address arrives, as it was written."""
    assert visitor.settle({"email": email})["failure"] == []
    assert visitor.box.contacts()["email"].tolist() == [email]


def test_excluded_addresses_fail(box: Sandbox, visitor: Visitor) -> None:
    """Nobody on the exclusion list is imported, whatever the case of the address."""
    box.exclude("Shy@example.com")
    assert visitor.settle({"email": "shy@Example.com"})["failure"] == ["shy@Example.com"]
    assert box.contacts().empty


def test_bounced_addresses_fail(box: Sandbox, visitor: Visitor) -> None:
    """An address that bounced is not written to any more, and its contact says so."""
    visitor.settle({"email": "gone@example.com", "first_name": "Old"})
    box.bounce("GONE@example.com")
    assert visitor.settle({"email": "gone@example.com", "first_name": "New"})["failure"] == ["gone@example.com"]
    assert visitor.values("gone@example.com")["first_name"] == "Old"
    assert visitor.get("contacts/1").json()["contact"]["bounced_hard"] == "1"


def test_who_opted_out_is_not_subscribed_again(box: Sandbox, visitor: Visitor) -> None:
    """An import that would subscribe somebody who opted out fails for them, and nothing of it is applied."""
    visitor.settle({"email": "anna@example.com", "first_name": "Anna", "subscribe": [{"listid": NEWSLETTER}]})
    box.unsubscribe("ANNA@example.com", NEWSLETTER)
    info = visitor.settle(
        {
            "email": "Anna@example.com",
            "first_name": "Changed",
            "tags": ["x"],
            "fields": [{"id": 2, "value": "Umeå"}],
            "subscribe": [{"listid": VIP}, {"listid": str(NEWSLETTER)}],
        }
    )
    assert info == {"status": "completed", "success": [], "failure": ["Anna@example.com"]}
    assert visitor.values("anna@example.com")["first_name"] == "Anna"
    assert box.memberships().to_dict("list") == {"list": [NEWSLETTER], "contact": [1], "status": [2]}
    assert box.contact_tags().empty


def test_who_opted_out_of_one_list_may_join_another(box: Sandbox, visitor: Visitor) -> None:
    """Opting out is a matter of one list."""
    box.unsubscribe("anna@example.com", NEWSLETTER)
    assert visitor.settle({"email": "anna@example.com", "subscribe": [{"listid": VIP}]})["failure"] == []
    assert visitor.settle({"email": "anna@example.com", "first_name": "Anna"})["failure"] == []
    assert box.lists()["subscribers"].tolist() == [0, 0, 1]


def test_an_unknown_list_fails_the_contact(box: Sandbox, visitor: Visitor) -> None:
    """A contact for a list that does not exist arrives nowhere."""
    info = visitor.settle(
        {"email": "a@example.com", "subscribe": [{"listid": 99}]},
        {"email": "b@example.com", "unsubscribe": [{"listid": 1}]},
    )
    assert info["failure"] == ["a@example.com", "b@example.com"]
    assert box.contacts().empty


def test_every_failure_is_listed(visitor: Visitor) -> None:
    """The same bad address twice is listed twice."""
    assert visitor.settle({"email": "a@b"}, {"email": "a@b"})["failure"] == ["a@b", "a@b"]


def test_seeding_needs_a_list_that_exists(box: Sandbox) -> None:
    """Unsubscribing from an unknown list is an error that names the known ones."""
    with pytest.raises(ValueError, match="3, 4, 5"):
        box.unsubscribe("a@example.com", 1)
