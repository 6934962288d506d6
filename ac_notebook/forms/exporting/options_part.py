"""The options of an export in a form: each with a sentence that says what it does."""

from __future__ import annotations

import functools
import zoneinfo
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import ActiveCampaignError
from ac_notebook.forms.base.choice import distinct
from ac_notebook.forms.base.part import Part
from ac_notebook.forms.exporting.option_words import option_words, wait_in_words
from ac_notebook.forms.exporting.rails_part import RailsPart
from ac_notebook.frames.labels import shown
from ac_notebook.frames.phones import regions
from ac_notebook.model.export import Options
from ac_notebook.model.harmless import name as harmless
from ac_notebook.model.labels import plain_label
from ac_notebook.runs.tracebacks import in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    import ipywidgets
    import pandas as pd

    from ac_notebook.forms.base.form import Form
    from ac_notebook.forms.exporting.option_words import OptionWords

_ALWAYS = ("run_automations",)
"""What is shown without being asked for: what it does cannot be taken back."""


@dataclass(frozen=True)
class _Offered:
    """Stands in a choice for a value, which is compared by what it is: ``1``, ``True`` and ``1.0`` are three labels."""

    value: Any
    kind: type

    @classmethod
    def of(cls, value: Any) -> _Offered:
        return cls(value, float if type(value) is int else type(value))


