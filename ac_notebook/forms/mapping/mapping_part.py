"""What goes where: a row for each attribute that is mapped, filled in with what names and values of columns say."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import MappingError
from ac_notebook.forms.base.part import Part
from ac_notebook.forms.mapping.attribute_names import AttributeNames
from ac_notebook.forms.mapping.attribute_rows import AttributeRows, RowText
from ac_notebook.forms.mapping.attribute_rules import AttributeRules, rules_of
from ac_notebook.forms.mapping.column_notes import ColumnNotes
from ac_notebook.forms.mapping.frame_columns import FrameColumns
from ac_notebook.forms.mapping.mapping_draft import EMAIL, Attribute, Draft, Rule
from ac_notebook.forms.mapping.new_attribute import NewAttribute
from ac_notebook.frames.suggest import suggest
from ac_notebook.model.mapping import Mapping
from ac_notebook.runs.column_doubts import misfits

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    import pandas as pd

    from ac_notebook.forms.base.form import Form
    from ac_notebook.model.account import Snapshot
    from ac_notebook.model.suggestion import Suggestion

_MOST_NOTES = 8


class MappingPart(Part[Mapping | None]):
    """The mapping of a frame: :attr:`value` is an ``ac.Mapping``, None while there is no column for the address.

    Until a value is set or a person changes something, it is the proposal for the frame and the account. That is made
    in a worker, after :meth:`begin`, and ``changed`` is called when it is there.

    Parameters
    ----------
    form
        Whose part it is.
    frame
        The caller's frame. Never changed.
    account
        What the account has, if that is known already; see :meth:`read`.
    changed
        Called after a person has changed the mapping, and after a proposal was filled in. For the latter, and when
        :attr:`problems` are others after a look at the columns, it is called in a worker's thread.
    """

    def __init__(
        self, form: Form, frame: pd.DataFrame, *, account: Snapshot | None = None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        super().__init__(form, changed=changed)
        self._frame = frame
        self._lock = threading.RLock()
        self._worker = self.new_worker()
        self._draft = Draft()
        self._is_own = False
        self._before: Snapshot | None = None
        self._kept: tuple[Draft, Snapshot | None, tuple[str, ...]] | None = None
        self.columns = FrameColumns(frame, self.words)
        self.names = AttributeNames(account, self.words)
        self._notes = ColumnNotes(form, self.columns, changed=self._looked)
        self.rows = AttributeRows(
            form, self, self.columns, picked=self._picked, removed=self._removed, more=self._show_rows
        )
        self.more = NewAttribute(form, self.columns, added=self._picked)
        self.rules = AttributeRules(form, self, changed=self._ruled)
        self.note = self.controls.note()
        heading = self.controls.heading(self.words("Columns"))
        self.box = self.controls.column(heading, self.rows.box, self.note, self.more.box, self.rules.box)
        self._show()

    def begin(self) -> None:
        """Have a mapping proposed, unless one was set; to be called when the form is put together."""
        if not self._is_own:
            self._propose()

    @property
    def account(self) -> Snapshot | None:
        """What the account has, as far as that is known."""
        return self.names.account

    @property
    def value(self) -> Mapping | None:
        """The mapping; None while there is no column for the address."""
        return self._draft.mapping()

    @value.setter
    def value(self, piece: Mapping | None) -> None:
        with self.filling():
            self.fill(piece)

    def fill(self, piece: Mapping | None) -> None:
        """Show a mapping; None for the proposal."""
        self._worker.forget()
        with self._lock:
            self._draft, self._is_own, self._before = Draft.of(piece), piece is not None, None
            self.rows.fold()
            self._show()
        if piece is None:
            self._propose()

    def read(self, account: Snapshot | None) -> None:
        """Show the custom fields of another account; the mapping stays, unless it is only proposed.

        A field that is named by its number in one account is named by its title when a person goes on to another, in
        which the number is another field.
        """
        with self._lock, self.filling():
            before, drafted = self._before, self._draft
            self.names = AttributeNames(account, self.words)
            if account is not None:
                if before is not None and before.host != account.host:
                    self._draft = drafted.renamed(AttributeNames(before, self.words).titles(drafted.columns))
                self._before = account
            self._show()
        if self._draft is not drafted and self._draft != drafted:
            self._changed()
        if account is not None and not self._is_own:
            self._propose()

    @property
    def is_busy(self) -> bool:
        """Whether a proposal is being made, or columns are being looked at."""
        return self._worker.is_busy or self._notes.is_busy

    @property
    def problems(self) -> tuple[str, ...]:
        """What a plan would refuse, in sentences; a look at the columns may add to them."""
        mapping = self.value
        if mapping is None:
            return (self.words("Choose the column that holds the e-mail addresses."),)
        kept, account = self._kept, self.account
        if kept is None or kept[0] is not self._draft or kept[1] is not account:
            kept = self._kept = (self._draft, account, misfits(self._frame, mapping, account))
        return (*kept[2], *self._notes.unfit(self._columns_of(self._draft)))

    def _propose(self) -> None:
        account = self.account
        self._worker.do(lambda: _proposed(self._frame, account), self._proposed)

    def _proposed(self, found: Suggestion | MappingError) -> None:
        if isinstance(found, MappingError):
            self.controls.say(self.note, "\n".join(found.problems))
            return
        notes = found.notes[:_MOST_NOTES]
        with self._lock, self.filling():
            if self._is_own:  # by now
                return
            self._notes.because(found.because)
            self.controls.say(self.note, "\n".join([self.words("Passed over:"), *notes]) if notes else "")
            self._draft = Draft.of(found)
            self._show()
        self._changed()

    def _change(self, draft: Draft) -> None:
        self._worker.forget()
        with self._lock, self.filling():
            self._draft, self._is_own = draft, True
            self._show()
        self.touched()

    def _picked(self, attribute: Attribute, column: Hashable) -> None:
        if column is None and attribute == EMAIL:
            self._show()
        elif attribute not in self._draft.columns or self._draft.columns[attribute] is not column:
            self._change(self._draft.having(attribute, column))

    def _removed(self, attribute: Attribute) -> None:
        self._change(self._draft.without(attribute))

    def _ruled(self, rule: Rule, attribute: Attribute, said: str) -> None:
        if said != self._draft.rule(rule, attribute):
            self._change(self._draft.ruled(rule, attribute, said))

    def _looked(self, *, is_unfit: bool) -> None:
        self._show_rows()
        if is_unfit:
            self._changed()

    def _columns_of(self, draft: Draft) -> dict[Attribute, Any]:
        """Return the mapped columns that are in the frame, as they are checked."""
        made = {one: self._notes.column(self.names, one, draft) for one in draft.columns}
        return {one: column for one, column in made.items() if column is not None}

    def _show(self) -> None:
        with self._lock:
            self._show_rows()
            draft = self._draft
            takes = {one: rules_of(one, self.names.kind(one)) for one in draft.columns}
            self.rules.show(draft, {one: self.names.label(one) for one in draft.columns}, takes)
            few = "" if self.account is not None else self.words(
                "Custom fields are offered when the account has been read: choose a connection first."
            )  # fmt: skip
            self.more.offer(self.names.unused(draft.columns), few)

    def _show_rows(self) -> None:
        with self._lock:
            draft = self._draft
            checked = self._columns_of(draft)
            shown = {EMAIL: None, **draft.columns}
            texts = {
                one: RowText(
                    label=self.names.label(one), column=column,
                    notes=self._notes.markup(one, column, checked.get(one)),
                )
                for one, column in shown.items()
            }  # fmt: skip
            self.rows.show(texts)
            self._notes.look(frame=self._frame, columns=[checked[one] for one in self.rows.shown if one in checked])


def _proposed(frame: pd.DataFrame, account: Snapshot | None) -> Suggestion | MappingError:
    try:
        return suggest(frame, account)
    except MappingError as error:
        return error
