"""Applying a queued import: the second layer, which fails single contacts without a reason (section 7.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ac_notebook.sandbox.ledger import REFUSED
from ac_notebook.sandbox.state.contacts import ACTIVE, UNSUBSCRIBED
from ac_notebook.sandbox.state.fields import UnfitValueError

from .addresses import deliverable_by

if TYPE_CHECKING:
    from ac_notebook.sandbox.state.account import Account
    from ac_notebook.sandbox.state.contacts import Contact
    from ac_notebook.sandbox.state.places import MailingList

# Why a contact fails; the service does not say, the ledger does.
NOT_DELIVERABLE = "address that no mail can be sent to"
EXCLUDED = "on an exclusion list"
BOUNCED = "bounced address"
OPTED_OUT = "has unsubscribed from a list of the import"
UNKNOWN_LIST = "a list that does not exist"
OVER_LIMIT = "over the contact limit"
TWICE = "twice in one import"
UNFIT = "a value that its field cannot hold"
_WELL_KNOWN = frozenset({NOT_DELIVERABLE, TWICE, UNFIT})  # what is always listed as a failure, whatever the quirks


@dataclass
class Applied:
    """What became of the contacts of one import."""

    success: list[str] = field(default_factory=list)  # ids
    failure: list[str] = field(default_factory=list)  # addresses, as they were sent


class Application:
    """Applies contacts to an account, one after another.

    Parameters
    ----------
    account
        Changed in place.
    when
        Whole seconds since the epoch, for the times that the account records.
    exclude_automations
        As said at the top level of the request.
    """

    def __init__(self, account: Account, when: int, *, exclude_automations: bool) -> None:
        self._account = account
        self._quirks = account.quirks
        self._when = when
        self._excluded = exclude_automations
        self._deliverable = deliverable_by(account.quirks)
        self._keys: set[str] = set()
        self.result = Applied()

    def apply(self, records: list[dict[str, Any]]) -> Applied:
        """Apply contacts, as validated by `reading.read_import`, in order."""
        account, quirks = self._account, self._quirks
        once = quirks.duplicates_in_import != "last wins"
        for record in records:
            email = record["email"]
            key = account.key(email)
            if once:
                if key in self._keys:
                    if quirks.duplicates_in_import == "fail":
                        self._fail(email, TWICE, 0)
                    continue
                self._keys.add(key)
            joins, leaves = self._lists(record, "subscribe"), self._lists(record, "unsubscribe")
            contact = account.contact(account.by_key.get(key, 0))
            reason = self._reason_against(email, key, contact, joins, leaves)
            if reason:
                self._fail(email, reason, contact.id if contact is not None else 0)
                if reason != OPTED_OUT or quirks.opted_out_rest == "dropped":
                    continue
                joins = leaves = ()
            try:
                self._write(email, contact, record, joins, leaves, listed=not reason)
            except UnfitValueError:
                self._fail(email, UNFIT, contact.id if contact is not None else 0)
        return self.result

    def _fail(self, email: str, reason: str, contact: int) -> None:
        if self._quirks.failures_listed or reason in _WELL_KNOWN:
            self.result.failure.append(email)
        self._account.ledger.add(REFUSED, contact, reason, None, email)

    def _lists(self, record: dict[str, Any], name: str) -> tuple[int, ...]:
        entries = record.get(name)
        if not entries:
            return ()
        numbers = tuple([int(entry["listid"]) for entry in entries])
        if self._quirks.unknown_list == "ignored":
            return tuple(number for number in numbers if number in self._account.lists)
        return numbers

    def _reason_against(  # noqa: PLR0911 - a return per reason
        self, email: str, key: str, contact: Contact | None, joins: tuple[int, ...], leaves: tuple[int, ...]
    ) -> str:  # fmt: skip
        account = self._account
        if not self._deliverable(email):
            return NOT_DELIVERABLE
        if account.exclusions and account.is_excluded(email, joins):
            return EXCLUDED
        if key in account.bounced:
            return BOUNCED
        for number in joins + leaves:
            if number not in account.lists:
                return UNKNOWN_LIST
        full = account.full and self._quirks.contact_limit_reached == "fails"
        if contact is None and full:
            return OVER_LIMIT
        known = contact or account.remembered(key)  # who left and was deleted has left, where that is remembered
        if known is not None and any(known.status_on(number) == UNSUBSCRIBED for number in joins):
            return OPTED_OUT
        if full and joins and self._quirks.limit_counts == "active" and not (known and known.active):
            return OVER_LIMIT  # section 8: where active ones are counted, somebody known who becomes active is one more
        return ""

    def _write(
        self, email: str, contact: Contact | None, record: dict[str, Any], joins: tuple[int, ...],
        leaves: tuple[int, ...], *, listed: bool,
    ) -> None:  # fmt: skip
        """Write what a record holds; what is not in it is left alone (section 7.6)."""
        account, when = self._account, self._when
        values = self._values(record["fields"]) if record.get("fields") else ()  # first: they may refuse it all
        created = contact is None
        if contact is None:
            contact = account.create(email, when)
        for name in ("first_name", "last_name", "phone", "customer_acct_name"):
            text = record.get(name)
            if text is not None and (text or self._quirks.blank_in_import == "clears"):
                account.write(contact, "organization" if name == "customer_acct_name" else name, text)
        for number, stored in values:
            account.write_value(contact, number, stored, when)
        for name in record.get("tags") or ():
            tag = account.tag_named(name, when)
            if tag is not None:
                account.tag(contact, tag, when)
        if joins or leaves:
            excluded = self._automations_excluded(record)
            for number in dict.fromkeys(joins + leaves):
                row = account.lists[number]
                status = self._status(row, joins=number in joins, leaves=number in leaves)
                account.place(contact, row, status, when, automated=not excluded)
        contact.updated = when
        account.keep(contact)
        if listed and (created or self._quirks.import_success == "all"):
            self.result.success.append(str(contact.id))

    def _values(self, entries: list[dict[str, Any]]) -> list[tuple[int, str | None]]:
        """Return what of the sent values is to be written; None clears, as an empty text may (7.6, UNKNOWN)."""
        stored_value, clears = self._account.stored_value, self._quirks.blank_in_import == "clears"
        values: list[tuple[int, str | None]] = []
        for entry in entries:
            number, value = entry["id"], entry["value"]
            if number not in stored_value:
                continue  # section 5.3: an unknown field is silently ignored
            if value == "":
                if clears:
                    values.append((number, None))
            elif (stored := stored_value[number](value)) is not None:
                values.append((number, stored))
        return values

    def _automations_excluded(self, record: dict[str, Any]) -> bool:
        """Tell whether automations stay off: section 7.1, CONFLICT on the place of `exclude_automations`."""
        in_contact = record.get("exclude_automations") is True
        if self._quirks.exclude_automations == "both":
            return self._excluded and in_contact
        return self._excluded if self._quirks.exclude_automations == "top" else in_contact

    def _status(self, row: MailingList, *, joins: bool, leaves: bool) -> int:
        """Return the status that an import gives on a list."""
        if leaves and not (joins and self._quirks.both_ways == "subscribes"):
            return UNSUBSCRIBED
        if row.double_opt_in and self._quirks.double_opt_in == "unconfirmed":
            return self._quirks.unconfirmed_status
        return ACTIVE
