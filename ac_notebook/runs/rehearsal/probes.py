"""The questions of a rehearsal, each put to the account; what the answers prove is decided in ``verdicts``.

Each leaves the addresses so that the next one can tell its own effect: by a last name of its own.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from ac_notebook.remote import people
from ac_notebook.runs.rehearsal import read_verdicts, verdicts
from ac_notebook.runs.rehearsal.cast import NAMES, NO_LIST, NOBODY, NOWHERE
from ac_notebook.runs.rehearsal.reading import reading
from ac_notebook.runs.rehearsal.sent import EndedError, capitals
from ac_notebook.runs.rehearsal.values import custom_fields
from ac_notebook.runs.rehearsal.verdicts import UNSUBSCRIBED, Unproved

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.remote.answers import Answer
    from ac_notebook.remote.people import Person
    from ac_notebook.runs.rehearsal.play import Play

_BYTES = 400_000
"""Of an import, of which it is open whether so many are too many (contract section 7.1)."""

_STARTED_AFTER = 10.0
"""Seconds after an import until its automations must have started."""


def a_wrong_row(play: Play) -> None:
    """Send a contact without an address: it refuses the import, which says its place.

    What that means is settled once the right one beside it was taken: else it may be the one that is meant.
    """
    if play.cast.first is not None:
        wrong = {"first_name": NAMES[0], "exclude_automations": True}
        play.refusal = play.stage.send(play.record(play.cast.first), wrong).answer


def newcomers(play: Play) -> None:
    """Create the first and the third."""
    cast = play.cast
    chosen = [address for address in (cast.first, cast.third) if address is not None]
    if not chosen:
        return
    sent = play.stage.send(*map(play.record, chosen))
    if play.refusal is not None:
        play.settle("failure_index", verdicts.failure_index(play.refusal, 1, is_taken=sent.answer.meaning == "ok"))
    if sent.answer.meaning == "ok":
        play.settle("bulk_content_type", verdicts.content_type(sent.answer))
        play.settle("bulk_success_key", verdicts.success_key(sent.answer))
        play.settle("bulk_success_value", verdicts.success_value(sent.answer, len(chosen)))
    there = play.stage.person(chosen[0])
    play.settle("double_opt_in", verdicts.double_opt_in(play.status(there)))
    play.settle("unconfirmed_status", verdicts.unconfirmed(play.status(there)))
    if play.is_full and there is not None:
        play.settle("contact_limit_reached", "adds")
    elif play.is_full and sent.is_over and not play.is_excluded(chosen[0]):
        play.settle("contact_limit_reached", "fails")


def sizes(play: Play) -> None:
    """Send the same once more, with blanks behind it up to the limit and beyond."""
    if play.cast.first is None:
        return
    same = [play.record(address) for address in (play.cast.first, play.cast.third) if address is not None]
    before = play.stage.person(play.cast.first)
    sent = play.stage.send(*same, size=_BYTES - 1)
    if sent.is_over and sent.success is not None and before is not None:
        play.is_unchanged_listed = str(before.id) in sent.success
    below = sent.answer
    at, again = _up_to_twice(play, same, _BYTES)
    is_refused = "ok" not in (at.meaning, again.meaning)
    above = (at, again) if is_refused else _up_to_twice(play, same, _BYTES + 1)
    play.settle("body_of_400_000", verdicts.body_size(below, at, again, above))
    at, again = above
    play.settle("oversize_status", verdicts.oversize_status(below, at, again))


def _up_to_twice(play: Play, contacts: list[dict[str, Any]], size: int) -> tuple[Answer, Answer]:
    """Send an import of so many bytes, and once more if it is refused: a stray answer proves nothing."""
    first = play.stage.send(*contacts, size=size).answer
    return first, first if first.meaning == "ok" else play.stage.send(*contacts, size=size).answer


def blanks_and_successes(play: Play) -> None:
    """Give the first a blank name, while the second is created."""
    first, second = play.cast.first, play.cast.second
    before = play.stage.person(first) if first is not None else None
    if first is None or before is None:
        return
    others = [play.record(second)] if second is not None else []
    sent = play.stage.send(play.record(first, first_name="", last_name="Blank"), *others)
    after = play.stage.person(first)
    if after is not None and after.first_name:
        after = play.stage.later(first)
    is_applied = after is not None and after.last_name == "Blank" and after.id == before.id
    name = after.first_name if after is not None else ""
    play.settle("blank_in_import", verdicts.blank(before.first_name, name, is_applied=is_applied))
    if second is None or sent.is_repeated:
        return
    created = play.stage.person(second)
    play.settle(
        "import_success",
        verdicts.import_success(
            sent.success if sent.is_over else None, created=created.id if created is not None else None,
            updated=before.id if is_applied else None, is_unchanged_listed=play.is_unchanged_listed,
        ),
    )  # fmt: skip


def twice_at_once(play: Play) -> None:
    """Send the first twice in one import, with two names."""
    first = play.cast.first
    if first is None:
        return
    names = ("First", "Second")
    sent = play.stage.send(*(play.record(first, first_name=name, last_name="Twice") for name in names))
    after = play.stage.person(first)
    is_applied = after is not None and after.last_name == "Twice"
    is_failed = sent.failed(first) if sent.is_over and sent.failure is not None else None
    stored = after.first_name if after is not None and is_applied else ""
    play.settle("duplicates_in_import", verdicts.twice(stored, *names, is_failed=is_failed))


def in_capitals(play: Play) -> None:
    """Send the first once more, in the other case of letters."""
    first = play.cast.first
    if first is None or capitals(first) == first:
        return
    play.stage.send(play.record(capitals(first), first_name="Capitals", subscribe=None))
    after = play.stage.person(first)
    name = after.first_name if after is not None else ""
    play.settle("address_case", verdicts.address_case(play.stage.count(first), name, "Capitals"))


def to_no_list(play: Play) -> None:
    """Send the second to a list that no account has."""
    second = play.cast.second
    before = play.stage.person(second) if second is not None else None
    if second is None or before is None:
        return
    sent = play.stage.send(play.record(second, first_name="Elsewhere", subscribe=[{"listid": NO_LIST}]))
    after = play.stage.person(second)
    if after is not None and after.first_name != "Elsewhere":
        after = play.stage.later(second)
    name = after.first_name if after is not None and after.id == before.id else ""
    play.settle(
        "unknown_list",
        verdicts.unknown_list(name, before=before.first_name, wanted="Elsewhere", is_over=sent.is_over),
    )  # fmt: skip


def off_the_list(play: Play) -> None:
    """Put the third on and off the list at once, and onto it again once it is off."""
    third = play.cast.third
    before = play.stage.person(third) if third is not None else None
    if third is None or before is None:
        return
    off = [{"listid": play.contact_list.id}]
    play.stage.send(play.record(third, last_name="Both", unsubscribe=off))
    after = play.stage.person(third)
    if play.status(after) != UNSUBSCRIBED:
        after = play.stage.later(third)
    is_applied = after is not None and after.last_name == "Both" and after.id == before.id
    verdict = verdicts.both_ways(play.status(after), before=play.status(before), is_applied=is_applied)
    play.settle("both_ways", verdict)
    if play.status(after) != UNSUBSCRIBED:
        play.stage.send(play.record(third, subscribe=None, unsubscribe=off))
        after = play.stage.person(third)
    if after is not None and play.status(after) == UNSUBSCRIBED:
        _after_opting_out(play, third, after)


def _after_opting_out(play: Play, third: str, before: Person) -> None:
    sent = play.stage.send(play.record(third, first_name="After"))
    after = play.stage.later(third)
    if after is not None and play.status(after) != UNSUBSCRIBED:
        _after_being_put_back(play, third, after)
        return
    if not sent.is_over or after is None or after.id != before.id:
        return
    play.settle("opt_out", verdicts.opt_out(play.status(after)))
    play.settle("opted_out_rest", verdicts.opted_out_rest(after.first_name, before=before.first_name, wanted="After"))
    if sent.failure is not None:
        play.settle("failures_listed", sent.failed(third))


def _after_being_put_back(play: Play, third: str, before: Person) -> None:
    """Take the third off the list, and see whether an import puts it back again; once, it may have been others."""
    off = people.is_done(people.unsubscribe(play.stage.client, before.id, play.contact_list.id))
    if not off or play.status(play.stage.later(third)) != UNSUBSCRIBED:
        play.settle("opt_out", Unproved("the address was put back on the list, and could not be taken off again"))
        return
    sent = play.stage.send(play.record(third, first_name="Again"))
    after = play.stage.later(third)
    if not sent.is_over or after is None or after.id != before.id:
        return
    if verdicts.opt_out(play.status(after)) == "lost":
        people.unsubscribe(play.stage.client, after.id, play.contact_list.id)
        play.settle("opt_out", "lost")
    else:
        play.settle("opt_out", Unproved("the address was put back once, and not the next time: by others, perhaps"))


def malformed(play: Play) -> None:
    """Send two texts that are no addresses, each beside the first."""
    first = play.cast.first
    if first is None:
        return
    beside = play.record(first)
    answers = [
        play.stage.send(beside, {"email": wrong, "tags": [play.tag], "exclude_automations": True}).answer
        for wrong in (NOBODY, NOWHERE)
    ]
    play.settle("address_layer", verdicts.address_layer(*answers))


def odd_letters(play: Play) -> None:
    """Send an address with letters beyond ASCII, alone."""
    special = play.cast.special
    if special is None:
        return
    sent = play.stage.send(play.record(special))
    is_there = play.stage.person(special) is not None
    verdict = verdicts.special(
        sent.answer, is_there=is_there, is_over=sent.is_over, is_failed=sent.failed(special)
    )  # fmt: skip
    others = play.stage.seen if play.cast.first is not None else ()
    if verdict == "fail" and (not others or play.is_tight or play.is_excluded(special)):
        verdict = Unproved("it may have failed for another reason: nobody else arrived, no room, or it is excluded")
    play.settle("special_addresses", verdict)


def automations(play: Play) -> None:
    """Have three join the list while automations are excluded at the top, in the contact, and nowhere."""
    cast, stage = play.cast, play.stage
    if len(cast.automated) < 3 or cast.first is None:  # noqa: PLR2004 - one for each place, and one for none
        return
    top, contact, neither = cast.automated
    stage.send(play.record(top, exclude_automations=None), may_repeat=False)
    stage.send(play.record(contact), top=False, may_repeat=False)
    stage.send(play.record(neither, exclude_automations=None), top=False, may_repeat=False)
    stage.pause(_STARTED_AFTER)
    all_four = [stage.person(address) for address in (neither, top, contact, cast.first)]
    if any(person is None for person in all_four):
        return
    started = [person.automations for person in all_four if person is not None]
    play.settle(
        "exclude_automations",
        verdicts.exclude_automations(neither=started[0], top=started[1], contact=started[2], both=started[3]),
    )
    if not started[0]:
        return
    again = stage.send(play.record(neither, exclude_automations=None), top=False, may_repeat=False)
    stage.pause(_STARTED_AFTER)
    after = stage.person(neither)
    if again.is_over and after is not None:
        play.settle("repeat_automations", verdicts.repeat_automations(started[0], after.automations))


PROBES: tuple[Callable[[Play], None], ...] = (
    a_wrong_row, newcomers, sizes, blanks_and_successes, twice_at_once, in_capitals, to_no_list, off_the_list,
    malformed, odd_letters, custom_fields, automations,
)  # fmt: skip
"""The questions, in order: each stands on what those before it have left."""


def put_all(play: Play) -> None:
    """Put every question, in order."""
    batch = str(uuid.uuid4())
    unknown = play.stage.ask("import/info", {"batchId": batch})
    for probe in PROBES:
        try:
            probe(play)
        except EndedError as error:
            play.ended = error.why
            break
    play.settle(
        "unknown_batch", read_verdicts.unknown_batch(unknown, play.stage.ask("import/info", {"batchId": batch}))
    )
    reading(play)
    play.settle("rate_limit_headers", play.stage.tells_rate if play.stage.answers else Unproved("nothing came"))
