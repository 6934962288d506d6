"""What is asked before a connection is changed, has another key, is agreed to again, or is removed."""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import ConfigurationError
from ac_notebook.forms.connecting.connection_words import on_binder
from ac_notebook.forms.connecting.consent_part import ConsentPart
from ac_notebook.forms.connecting.key_part import KeyPart
from ac_notebook.forms.connecting.way_part import WayPart
from ac_notebook.runs import show
from ac_notebook.runs.connecting import Way
from ac_notebook.runs.editing import Change, edit, rotate
from ac_notebook.runs.key_source import source_at

if TYPE_CHECKING:
    from collections.abc import Callable

    import ipywidgets
    import pandas as pd

    from ac_notebook.forms.connecting.connections_form import ConnectionsForm
    from ac_notebook.runs.connection import Connection

_MOST_EXPORTS = 50


class ConnectionPanel(abc.ABC):
    """Some controls over a saved connection, a button that does something with it, and Cancel.

    Parameters
    ----------
    form
        The form below whose table it opens.
    connection
        As it is saved now.
    does
        What its button does, in a word or two.
    is_risky
        Whether it takes something away.
    """

    def __init__(
        self, form: ConnectionsForm, connection: Connection, does: str, *, is_risky: bool = False
    ) -> None:  # fmt: skip
        self.form, self.words, self.controls, self.connection = form, form.words, form.controls, connection
        self.go = self.controls.button(does, is_main=not is_risky, is_risky=is_risky)
        self.cancel = self.controls.button(form.words("Cancel"))
        self.key: KeyPart | None = None
        self.first: ipywidgets.Widget = self.cancel  # where the keyboard goes when it is opened
        self._missing = self.controls.note()
        self._warning = self.controls.markup("" if connection.is_sandbox else on_binder(form.words))
        self.go.on_click(form.shown(lambda _: self.went()))
        self.cancel.on_click(form.shown(lambda _: form.close()))
        self.box = self.controls.column()

    def put(self, said: str, *children: ipywidgets.Widget) -> None:
        """Show what is said and what it is made of, with its buttons below."""
        buttons = self.controls.row(self.go, self.cancel)
        # What is missing is below: a button that moves while it is pressed, as the last of it arrives, is missed.
        self.box.children = [self.controls.note(said), *children, buttons, self._missing]
        self.refresh()

    @property
    def problems(self) -> tuple[str, ...]:
        """What stands against it, in sentences."""
        return ()

    @property
    def is_waiting(self) -> bool:
        """Whether its button waits for something that is not typed."""
        return False

    @abc.abstractmethod
    def work(self) -> Callable[[], Any]:
        """Return what its button does, to be done in a thread."""

    @abc.abstractmethod
    def done(self, result: Any) -> str:
        """Return what is said when it is done."""

    @abc.abstractmethod
    def code(self) -> str:
        """Return the code that does the same with ``connection``."""

    def forget_key(self) -> None:
        """Forget a key that was typed: after a failure, and when this is closed."""
        if self.key is not None:
            self.key.field.clear()

    def changed(self) -> None:
        """Show what follows from a change."""
        self.refresh()
        self.form.changed()

    def refresh(self) -> None:
        """Show what can be done now, and what is missing."""
        problems = self.problems
        # Not while something is missing: what was typed last arrives with the very click on this button.
        self.go.disabled = self.form.is_busy or self.is_waiting
        self.controls.say(self._missing, "" if self.form.is_busy else "\n".join(problems))

    def went(self) -> None:
        """Do what the button does; while something is missing, say what."""
        if self.form.is_busy:
            return
        problems = self.problems
        if problems:
            self.form.message.bad("\n".join(problems))
            self.first.focus()
        else:
            self.form.act(self.work(), self.done)


