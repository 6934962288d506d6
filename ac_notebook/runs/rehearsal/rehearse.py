"""A rehearsal from beginning to end: asked for, written down, made, kept."""

from __future__ import annotations

import uuid
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import ActiveCampaignError, ConfigurationError, ExportInterrupted, GuardError, quoted
from ac_notebook.model.export import REHEARSALS
from ac_notebook.model.guards import words_to_allow
from ac_notebook.model.learned import Finding
from ac_notebook.remote import people
from ac_notebook.remote.capacity import read_capacity
from ac_notebook.runs.connect import as_saved, require_consent
from ac_notebook.runs.gate import Gate
from ac_notebook.runs.keys import can_ask
from ac_notebook.runs.progress import log
from ac_notebook.runs.record import event_of, note_agreement
from ac_notebook.runs.rehearsal.cast import Intent, cast_of
from ac_notebook.runs.rehearsal.given import addresses_of, allowed_of, fields_of
from ac_notebook.runs.rehearsal.play import Play
from ac_notebook.runs.rehearsal.probes import put_all
from ac_notebook.runs.rehearsal.rehearsal import Rehearsal
from ac_notebook.runs.rehearsal.sent import capitals
from ac_notebook.runs.rehearsal.stage import Stage
from ac_notebook.runs.rehearsal.undo import MORE, Trace, Undone, own_prints, undo
from ac_notebook.storage import connections
from ac_notebook.storage.database import open_database, transaction
from ac_notebook.storage.fingerprint_key import fingerprint_key
from ac_notebook.storage.history import add
from ac_notebook.storage.home import find_home
from ac_notebook.storage.journal import Journal, RunRecord, Scope
from ac_notebook.storage.lease import lease

if TYPE_CHECKING:
    from collections.abc import Collection

    from ac_notebook.model.capacity import Capacity
    from ac_notebook.model.learned import Learned
    from ac_notebook.model.limits import Limits
    from ac_notebook.remote.client import Client
    from ac_notebook.runs.connection import Connection
    from ac_notebook.storage.database import StateDatabase

_TAG = "rehearsal_tag"
_PRINTS = "rehearsal_prints"
_UNDONE = "Undone"
_MOST = 1_000
_MOST_BYTES = 400_000
_STOPPED = "it was interrupted"


@dataclass(frozen=True, kw_only=True, repr=False)
class Asked:
    """What a user asked for. Never shown: it holds addresses."""

    list: Any
    addresses: Any
    fields: Any = ()
    automations: bool = False
    allow: Any = frozenset()
    confirm: bool = False


def rehearse(connection: Connection, asked: Asked) -> Rehearsal:
    """Make a rehearsal; see :meth:`Connection.rehearse`."""
    connection = as_saved(connection)
    require_consent(connection)
    try:
        rehearsal, error = _rehearse(connection, asked)
    except BaseException as failure:  # noqa: BLE001 - raised again, without the frames in which addresses stand
        rehearsal, error = None, failure
    if error is None:
        assert rehearsal is not None  # noqa: S101 - one or the other
        return rehearsal
    error.__traceback__ = error.__cause__ = error.__context__ = None
    if isinstance(error, KeyboardInterrupt) and rehearsal is not None:
        error = ExportInterrupted("The rehearsal was stopped.")
    if isinstance(error, ActiveCampaignError) and rehearsal is not None:
        error.report = rehearsal
        error.hint = f"{error.hint} {_so_far(rehearsal)}".strip()
    raise error


def _so_far(rehearsal: Rehearsal) -> str:
    if not rehearsal.imports:
        return "Nothing was written."
    return (
        f"{rehearsal.imports} imports were begun, {len(rehearsal.proved)} doubts settled. What was written can be "
        "undone: connection.undo_rehearsal()."
    )