class OptionsPart(Part[Options]):
    """The choices of an export beyond connection, list, mapping, segment and tags.

    Guard rails that may be passed are a part of their own, :attr:`rails`, with a box to be shown elsewhere.

    Those that are rarely needed are behind a button; one that is not as usual is always shown.

    Parameters
    ----------
    form, changed
        As for :class:`Part`.
    frame
        The customers, one of whose columns may be the key.
    """

    def __init__(self, form: Form, frame: pd.DataFrame, *, changed: Callable[[], None] = lambda: None) -> None:
        super().__init__(form, changed=changed)
        self._columns = tuple(_nameable(frame.columns))
        self._regions: tuple[str, ...] | None = None
        self.rails = RailsPart(form, changed=self.touched)
        self._last = Options()
        self._words = option_words(self.words)
        self.more = self.controls.toggle(self.words("More options"))
        self.fields: dict[str, Any] = {name: self._field(name, said) for name, said in self._words.items()}
        self._notes = {name: self.controls.note(said.says) for name, said in self._words.items()}
        self._boxes = {name: self.controls.column(field, self._notes[name]) for name, field in self.fields.items()}
        self._shown = self.controls.column()
        self.visible: tuple[str, ...] = ()
        """Names of the options that are shown."""
        self._wrong = self.controls.note()
        for field in self.fields.values():
            field.observe(self.shown(lambda _: self._edited()), "value")
        self.more.observe(self.shown(lambda _: self._show()), "value")
        heading = self.controls.heading(self.words("Options"))
        self.box = self.controls.column(heading, self._shown, self._wrong, self.more)
        self.value = Options()

    def begin(self) -> None:
        """Find out which regions phones may be of, which takes a moment; to be called when the form is put together."""
        self.new_worker().do(regions, self._know)

    @property
    def value(self) -> Options:
        """The options; those of before while they cannot be as they are shown (:attr:`problems` says why)."""
        try:
            return self._made()
        except ActiveCampaignError:
            return self._last

    @value.setter
    def value(self, piece: Options) -> None:
        with self.filling():
            self.fill(piece)

    def fill(self, piece: Options) -> None:
        """Show options; those that are not as usual are shown whether or not they were asked for."""
        self.rails.value, self._last = piece.allow, piece
        for name, field in self.fields.items():
            value = getattr(piece, name)
            if name in ("run_automations", "timezone"):
                field.value = value
            else:
                self._choose(name, value)
        self._show()

    @property
    def is_complete(self) -> bool:
        """Whether :attr:`value` is what is shown."""
        try:
            self._made()
        except ActiveCampaignError:
            return False
        return True

    @property
    def problems(self) -> tuple[str, ...]:
        """What cannot be as it is shown."""
        try:
            made = self._made()
        except ActiveCampaignError as error:
            return (in_words(error).replace("\n", " "),)
        if made.key is not None and made.key not in self._columns:
            text = self.words(
                "The frame has no column {column}, which is the customer key. Choose another under More options."
            )
            return (text.format(column=_shown(made.key)),)
        return ()

    def _made(self) -> Options:
        values = {name: getattr(field.value, "value", field.value) for name, field in self.fields.items()}
        values["timezone"] = self.fields["timezone"].value.strip()
        return Options(**values, allow=self.rails.value)

    def _field(self, name: str, said: OptionWords) -> ipywidgets.Widget:
        if name == "run_automations":
            return self.controls.yes_or_no(said.label)
        if name == "timezone":
            return self.controls.combo(said.label, _zones(), Options.timezone)
        options = self._offered(name)
        return self.controls.choice(said.label, options, options[0][1])

    def _offered(self, name: str) -> list[tuple[str, _Offered]]:
        """Return what an option can be."""
        if name == "phone_region":
            known = self._regions or ()
            none = self.words("As they are: phones are not checked")
            if self._regions == ():
                none = self.words("As they are; checking them needs: pip install 'ac-notebook[phone]'")
            choices: list[tuple[str, Any]] = [(none, None), *((region, region) for region in known)]
        elif name == "key":
            choices = [(self.words("None"), None), *((_shown(label), label) for label in self._columns)]
        else:
            choices = list(self._words[name].choices)
        texts = distinct([text for text, _ in choices])
        return [(text, _Offered.of(value)) for text, (_, value) in zip(texts, choices, strict=True)]

    def _know(self, found: tuple[str, ...]) -> None:
        self._regions = found
        with self.filling():
            self._choose("phone_region", self.fields["phone_region"].value.value)

    def _choose(self, name: str, value: Any) -> None:
        """Choose a value; one that is not offered is from now on."""
        field, wanted = self.fields[name], _Offered.of(value)
        options = self._offered(name)
        if wanted not in [one for _, one in options]:
            texts = distinct([*(text for text, _ in options), self._in_words(name, value)])
            options.append((texts[-1], wanted))
        with field.hold_sync():
            if tuple(options) != tuple(field.options):
                field.options = options
            field.value = wanted

    def _in_words(self, name: str, value: Any) -> str:
        if name == "wait":
            return wait_in_words(value, self.words) if value == int(value) else f"{value:g} s"
        if name == "share":
            return f"{value:g}"
        if name == "key":
            return self.words("{column} (not in this frame)").format(column=_shown(value))
        return str(value)

    def _edited(self) -> None:
        if self.is_filling:
            return
        self._tell()
        self._last = self.value
        self.touched()

    def _show(self) -> None:
        usual, now = Options(), self.value
        named = [
            name
            for name in self.fields
            if self.more.value or name in _ALWAYS or getattr(now, name) != getattr(usual, name)
        ]
        self.visible = tuple(named)
        self._shown.children = [self._boxes[name] for name in named]
        self._tell()

    def _tell(self) -> None:
        for name, said in self._words.items():
            if said.warns:
                self.controls.say(self._notes[name], said.warns if self.fields[name].value else said.says)
        self.controls.say(self._wrong, "\n".join(self.problems))


@functools.cache  # a look into hundreds of files, in which nothing changes
def _zones() -> tuple[str, ...]:
    return tuple(sorted(zoneinfo.available_timezones()))


def _nameable(labels: Iterable[Hashable]) -> Iterator[Hashable]:
    """Yield the labels of columns that an export can name."""
    for label in labels:
        with suppress(ValueError):
            yield plain_label(label)


def _shown(label: Hashable) -> str:
    return harmless(label if isinstance(label, str) else shown(label))