class EditPanel(ConnectionPanel):
    """Asks for another name, owner or host of a connection."""

    def __init__(self, form: ConnectionsForm, connection: Connection) -> None:
        super().__init__(form, connection, form.words("Save"))
        words, controls = self.words, self.controls
        self._name = controls.text(words("New name"), connection.name, is_required=True)
        self.first = self._name
        self._owner = controls.text(words("Owner"), connection.owner, is_required=True)
        self._way = WayPart(form, changed=self.changed)
        self.key = self._key = KeyPart(form, changed=self.changed)
        self._consent = ConsentPart(form, changed=self.changed)
        self._way.value = self._before = Way.of(connection)
        for widget in (self._name, self._owner):
            widget.observe(form.shown(lambda _: self.changed()), "value")
        another = words(
            "Another host: a key that opens both is the same account, and is kept. For another account, give its key; "
            "everything is then sent to it once."
        )
        self._elsewhere = controls.column()
        self._moved = [controls.note(another), self._key.box, self._consent.box]
        ways = [] if connection.is_sandbox else [self._warning, self._way.box, self._elsewhere]
        said = words("{name}: its exports and what they have sent stay remembered.")
        self.put(said.format(name=show.name(connection.name)), self._name, self._owner, *ways)

    @property
    def problems(self) -> tuple[str, ...]:
        """What is missing or wrong, or that nothing was changed."""
        if not self._name.value.strip():
            return (self.words("The name is missing."),)
        problems = () if self.connection.is_sandbox else self._way.problems
        if self._is_elsewhere and (self._key.field.problem or not self._key.is_typed):
            problems = (*problems, *self._key.problems)
        return problems or (() if self._changes() else (self.words("Nothing is changed yet."),))

    def changed(self) -> None:
        """Show what another host takes."""
        self._elsewhere.children = self._moved if self._is_elsewhere else []
        self._consent.show(self._way.host if self._is_elsewhere else "")
        super().changed()

    def work(self) -> Callable[[], Any]:
        """Return what changes it."""
        changes = self._changes()
        is_agreed = changes.pop("agree_to_data_transfer", False)
        source = self._key.source if self._is_elsewhere else Change().source
        change = Change(**changes, agree=is_agreed, source=source)
        return lambda: edit(self.connection, change)

    def done(self, result: Connection) -> str:
        """Say what it is now."""
        return self.words("Saved: {name}, at {host}.").format(name=show.name(result.name), host=result.host)

    def code(self) -> str:
        """Return the code that changes it."""
        source = self._key.value if self._is_elsewhere else None
        places = ("key_file", "key_variable", "keyring") if source is not None else ()
        named = {name: str(getattr(source, name)) for name in places if getattr(source, name) is not None}
        given = ", ".join(f"{name}={value!r}" for name, value in {**self._changes(), **named}.items())
        return f"connection = connection.edit({given})"

    @property
    def _is_elsewhere(self) -> bool:
        return bool(not self.connection.is_sandbox and self._way.host not in ("", self.connection.host))

    def _changes(self) -> dict[str, Any]:
        before, way = self.connection, self._way.value
        now = {"name": self._name.value, "owner": self._owner.value}
        if not before.is_sandbox:
            now |= {"host": self._way.host, "proxy": way.proxy, "ca_file": str(way.ca_file)}
        changes: dict[str, Any] = {name: value for name, value in now.items() if value != getattr(before, name)}
        if way.allow_other_host and (self._is_elsewhere or not before.allow_other_host):
            changes["allow_other_host"] = True
        if self._is_elsewhere and self._consent.value:
            changes["agree_to_data_transfer"] = True
        return changes


