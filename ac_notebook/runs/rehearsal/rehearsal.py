"""What a user holds after a rehearsal: what was proved, what was not and why, and how to undo it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from ac_notebook.model.doubts import DOUBTS
from ac_notebook.runs import show
from ac_notebook.runs.tables import Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ac_notebook.model.doubts import Position
    from ac_notebook.model.learned import Learned
    from ac_notebook.runs.connection import Connection
    from ac_notebook.runs.rehearsal.undo import Trace, Undone


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Rehearsal:
    """A rehearsal that was made, whole or in part. Made by ``connection.rehearse(…)``.

    Parameters
    ----------
    connection
        The connection with what was learned: use this one from now on. A saved one is saved so.
    trace
        What has to be known to undo it.
    title
        Where it was.
    proved
        What this rehearsal proved: which reading of each doubt.
    why
        Why others were not, by doubt, where something came in between.
    ended
        Why it ended early; empty where it did not.
    imports
        How many imports were sent.
    """

    connection: Connection
    trace: Trace
    title: str
    proved: Mapping[str, Position] = field(default_factory=dict)
    why: Mapping[str, str] = field(default_factory=dict)
    ended: str = ""
    imports: int = 0

    @property
    def learned(self) -> Learned:
        """What is proved of the account by this and earlier rehearsals."""
        return self.connection.learned

    @property
    def unproved(self) -> dict[str, str]:
        """What this rehearsal did not prove: each doubt's name, and why."""
        return {
            doubt.name: self.why.get(doubt.name, doubt.needs)
            for doubt in DOUBTS.values()
            if doubt.name not in self.proved
        }

    @property
    def table(self) -> pd.DataFrame:
        """Every doubt: labelled by its name; question, answer (None where it is not proved), words."""
        rows = [
            (
                doubt.question, self.proved.get(doubt.name),
                doubt.answers[self.proved[doubt.name]] if doubt.name in self.proved
                else f"not proved: {self.why.get(doubt.name, doubt.needs)}",
            )
            for doubt in DOUBTS.values()
        ]  # fmt: skip
        index = pd.Index(list(DOUBTS), dtype=object, name="doubt")
        return Table(rows, columns=["question", "answer", "words"], index=index, dtype=object)

    def undo(self, *, delete_contacts: bool = False) -> Undone:
        """Take back the tag, and the places on the list.

        Parameters
        ----------
        delete_contacts
            Delete the contacts that the rehearsal made, too. Without it they stay, as unsubscribed from the list, and
            no import can put their addresses back on it. Those that the key's user may not delete keep the tag, so that
            they are found again.

        Returns
        -------
        Undone
            What was taken back, and what could not be. May be called again.

        Raises
        ------
        ConsentError
            When nobody agrees to the transfer of data any more.
        APIError
            When the account does not answer.
        """
        from ac_notebook.runs.rehearsal.rehearse import undo_one  # noqa: PLC0415 - which makes these

        return undo_one(self.connection, self.trace, delete_contacts=delete_contacts)

    def _lists(self) -> list[tuple[str, list[str]]]:
        proved = [doubt.answers[self.proved[name]] for name, doubt in DOUBTS.items() if name in self.proved]
        openly = [
            f"{DOUBTS[name].question}: {why}" for name, why in self.unproved.items() if DOUBTS[name].can_be_settled
        ]
        never = [DOUBTS[name].question for name in self.unproved if not DOUBTS[name].can_be_settled]
        return [
            ("Proved", proved),
            ("Not proved", openly),
            (
                "Not proved, and no rehearsal finds out",
                [f"{len(never)} others, on which exports do not depend: see table"],
            ),
        ]

    def _facts(self) -> list[tuple[str, str]]:
        people = f"{self.trace.people} address{'es' if self.trace.people != 1 else ''}"
        way = "rehearsal.undo(delete_contacts=True), or later connection.undo_rehearsal(delete_contacts=True)"
        facts = [
            ("Written", f"{show.count(self.imports, 'import')}, to {people}, tag {self.trace.tag!r}"),
            ("To undo", f"{way}; without deleting, the contacts stay, unsubscribed, and it finds them no more"),
        ]  # fmt: skip
        if self.ended:
            facts.append(("Ended early", self.ended))
        return facts

    def __repr__(self) -> str:
        return show.text(self.title, self._facts(), [], self._lists())

    def _repr_html_(self) -> str:
        more = "".join(show.details(name, lines, is_open=name == "Proved") for name, lines in self._lists())
        return show.page(self.title, self._facts(), [], more)
