"""What the account's answers prove: a reading of a doubt, or that it is not proved and why. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ac_notebook.remote.parsing import whole

if TYPE_CHECKING:
    from collections.abc import Collection

    from ac_notebook.model.doubts import Position
    from ac_notebook.remote.answers import Answer

UNCONFIRMED = ("0", "3")
ACTIVE, UNSUBSCRIBED = "1", "2"


@dataclass(frozen=True)
class Unproved:
    """Nothing is proved, and why."""

    why: str


_NO_END = Unproved("the import did not come to its end, or its end could not be read")
_NOT_APPLIED = Unproved("the import was not applied to the address")


def failure_index(answer: Answer, place: int, *, is_taken: bool) -> Position | Unproved:
    """Return what a refusal counts from, when the contact at a place (from 0) was wrong, and the other is taken alone.

    Examples
    --------
    >>> from ac_notebook.remote.answers import Answer
    >>> failure_index(Answer(meaning="named-rows", failures={2: "no email"}), 1, is_taken=True)
    1
    """
    if not is_taken:
        return Unproved("the right row beside the wrong one was not taken either")
    if answer.meaning != "named-rows":
        return Unproved("the wrong row was not named")
    if len(answer.failures) != 1:
        return Unproved("several rows were named")
    counted_from = next(iter(answer.failures)) - place
    return counted_from if counted_from in (0, 1) else Unproved("another row was named")


def content_type(answer: Answer) -> Position | Unproved:
    """Return how the answer to an import is labelled.

    Examples
    --------
    >>> from ac_notebook.remote.answers import Answer
    >>> content_type(Answer(meaning="ok", content_type="text/html;charset=utf-8"))
    'text/html; charset=UTF-8'
    """
    kind = answer.content_type.partition(";")[0].strip().lower()
    if kind == "text/html":
        return "text/html; charset=UTF-8"
    return "application/json" if kind == "application/json" else Unproved("it has another label")


def success_key(answer: Answer) -> Position | Unproved:
    """Return how ``success`` is spelled."""
    found = [name for name in answer.body if name.lower() == "success"]
    return found[0] if found in (["success"], ["Success"]) else Unproved("it is spelled otherwise")


def success_value(answer: Answer, contacts: int) -> Position | Unproved:
    """Return what ``success`` is: 1, or the number of contacts, of which there are more than one."""
    value = whole(answer.get("success"))
    if contacts < 2:  # noqa: PLR2004 - of one contact it is 1 either way
        return Unproved("only one contact could be sent")
    return {1: "1", contacts: "contacts"}.get(value or 0, Unproved("it is another number"))


def body_size(below: Answer, at: Answer, again: Answer, above: tuple[Answer, Answer]) -> Position | Unproved:
    """Return whether 400,000 bytes may be sent, when 399,999 were tried just before; a refusal has to come twice.

    That they are taken says something only where one byte more is refused: else the blanks that fill an import up may
    not count, and one full of contacts is refused nevertheless.
    """
    if below.meaning != "ok":
        return Unproved("an import of 399,999 bytes was not taken either")
    if "ok" in (at.meaning, again.meaning):
        is_edge = _are_of_size(*above)
        return "accepted" if is_edge else Unproved("400,001 bytes are taken, too: blanks at the end may not count")
    return "refused" if _are_of_size(at, again) else Unproved("no clear answer came")


def oversize_status(below: Answer, refused: Answer, again: Answer) -> Position | Unproved:
    """Return with which status too many bytes are refused, twice."""
    if below.meaning != "ok" or not _are_of_size(refused, again):
        return Unproved("no import was refused for its size")
    return refused.status if refused.status in (400, 413) else Unproved("with another status")


def _are_of_size(refused: Answer, again: Answer) -> bool:
    return refused.meaning in ("refused", "too-large") and refused.status == again.status


def blank(before: str, after: str, *, is_applied: bool) -> Position | Unproved:
    """Return what a blank does to a value that was there.

    Parameters
    ----------
    before, after
        The value that is stored before and after the import with a blank.
    is_applied
        Whether something else of the same import arrived.

    Examples
    --------
    >>> blank("Ann", "", is_applied=True), blank("Ann", "Ann", is_applied=True)
    ('clears', 'ignored')
    """
    if not is_applied:
        return _NOT_APPLIED
    if not before:
        return Unproved("there was no value that a blank could clear")
    return "clears" if not after else "ignored" if after == before else Unproved("the value changed otherwise")


def import_success(
    success: Collection[str] | None, *, created: int | None, updated: int | None, is_unchanged_listed: bool | None
) -> Position | Unproved:  # fmt: skip
    """Return which contacts a finished import lists, when it created one and updated another.

    All only where those are listed, too, of whom another import changed nothing.
    """
    if success is None:
        return _NO_END
    if created is None or updated is None:
        return _NOT_APPLIED
    if str(created) not in success:
        return Unproved("the contact that was created is not listed")
    if str(updated) not in success:
        return "created" if not is_unchanged_listed else Unproved("one import lists those it updated, another does not")
    return "all" if is_unchanged_listed else Unproved("those of whom nothing is changed are not listed")


def twice(stored: str, first: str, second: str, *, is_failed: bool | None) -> Position | Unproved:
    """Return what becomes of an address twice in one import.

    Parameters
    ----------
    stored
        The name that is stored afterwards.
    first, second
        The names in the import.
    is_failed
        Whether the address is listed as failed; None when no list could be read.
    """
    if is_failed is None:
        return _NO_END
    if stored == second:
        return Unproved("the second was applied and is listed as failed") if is_failed else "last wins"
    if stored == first:
        return "fail" if is_failed else "first wins"
    return _NOT_APPLIED


def address_case(people: int, name: str, wanted: str) -> Position | Unproved:
    """Return whether the case of letters makes another contact."""
    if people > 1:
        return "matters"
    return "ignored" if people == 1 and name == wanted else _NOT_APPLIED


def unknown_list(name: str, *, before: str, wanted: str, is_over: bool) -> Position | Unproved:
    """Return what becomes of a contact for a list that does not exist."""
    if not is_over:
        return _NO_END
    return "ignored" if name == wanted else "contact fails" if name == before else _NOT_APPLIED


def both_ways(status: str | None, *, before: str | None, is_applied: bool) -> Position | Unproved:
    """Return what on and off a list at once does to somebody who was on it.

    Examples
    --------
    >>> both_ways("2", before="1", is_applied=True), both_ways("1", before="1", is_applied=True)
    ('unsubscribes', 'subscribes')
    """
    if not is_applied:
        return _NOT_APPLIED
    if before in (None, UNSUBSCRIBED):
        return Unproved("the address was not on the list before")
    found = {UNSUBSCRIBED: "unsubscribes", ACTIVE: "subscribes", "0": "subscribes", "3": "subscribes"}
    return found.get(status or "", _NOT_APPLIED)


def opt_out(status: str | None) -> Position | Unproved:
    """Return whether somebody who had opted out still has, after an import onto the list."""
    return "kept" if status == UNSUBSCRIBED else Unproved("the address is gone") if status is None else "lost"


def opted_out_rest(name: str, *, before: str, wanted: str) -> Position | Unproved:
    """Return whether the name of somebody who opted out was changed."""
    return "applied" if name == wanted else "dropped" if name == before else Unproved("the name changed otherwise")


def double_opt_in(status: str | None) -> Position | Unproved:
    """Return what an import makes of people on the list, from the status of somebody new."""
    if status in UNCONFIRMED:
        return "unconfirmed"
    return Unproved("people become active: whether the list has double opt-in is not told")


def unconfirmed(status: str | None) -> Position | Unproved:
    """Return which number means unconfirmed: no mail can have bounced of somebody who is new."""
    return int(status) if status in UNCONFIRMED else Unproved("nobody is unconfirmed")


def address_layer(without_at: Answer, without_domain: Answer) -> Position | Unproved:
    """Return which malformed addresses refuse a whole import."""
    refused = [_is_refusal(answer) for answer in (without_at, without_domain)]
    if None in refused or refused == [False, True]:
        return Unproved("no clear answer came")
    return {(True, True): "first", (True, False): "split", (False, False): "second"}[bool(refused[0]), bool(refused[1])]


def _is_refusal(answer: Answer) -> bool | None:
    # Only where it says which row it means: another refusal has another reason.
    return {"named-rows": True, "ok": False}.get(answer.meaning)


def special(answer: Answer, *, is_there: bool, is_over: bool, is_failed: bool) -> Position | Unproved:
    """Return whether an address with an odd character is taken; one that is neither listed nor there proves nothing."""
    if is_there:
        return "pass"
    if answer.meaning == "named-rows" or (is_over and is_failed):
        return "fail"
    return Unproved("the address is neither there nor listed as failed")


def unfit(sent: str, stored: str, before: str, *, is_applied: bool, is_over: bool) -> Position | Unproved:
    """Return what becomes of a value that its field cannot hold.

    Parameters
    ----------
    sent, stored, before
        The value that was sent, what is stored of the field afterwards, and what was before.
    is_applied
        Whether the rest of the contact arrived.
    is_over
        Whether the import came to its end.
    """
    if not is_over:
        return _NO_END
    if not is_applied:
        return "refused"
    if stored == sent:
        return "kept"
    return "dropped" if stored in ("", before) else Unproved("something else is stored")


def piped(option: str, stored: str, before: str, *, is_applied: bool, is_over: bool) -> Position | Unproved:
    """Return whether a dropdown takes an option between double pipes."""
    if not is_over:
        return _NO_END
    if not is_applied:
        return "plain"
    if stored == option:
        return "plain or piped" if before != option else Unproved("it was stored before")
    return "plain" if stored in ("", before, f"||{option}||") else Unproved("something else is stored")


def longest_text(sent: str, stored: str, *, is_applied: bool) -> Position | Unproved:
    """Return whether long texts are cut."""
    if not is_applied:
        return _NOT_APPLIED
    if stored == sent:
        return "any"
    return "1,000 characters" if stored == sent[:1_000] else Unproved("it is cut elsewhere")


def exclude_automations(*, neither: int, top: int, contact: int, both: int) -> Position | Unproved:
    """Return where automations have to be excluded, from how many started for one address each."""
    if not neither:
        return Unproved("no automation starts for people who join this list")
    if both:
        return Unproved("AUTOMATIONS STARTED although they were excluded in both places")
    found = {(True, True): "both", (False, True): "top", (True, False): "contact"}
    return found.get((bool(top), bool(contact)), Unproved("either place is enough"))


def repeat_automations(before: int, after: int) -> Position | Unproved:
    """Return whether importing somebody again starts automations again."""
    if not before:
        return Unproved("no automation starts for people who join this list")
    return "again" if after > before else "once"
