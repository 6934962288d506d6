"""The page at `/`: what it shows, to whom, and that what people sent stays text."""

from __future__ import annotations

import html
import re

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ac_notebook.sandbox import Quirks, Sandbox, serve
from ac_notebook.sandbox.page import masking
from ac_notebook.sandbox.page.html import text
from tests.sandbox.visits import NEWSLETTER, VIP, Clock, Visitor

VIEWS = ("", "contacts", "contact&contact=1", "requests", "ledger", "ledger&contact=1", "nonsense")
ANNA = {
    "email": "anna.berg@example.org",
    "first_name": "Annabella",
    "last_name": "Bergström",
    "phone": "+46701740605",
    "customer_acct_name": "Bergwerke",
    "tags": ["spring"],
    "fields": [{"id": 2, "value": "Göteborg"}],
    "subscribe": [{"listid": NEWSLETTER}],
}
PRIVATE = ("anna.berg", "Annabella", "Bergström", "+46701740605", "Göteborg", "Bergwerke", "gone@example", "bad\\@")


@pytest.fixture
def told(visitor: Visitor) -> Sandbox:
    """An account to which something has happened."""
    visitor.settle(ANNA, {"email": 'bad\\@"example'}, {"email": "gone@example.com"})
    visitor.settle({**ANNA, "first_name": "Anna", "fields": [{"id": 2, "value": "Malmö"}]})
    visitor.box.unsubscribe("anna.berg@example.org", VIP)
    visitor.box.delete("gone@example.com")
    visitor.box.exclude("gone@example.com")
    visitor.http.get("contacts/anna.berg@example.org")
    return visitor.box


def page(box: Sandbox, query: str = "", *, clear: bool = True) -> httpx.Response:
    """Return the page, with the token or without."""
    address = f"{box.page}&{query}" if clear else f"{box.url}/?{query}"
    with httpx.Client(transport=httpx.WSGITransport(app=box.app)) as browser:
        return browser.get(address)


def seen(answer: httpx.Response) -> str:
    """Return the text of a page."""
    body = answer.text.partition("<body>")[2]
    return html.unescape(re.sub(r"<[^>]*>", " ", body))


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_headed_and_harmless(told: Sandbox, view: str) -> None:
    """It is marked SANDBOX, forbids scripts, frames and caches, and sends nothing about where one was."""
    answer = page(told, f"view={view}")
    assert answer.status_code == 200
    assert "<h1>SANDBOX</h1>" in answer.text
    assert "<script" not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'; style-src 'unsafe-inline'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "SANDBOX" in answer.headers["X-Sandbox"]


def test_with_the_token_it_shows_what_arrived(told: Sandbox) -> None:
    """Lists with subscribers, fields, contacts with values, requests with status and the ledger are there."""
    overview = seen(page(told))
    for expected in (
        "Newsletter",
        "%CITY%",
        "Gardening",
        "anna.berg@example.org",
        "completed",
        "404",
        "contact deleted",
    ):
        assert expected in overview
    one = seen(page(told, "view=contact&contact=1"))
    for expected in (
        "Anna",
        "Bergström",
        "Malmö",
        "Bergwerke",
        "spring",
        "unsubscribed",
        "automation of",
        "field written",
    ):
        assert expected.lower() in one.lower()
    assert "Göteborg → Malmö" in re.sub(r"\s+", " ", one)
    assert "/api/3/import/bulk_import" in seen(page(told, "view=requests"))
    refused = seen(page(told, "view=ledger&effect=contact+refused"))
    assert "address that no mail can be sent to" in refused
    assert "joined list" not in refused.partition("Show")[2]


@pytest.mark.parametrize("token", ["", "token=wrong", "token=%ED%A0%80", "token=&token=x"])
def test_without_the_token_it_says_nothing_about_people(told: Sandbox, token: str) -> None:
    """Addresses, names, phones and values are masked in every view; counts and lists are not, nor is there a token."""
    for view in VIEWS:
        answer = page(told, f"{token}&view={view}", clear=False)
        assert answer.status_code == 200
        shown = seen(answer)
        assert [word for word in PRIVATE if word in shown] == []
        assert told.app.site.token not in answer.text
        assert "masked" in shown
    assert "a…@e….org" in seen(page(told, "view=contacts", clear=False))
    assert "Newsletter" in seen(page(told, clear=False))