def _rehearse(connection: Connection, asked: Asked) -> tuple[Rehearsal, BaseException | None]:
    """Return what was made, and the error or interrupt that ended it early."""
    addresses, allowed = addresses_of(asked.addresses), allowed_of(asked.allow)
    if asked.list is None:
        raise ConfigurationError("No list was given.", hint='Write list="Newsletter" or list=4. Nothing was sent.')
    now, run = connection.link.clock.now(), uuid.uuid4().hex[:8]
    with ExitStack() as stack:
        client = stack.enter_context(connection.client())
        account = client.snapshot()
        place = account.find_list(asked.list)
        fields = fields_of(asked.fields, account)
        scope = Scope(account=connection.account, list=place.id, identity=REHEARSALS)
        stack.enter_context(lease(find_home(), scope, run=run, now=now))
        database = open_database(find_home())
        stack.callback(database.close)
        gate = Gate(connection, database)
        capacity = read_capacity(client)
        cast = cast_of(addresses, _contacts(client, gate, addresses), automations=asked.automations)
        if not cast.everybody:
            raise ConfigurationError(
                "All of the addresses are contacts already, and a rehearsal changes nothing of those.",
                hint="Name new ones of your own: most mailboxes take you+1@… for you@…. Nothing was written.",
            )
        mark = "SANDBOX · " if connection.is_sandbox else ""
        tag = f"ac-notebook rehearsal {run}"
        title = f"{mark}Rehearsal on {quoted(place.name)} (list {place.id}) at {quoted(connection.name)}"
        intent = Intent(
            title=title, cast=cast, contact_list=place, tag=tag, fields=fields, automations=asked.automations
        )
        _require_room(capacity, len(cast.everybody), allowed)
        _require_confirmed(intent, is_confirmed=asked.confirm is True)
        journal = Journal(database)
        key = fingerprint_key(find_home())
        stage = Stage(
            client, connection.link.clock, gate, journal, run=run, key=key,
            scale=connection.limits.time_scale,
        )  # fmt: skip
        stage.may_start = frozenset(cast.automated)
        play = Play(
            stage=stage, cast=cast, contact_list=place, tag=tag, fields=fields, is_full=capacity.room() == 0,
            is_tight=_is_tight(capacity, len(cast.everybody)),
        )  # fmt: skip
        trace = Trace(
            run=run, tag=tag, list_id=place.id, people=len(cast.everybody), prints=own_prints(cast.everybody, key)
        )  # fmt: skip
        record = RunRecord(
            id=run, connection=connection.name, owner=connection.owner, automations=bool(cast.automated), started=now,
            facts={_TAG: tag, "people": trace.people, _PRINTS: " ".join(f"{one:x}" for one in sorted(trace.prints))},
        )  # fmt: skip
        return _made(connection, play, journal, database, record=record, scope=scope, trace=trace, title=title)


def _made(
    connection: Connection, play: Play, journal: Journal, database: StateDatabase, *, record: RunRecord, scope: Scope,
    trace: Trace, title: str,
) -> tuple[Rehearsal, BaseException | None]:  # fmt: skip
    """Put the questions, and write down how that went, however it ended."""
    clock = connection.link.clock
    journal.begin(record, scope)  # durable before anything is written: it can be undone from now on
    note_agreement(connection, database, at=clock.now())
    noted = {"run": record.id, "list": scope.list}
    add(database, event_of(connection, "rehearsal started", at=clock.now(), **noted, addresses=trace.people))
    log.info("%s: begun", title)
    error: BaseException | None = None
    state = "Successful"
    try:
        put_all(play)
    except KeyboardInterrupt as interrupt:
        error, state = interrupt, "Canceled"
    except BaseException as failure:  # noqa: BLE001 - returned, once it is written down
        error, state = failure, "Failed"
    play.stage.close()
    journal.end(
        record.id, state=state, now=clock.now(),
        counts={"proved": len(play.found), "open": int(play.stage.is_open), "arrived": len(play.stage.seen)},
    )  # fmt: skip
    journal.fold(scope, now=clock.now())
    ending = {**noted, "state": state, "proved": len(play.found)}
    add(database, event_of(connection, "rehearsal ended", at=clock.now(), **ending))
    found = [Finding(name=name, position=position, at=clock.now()) for name, position in play.found.items()]
    kept = _kept(connection, found, play.refuted, database)
    log.info("%s: %s, %d imports, %d doubts settled", title, state, play.stage.imports, len(found))
    ended = play.ended or (_STOPPED if state == "Canceled" else "an error ended it" if error is not None else "")
    why = {name: why for name, why in play.why.items() if name not in play.found}
    return Rehearsal(
        connection=kept, trace=replace(trace, is_open=play.stage.is_open, arrived=len(play.stage.seen)), title=title,
        proved=dict(play.found), why=why, ended=ended, imports=play.stage.imports,
    ), error  # fmt: skip


def _kept(
    connection: Connection, found: list[Finding], refuted: Collection[str], database: StateDatabase
) -> Connection:  # fmt: skip
    """Return the connection with what was learned; a saved one is saved so."""
    with transaction(database):
        saved = connections.saved_as(database, connection)  # under another name, perhaps, since a minute ago
        if saved is not None:
            known = saved.learned.without(refuted).with_findings(found)
            connections.save(database, replace(saved, learned=known, limits=_limits(saved.limits, known)))
    learned = connection.learned.without(refuted).with_findings(found)
    return connection.replace(learned=learned, limits=_limits(connection.limits, learned))


