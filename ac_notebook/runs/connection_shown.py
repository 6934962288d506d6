"""What a cell shows of a connection: where it leads, whether it may be used, and where its key is. Never a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.errors import quoted
from ac_notebook.model.consent import text_for
from ac_notebook.model.harmless import name
from ac_notebook.runs import show
from ac_notebook.runs.key_source import ENVIRONMENT

if TYPE_CHECKING:
    from datetime import datetime

    from ac_notebook.runs.reachable import ReachableConnection

_KEPT = {
    "memory": ("in memory", "of this kernel only, until save()"),
    "keyring": ("in the keyring", "of your system"),
    "file": ("in a file", "that only you can read"),
}


def markup_of(connection: ReachableConnection) -> str:
    """Return a connection as static HTML; nothing is asked or read for it."""
    mark = "SANDBOX · " if connection.is_sandbox else ""
    rows = [_agreement(connection), _key(connection), _check(connection), _rehearsed(connection)]
    is_open = not connection.is_agreed
    consent = connection.consent
    notice = text_for(connection.host) if is_open or consent is None else consent.text
    summary = "The notice that is to be agreed to" if is_open else "The notice that was agreed to"
    more = show.details(summary, [notice.replace("\n", " ")], is_open=is_open)
    return show.page(f"{mark}Connection {quoted(connection.name)}", _facts(connection), rows, more)


def _facts(connection: ReachableConnection) -> list[tuple[str, str]]:
    facts = [("Host", connection.host), ("Owner", name(connection.owner))]
    if connection.account_name:
        facts.insert(1, ("Account", name(connection.account_name)))
    if connection.proxy:
        facts.append(("Through the proxy", connection.proxy))
    if connection.ca_file:
        facts.append(("Authorities", name(connection.ca_file)))
    return facts


def _agreement(connection: ReachableConnection) -> show.Row:
    consent = connection.consent
    if connection.is_agreed and consent is not None:
        words = f"by {name(consent.by)}, {_moment(consent.at)}"
        return show.Row("✓", show.GOOD, "transfer of data", "agreed", words)
    how = "nothing is sent; read the notice below, and: connection = connection.agree()"
    if consent is None:
        return show.Row("✗", show.BAD, "transfer of data", "NOT agreed", how)
    if consent.withdrawn is not None:
        return show.Row("✗", show.BAD, "transfer of data", "withdrawn", f"{_moment(consent.withdrawn)}: {how}")
    return show.Row("✗", show.BAD, "transfer of data", "NOT agreed", f"the agreement is for something else: {how}")


def _key(connection: ReachableConnection) -> show.Row:
    place = connection.key_place
    where, meaning = _KEPT.get(place, ("yours", name(place.replace(ENVIRONMENT, f"{ENVIRONMENT}variable ", 1))))
    sign, colour = ("?", show.WARN) if place == "memory" else ("✓", show.GOOD)
    return show.Row(sign, colour, "key", where, meaning)


def _check(connection: ReachableConnection) -> show.Row:
    if connection.verified is None:
        return show.Row("?", show.WARN, "checked", "not yet", "connection.verify()")
    access = connection.access
    whose = f"; the key of {access.whose}; connection.access shows what it may do" if access is not None else ""
    return show.Row("✓", show.GOOD, "checked", "yes", f"{_moment(connection.verified)}{whose}")


def _rehearsed(connection: ReachableConnection) -> show.Row:
    newest = connection.learned.newest
    if newest is None:
        meaning = "connection.rehearse(…) finds out what ActiveCampaign's documentation leaves open"
        return show.Row("?", show.WARN, "rehearsed", "not yet", meaning)
    return show.Row("✓", show.GOOD, "rehearsed", "yes", f"{_moment(newest)}; connection.learned shows what is proved")


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M %Z}"