def test_a_masked_search_finds_out_nothing(told: Sandbox) -> None:
    """Without the token there is no search: else one could ask for addresses, letter by letter."""
    shown = page(told, "view=contacts&search=nobody-has-this", clear=False).text
    assert "a…@e….org" in shown
    assert 'name="search"' not in shown


def test_no_key_is_ever_shown(told: Sandbox, clock: Clock) -> None:
    """Neither the account's key nor a user's or another account's is on any view."""
    clerk, other = told.add_user("clerk"), told.add_account("Other")
    for view in VIEWS:
        for account in ("1", "2"):
            shown = page(told, f"view={view}&account={account}").text
            assert [key for key in (told.api_key, clerk.api_key, other.api_key) if key in shown] == []


def test_a_look_leaves_no_trace(told: Sandbox, clock: Clock) -> None:
    """Looking needs no key, counts against no limit and is in no list of requests; a reader changes nothing."""
    before = told.requests(), told.ledger()
    for _ in range(20):
        assert page(told).status_code == 200
    assert told.requests().equals(before[0])
    assert told.ledger().equals(before[1])
    assert Visitor(told, clock, patience=0.0).http.get("users/me").status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_only_reading_is_possible(told: Sandbox, method: str) -> None:
    """Any other method meets the API, which wants a key; a client with a key finds no resource there."""
    with httpx.Client(transport=httpx.WSGITransport(app=told.app), base_url=told.url) as browser:
        assert browser.request(method, f"/?token={told.app.site.token}").status_code in (403, 404)
        assert browser.get("/", headers={"Api-Token": told.api_key}).status_code == 404
        head = browser.head("/")
    assert (head.status_code, head.content) == (200, b"")


def test_accounts_are_told_apart(told: Sandbox) -> None:
    """With several accounts, each has its page; links keep the account and the token."""
    other = told.add_account("The <other>")
    other.add_list("Of the other")
    shown = page(told, "account=2")
    assert "Of the other" in shown.text
    assert "The &lt;other&gt;" in shown.text
    assert "anna.berg" not in shown.text
    links = [html.unescape(link) for link in re.findall(r'href="(/[^"]*)"', shown.text)]
    assert links
    assert all(f"token={told.app.site.token}" in link for link in links)
    assert any("account=2" in link and "view=contacts" in link for link in links)
    assert page(told, "account=99").status_code == 200


def test_long_collections_come_in_pages(box: Sandbox, visitor: Visitor) -> None:
    """Contacts, requests and ledger are read from the newest to the oldest, page by page, each once."""
    for start in range(0, 250, 125):
        visitor.settle(*({"email": f"p{number:03d}@example.com"} for number in range(start, start + 125)))
    for number in (3, 77, 200):
        box.delete(f"p{number:03d}@example.com")
    for view, pattern, expected in (
        ("contacts", r"p\d{3}@example\.com", 247),
        ("ledger&effect=contact+created", r"p\d{3}@example\.com", 250),
    ):
        found: list[str] = []
        address = f"{box.page}&view={view}"
        while address:
            with httpx.Client(transport=httpx.WSGITransport(app=box.app)) as browser:
                shown = browser.get(address).text
            found += re.findall(rf"<bdi[^>]*>({pattern})</bdi>", shown)
            older = re.search(r'href="([^"]*)">(?:<bdi[^>]*>)?older', shown)
            address = box.url + html.unescape(older[1]) if older else ""
        assert len(found) == expected
        assert found == sorted(set(found), reverse=True)


