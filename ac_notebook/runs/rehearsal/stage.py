"""Sending the imports of a rehearsal one after another, waiting for their end, and reading back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa

from ac_notebook.frames.checks import address_key
from ac_notebook.frames.fingerprints import as_bytes, fingerprints
from ac_notebook.model.batch import Batch
from ac_notebook.remote import people
from ac_notebook.remote.imports import queued
from ac_notebook.remote.meaning import error_for
from ac_notebook.runs.rehearsal.sent import EndedError, Sent, capitals, key_of
from ac_notebook.runs.send import ENDPOINT
from ac_notebook.runs.settle import ENDPOINT as INFO

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ac_notebook.remote.answers import Answer
    from ac_notebook.remote.client import Client
    from ac_notebook.remote.clock import Clock
    from ac_notebook.remote.people import Person
    from ac_notebook.runs.gate import Gate
    from ac_notebook.storage.journal import Journal

_ATTEMPTS = 5
_PASSING = ("wait", "fault", "lost", "not-sent")
_MINUTE = 60.0
_LOOK = 2.0
_FIRST_LOOK = 5.0
_PATIENCE = 180.0
"""Seconds until an import is given up that does not come to its end."""
_QUIET_AFTER = 10.0
_QUIET = 120.0
"""Seconds after a request without an answer until it must have been applied: at least, and at the most."""
_SETTLED = 1.0
"""Seconds after the end of an import until it is read back."""
_LATER = 10.0
"""Seconds until it is read once more, where it looks as if nothing was applied."""


class Stage:
    """Sends and reads for a rehearsal; called by one thread.

    Parameters
    ----------
    client
        The account's API.
    clock
        Time.
    gate
        Says before each request whether anything may be sent.
    journal, run, key
        Where imports are written down before they leave, under which run, and the key of the fingerprints.
    """

    def __init__(
        self, client: Client, clock: Clock, gate: Gate, journal: Journal, *, run: str, key: bytes, scale: float
    ) -> None:  # fmt: skip
        self.client = client
        self._clock = clock
        self._gate = gate
        self._journal = journal
        self._run = run
        self._key = key
        self._scale = scale
        self._open: list[int] = []
        self._numbers = journal.batch_numbers()
        self.is_open = False
        """Whether an import may still be on its way."""
        self.may_start: frozenset[str] = frozenset()
        """Addresses for which automations may start."""
        self.seen: set[int] = set()
        """The contacts that were read."""
        self.imports = 0
        self.answers = 0
        self.tells_rate = False

    def ask(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        """Read something once more than once, if need be; never raises for what the answer says."""
        self._check()
        answer = self.client.ask(path, params)
        for attempt in range(1, _ATTEMPTS):
            if answer.meaning not in _PASSING:
                break
            self._pause_for(answer, attempt)
            self._check()
            answer = self.client.ask(path, params)
        self._note(answer)
        return answer

    def _pause_for(self, answer: Answer, attempt: int) -> None:
        without_word = _MINUTE if answer.meaning == "wait" else 2.0**attempt
        self.pause(answer.retry_after if answer.retry_after is not None else without_word)

    def pause(self, seconds: float) -> None:
        """Let so many of the service's seconds pass."""
        self.client.pause(seconds)

    def person(self, address: str) -> Person | None:
        """Read a contact by its address; None when there is none."""
        self._check()
        ids = people.ids_of(self.client, address)
        self.seen.update(ids)
        found = people.person(self.client, min(ids)) if ids else None
        if found is not None and found.automations and address not in self.may_start:
            raise EndedError(
                "AUTOMATIONS STARTED for an address for which they were excluded in both documented places (or it was "
                "a contact once, and ActiveCampaign remembers them)"
            )
        return found

    def later(self, address: str) -> Person | None:
        """Read a contact once more after some time: what is applied late is not taken for what is not applied."""
        self.pause(_LATER)
        return self.person(address)

    def count(self, address: str) -> int:
        """Return how many contacts have an address in any case of its letters."""
        numbers: set[int] = set()
        for spelling in (address, capitals(address)):
            self._check()
            numbers.update(people.ids_of(self.client, spelling))
        return len(numbers)

    def send(self, *contacts: dict[str, Any], top: bool = True, size: int = 0, may_repeat: bool = True) -> Sent:
        """Send an import, and wait for its end.

        Parameters
        ----------
        *contacts
            What is in it.
        top
            Whether automations are excluded for the whole import.
        size
            Bytes that it is to have; blanks at its end fill it up.
        may_repeat
            Whether it may be sent again when no answer came.

        Raises
        ------
        EndedError
            When it is not known when an import will be applied.
        APIError
            When the account does not take imports.
        """
        content: dict[str, Any] = {"contacts": contacts}
        if top:
            content["exclude_automations"] = True
        body = orjson.dumps(content).ljust(size)
        answer, is_repeated = self._answer(contacts, body, may_repeat=may_repeat)
        if answer.meaning != "ok":
            self.is_open = False
            return Sent(answer=answer, is_repeated=is_repeated)
        told = queued(answer, contacts=len(contacts))
        if told is None or told.number in self._numbers:
            # Neither a refusal nor a batch of its own: it may have been taken, and proves nothing.
            self._quiet()
            return Sent(answer=replace(answer, meaning="fault"), is_repeated=is_repeated)
        self._numbers.add(told.number)
        self._journal.accepted(self._run, self._open[-1], told.number)
        return self._end(told.number, answer, is_repeated=is_repeated)

    def _answer(
        self, contacts: Sequence[dict[str, Any]], body: bytes, *, may_repeat: bool
    ) -> tuple[Answer, bool]:  # fmt: skip
        is_repeated = False
        attempt = 0
        while True:
            attempt += 1
            self._check()
            number = self._write_down(contacts, body)
            self.is_open = True
            answer = self.client.ask(ENDPOINT, method="POST", body=body, kind=_kind(len(contacts)))
            self._note(answer)
            meaning = answer.meaning if attempt < _ATTEMPTS or answer.meaning not in _PASSING else "given-up"
            match meaning:
                case "ok":
                    return answer, is_repeated
                case "named-rows" | "refused" | "too-large":
                    self._journal.mark(self._run, number, "void")
                    return answer, is_repeated
                case "wait" | "not-sent":
                    self._journal.mark(self._run, number, "void")
                    self._pause_for(answer, attempt)
                case "fault" | "lost":
                    self._journal.mark(self._run, number, "unknown")
                    self._quiet()
                    if not may_repeat:
                        raise EndedError("no answer came to an import that is not to be sent twice")
                    is_repeated = True
                case "unauthorized" if answer.status == 403 and attempt == 1:  # noqa: PLR2004 - HTTP
                    # The service answers so now and then for valid keys (contract section 1): it is asked whose it is.
                    self._journal.mark(self._run, number, "void")
                    self.client.me()
                case _:
                    raise error_for(answer, ENDPOINT, self.client.host)

    def _write_down(self, contacts: Sequence[dict[str, Any]], body: bytes) -> int:
        """Write down that an import is about to leave; nothing of it can be read from that."""
        self.imports += 1
        addresses = [str(contact.get("email", "")) for contact in contacts]
        keys = as_bytes(address_key(pa.array(addresses, pa.large_string())))
        batch = Batch(
            number=self.imports, positions=range(len(contacts)), body=body,
            addresses=fingerprints(keys, self._key).tobytes(),
            contents=fingerprints([orjson.dumps(contact) for contact in contacts], self._key).tobytes(),
        )  # fmt: skip
        self._journal.sending(self._run, batch, now=self._clock.now())
        self._open.append(batch.number)
        return batch.number

    def _end(self, number: str, answer: Answer, *, is_repeated: bool) -> Sent:
        until = self._clock.monotonic() + _PATIENCE * self._scale
        self.pause(_FIRST_LOOK)
        misses = 0
        while self._clock.monotonic() < until:
            self._check()
            info = self.client.ask(INFO, {"batchId": number}, kind="poll")
            self._note(info)
            status = info.get("status")
            if info.meaning == "ok" and status in ("completed", "failed", "interrupted"):
                self.is_open = False
            if info.meaning == "ok" and status == "completed":
                self.pause(_SETTLED)
                return Sent(
                    answer=answer, is_over=True, success=_texts(info.get("success")),
                    failure=_keys(info.get("failure", "not said")), is_repeated=is_repeated,
                )  # fmt: skip
            if info.meaning == "ok" and status in ("failed", "interrupted"):
                return Sent(answer=answer, is_repeated=is_repeated)
            if info.meaning in ("unauthorized", "lapsed", "moved", "untrusted"):
                raise error_for(info, INFO, self.client.host)
            misses += info.meaning == "missing"
            if misses > 1:  # its end can no longer be read, but that it is there can
                self._quiet()
                return Sent(answer=answer, is_repeated=is_repeated)
            self.pause(max(info.retry_after or 0.0, _LOOK))
        raise EndedError("an import did not come to its end within three minutes")

    def _quiet(self) -> None:
        """Wait until nothing is on its way that was taken without our knowing."""
        until = self._clock.monotonic() + _QUIET * self._scale
        self.pause(_QUIET_AFTER)
        while self._clock.monotonic() < until:
            self._check()
            if people.outstanding(self.client) == 0:
                self.is_open = False
                self.pause(_SETTLED)
                return
            self.pause(_QUIET_AFTER)
        raise EndedError("it is not known whether an import without an answer was taken, and when it is applied")

    def close(self) -> None:
        """Write down that nothing is to be concluded from these imports: no export is known to have sent them."""
        for number in self._open:
            self._journal.mark(self._run, number, "closed")

    def _check(self) -> None:
        closed = self._gate.closed()
        if closed is not None:
            raise closed

    def _note(self, answer: Answer) -> None:
        if answer.meaning == "ok":
            self.answers += 1
            self.tells_rate |= answer.tells_rate


def _kind(contacts: int) -> Any:
    return "single" if contacts == 1 else "import"


def _texts(listed: object) -> frozenset[str] | None:
    return frozenset(map(str, listed)) if isinstance(listed, list) else None


def _keys(listed: object) -> frozenset[str] | None:
    if listed in (None, "", {}):
        return frozenset()
    if not isinstance(listed, list) or not all(isinstance(entry, str) for entry in listed):
        return None
    return frozenset(key_of(entry) for entry in listed)
