"""The part of a form that says how the key is given: typed, or where it is to be found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import ConfigurationError
from ac_notebook.forms.base.part import Part
from ac_notebook.runs.key_source import KeySource

if TYPE_CHECKING:
    from collections.abc import Callable

    import ipywidgets

    from ac_notebook.forms.base.form import Form

_TYPED, _VARIABLE, _FILE, _KEYRING = "typed", "key_variable", "key_file", "keyring"


class KeyPart(Part[KeySource]):
    """How the key is given. What is typed is in no value: :meth:`source` hands it on, and nothing shows it.

    Parameters
    ----------
    form, changed
        As for :class:`Part`.
    entered
        Called when a key was typed and Enter pressed.
    """

    def __init__(
        self, form: Form, *, changed: Callable[[], None] = lambda: None, entered: Callable[[], None] = lambda: None
    ) -> None:  # fmt: skip
        super().__init__(form, changed=changed)
        words, controls = form.words, form.controls
        self._kind = controls.choice(
            words("The key is"),
            [
                (words("typed here"), _TYPED),
                (words("in an environment variable"), _VARIABLE),
                (words("in a file that only you can read"), _FILE),
                (words("in the system's keyring"), _KEYRING),
            ],
            _TYPED,
        )
        self.field = controls.key(words("Key"))
        self._places = {
            _VARIABLE: controls.text(
                words("Name of the variable"), is_required=True, placeholder="ACTIVECAMPAIGN_API_KEY"
            ),
            _FILE: controls.text(words("Path of the file"), is_required=True, placeholder="~/activecampaign.key"),
            _KEYRING: controls.text(words("Entry of the keyring"), is_required=True, placeholder="service/user"),
        }
        self._said = controls.note()
        self.box = controls.column(self._kind, self.field, self._said)
        self.field.on_enter(form.shown(entered))
        self.field.observe(form.shown(lambda _: self.touched()), "arrivals")
        for widget in (self._kind, *self._places.values()):
            self.observe(widget)

    @property
    def value(self) -> KeySource:
        """Where the key is to be found; a source without a place where it was typed, or the place is none."""
        return self._read()[0]

    @value.setter
    def value(self, piece: KeySource) -> None:
        with self.filling():
            self.fill(piece)

    @property
    def source(self) -> KeySource:
        """Where the key is to be found, with the key that was typed, if one was. Nobody is asked for another one."""
        typed = self.field.taken() if self._kind.value == _TYPED else None
        return replace(self.value, typed=typed, may_ask=False)

    @property
    def first(self) -> ipywidgets.Widget:
        """The field for the key, or for its place."""
        return self.field if self.is_typed else self._places[self._kind.value]

    @property
    def is_typed(self) -> bool:
        """Whether the key is to be typed."""
        return bool(self._kind.value == _TYPED)

    @property
    def has_typed_key(self) -> bool:
        """Whether a key was typed that was not used yet."""
        return bool(self._kind.value == _TYPED and self.field.has_key)

    def fill(self, piece: KeySource) -> None:
        """Show where a key is to be found; one that was typed is forgotten."""
        named = {_VARIABLE: piece.key_variable, _FILE: piece.key_file, _KEYRING: piece.keyring}
        for kind, field in self._places.items():
            field.value = str(named[kind] or "")
        self._kind.value = next((kind for kind, name in named.items() if name is not None), _TYPED)
        self.field.clear()
        self._draw()

    @property
    def problems(self) -> tuple[str, ...]:
        """What is missing: the key, or its place."""
        problem = self._read()[1]
        return (problem,) if problem else ()

    def touched(self) -> None:
        """Show the field that belongs to how the key is given; a key that was typed goes with its field."""
        if not self.is_typed and self.field.has_key:
            self.field.clear()
        self._draw()
        super().touched()

    def _draw(self) -> None:
        kind = self._kind.value
        self.box.children = [self._kind, self.field if kind == _TYPED else self._places[kind], self._said]
        is_blank = kind != _TYPED and not self._places[kind].value
        problem = self.field.problem if kind == _TYPED else "" if is_blank else self._read()[1]
        self.controls.say(self._said, problem)

    def _read(self) -> tuple[KeySource, str]:
        kind: Any = self._kind.value
        if kind == _TYPED:
            missing = "" if self.field.has_key else self.field.problem or self.words("The key is missing.")
            return KeySource(), missing
        if not self._places[kind].value.strip():
            return KeySource(), self.words("It is not said where the key is: write its place.")
        try:
            return KeySource(**{kind: self._places[kind].value}), ""
        except ConfigurationError as error:
            return KeySource(), error.message
