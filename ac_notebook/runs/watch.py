"""The list and the mapped fields, looked at again while a run sends: what was planned for must still be there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import ConfigurationError, NotFoundError, quoted
from ac_notebook.remote.meaning import error_for
from ac_notebook.remote.rows import contact_list, custom_fields, dictionaries, total

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ac_notebook.errors import ActiveCampaignError
    from ac_notebook.model.account import ContactList, Field
    from ac_notebook.remote.answers import Answer
    from ac_notebook.remote.client import Client
    from ac_notebook.runs.line import Line
    from ac_notebook.runs.plan import Plan

EVERY = 40.0
"""Seconds from one look to the next: with the time that it takes, a change is noticed within a minute."""

_ME = "users/me"
_MOST_ASKED = 4


@dataclass(frozen=True, kw_only=True)
class Looking:
    """A read in flight, and its booking in the account's pace."""

    path: str
    offset: int
    booking: int


class Watch:
    """Reads the list and the mapped custom fields again and again; called by the thread that sends.

    Parameters
    ----------
    line
        What it reads through.
    plan
        What has to be there still.
    """

    def __init__(self, line: Line, plan: Plan) -> None:
        self._line = line
        self._list = plan.contact_list
        self._fields = tuple(column.field for column in plan.columns if column.field is not None)
        self._every = EVERY * line.limits.time_scale
        self._due = line.clock.monotonic() + self._every
        self._reading = False
        self._pages: list[dict[str, Any]] = []
        self._next: list[tuple[str, int]] = []
        self._asked = 0
        self.doubts_key = False
        """Whether an answer said that the key is not valid, and it is not known yet whether it is so."""
        self.fatal: ActiveCampaignError | None = None

    def doubt_key(self) -> None:
        """Ask whose key it is before anything else is sent.

        The service answers 403 now and then for valid keys (contract section 1).
        """
        if not self.doubts_key:
            self.doubts_key, self._asked = True, 0
            self._next.insert(0, (_ME, 0))

    def start(self) -> float:
        """Start a read that is due; return when it is worth asking again (monotonic seconds)."""
        now = self._line.clock.monotonic()
        if not self._next and not self._reading and now >= self._due:
            self._due = now + self._every
            self._pages.clear()
            self._next = [(f"lists/{self._list.id}", 0)] + ([("fields", 0)] if self._fields else [])
        if not self._next or self.fatal is not None:
            return float("inf") if self._reading or self.fatal is not None else self._due
        if self._reading:
            return float("inf")
        self.fatal = self._line.why_shut()
        if self.fatal is not None:
            return float("inf")
        booking, moment = self._line.pacer.book("read")
        if booking is None:
            return moment
        path, offset = self._next.pop(0)
        params = {"limit": str(self._line.limits.page_size), "offset": str(offset)} if path == "fields" else None
        self._reading = True
        self._line.flights.start(Looking(path=path, offset=offset, booking=booking), _call(self._line, path, params))
        return float("inf")

    def landed(self, looking: Looking, answer: Answer) -> None:
        """Act on what was read; an answer that says nothing of the list or the fields is no reason to stop."""
        self._reading = False
        if looking.path == _ME:
            self._key_read(answer)
        elif looking.path == "fields":
            self._fields_read(looking, answer)
        elif answer.meaning == "missing":
            self.fatal = list_gone(self._list)
        elif answer.meaning == "ok":
            found = dictionaries({"list": [answer.get("list")]}, "list")
            self.fatal = other_name(self._list, contact_list(found[0])) if found else None

    def _key_read(self, answer: Answer) -> None:
        self._asked += answer.meaning != "wait"  # how long that is waited for is not decided here
        if answer.meaning == "ok":
            self.doubts_key = False
        elif answer.meaning == "unauthorized" or self._asked == _MOST_ASKED:
            self.fatal = error_for(answer, _ME, self._line.client.host)
        else:
            self._next.insert(0, (_ME, 0))

    def _fields_read(self, looking: Looking, answer: Answer) -> None:
        rows = answer.body.get("fields")
        if answer.meaning != "ok" or not isinstance(rows, list):
            return
        self._pages.append(dict(answer.body))
        offset = looking.offset + len(rows)
        if len(rows) >= self._line.limits.page_size and offset < total(answer.body, default=offset + 1):
            self._next.append(("fields", offset))
            return
        self.fatal = changed_fields(self._fields, list(custom_fields(self._pages)))


def require_same_list(planned: ContactList, client: Client) -> None:
    """Raise when a list is gone or has another name than when the plan was made."""
    try:
        error = other_name(planned, client.list_with_id(planned.id))
    except NotFoundError:
        error = list_gone(planned)
    if error is not None:
        error.hint = f"{error.hint} Nothing was sent."
        raise error


def list_gone(planned: ContactList) -> ConfigurationError:
    """Return the error for a list that is not there any more."""
    msg = f"The list {quoted(planned.name)} (id {planned.id}) no longer exists."
    return ConfigurationError(msg, hint="Choose another list, and plan again.")


def other_name(planned: ContactList, now: ContactList) -> ConfigurationError | None:
    """Return the error for a list that has another name than when the plan was made; None when it has not."""
    if now.name == planned.name:
        return None
    msg = f"The list with the id {planned.id} was called {quoted(planned.name)} and is called {quoted(now.name)} now."
    return ConfigurationError(msg, hint="If it is still the right one, plan again.")


def changed_fields(planned: Sequence[Field], now: Sequence[Field]) -> ConfigurationError | None:
    """Return the error for mapped custom fields that are gone, of another type, or lack an option; None for none.

    Options that were added, and another title, change nothing of what is sent.
    """
    there = {field.id: field for field in now}
    said = []
    for field in planned:
        found = there.get(field.id)
        if found is None:
            said.append(f"{quoted(field.title)} (id {field.id}) no longer exists")
        elif found.type != field.type:
            said.append(
                f"{quoted(field.title)} (id {field.id}) was of the type {field.type} and is of {found.type} now"
            )
        elif gone := sorted({option.value for option in field.options} - {option.value for option in found.options}):
            said.append(f"{quoted(field.title)} (id {field.id}) lost options: {', '.join(map(quoted, gone[:3]))}")
    if not said:
        return None
    msg = f"Custom fields were changed in ActiveCampaign since the plan was made: {'; '.join(said)}."
    return ConfigurationError(msg, hint="Look at the mapping, and plan again.")


def _call(line: Line, path: str, params: dict[str, str] | None) -> Callable[[], Answer]:
    return lambda: line.client.send_once("GET", path, params=params)
