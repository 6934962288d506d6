"""Applying a queued import: the second layer, which fails single contacts without a reason (section 7.2)."""

from typing import Any

from . import readings
from .account import ACTIVE, UNSUBSCRIBED, Account, Contact


def apply_import(
    account: Account, contacts: list[dict[str, Any]], when: float, *, exclude_automations: bool
) -> tuple[list[str], list[str]]:
    """Apply the contacts of one import, in order.

    Parameters
    ----------
    account
        Changed in place.
    contacts
        As validated by `importing.read_import`.
    when
        Seconds since the epoch, for the times that the account records.
    exclude_automations
        As said at the top level of the request.

    Returns
    -------
    tuple of two lists
        Ids for `success`, and the addresses that failed, as they were sent.
    """
    created: list[str] = []
    updated: list[str] = []
    failed: list[str] = []
    for record in contacts:
        email = record["email"]
        key = readings.key_of(email)
        joins, leaves = _lists(record, "subscribe"), _lists(record, "unsubscribe")
        contact = account.by_email.get(key)
        if _fails(account, email, key, contact, joins, leaves):
            failed.append(email)
            continue
        if contact is None:
            contact = account.create(email, key, when)
            created.append(str(contact.id))
        else:
            updated.append(str(contact.id))
        _write(account, contact, record, when)
        if joins or leaves:
            automated = readings.automations_run(
                excluded_for_batch=exclude_automations,
                excluded_for_contact=record.get("exclude_automations") is True,
            )
            _place(account, contact, joins, leaves, when, automated=automated)
    return readings.success_ids(created, updated), failed


def _lists(record: dict[str, Any], name: str) -> tuple[int, ...]:
    entries = record.get(name)
    return tuple([int(entry["listid"]) for entry in entries]) if entries else ()


def _fails(
    account: Account, email: str, key: str, contact: Contact | None, joins: tuple[int, ...], leaves: tuple[int, ...]
) -> bool:
    if not readings.deliverable(email) or key in account.excluded or key in account.bounced:
        return True
    if not joins and not leaves:
        return False
    unknown_list = opted_out = False
    for number in joins:
        unknown_list |= number not in account.lists
        opted_out |= contact is not None and contact.status_on(number) == UNSUBSCRIBED
    for number in leaves:
        unknown_list |= number not in account.lists
    return readings.refuses_whole_contact(unknown_list=unknown_list, opted_out=opted_out)


def _write(account: Account, contact: Contact, record: dict[str, Any], when: float) -> None:
    """Write attributes, field values and tags; what is not in the record is left alone (section 7.6)."""
    contact.updated = when
    if "first_name" in record:
        contact.first_name = record["first_name"]
    if "last_name" in record:
        contact.last_name = record["last_name"]
    if "phone" in record:
        contact.phone = record["phone"]
    if record.get("fields"):
        _write_values(account, contact, record["fields"])
    if record.get("tags"):
        account.add_tags(contact, record["tags"], when)


def _write_values(account: Account, contact: Contact, entries: list[dict[str, Any]]) -> None:
    values = list(contact.field_values)
    values.extend([None] * (len(account.fields) - len(values)))
    position, stored_value = account.field_position, account.stored_value
    for entry in entries:
        number, value = entry["id"], entry["value"]
        if number not in position:
            continue  # section 5.3: an unknown field is silently ignored
        if readings.cleared_by(value):
            values[position[number]] = None
        elif (stored := stored_value[number](value)) is not None:
            values[position[number]] = stored
    contact.field_values = tuple(values)


def _place(
    account: Account, contact: Contact, joins: tuple[int, ...], leaves: tuple[int, ...], when: float, *, automated: bool
) -> None:
    for number in dict.fromkeys(joins + leaves):
        status = readings.status_after(joins=number in joins, leaves=number in leaves)
        if status is not None:
            account.set_status(contact, number, status, when, automated=automated and status == ACTIVE)