def _limits(limits: Limits, learned: Learned) -> Limits:
    """Return limits with the bytes of an import that are proved; where somebody set others, theirs stay."""
    most = {"accepted": _MOST_BYTES, "refused": _MOST_BYTES - 1}.get(str(learned.position("body_of_400_000")))
    if most is None or limits.bytes_per_import not in (_MOST_BYTES, _MOST_BYTES - 1):
        return limits
    return replace(limits, bytes_per_import=most)


def _contacts(client: Client, gate: Gate, addresses: tuple[str, ...]) -> dict[str, list[int]]:
    """Return which contacts have each address, in the case of its letters and in the other, which is written, too."""
    found = {}
    for address in addresses:
        numbers: set[int] = set()
        for spelling in dict.fromkeys((address, capitals(address))):
            closed = gate.closed()
            if closed is not None:
                raise closed
            numbers.update(people.ids_of(client, spelling))
        found[address] = sorted(numbers)
    return found


def _is_tight(capacity: Capacity, new: int) -> bool:
    room = capacity.room()
    return room is not None and room < new + MORE


def _require_room(capacity: Capacity, new: int, allowed: frozenset[str]) -> None:
    room = capacity.room()
    if room is None or room >= new or "contact-limit" in allowed:
        return
    raise GuardError(
        f"A guard rail stops this rehearsal (contact-limit): the account has room for {room:,} more contacts, and "
        f"{new} would be made.",
        hint=f"If that is what you mean: {words_to_allow({'contact-limit'})}. Nothing was written.",
        rails=["contact-limit"],
    )


def _require_confirmed(intent: Intent, *, is_confirmed: bool) -> None:
    """Say what will be written, and ask; without a person it takes a word in the code."""
    if is_confirmed:
        log.info("%s", intent.title)
        return
    if not can_ask():
        raise ConfigurationError(
            f"A rehearsal writes to the account, and nobody is here to ask. It would be:\n{intent}",
            hint="If that is what you mean: rehearse(…, confirm=True). Nothing was written.",
        )
    print(intent)  # noqa: T201 - the question is about this
    if input("Write this to the account? Type yes: ").strip().casefold() not in ("yes", "y"):
        raise ConfigurationError("The rehearsal was not confirmed.", hint="Nothing was written.")


def undo_one(connection: Connection, trace: Trace, *, delete_contacts: bool) -> Undone:
    """Take back what a rehearsal added; see :meth:`Rehearsal.undo`."""
    connection = as_saved(connection)
    require_consent(connection)
    home, now = find_home(), connection.link.clock.now()
    scope = Scope(account=connection.account, list=trace.list_id, identity=REHEARSALS)
    with ExitStack() as stack:
        stack.enter_context(lease(home, scope, run=trace.run, now=now))  # not while it, or another one, is under way
        database = open_database(home)
        stack.callback(database.close)
        gate = Gate(connection, database)
        client = stack.enter_context(connection.client())
        done = undo(client, trace, delete_contacts=delete_contacts, check=gate.closed, key=fingerprint_key(home))
        now = connection.link.clock.now()
        counts = {"tag taken off": done.untagged, "off the list": done.off_list, "deleted": done.deleted}
        add(database, event_of(connection, "rehearsal undone", at=now, run=trace.run, counts=counts))
        if done.is_whole:
            Journal(database).end(trace.run, state=_UNDONE, counts={"people": done.people}, now=now)
    return done


def undo_all(connection: Connection, *, delete_contacts: bool) -> Undone:
    """Take back every rehearsal on the account that was not undone, whichever kernel made it."""
    done = Undone()
    for trace in _not_undone(connection):
        done += undo_one(connection, trace, delete_contacts=delete_contacts)
    return done


def _not_undone(connection: Connection) -> list[Trace]:
    database = open_database(find_home())
    try:
        runs = Journal(database).earlier_runs(connection.account, most=_MOST)
    finally:
        database.close()
    return [
        Trace(
            run=run.id,
            tag=str(run.facts[_TAG]),
            list_id=run.list,
            people=int(run.facts.get("people") or 0),
            prints=frozenset(int(one, 16) for one in str(run.facts.get(_PRINTS) or "").split()),
            is_open=bool(run.counts.get("open", 1)),  # nothing of the kind is known of one that was killed
            arrived=run.counts.get("arrived"),
        )
        for run in runs
        if run.facts.get(_TAG) and run.state != _UNDONE
    ]
