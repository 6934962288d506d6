"""The page of a sandbox, in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from ac_notebook.sandbox import Sandbox, sample_customers, serve
from tests.browser.conftest import ARTEFACTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Request

    from tests.browser.lab import Theme

pytestmark = pytest.mark.browser

NASTY = '<img src=x onerror="document.title=1">\u202eevil\u200b\n</bdi></td></table>'
WIDTHS = (800, 1600)


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """A sandbox with people on its lists, an account beside it, a fault met, and texts that try to break the page."""
    with serve(speed=10_000) as running:
        http = _client(running)
        people = sample_customers(n=220, seed=3).dropna(subset=["Given name", "Family name", "Mobile", "city"])
        contacts = [
            {
                "email": row["E-mail"], "first_name": row["Given name"], "last_name": row["Family name"],
                "phone": row["Mobile"], "tags": [tag for tag in str(row["tags"] or "").split(",") if tag != "nan"],
                "fields": [{"id": 2, "value": row["city"]}], "subscribe": [{"listid": 4}],
            }
            for row in people.to_dict("records")
            if isinstance(row["E-mail"], str) and "@" in row["E-mail"].strip()[1:] and " " not in row["E-mail"].strip()
        ]  # fmt: skip
        for contact in contacts:
            contact["email"] = contact["email"].strip()
        running.faults.add(on="lists", kind="status", status=503)
        http.get("lists")
        assert http.post("import/bulk_import", json={"contacts": contacts}).status_code == 200
        running.unsubscribe(contacts[3]["email"], 4)
        running.add_list(NASTY)
        running.add_field(f"Field {NASTY}", "text")
        nasty = {
            "email": "nasty@example.org",
            "first_name": NASTY,
            "tags": [NASTY],
            "fields": [{"id": 2, "value": NASTY}],
        }
        http.post("import/bulk_import", json={"contacts": [nasty]})
        running.add_account("Second account")
        http.close()
        yield running


def _client(box: Sandbox) -> httpx.Client:
    return httpx.Client(base_url=f"{box.url}/api/3/", headers={"Api-Token": box.api_key}, trust_env=False)


def _opened(browser: Browser, *, theme: Theme = "light", width: int = 1280) -> tuple[Page, list[str]]:
    """Return a page, and the requests that it makes."""
    page = browser.new_page(color_scheme=theme, viewport={"width": width, "height": 900})
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    return page, asked


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_can_be_read_in_light_and_dark_and_at_any_width(box: Sandbox, browser: Browser, theme: Theme) -> None:
    """It is headed SANDBOX, nothing runs out of the window from 800 to 1600 pixels, and pictures are kept."""
    ARTEFACTS.mkdir(exist_ok=True)
    newest = int(box.contacts()["id"].iloc[-2])
    for width in WIDTHS:
        page, _ = _opened(browser, theme=theme, width=width)
        views = ("", "contacts", f"contact&contact={newest}", "requests", "ledger")
        for view in views:
            page.goto(f"{box.page}&view={view}")
            assert page.get_by_role("heading", name="SANDBOX").is_visible()
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            name = view.partition("&")[0] or "overview"
            page.screenshot(path=ARTEFACTS / f"sandbox-{name}-{theme}-{width}.png", full_page=True)
        page.goto(box.url)
        page.screenshot(path=ARTEFACTS / f"sandbox-masked-{theme}-{width}.png", full_page=True)
        page.close()


def test_a_person_finds_the_way(box: Sandbox, browser: Browser) -> None:
    """From the overview to the contacts, by a search to one of them, to its part of the ledger; it asks nobody else."""
    page, asked = _opened(browser)
    counted = len(box.requests())
    page.goto(box.page)
    page.get_by_role("link", name="Contacts", exact=True).click()
    page.get_by_placeholder("part of an address").fill("NASTY@")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="nasty@example.org").click()
    assert "contact created" in page.get_by_role("main").inner_text()
    page.get_by_role("link", name="Ledger", exact=True).click()
    page.get_by_label("Effect").select_option("left list")
    page.get_by_role("button", name="Show").click()
    assert {row.inner_text() for row in page.locator(".kind").all()} == {"left list"}
    assert all(url.startswith(box.url) for url in asked)
    assert len(box.requests()) == counted
    page.close()


def test_what_people_send_stays_text(box: Sandbox, browser: Browser) -> None:
    """Tags of HTML in names, lists, fields and values are shown as they are, and nothing of them runs."""
    page, _ = _opened(browser)
    for view in ("", "contacts", "ledger"):
        page.goto(f"{box.page}&view={view}")
        assert page.title() == "SANDBOX"
        assert page.locator("img").count() == 0
        assert "onerror=" in page.get_by_role("main").inner_text()
        assert r"\u202eevil\u200b\n" in page.get_by_role("main").inner_text()
    page.close()