def test_a_search_finds_parts_of_addresses(told: Sandbox) -> None:
    """Whatever the case; what is searched for comes back as text."""
    assert "anna.berg@example.org" in page(told, "view=contacts&search=BERG%40exa").text
    shown = page(told, 'view=contacts&search="><b>x').text
    assert "anna.berg" not in shown
    assert 'value="&quot;&gt;&lt;b&gt;x"' in shown


@pytest.mark.parametrize(
    "query",
    [
        "before=-5&view=contacts", "before=-5&view=ledger", "first=-5&view=requests", "first=99999999999&view=requests",
        "contact=-1&view=contact", "contact=x&view=contact", "contact=9999999999999999999999&view=contact",
        "account=-3", "account=x", "effect=nonsense&view=ledger", "view=%00", "search=%F0&view=contacts",
    ],
)  # fmt: skip
def test_senseless_questions_are_answered(told: Sandbox, query: str) -> None:
    """Whatever is in the address, there is a page."""
    assert page(told, query).status_code == 200


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.text(max_size=40))
def test_text_is_shown_as_it_is_and_nothing_is_hidden(value: str) -> None:
    """All of it can be read: no tag, and no character that has no shape or turns the others around."""
    shown = text(value)
    inner = re.fullmatch(r"<bdi[^>]*>(.*)</bdi>", shown)
    assert inner
    plain = re.sub(r'<span class="esc">(.*?)</span>', r"\1", inner[1])
    assert "<" not in plain
    assert html.unescape(plain).isprintable()


@pytest.mark.parametrize(
    ("value", "escape"),
    [("\0", r"\x00"), ("\u202e", r"\u202e"), ("\u200b", r"\u200b"), ("\u2066", r"\u2066"), ("\xad", r"\xad"),
     ("\U000e0041", r"\U000e0041"), ("\u3164", r"\u3164"), ("\ufe0f", r"\ufe0f"), ("\n", r"\n"), ("\ud800", r"\ud800")],
)  # fmt: skip
def test_characters_without_a_shape_are_escapes(value: str, escape: str) -> None:
    """Control, bidirectional and zero-width characters, fillers and lone surrogates."""
    assert f'<span class="esc">{escape}</span>' in text(f"a{value}b")


@pytest.mark.parametrize(
    ("whole", "masked"),
    [
        ("anna.berg@example.org", "a…@e….org"), ("a@b", "a…@b…"), ("nothing", "…"), ("", "…"), ("@", "…@…"),
        ("x@example.verylongtoplevel", "x…@e…"), ("x@1.2.3.4", "x…@1…"),
    ],
)  # fmt: skip
def test_an_address_is_masked(whole: str, masked: str) -> None:
    """First letters and a top-level domain are left."""
    assert masking.address(whole) == masked


def test_faults_that_were_met_are_shown(told: Sandbox, visitor: Visitor) -> None:
    """Who wonders about a 503 finds that it was ordered."""
    assert "Faults met" not in page(told, "view=requests").text
    told.faults.add(on="lists", kind="status", status=503)
    visitor.get("lists")
    shown = seen(page(told, "view=requests"))
    assert "Faults met (1)" in shown
    assert "503" in shown


def test_other_readings_of_the_contract_are_said(clock: Clock) -> None:
    """Quirks and a limit that are not the usual are on the overview."""
    box = Sandbox(clock=clock, now=clock.now, quirks=Quirks(import_success="all"), contact_limit=1234)
    shown = seen(page(box))
    assert "import_success='all'" in shown
    assert "at most 1,234 contacts" in shown


def test_the_address_is_of_the_server() -> None:
    """`box.page` opens it over the socket, `box.url` the masked one; another server has another token."""
    with serve() as one, serve() as two:
        assert one.page.startswith(f"{one.url}/?token=")
        assert httpx.get(one.page, trust_env=False).status_code == 200
        assert "masked" in seen(httpx.get(one.url, trust_env=False))
        assert "masked" not in seen(httpx.get(one.page, trust_env=False))
        assert "masked" in seen(httpx.get(two.url + one.page.removeprefix(one.url), trust_env=False))
        assert one.app.site.token not in repr(one) + repr(one.app)
