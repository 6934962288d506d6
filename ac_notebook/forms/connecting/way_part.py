"""The part of a form that says how a host is reached."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import ConfigurationError
from ac_notebook.forms.base.part import Part
from ac_notebook.runs.connecting import Way

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.forms.base.form import Form

_EXAMPLE = "acme.api-us1.com"


class WayPart(Part[Way]):
    """A host, and what few need: another kind of host, a proxy, authorities of one's own.

    Parameters
    ----------
    form, changed
        As for :class:`Part`.
    """

    def __init__(self, form: Form, *, changed: Callable[[], None] = lambda: None) -> None:
        super().__init__(form, changed=self._was_changed)
        self._tell = changed
        words, controls = form.words, form.controls
        self._host = controls.text(words("Host"), is_required=True, placeholder=_EXAMPLE)
        self._said = controls.note()
        self._more = controls.toggle(words("More"))
        self._other = controls.yes_or_no(words("Accept a host with an unusual name, or inside your network"))
        self._proxy = controls.text(words("Proxy"), placeholder="http://proxy.example.org:3128")
        self._authorities = controls.text(words("Authorities (PEM file)"), placeholder="/etc/ssl/organisation.pem")
        self._folded = controls.column()
        self.box = controls.column(self._host, self._said, self._more, self._folded)
        self._notice = ""
        self._more.observe(form.shown(lambda _: self._unfold()), "value")
        for widget in (self._host, self._other, self._proxy, self._authorities):
            self.observe(widget)

    @property
    def value(self) -> Way:
        """How the host is reached, as it was given."""
        return Way(
            host=self._host.value, allow_other_host=self._other.value, proxy=self._proxy.value,
            ca_file=self._authorities.value,
        )  # fmt: skip

    @value.setter
    def value(self, piece: Way) -> None:
        with self.filling():
            self.fill(piece)

    def fill(self, piece: Way) -> None:
        """Show how a host is reached."""
        self._host.value, self._other.value = piece.host, piece.allow_other_host
        self._proxy.value, self._authorities.value = piece.proxy, str(piece.ca_file)
        self._more.value = self._more.value or bool(piece.allow_other_host or piece.proxy or piece.ca_file)
        self._notice = ""
        self._say()

    @property
    def host(self) -> str:
        """The host as it is used; "" while it cannot be."""
        return self._checked()[0]

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with the way to the host."""
        problem = self._checked()[2]
        return (problem,) if problem else ()

    def _was_changed(self) -> None:
        """Keep the bare host, and say what was taken away from it."""
        host, self._notice, _ = self._checked()
        if host and host != self._host.value:
            with self.filling():
                self._host.value = host
        self._say()
        self._tell()

    def _unfold(self) -> None:
        shown: list[Any] = [self._other, self._proxy, self._authorities] if self._more.value else []
        self._folded.children = shown

    def _say(self) -> None:
        problem = self._checked()[2] if self._host.value else ""
        self.controls.say(self._said, problem or self._notice)

    def _checked(self) -> tuple[str, str, str]:
        """Return the host as it is used, what was taken away from it, and what is wrong."""
        way = self.value
        if not way.host.strip():
            return "", "", self.words("The host is missing.")
        try:
            plain, notice = way.plain(name="-")
        except ConfigurationError as error:
            return "", "", self._refused(way, error)
        return plain.host, notice, ""

    def _refused(self, way: Way, error: ConfigurationError) -> str:
        try:
            replace(way, allow_other_host=True).plain(name="-")
        except ConfigurationError:
            return f"{error.message} {error.hint}"
        compare = self.words("Compare it letter by letter with the API URL in ActiveCampaign, Settings, Developer.")
        return f"{error.message} {compare} " + self.words("If it is yours, say so under “More”.")
