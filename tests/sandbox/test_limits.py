import httpx
import pytest

from ac_notebook.sandbox import Sandbox
from tests.sandbox.visits import Clock, Visitor


@pytest.fixture
def hasty(box: Sandbox, clock: Clock) -> Visitor:
    """Return a visitor that lets no time pass."""
    return Visitor(box, clock, patience=0.0)


def pair(number: int) -> dict[str, object]:
    """Return an import of two contacts."""
    return {"contacts": [{"email": f"a{number}@example.com"}, {"email": f"b{number}@example.com"}]}


def rate_limited(answer: httpx.Response) -> bool:
    """Tell whether an import was refused for coming too often: a 400, with a sentence."""
    content = answer.json()
    if content.get("message") != "Rate limit exceeded.":
        return False
    assert answer.status_code == 400
    assert content["success"] == 0
    assert all(isinstance(reason, str) for reason in content["failureReasons"])
    return True


def test_the_sixth_request_in_a_second_is_refused(hasty: Visitor, clock: Clock) -> None:
    """Five requests fit into any second; the sixth is a 429 that says when to come back."""
    assert [hasty.get("users/me").status_code for _ in range(5)] == [200] * 5
    refused = hasty.get("users/me")
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["content-type"].startswith("text/html")
    clock.advance(1.0)
    assert hasty.get("users/me").status_code == 200


def test_the_window_slides(hasty: Visitor, clock: Clock) -> None:
    """Five at the end of one second and five at the start of the next are too many."""
    clock.advance(0.9)
    assert [hasty.get("lists").status_code for _ in range(5)] == [200] * 5
    clock.advance(0.2)
    assert hasty.get("lists").status_code == 429
    clock.advance(0.8)
    assert hasty.get("lists").status_code == 200


def test_refused_requests_take_no_place(hasty: Visitor, clock: Clock) -> None:
    """Knocking on a full window does not keep it full."""
    for _ in range(5):
        hasty.get("lists")
    for _ in range(9):
        clock.advance(0.1)
        assert hasty.get("lists").status_code == 429
    clock.advance(0.1)
    assert hasty.get("lists").status_code == 200


def test_imports_count_among_all_requests(hasty: Visitor) -> None:
    """Five imports leave no room for anything else in their second."""
    assert [hasty.post(pair(number)).status_code for number in range(5)] == [200] * 5
    assert hasty.get("users/me").status_code == 429
    assert hasty.post(pair(6)).status_code == 429


def test_a_hundred_imports_a_minute(visitor: Visitor, clock: Clock) -> None:
    """The 101st import within any sixty seconds is refused, by a 400, and nothing of it is queued."""
    start = clock.seconds + visitor.patience
    answers = [visitor.post(pair(number)) for number in range(101)]
    assert [answer.status_code for answer in answers[:100]] == [200] * 100
    assert rate_limited(answers[100])
    clock.advance(start + 60.0 - visitor.patience - clock.seconds)
    assert visitor.post(pair(200)).status_code == 200
    assert not rate_limited(visitor.post(pair(201)))
    clock.advance(30)
    assert len(visitor.box.contacts()) == 2 * 102


def test_twenty_imports_of_one_contact_a_minute(visitor: Visitor, clock: Clock) -> None:
    """Single contacts have a smaller quota; larger imports still pass."""
    answers = [visitor.post({"contacts": [{"email": f"p{number}@example.com"}]}) for number in range(21)]
    assert [answer.status_code for answer in answers[:20]] == [200] * 20
    assert rate_limited(answers[20])
    assert visitor.post(pair(1)).status_code == 200
    clock.advance(60)
    assert visitor.post({"contacts": [{"email": "late@example.com"}]}).status_code == 200


def test_single_imports_count_in_both_quotas(visitor: Visitor) -> None:
    """Twenty single imports leave eighty others."""
    for number in range(20):
        visitor.post({"contacts": [{"email": f"p{number}@example.com"}]})
    answers = [visitor.post(pair(number)) for number in range(81)]
    assert [answer.status_code for answer in answers[:80]] == [200] * 80
    assert rate_limited(answers[80])


def test_imports_that_are_wrong_count_too(visitor: Visitor) -> None:
    """An import that is refused for what it says has still been requested."""
    for _ in range(100):
        assert visitor.post({"contacts": []}).status_code == 400
    assert rate_limited(visitor.post(pair(1)))


def test_speed_shortens_the_windows(clock: Clock) -> None:
    """Sixty times faster, a second is a sixtieth of one, and a minute a second."""
    visitor = Visitor(Sandbox(speed=60, clock=clock, now=clock.now), clock, patience=0.25 / 60)
    start = clock.seconds + visitor.patience
    answers = [visitor.post(pair(number)) for number in range(101)]
    assert [answer.status_code for answer in answers[:100]] == [200] * 100
    assert rate_limited(answers[100])
    clock.advance(start + 1.0 - visitor.patience - clock.seconds + 1e-6)
    assert visitor.post(pair(200)).status_code == 200
    visitor.patience = 0.0
    clock.advance(1 / 60 + 1e-6)
    assert [visitor.get("lists").status_code for _ in range(6)] == [200] * 5 + [429]


def test_a_hundred_thousand_slots_are_not_kept(hasty: Visitor, clock: Clock) -> None:
    """Arrivals that have left the window are forgotten."""
    for _ in range(50):
        clock.advance(1)
        hasty.get("users/me")
    assert len(hasty.box._service.traffic._requests._arrivals) == 1


def test_250_contacts_are_the_most(visitor: Visitor) -> None:
    """An import of 251 contacts is refused, one of 250 is not."""
    contacts = [{"email": f"p{number}@example.com"} for number in range(251)]
    refused = visitor.post({"contacts": contacts})
    assert (refused.status_code, refused.json()["success"]) == (400, 0)
    assert isinstance(refused.json()["failureReasons"][0], str)
    assert visitor.post({"contacts": contacts[:250]}).json()["queued_contacts"] == 250


def test_399_999_bytes_are_the_most(visitor: Visitor) -> None:
    """An import of 400,000 bytes is refused, one byte less is not."""
    head, tail = b'{"contacts":[{"email":"a@example.com","first_name":"', b'"}]}'
    body = head + b"x" * (399_999 - len(head) - len(tail)) + tail
    assert visitor.post_bytes(body.replace(b"xxx", b"xxxx", 1)).status_code == 400
    assert visitor.post_bytes(body).status_code == 200