class KeyPanel(ConnectionPanel):
    """Asks for another key of a connection, which is verified before it replaces the old one."""

    def __init__(self, form: ConnectionsForm, connection: Connection) -> None:
        super().__init__(form, connection, form.words("Replace the key"))
        self.key = self._key = KeyPart(form, changed=self.changed, entered=self.went)
        self._key.value = source_at(connection.key_place)
        self.first = self._key.first
        said = self.words("{name}: the old key stays until the new one is known to open the same account.")
        self.put(said.format(name=show.name(connection.name)), self._warning, self._key.box)

    @property
    def problems(self) -> tuple[str, ...]:
        """That the key is missing."""
        return self._key.problems

    def work(self) -> Callable[[], Any]:
        """Return what exchanges it."""
        source = self._key.source
        return lambda: rotate(self.connection, source)

    def done(self, result: Connection) -> str:
        """Say where it is now, and what is left to do."""
        del result
        return self.words("The new key was accepted, and has replaced the old one.")

    def code(self) -> str:
        """Return the code that exchanges it: it asks for a key that is typed."""
        source = self._key.value
        named = {name: getattr(source, name) for name in ("key_file", "key_variable", "keyring")}
        given = ", ".join(f"{name}={str(value)!r}" for name, value in named.items() if value is not None)
        return f"connection = connection.rotate_key({given})"


class AgreePanel(ConnectionPanel):
    """Shows the notice of a connection's host, and asks whether somebody agrees to it."""

    def __init__(self, form: ConnectionsForm, connection: Connection) -> None:
        super().__init__(form, connection, form.words("Save"))
        self._consent = ConsentPart(form, changed=self.changed)
        self._consent.show(connection.host, is_sandbox=connection.is_sandbox)
        self.first = self._consent.agree
        self.put(show.name(connection.name), self._consent.box)

    @property
    def problems(self) -> tuple[str, ...]:
        """That nobody agreed yet."""
        return self._consent.problems

    @property
    def is_waiting(self) -> bool:
        """Whether nobody agreed yet."""
        return not self._consent.value

    def work(self) -> Callable[[], Any]:
        """Return what writes the agreement down, of the connection as it is saved then."""
        return self._agree

    def _agree(self) -> Connection:
        now, read = self.form.find(self.connection.name), self.connection.host
        if now.host != read:
            raise ConfigurationError(
                self.words("The connection leads to {host} now.").format(host=now.host),
                hint=self.words("Read the notice for it: open this once more. Nobody has agreed."),
            )
        return now.agree().save()

    def done(self, result: Connection) -> str:
        """Say who agreed to what."""
        by = result.consent.by if result.consent is not None else ""
        said = self.words("{who} agreed to the transfer of data to {host}.")
        return said.format(who=show.name(by), host=result.host)

    def code(self) -> str:
        """Return the code that agrees."""
        return "connection = connection.agree().save()"


class RemovePanel(ConnectionPanel):
    """Lists the exports that depend on a connection, and asks whether it is to be removed all the same."""

    def __init__(self, form: ConnectionsForm, connection: Connection, exports: pd.DataFrame) -> None:
        super().__init__(form, connection, form.words("Remove it and its key"), is_risky=True)
        words = self.words
        said = words("Remove {name}? Runs under way stop before their next request; what was sent stays remembered.")
        through = [str(name) for name in exports.loc[exports["saved"].astype(bool), "export"]]
        ran = [str(name) for name in exports.loc[~exports["saved"].astype(bool), "export"]]
        listed = _listed(words("Exports that go through it, and will have no connection:"), through)
        listed += _listed(words("Other exports that ran on its account:"), ran)
        none = words("No export goes through it, and none ran on its account.")
        self.put(said.format(name=show.name(connection.name)), self.controls.markup(listed or f"<p>{show.h(none)}</p>"))

    def work(self) -> Callable[[], Any]:
        """Return what removes it."""
        return self.connection.remove

    def done(self, result: Any) -> str:
        """Say what became of it and its key."""
        return str(result.said)

    def code(self) -> str:
        """Return the code that removes it."""
        return "connection.remove()"


def _listed(words: str, names: list[str]) -> str:
    if not names:
        return ""
    more = f"<li>… +{len(names) - _MOST_EXPORTS:,}</li>" if len(names) > _MOST_EXPORTS else ""
    items = "".join(f"<li>{show.h(show.name(name))}</li>" for name in names[:_MOST_EXPORTS])
    return f"<p style='margin:4px 0 0'>{show.h(words)}</p><ul style='margin:0'>{items}{more}</ul>"
