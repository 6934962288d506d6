"""What the page can show: an overview, contacts, one contact, requests, the ledger."""

from __future__ import annotations

import html
from itertools import islice
from typing import TYPE_CHECKING

import orjson

from ac_notebook.sandbox.api.queries import number
from ac_notebook.sandbox.ledger import EFFECTS
from ac_notebook.sandbox.quirks import positions
from ac_notebook.sandbox.state.catalogue import ALL_LISTS
from ac_notebook.sandbox.state.contacts import ACTIVE, UNSUBSCRIBED

from . import masking
from .html import Html, attribute, joined, link, section, table, text
from .look import moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TypeAlias

    from ac_notebook.sandbox.state.contacts import Contact

    from .look import Look

    Query: TypeAlias = Mapping[str, str]

PAGE = 50
_FEW = 8
_MOST_OPTIONS = 6
_OF_ONE = 100  # entries of the ledger that are shown with a contact


def overview(look: Look, _: Query) -> Html:
    """Show a little of everything."""
    with look.service.lock:
        top = _tiles(look) + _settings(look)
        middle = _lists(look) + _imports(look)
        fields = _fields(look)
        newest = look.contacts(islice(_newest(look, 0, ""), _FEW))
    latest = look.ledger(islice(look.account.ledger.latest(), _FEW))
    return Html(
        top
        + f'<div class="two">{middle}</div>'
        + section("Newest contacts", newest, beside=link(look.href("contacts"), "all contacts"))
        + section("Latest requests", look.requests(0, _FEW), beside=link(look.href("requests"), "all requests"))
        + _faults(look)
        + section("What happened last", latest, beside=link(look.href("ledger"), "the whole ledger"))
        + fields
    )


def contacts(look: Look, query: Query) -> Html:
    """Show contacts, newest first."""
    needle = query.get("search", "").strip() if look.clear else ""
    before = number(query.get("before"))
    with look.service.lock:
        rows = list(islice(_newest(look, before, needle.lower()), PAGE + 1))
        shown = look.contacts(rows[:PAGE])
        total = len(look.account.by_key)
    search = Html()
    if look.clear:
        field = f'<input type="search" name="search" placeholder="part of an address" value={attribute(needle)}>'
        search = _form(look, "contacts", field, "Search")
    older = look.href("contacts", search=needle, before=rows[PAGE - 1].id) if len(rows) > PAGE else ""
    pages = _pages(look.href("contacts", search=needle) if before else "", older)
    return section(f"Contacts ({total:,})", shown, pages, beside=search)


def contact(look: Look, query: Query) -> Html:
    """Show one contact with all that is known of it."""
    wanted = number(query.get("contact"))
    entries = list(islice(look.account.ledger.latest(contact=wanted), _OF_ONE)) if wanted > 0 else []
    with look.service.lock:
        row = look.account.contact(wanted)
        about = section(f"Contact {wanted}", Html('<p class="nothing">There is no such contact.</p>'))
        if row is not None:
            about = Html(f'<div class="two">{_person(look, row)}{_places(look, row)}</div>')
        happened = look.ledger(entries)
    more = link(look.href("ledger", contact=wanted), "all of it") if len(entries) == _OF_ONE else ""
    return Html(about + section("What happened to it", happened, beside=more))


def requests(look: Look, query: Query) -> Html:
    """Show requests, newest first, and the faults that they met."""
    first = min(max(number(query.get("first")), 0), len(look.service.arrivals))
    older = look.href("requests", first=first + PAGE) if first + PAGE < len(look.service.arrivals) else ""
    pages = _pages(look.href("requests") if first else "", older)
    return Html(_faults(look) + section("Requests", look.requests(first, PAGE), pages))


def ledger(look: Look, query: Query) -> Html:
    """Show the ledger, newest first, all of it or one kind of effect."""
    effect = query.get("effect", "")
    effect = effect if effect in EFFECTS else ""
    before, wanted = number(query.get("before")), number(query.get("contact"))
    found = look.account.ledger.latest(before=before or None, effect=effect or None, contact=wanted or None)
    rows = list(islice(found, PAGE + 1))
    with look.service.lock:
        shown = look.ledger(rows[:PAGE])
    options = "".join(_option(value, chosen=value == effect) for value in ("", *EFFECTS))
    hidden = f'<input type="hidden" name="contact" value="{wanted}">' if wanted else ""
    chosen = _form(look, "ledger", f'{hidden}<select name="effect" aria-label="Effect">{options}</select>', "Show")
    same = {"effect": effect, "contact": wanted or ""}
    older = look.href("ledger", **same, before=rows[PAGE - 1].number) if len(rows) > PAGE else ""
    title = f"Ledger of contact {wanted}" if wanted else f"Ledger ({len(look.account.ledger):,} effects)"
    return section(title, shown, _pages(look.href("ledger", **same) if before else "", older), beside=chosen)


VIEWS: dict[str, tuple[str, Callable[[Look, Query], Html]]] = {
    "": ("Overview", overview),
    "contacts": ("Contacts", contacts),
    "requests": ("Requests", requests),
    "ledger": ("Ledger", ledger),
    "contact": ("", contact),  # no tab of its own
}


def _newest(look: Look, before: int, needle: str) -> Iterator[Contact]:
    account = look.account
    if needle:
        found = (place for key, place in account.by_key.items() if needle in key.lower())
        ids = iter(sorted((place for place in found if not before or place < before), reverse=True))
    else:
        last = len(account.packed)
        ids = iter(range(min(before - 1, last) if before > 0 else last, 0, -1))
    return (row for row in map(account.contact, ids) if row is not None)


