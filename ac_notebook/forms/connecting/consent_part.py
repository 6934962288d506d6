"""The part of a form in which somebody agrees to the transfer of data to a host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.forms.base.part import Part
from ac_notebook.model.consent import PRIVACY_POLICY, text_for
from ac_notebook.runs import show

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.forms.base.form import Form


def notice_of(host: str) -> str:
    """Return the notice for a host as HTML, with its address as a link."""
    link = f'<a href="{PRIVACY_POLICY}" target="_blank" rel="noopener noreferrer">{PRIVACY_POLICY}</a>'
    return show.h(" ".join(text_for(host).split())).replace(PRIVACY_POLICY, link)


class ConsentPart(Part[bool]):
    """The notice for a host, and whether somebody agrees to it. For another host, nobody has agreed yet.

    Parameters
    ----------
    form, changed
        As for :class:`Part`.
    """

    def __init__(self, form: Form, *, changed: Callable[[], None] = lambda: None) -> None:
        super().__init__(form, changed=changed)
        self._host = ""
        self._notice = form.controls.markup()
        self.agree = form.controls.yes_or_no(form.words("I agree"))
        self.box = form.controls.column(form.controls.heading(form.words("Transfer of data")), self._notice, self.agree)
        self.observe(self.agree)
        self.show("")

    @property
    def value(self) -> bool:
        """Whether somebody agrees."""
        return bool(self.agree.value)

    @value.setter
    def value(self, piece: bool) -> None:
        with self.filling():
            self.fill(piece)

    def fill(self, piece: bool) -> None:  # noqa: FBT001 - a piece of a form's value
        """Show whether somebody agrees."""
        self.agree.value = piece

    @property
    def problems(self) -> tuple[str, ...]:
        """That nobody agreed, if that is so."""
        return () if self.value else (self.words("Nobody has agreed to the transfer of data."),)

    def show(self, host: str, *, is_sandbox: bool = False) -> None:
        """Show the notice for a host; "" where it is not known yet, and nobody can agree."""
        self.agree.disabled = not host
        if host != self._host:
            self._host = host
            self.value = False
        if not host:
            unknown = self.words("The notice is shown when the host is known.")
            self._notice.value = f"<div>{show.h(unknown)}</div>"
            return
        stays = self.words("The sandbox is on this machine: nothing leaves it.") if is_sandbox else ""
        text = f'<div style="line-height:1.4;max-width:640px">{notice_of(host)}</div>'
        self._notice.value = f"<div><b>{show.h(stays)}</b></div>{text}"
