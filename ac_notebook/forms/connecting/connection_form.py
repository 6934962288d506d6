"""``ac.forms.connection()``: a new connection, step by step, as :func:`ac_notebook.connect` makes it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ac_notebook.errors import ConfigurationError, quoted
from ac_notebook.forms.base.filling import Filling
from ac_notebook.forms.base.form import Form
from ac_notebook.forms.base.worker import in_thread
from ac_notebook.forms.connecting.connection_words import advice, kept_where, on_binder
from ac_notebook.forms.connecting.consent_part import ConsentPart
from ac_notebook.forms.connecting.key_part import KeyPart
from ac_notebook.forms.connecting.way_part import WayPart
from ac_notebook.forms.exporting.connection_choice import start_sandbox
from ac_notebook.model.display_name import clean_name
from ac_notebook.runs.binder import is_binder
from ac_notebook.runs.connecting import Wanted, Way, connected, connected_to_sandbox, replaces
from ac_notebook.runs.connection import Connection
from ac_notebook.runs.connection_shown import markup_of
from ac_notebook.runs.key_source import KeySource
from ac_notebook.runs.record import user_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.forms.base.worker import Spawn
    from ac_notebook.remote.transport import Transport

_LOOPBACK = "127.0.0.1"
_MEMORY = "memory"
"""Where a key is that was typed, until it is saved."""


class ConnectionForm(Form):
    """A form that makes a connection: name, host, key, owner, agreement; it is verified, and saved when asked.

    Nothing is stored before Save. The key is typed into a field that keeps nothing, or named by its place.

    Parameters
    ----------
    connection
        Shown to begin with; an empty form when None.
    language
        Of the form; see ``ac.forms.language``.
    spawn
        How work is done that takes time.
    transport
        What carries the requests (an ``httpx.BaseTransport``); the network when None.
    sandbox
        Starts a sandbox, when somebody wants one, and returns its connection; all forms share one.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> form = ac.forms.connection()
    >>> form.value
    Traceback (most recent call last):
    ...
    ac_notebook.errors.ConfigurationError: This form is not filled in.
    Fill in the form above and press Connect, then run this cell again. Nothing was sent.
    """

    def __init__(
        self, connection: Connection | None = None, *, language: str | None = None, spawn: Spawn = in_thread,
        transport: Transport | None = None, sandbox: Callable[[], Connection] = start_sandbox,
    ) -> None:  # fmt: skip
        super().__init__(language=language, spawn=spawn)
        self._transport, self._start = transport, sandbox
        self._made: Connection | None = None
        self._is_saved = self._is_connecting = False
        self._showing = Filling()
        self._name_problem = self._name_note = self._shown = ""
        self._names = self.new_worker()
        words, controls = self.words, self.controls
        self._name = controls.text(
            words("Name"), is_required=True, placeholder=words("purpose and target, such as Marketing newsletter")
        )
        self._name_said = controls.note()
        kinds = [
            (words("ActiveCampaign account"), False),
            (words("Sandbox on this machine (to try it out)"), True),
        ]
        self._kind = controls.choice(words("Leads to"), kinds, value=is_binder())
        self._way = WayPart(self, changed=self._moved)
        self._key = KeyPart(self, changed=self.changed, entered=self._connect)
        self._owner = controls.text(words("Owner"), user_name())
        self._consent = ConsentPart(self, changed=self.changed)
        self._place, self._missing, self._facts = controls.column(), controls.note(), controls.markup()
        self._button = controls.button(words("Connect"), is_main=True)
        self._save = controls.button(words("Save"))
        for widget in (self._name, self._kind, self._owner):
            widget.observe(self.shown(lambda _: self._touched()), "value")
        for widget in (self._name, self._kind):
            widget.observe(self.shown(lambda _: self._check_name()), "value")
        self._button.on_click(self.shown(lambda _: self._pressed()))
        self._save.on_click(self.shown(lambda _: self._keep()))
        self.put(
            words("New connection"), self._name, self._name_said, self._kind, self._place, self._owner,
            self._consent.box, controls.row(self._button, self._save), self._missing, self._facts,
        )  # fmt: skip
        # What comes and goes is below the buttons: one that moves while it is pressed is missed.
        self._warning, self._advice = controls.markup(on_binder(words)), controls.markup(advice(words))
        if connection is not None:
            self.value = connection
        self.changed()

    @property
    def value(self) -> Connection:
        """The connection, verified; setting it fills the form, but for the key, which is never shown."""
        if self._made is None or not self._is_connected:
            raise ConfigurationError(
                self.words("This form is not filled in."),
                hint=self.words(
                    "Fill in the form above and press Connect, then run this cell again. Nothing was sent."
                ),
            )
        return self._made

    @value.setter
    def value(self, connection: Connection) -> None:
        if not isinstance(connection, Connection):
            msg = f"The value of this form is a connection, not a value of the type {type(connection).__name__}."
            raise ConfigurationError(msg, hint='Write form.value = ac.connect("…"). Nothing was changed.')
        self._is_saved = False
        self._name_problem = self._name_note = ""
        self._show(connection)

    @property
    def problems(self) -> tuple[str, ...]:
        """What is missing before it can connect, or be saved, in sentences."""
        agreed = self._consent.problems
        if self._is_connected:
            return (*self._name_problems, *agreed)
        parts = () if self._kind.value else (*self._way.problems, *self._key.problems)
        return (*self._name_problems, *parts, *agreed)

    def code(self) -> str:
        """Return the code that makes the same connection, and saves it."""
        return self._wanted().code()

    def changed(self) -> None:
        """Show what follows from a change."""
        is_sandbox = bool(self._kind.value)
        if is_sandbox and self._key.field.has_key:
            self._key.field.clear()  # it is of no use any more
        self._place.children = [] if is_sandbox else [self._warning, self._way.box, self._key.box, self._advice]
        self.title(("SANDBOX · " if is_sandbox else "") + self.words("New connection"))
        self._consent.show(_LOOPBACK if is_sandbox else self._way.host, is_sandbox=is_sandbox)
        if not self._showing.is_here:
            self._follow()  # for another host nobody has agreed, also when it is the first one again
        self._draw()
        super().changed()

    def busy_changed(self) -> None:
        """Show that work began or ended."""
        super().busy_changed()
        self._draw()

    def failed(self, error: BaseException) -> None:
        """Show what went wrong; all that was typed stays, but for the key."""
        super().failed(error)
        if self._is_connecting:
            self._is_connecting = False
            self._key.field.clear()
            self.message.bad(self.words("Not connected.") + f" {self.message.text}")
        self._draw()

    @property
    def _is_connected(self) -> bool:
        """Whether the connection that was made is the one that is shown."""
        if self._made is None or (self._key.has_typed_key and not self._kind.value):
            return False
        return replace(self._wanted(), is_agreed=self._made.is_agreed) == Wanted.of(self._made)

    @property
    def _name_problems(self) -> tuple[str, ...]:
        try:
            clean_name(self._name.value)
        except ConfigurationError as error:
            return (self.words("The name is missing.") if not self._name.value.strip() else error.message,)
        return (self._name_problem,) if self._name_problem else ()

    def _wanted(self) -> Wanted:
        is_sandbox = bool(self._kind.value)
        return Wanted(
            name=self._name.value, owner=self._owner.value, is_sandbox=is_sandbox,
            way=Way() if is_sandbox else self._way.value, source=KeySource() if is_sandbox else self._key.value,
            is_agreed=self._consent.value,
        )  # fmt: skip

    def _show(self, connection: Connection) -> None:
        """Show a connection that was made, with its agreement."""
        wanted = Wanted.of(connection)
        self._made = connection
        with self._showing():
            self._name.value, self._owner.value, self._kind.value = wanted.name, wanted.owner, wanted.is_sandbox
            self._way.value, self._key.value = wanted.way, wanted.source
            self.changed()  # the notice for its host
            self._consent.value = wanted.is_agreed
        access = connection.access
        markup = "" if access is None else access._repr_html_()
        # What it is stands below the form, once it is saved.
        markup += "" if self._is_saved else markup_of(connection)
        self._shown = f"<div style='line-height:1.4'>{markup}</div>"
        self._draw()

    def _draw(self) -> None:
        problems, is_busy = self.problems, self.is_busy
        is_connected = self._is_connected
        self._facts.value = self._shown if is_connected else ""
        # Not while something is missing: what was typed last arrives with the very click on this button.
        self._button.disabled = is_busy or is_connected or not self._consent.value
        self._save.disabled = is_busy or not is_connected or self._is_saved or bool(problems)
        self.controls.say(self._name_said, self._name_problem or self._name_note)
        missing = self.words("Still missing:") + "".join(f"\n• {problem}" for problem in problems)
        self.controls.say(self._missing, missing if problems and not is_busy else "")

    def _touched(self) -> None:
        if not self._showing.is_here:
            self._rename()
            self.changed()

    def _rename(self) -> None:
        """Take over name and owner of a connection that is not saved yet: its key would have to be typed again."""
        if self._made is None or self._made.key_place != _MEMORY or self._name_problems:
            return
        renamed = self._made.replace(name=self._name.value, owner=self._owner.value)
        wanted = Wanted.of(renamed)
        if replace(self._wanted(), name=wanted.name, owner=wanted.owner, is_agreed=wanted.is_agreed) == wanted:
            self._show(renamed)

    def _moved(self) -> None:
        """Look at the name anew, too: it may be one of a connection to this host."""
        self.changed()
        self._check_name()

    def _follow(self) -> None:
        """Take over that somebody agrees, or does not, to a connection that is made already."""
        if self._made is not None and self._is_connected and self._consent.value != self._made.is_agreed:
            self._made = self._made.agree() if self._consent.value else self._made.replace(consent=None)
            self._is_saved = False

    def _check_name(self) -> None:
        if self._showing.is_here:
            return
        wanted = self._wanted()
        self._name_problem = self._name_note = ""
        if not wanted.name.strip():
            self._draw()
            return
        self._names.do(lambda: _name_taken(wanted), self._say_name)

    def _say_name(self, found: tuple[str, bool]) -> None:
        self._name_problem, is_saved = found
        note = self.words("A connection of this name is saved already: Save puts this one in its place.")
        self._name_note = note if is_saved else ""
        self._draw()

    def _pressed(self) -> None:
        problems = self.problems
        if problems and not self.is_busy:
            self.message.bad(" ".join([self.words("Not connected."), *problems]))
            (self._name if self._name_problems else self._key.first).focus()
        else:
            self._connect()

    def _connect(self) -> None:
        if self.problems or self.is_busy or self._is_connected:
            self._draw()
            return
        asked = self._wanted()
        wanted = replace(asked, source=self._key.source)
        self._is_connecting = True
        to = self.words("the sandbox") if wanted.is_sandbox else self._way.host
        self.message.note(self.words("Connecting to {host} …").format(host=to))
        self.worker.do(lambda: self._connection_of(wanted), lambda connection: self._have(connection, asked))

    def _connection_of(self, wanted: Wanted) -> Connection:
        replaces(wanted)
        if not wanted.is_sandbox:
            return connected(wanted, transport=self._transport)
        return connected_to_sandbox(wanted, self._start())

    def _have(self, connection: Connection, asked: Wanted) -> None:
        self._is_connecting = self._is_saved = False
        if self._wanted() != asked:
            self.message.note(self.words("The form was changed meanwhile: press Connect again."))
            return
        self._show(connection)
        whose = connection.access.whose if connection.access is not None else connection.host
        said = self.words("Connected to {host}: {whose}.").format(host=connection.host, whose=whose)
        self.message.good(f"{said}\n" + self.words("Nothing is stored yet: Save keeps the connection and its key."))

    def _keep(self) -> None:
        connection = self.value
        self.worker.do(connection.save, self._kept)

    def _kept(self, connection: Connection) -> None:
        self._is_saved = True
        self._name_note = ""
        self._show(connection)
        self.outcome.keep(connection)
        said = self.words("Saved. The key is {place}.").format(place=kept_where(self.words, connection.key_place))
        go_on = self.words("Go on with {code}, or with a form for a table: {form}.").format(
            code=f"ac.connect({quoted(connection.name)})", form="df.activecampaign.form()"
        )
        ends = self.words("This sandbox ends with the notebook's kernel.") if connection.is_sandbox else ""
        self.message.good("\n".join(filter(None, (said, go_on, ends))))


def _name_taken(wanted: Wanted) -> tuple[str, bool]:
    """Return why a connection cannot have its name, "" when it can; and whether it would replace a saved one."""
    try:
        return "", replaces(wanted)
    except ConfigurationError as error:
        return error.message, False
