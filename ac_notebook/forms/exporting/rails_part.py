"""The guard rails of an export in a form: those that stop it, what each is for, and a box that allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ac_notebook.forms.base.part import Part
from ac_notebook.model.guards import GUARD_RAILS, RIGHTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import ipywidgets

    from ac_notebook.forms.base.form import Form

_KNOWN = (*GUARD_RAILS, RIGHTS)


class RailsPart(Part[frozenset[str]]):
    """The guard rails that may be passed: offered are those that were met, and those that are allowed.

    Parameters
    ----------
    form, changed
        As for :class:`Part`.
    """

    def __init__(self, form: Form, *, changed: Callable[[], None] = lambda: None) -> None:
        super().__init__(form, changed=changed)
        self._allowed: frozenset[str] = frozenset()
        self._met: frozenset[str] = frozenset()
        self.boxes: dict[str, ipywidgets.Checkbox] = {}
        self._notes: dict[str, ipywidgets.Widget] = {}
        self.box = self.controls.column()

    @property
    def value(self) -> frozenset[str]:
        """Names of those that may be passed."""
        return self._allowed

    @value.setter
    def value(self, piece: frozenset[str]) -> None:
        with self.filling():
            self.fill(piece)

    def fill(self, piece: frozenset[str]) -> None:
        """Show which may be passed."""
        self._allowed = frozenset(piece)
        self._show()

    def meet(self, names: Iterable[str]) -> None:
        """Offer the guard rails that a run would meet, or has met."""
        self._met = frozenset(names)
        self._show()

    def _show(self) -> None:
        offered = [name for name in _KNOWN if name in self._met | self._allowed]
        with self.filling():
            for name in offered:
                if name not in self.boxes:
                    self._make(name)
                self.boxes[name].value = name in self._allowed
        rows = [one for name in offered for one in (self.boxes[name], self._notes[name])]
        if rows:
            rows.insert(0, self.controls.heading(self.words("Guard rails")))
        if [*self.box.children][1:] != rows[1:]:
            self.box.children = rows

    def _make(self, name: str) -> None:
        box = self.controls.yes_or_no(self.words("Allow {rail}").format(rail=name))
        box.observe(self.shown(lambda change: self._ticked(name, change)), "value")
        self.boxes[name], self._notes[name] = box, self.controls.note(self._about(name))

    def _about(self, name: str) -> str:
        if name == RIGHTS:
            return self.words("It seems that the key lacks a right. What is read of rights is no proof.")
        rail = GUARD_RAILS[name]
        text = self.words("Stops a run: {stops}. What could go wrong: {why}.")
        return text.format(stops=rail.stops, why=rail.why)

    def _ticked(self, name: str, change: Any) -> None:
        if self.is_filling:
            return
        self._allowed = self._allowed | {name} if change["new"] else self._allowed - {name}
        self.touched()
