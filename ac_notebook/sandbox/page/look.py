"""How one account is looked at: with or without the token, and by which links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from ac_notebook.sandbox import ledger
from ac_notebook.sandbox.state.contacts import ACTIVE, UNSUBSCRIBED

from . import masking
from .html import Html, attribute, joined, link, table, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ac_notebook.sandbox.ledger import Effect
    from ac_notebook.sandbox.service import Service
    from ac_notebook.sandbox.state.account import Account
    from ac_notebook.sandbox.state.contacts import Contact

_SHORT = 8  # of the 36 characters of a batch's id
_BAD = 400  # statuses from here on are refusals
_ABOUT_LISTS = frozenset({ledger.JOINED, ledger.LEFT, ledger.STARTED})
_ABOUT_TAGS = frozenset({ledger.TAGGED, ledger.UNTAGGED})


@dataclass(frozen=True, kw_only=True)
class Look:
    """A look at one account.

    Attributes
    ----------
    service
        The account.
    place
        Its number among the server's accounts, from 1.
    token
        What makes people's data visible; empty for one who does not have it.
    """

    service: Service
    place: int
    token: str

    @property
    def account(self) -> Account:
        """What the account holds."""
        return self.service.account

    @property
    def clear(self) -> bool:
        """Whether people's data are shown."""
        return self.token != ""

    def query(self, view: str, **more: Any) -> dict[str, str]:
        """Return what an address says to lead to a view."""
        asked = {"token": self.token, "account": self.place if self.place > 1 else "", "view": view, **more}
        return {name: str(value) for name, value in asked.items() if value not in ("", None)}

    def href(self, view: str = "", **more: Any) -> str:
        """Return the address of a view."""
        return "/?" + urlencode(self.query(view, **more))

    def address(self, whole: str) -> str:
        """Return a mail address as it may be shown."""
        return whole if self.clear else masking.address(whole)

    def name(self, whole: str) -> str:
        """Return a name as it may be shown."""
        return whole if self.clear else masking.name(whole)

    def value(self, whole: Any) -> Any:
        """Return a phone number or a field's value as it may be shown."""
        return whole if self.clear else masking.value(whole)

    def list_name(self, number: int) -> str:
        """Return a list's name, or its number when it is gone."""
        row = self.account.lists.get(number)
        return row.name if row is not None else f"list {number}, deleted"

    def tag_name(self, number: int) -> str:
        """Return a tag's name, or its number when it is gone."""
        row = self.account.tags.get(number)
        return row.name if row is not None else f"tag {number}, deleted"

    def status(self, number: int | None) -> str:
        """Return a status on a list in words."""
        known = {ACTIVE: "active", UNSUBSCRIBED: "unsubscribed", self.account.bounced_status: "bounced", None: ""}
        return known.get(number, "unconfirmed")

    def contacts(self, rows: Iterable[Contact]) -> Html:
        """Return a table of contacts."""
        return table(
            ("Id#", "Address", "Name", "Phone", "Lists", "Tags", "Changed"),
            [
                (
                    row.id,
                    link(self.href("contact", contact=row.id), self.address(row.email)),
                    joined((self.name(part) for part in (row.first_name, row.last_name) if part), " "),
                    self.value(row.phone),
                    joined(self._membership(entry[0], entry[1]) for entry in row.memberships),
                    joined(self.tag_name(entry[0]) for entry in row.tags),
                    moment(row.updated),
                )
                for row in rows
            ],
        )

    def _membership(self, number: int, status: int) -> Html:
        told = "" if status == ACTIVE else f' <span class="more">({self.status(status)})</span>'
        return Html(text(self.list_name(number)) + told)

    def requests(self, first: int, most: int) -> Html:
        """Return a table of requests, newest first; `first` of them are left out."""
        arrivals = self.service.arrivals
        with self.service.lock:
            end = len(arrivals) - first
            rows = [arrivals[place] for place in range(end - 1, max(end - 1 - most, -1), -1)]
        return table(
            ("Time", "Method", "Path", "Status", "Contacts#", "Bytes#"),
            [
                (
                    moment(row.time.timestamp()),
                    row.method,
                    _code(row.path if self.clear else masking.path(row.path)),
                    _status_code(row.status),
                    row.contacts or Html(),
                    row.bytes or Html(),
                )
                for row in rows
            ],
        )

    def ledger(self, effects: Iterable[Effect]) -> Html:
        """Return a table of effects."""
        return table(
            ("Number#", "Time", "Effect", "Contact#", "What", "Value", "By"),
            [self._effect(entry if self.clear else masking.effect(entry)) for entry in effects],
        )

    def _effect(self, entry: Effect) -> tuple[object, ...]:
        what, old, new = entry.what, entry.old, entry.new
        if entry.effect in _ABOUT_LISTS:
            what, old, new = self.list_name(what), self.status(old), self.status(new)
        elif entry.effect in _ABOUT_TAGS:
            what = self.tag_name(what)
        elif entry.effect == ledger.FIELD:
            field = self.account.fields.get(what)
            what = field.title if field is not None else f"field {what}, deleted"
        contact = entry.contact
        return (
            entry.number,
            moment(entry.time),
            Html(f'<span class="kind">{text(entry.effect)}</span>'),
            link(self.href("contact", contact=contact), str(contact)) if contact else Html(),
            "" if what is None else what,
            _change(old, new),
            _source(entry.source),
        )


def moment(seconds: float) -> Html:
    """Return a moment, to the second, in UTC."""
    told = datetime.fromtimestamp(seconds, UTC)
    return Html(f'<span class="time"><span>{told:%Y-%m-%d}</span> <span>{told:%H:%M:%S}</span></span>')


def _code(whole: str) -> Html:
    return Html(f'<span class="code">{text(whole)}</span>')


def _change(old: object, new: object) -> Html:
    """Return what was and what is; only what is, where there was nothing."""
    before, after = ("" if side is None else str(side) for side in (old, new))
    if not before:
        return text(after) if after else Html()
    return Html(f'{text(before)} <span class="more">→ {text(after) if after else "nothing"}</span>')


def _source(whole: str) -> Html:
    verb, _, batch = whole.partition(" ")
    if verb != "import":
        return _code(whole)
    return Html(f'<span class="code" title={attribute(whole)}>import {text(batch[:_SHORT])}…</span>')


def _status_code(status: int) -> Html:
    kind = "bad" if status >= _BAD or not status else "good"
    return Html(f'<span class="{kind}">{status or "no answer"}</span>')
