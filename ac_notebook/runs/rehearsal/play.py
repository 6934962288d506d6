"""A rehearsal under way: what it has, and what it has found so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ac_notebook.model.doubts import DOUBTS
from ac_notebook.remote import lookups
from ac_notebook.runs.rehearsal.cast import NAMES
from ac_notebook.runs.rehearsal.verdicts import Unproved

if TYPE_CHECKING:
    from ac_notebook.model.account import ContactList, Field
    from ac_notebook.model.doubts import Position
    from ac_notebook.remote.answers import Answer
    from ac_notebook.remote.people import Person
    from ac_notebook.runs.rehearsal.cast import Cast
    from ac_notebook.runs.rehearsal.stage import Stage


@dataclass(kw_only=True, repr=False, eq=False)
class Play:
    """A rehearsal under way.

    Parameters
    ----------
    stage
        What is sent and read through.
    cast
        Who plays which part.
    contact_list, tag
        Where everybody goes, and the tag that everybody gets.
    fields
        Custom fields that may be written.
    is_full
        Whether the account has no room for more contacts.
    is_tight
        Whether it may be full before the rehearsal is over.
    """

    stage: Stage
    cast: Cast
    contact_list: ContactList
    tag: str
    fields: tuple[Field, ...] = ()
    is_full: bool = False
    is_tight: bool = False
    found: dict[str, Position] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    is_unchanged_listed: bool | None = None
    """Whether a finished import lists somebody as a success of whom it changed nothing; None when it was not seen."""
    refusal: Answer | None = field(default=None, repr=False)
    """The refusal of an import with a wrong contact behind a right one."""
    ended: str = ""
    """Why no more imports were sent."""

    refuted: set[str] = field(default_factory=set)
    """Doubts that were answered in two ways: nothing is proved of them, and nothing that was proved before stays."""

    def settle(self, name: str, verdict: Position | Unproved) -> None:
        """Keep what is proved of a doubt, unless something else was proved of it, too."""
        if name not in DOUBTS:
            raise KeyError(name)
        if name in self.refuted:
            return
        if isinstance(verdict, Unproved):
            self.why[name] = verdict.why
        elif self.found.setdefault(name, verdict) != verdict:
            del self.found[name]
            self.refuted.add(name)
            self.why[name] = "two answers contradict each other; perhaps fields of different types differ"

    def record(self, address: str, **more: Any) -> dict[str, Any]:
        """Return a contact as it is sent: on the list, with the tag, automations off; what is None is left out."""
        first, last = NAMES
        whole: dict[str, Any] = {
            "email": address, "first_name": first, "last_name": last, "tags": [self.tag],
            "subscribe": [{"listid": self.contact_list.id}], "exclude_automations": True, **more,
        }  # fmt: skip
        return {name: value for name, value in whole.items() if value is not None}

    def status(self, person: Person | None) -> str | None:
        """Return somebody's status on the list."""
        return None if person is None else person.statuses.get(self.contact_list.id)

    def is_excluded(self, address: str) -> bool:
        """Return whether an exclusion keeps an address off the list, or that could not be read."""

        def ask(path: str, params: Any) -> Answer | None:
            return self.stage.ask(path, params)

        known = lookups.exclusions(ask, self.contact_list.id, page_size=100)
        lower = address.lower()
        held = lower in known.exact or lower.startswith(known.beginnings) or lower.endswith(known.ends)
        return held or not known.is_complete
