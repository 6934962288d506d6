"""The tags of an export in a form: those that the account has are offered, others are said to be new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ac_notebook.errors import nearest, quoted
from ac_notebook.forms.base.part import Part
from ac_notebook.model.harmless import name as harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import ipywidgets

    from ac_notebook.forms.base.form import Form

_MOST_OFFERED = 1_000
"""Tags that are offered while somebody types: the page holds all of them. Others may be typed."""


class TagsPart(Part[tuple[str, ...]]):
    """The tags that every contact gets.

    Parameters
    ----------
    form, changed
        As for :class:`Part`.
    """

    def __init__(self, form: Form, *, changed: Callable[[], None] = lambda: None) -> None:
        super().__init__(form, changed=changed)
        self._known: tuple[str, ...] | None = None
        self._tags: tuple[str, ...] = ()
        self.field = self.controls.combo(
            self.words("Add a tag"), placeholder=self.words("Type or choose a tag, and press Enter")
        )
        self.field.observe(self.shown(self._typed), "value")
        self.chosen = self.controls.row()
        self.note = self.controls.note()
        heading = self.controls.heading(self.words("Tags"))
        self.box = self.controls.column(heading, self.field, self.chosen, self.note)

    @property
    def value(self) -> tuple[str, ...]:
        """The tags, in the order in which they were added."""
        return self._tags

    @value.setter
    def value(self, piece: tuple[str, ...]) -> None:
        with self.filling():
            self.fill(piece)

    def fill(self, piece: tuple[str, ...]) -> None:
        """Show tags."""
        self._tags = tuple(piece)
        self._show()

    def offer(self, known: Iterable[str] | None) -> None:
        """Tell which tags the account has; None while that is not known."""
        self._known = None if known is None else tuple(known)
        # One that is shown otherwise than it is (too long, with characters that nobody sees) can be typed, not chosen.
        plain = [tag for tag in self._known or () if harmless(tag) == tag]
        self.field.options = plain[:_MOST_OFFERED]
        self._say()

    def _typed(self, change: Any) -> None:
        tag = str(change["new"]).strip()
        if not tag or self.is_filling:
            return
        self.field.value = ""
        if tag.casefold() not in (one.casefold() for one in self._tags):
            self._tags = (*self._tags, self._as_known(tag))
            self._show()
            self.touched()

    def _as_known(self, tag: str) -> str:
        """Return a tag as the account spells it: ActiveCampaign takes both for one."""
        return next((one for one in self._known or () if one.casefold() == tag.casefold()), tag)

    def _removed(self, tag: str) -> None:
        self._tags = tuple(one for one in self._tags if one != tag)
        self._show()
        self.touched()

    def _show(self) -> None:
        buttons = []
        for tag in self._tags:
            button = self.controls.button(
                f"{harmless(tag)} ✕", tooltip=self.words("Remove the tag {tag}").format(tag=quoted(tag))
            )
            button.on_click(self.shown(lambda _, tag=tag: self._removed(tag)))
            buttons.append(button)
        gone: tuple[ipywidgets.Widget, ...] = self.chosen.children
        self.chosen.children = buttons
        for one in gone:
            one.close()
        self._say()

    def _say(self) -> None:
        if self._known is None:
            self.controls.say(self.note, "")
            return
        known = {tag.casefold() for tag in self._known}
        lines = []
        for tag in self._tags:
            if tag.casefold() in known:
                continue
            like = nearest(tag, self._known)
            line = self.words("New: the account has no tag {tag} yet.").format(tag=quoted(tag))
            if like is not None:
                line += " " + self.words("Did you mean {tag}?").format(tag=quoted(like))
            lines.append(line)
        self.controls.say(self.note, "\n".join(lines))