def _tiles(look: Look) -> str:
    account, queue = look.account, look.service.queue
    numbers = {
        "contacts": len(account.by_key),
        "active on a list": account.active,
        "lists": len(account.lists),
        "custom fields": len(account.fields),
        "tags": len(account.tags),
        "imports waiting": queue.outstanding,
        "imports": len(queue.batches),
        "requests": len(look.service.arrivals),
        "effects": len(account.ledger),
    }
    tiles = "".join(f"<div><b>{count:,}</b><span>{name}</span></div>" for name, count in numbers.items())
    return f'<div class="tiles">{tiles}</div>'


def _settings(look: Look) -> str:
    account = look.account
    known = positions()
    other = [
        f"{name}={getattr(account.quirks, name)!r}"
        for name, each in known.items()
        if getattr(account.quirks, name) != each[0]
    ]
    limit = f"at most {account.contact_limit:,} contacts" if account.contact_limit is not None else "no contact limit"
    reading = f"other quirks: {', '.join(other)}" if other else "the harsher reading of everything in doubt"
    return f'<p class="hint">Made {moment(account.created)} UTC; {limit}; {html.escape(reading)}.</p>'


def _lists(look: Look) -> Html:
    rows = [
        (
            row.id,
            row.name,
            row.statuses[ACTIVE],
            row.statuses[UNSUBSCRIBED],
            row.statuses.total() - row.statuses[ACTIVE] - row.statuses[UNSUBSCRIBED],
            ", ".join(
                ["starts an automation"] * row.automation + ["double opt-in"] * row.double_opt_in
            ),
        )
        for row in look.account.lists.values()
    ]  # fmt: skip
    return section("Lists", table(("Id#", "List", "Active#", "Unsubscribed#", "Other#", "On joining"), rows))


def _imports(look: Look) -> Html:
    queue = look.service.queue
    rows = []
    for batch in list(queue.batches.values())[: -_FEW - 1 : -1]:
        success, failure = orjson.loads(batch.results)
        state = batch.fate if batch.over else "in the queue"
        outcome = (len(success), len(failure)) if batch.over else (Html(), Html())
        rows.append((moment(batch.received_at), batch.count, state, *outcome))
    return section("Latest imports", table(("Received", "Contacts#", "State", "Success#", "Failure#"), rows))


def _fields(look: Look) -> Html:
    rows = []
    for field in look.account.fields.values():
        names = [option.value for option in field.options]
        more = f" and {len(names) - _MOST_OPTIONS} more" if len(names) > _MOST_OPTIONS else ""
        lists = [
            "all lists" if relation.list == ALL_LISTS else look.list_name(relation.list)
            for relation in look.account.relations_of(field.id)
        ]
        options = Html(joined(names[:_MOST_OPTIONS]) + more)
        rows.append((field.id, field.title, field.type, f"%{field.perstag}%", options, joined(lists or ["nowhere"])))
    return section("Custom fields", table(("Id#", "Field", "Type", "Personalisation", "Options", "Shown on"), rows))


def _faults(look: Look) -> str:
    met = look.service.faults.happened()
    if met.empty:
        return ""
    rows = [
        (moment(row["time"].timestamp()), row["kind"], row["on"], row["method"],
         row["path"] if look.clear else masking.path(row["path"]))
        for row in met.tail(PAGE).iloc[::-1].to_dict("records")
    ]  # fmt: skip
    return section(f"Faults met ({len(met):,})", table(("Time", "Fault", "On", "Method", "Path"), rows))


def _person(look: Look, row: Contact) -> Html:
    told: list[tuple[object, object]] = [
        ("Address", look.address(row.email)),
        ("First name", look.name(row.first_name)),
        ("Last name", look.name(row.last_name)),
        ("Phone", look.value(row.phone)),
        ("Organization", look.value(row.organization)),
        ("Made", moment(row.created)),
        ("Changed", moment(row.updated)),
    ]
    for field in look.account.fields.values():
        value = row.value(field.id)
        if value is not None:
            told.append((field.title, look.value(value.text)))
    pairs = "".join(f"<dt>{text(title)}</dt><dd>{text(value, 5_000)}</dd>" for title, value in told if value != "")
    return section(f"Contact {row.id}", f"<dl>{pairs}</dl>")


def _places(look: Look, row: Contact) -> Html:
    lists = [
        (look.list_name(place.list), look.status(place.status), moment(place.subscribed), moment(place.updated))
        for place in row.places
    ]
    tags = [(look.tag_name(tagging.tag), moment(tagging.when)) for tagging in row.taggings]
    started = [(look.list_name(start.list), moment(start.when)) for start in row.automations]
    return section(
        "Lists, tags, automations",
        table(("List", "Status", "Since", "Changed"), lists, nothing="On no list."),
        table(("Tag", "Since"), tags, nothing="Without tags."),
        table(("Automation of", "Started"), started, nothing="No automation was started."),
    )


def _option(value: str, *, chosen: bool) -> str:
    mark = " selected" if chosen else ""
    return f"<option value={attribute(value)}{mark}>{html.escape(value or 'all')}</option>"


def _form(look: Look, view: str, fields: str, label: str) -> Html:
    kept = "".join(
        f'<input type="hidden" name="{name}" value={attribute(value)}>' for name, value in look.query(view).items()
    )
    return Html(f'<form method="get" action="/">{kept}{fields}<button>{label}</button></form>')


def _pages(newest: str, older: str) -> Html:
    links = ([link(newest, "← newest")] if newest else []) + ([link(older, "older →")] if older else [])
    return Html(f'<p class="pages">{"".join(links)}</p>') if links else Html()
