"""What a test or a demonstration does to an account without its API, and how it looks at what arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import frames
from .faults.fault import require_text, require_whole, require_word
from .state.catalogue import ALL_LISTS
from .state.contacts import ACTIVE, UNSUBSCRIBED
from .state.fields import CHOICE_TYPES, TYPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from .service import Service
    from .state.account import Account


_MOST_CONTACTS = 10**15
_MATCHES = ("exact", "begin", "end")


def check_limit(most: object) -> None:
    """Raise a ValueError for what is no number of contacts that an account may have."""
    if most is not None:
        require_whole("the contact limit", most, 0, _MOST_CONTACTS)


class Verbs:
    """The verbs of a sandbox; whoever has them says which account is meant."""

    @property
    def _service(self) -> Service:
        raise NotImplementedError

    @property
    def _state(self) -> Account:
        return self._service.account

    def _advance(self) -> None:
        self._service.advance()

    def contacts(self) -> pd.DataFrame:
        """Return one row per contact: id (int64), email, first_name, last_name, phone, each custom field by title."""
        return self.table("contacts").frame()

    def lists(self) -> pd.DataFrame:
        """Return one row per list: id (int64), name, subscribers (int64: active ones)."""
        return self.table("lists").frame()

    def fields(self) -> pd.DataFrame:
        """Return one row per custom field: id (int64), title, type, perstag, shown (bool).

        What is not shown is related to no list, as are fields made through the API: values are stored and seen nowhere.
        """
        return self.table("fields").frame()

    def memberships(self) -> pd.DataFrame:
        """Return one row per contact and list: list, contact, status (int64: 1 active, 2 unsubscribed)."""
        return self.table("memberships").frame()

    def contact_tags(self) -> pd.DataFrame:
        """Return one row per contact and tag: contact (int64), tag (text)."""
        return self.table("contact_tags").frame()

    def automations(self) -> pd.DataFrame:
        """Return one row per automation that was started: contact, list (int64), time (UTC)."""
        return self.table("automations").frame()

    def requests(self) -> pd.DataFrame:
        """Return one row per request: time (UTC), method, path, status (0: none), contacts (of an import), bytes."""
        return self.table("requests").frame()

    def ledger(
        self, *, effect: str | None = None, contact: int | None = None, last: int | None = None
    ) -> pd.DataFrame:  # fmt: skip
        """Return one row per effect on people and on the account, in order: what really happened, and how often.

        Parameters
        ----------
        effect
            Only such as "contact created", "field written", "joined list", "left list", "tag added",
            "automation started", "contact refused"; all when None.
        contact
            Only those on one contact, by id; all when None.
        last
            Only so many of the latest, before the other two are looked at; all when None.

        Returns
        -------
        DataFrame
            number (int64, from 1), time, source (a request, or an import by its batch id), effect, contact (int64, 0
            for none), what (an attribute, a list's or field's id, a tag's name, why a contact was refused), old, new.
        """
        return self.table("ledger", effect=effect, contact=contact, last=last).frame()

    def table(self, name: str, **chosen: Any) -> frames.Table:
        """Return what one of the verbs above shows, before it is a DataFrame.

        Parameters
        ----------
        name
            The verb.
        **chosen
            What the verb takes.
        """
        if name == "requests":
            with self._service.lock:
                arrivals = list(self._service.arrivals)
            return frames.requests(arrivals)
        self._advance()
        with self._service.lock:
            return frames.ledger(self._state, **chosen) if name == "ledger" else frames.OF_ACCOUNT[name](self._state)

    def _close_page(self, verb: str) -> None:
        self._state.ledger.close_page(self._service.now().timestamp(), verb)
        self._service.written()

    def _seconds(self) -> int:
        return int(self._service.now().timestamp())

    def _check_list(self, list_id: int) -> None:
        if list_id not in self._state.lists:
            message = f"there is no list {list_id}; there are {', '.join(map(str, self._state.lists))}"
            raise ValueError(message)

    def add_list(self, name: str, *, automation: bool = False, double_opt_in: bool = False) -> int:
        """Add a list, with or without an automation that starts on subscription, and return its id."""
        require_text("name", name)
        with self._service.lock:
            row = self._state.add_list(name, self._seconds(), automation=automation, double_opt_in=double_opt_in)
            self._close_page("add_list")
            return row.id

    def add_field(
        self,
        title: str,
        type: str,  # noqa: A002 - the service's own name for it
        *,
        options: Sequence[str | tuple[str, str]] | None = None,
        perstag: str | None = None,
    ) -> int:
        """Add a custom field, shown on all lists, and return its id.

        Parameters
        ----------
        title
            Unique among the fields.
        type
            text, textarea, hidden, date, datetime, number, dropdown, radio, checkbox or listbox.
        options
            For the last four: texts, or pairs of value and label.
        perstag
            The personalisation tag, None to make it from the title.
        """
        if bool(options) != (type in CHOICE_TYPES) and type in TYPES:
            message = f"a {type} field {'needs' if type in CHOICE_TYPES else 'has no'} options"
            raise ValueError(message)
        for what, given in (("title", title), ("perstag", "none" if perstag is None else perstag)):
            require_text(what, given)
        for option in options or ():
            for part in (option,) if isinstance(option, str) else tuple(option):
                require_text("an option", part)
        with self._service.lock:
            row = self._state.add_field(title, type, self._seconds(), options=options, perstag=perstag)
            self._state.relate(row.id, ALL_LISTS, self._seconds())
            self._close_page("add_field")
            return row.id

    def unsubscribe(self, email: str, list_id: int) -> None:
        """Have somebody opt out of a list, as by a click in a mail; the contact is made if there is none."""
        require_text("email", email)
        self._advance()
        with self._service.lock:
            account, when = self._state, self._seconds()
            self._check_list(list_id)
            contact = account.find(email) or account.create(email, when)
            account.place(contact, account.lists[list_id], UNSUBSCRIBED, when, automated=False)
            account.keep(contact)
            self._close_page("unsubscribe")

    def exclude(self, email: str, *, match: str = "exact", lists: Sequence[int] = ()) -> None:
        """Put an address on the exclusion list, or all that begin or end so: imports of it fail.

        Parameters
        ----------
        email
            An address, or its beginning or end.
        match
            exact, begin or end.
        lists
            The lists it is kept off; all when empty.
        """
        require_text("email", email)
        require_word("match", match, _MATCHES)
        with self._service.lock:
            for list_id in lists:
                self._check_list(list_id)
            self._state.add_exclusion(email, match, tuple(lists))
            self._close_page("exclude")

    def bounce(self, email: str) -> None:
        """Mark an address as hard-bounced: imports of it fail, and it is active on no list any more."""
        require_text("email", email)
        self._advance()
        with self._service.lock:
            account, when = self._state, self._seconds()
            account.bounced.add(account.key(email))
            account.tell("bounced address", None, email)
            contact = account.find(email)
            if contact is not None:
                for place in contact.places:
                    if place.status == ACTIVE and place.list in account.lists:
                        row = account.lists[place.list]
                        account.place(contact, row, account.bounced_status, when, automated=False)
                account.keep(contact)
            self._close_page("bounce")

    def delete(self, email: str) -> None:
        """Delete a contact, as an administrator does; nothing happens when there is none."""
        require_text("email", email)
        self._advance()
        with self._service.lock:
            contact = self._state.find(email)
            if contact is not None:
                self._state.delete(contact)
            self._close_page("delete")

    def limit_contacts(self, most: int | None) -> None:
        """Set how many contacts the account may have, None for as many as there are."""
        check_limit(most)
        with self._service.lock:
            self._state.contact_limit = most
            self._service.written()
