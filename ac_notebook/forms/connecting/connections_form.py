"""``ac.forms.connections()``: all saved connections; one is changed, agreed to, given another key, or removed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import ConfigurationError, ConnectionNotFoundError
from ac_notebook.forms.base.actions import Action
from ac_notebook.forms.base.table import ChosenTable
from ac_notebook.forms.base.table_form import TableForm
from ac_notebook.forms.base.worker import in_thread
from ac_notebook.forms.connecting.connection_lines import columns_of, line_of
from ac_notebook.forms.connecting.connection_panels import AgreePanel, EditPanel, KeyPanel, RemovePanel
from ac_notebook.runs import show
from ac_notebook.runs.connect import find_connection
from ac_notebook.runs.connection import Connection
from ac_notebook.runs.connections_kept import saved_connections
from ac_notebook.runs.saying import heard

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from ac_notebook.forms.base.worker import Spawn
    from ac_notebook.forms.connecting.connection_panels import ConnectionPanel
    from ac_notebook.model.connection import Connection as PlainConnection


class ConnectionsForm(TableForm["ConnectionPanel"]):
    """A form over the saved connections, of which one is chosen.

    Parameters
    ----------
    language
        Of the form; see ``ac.forms.language``.
    spawn
        How work is done that takes time.
    find
        Finds a saved connection by its name.

    Examples
    --------
    >>> import ac_notebook as ac
    >>> with ac.sandbox.start() as sandbox:
    ...     demo = sandbox.connection.replace(name="Demo").save()
    >>> form = ac.forms.connections()
    >>> form.value = "Demo"
    >>> form.value.name
    'Demo'
    """

    def __init__(
        self, *, language: str | None = None, spawn: Spawn = in_thread,
        find: Callable[[str], Connection] = find_connection,
    ) -> None:  # fmt: skip
        super().__init__(language=language, spawn=spawn)
        self.find = find
        self._saved: dict[str, PlainConnection] = {}
        words = self.words
        table = ChosenTable(
            self, columns_of(words), label=words("Connection"), title=words("Saved connections"), chose=self._chose,
            empty=words("No connection is saved yet: ac.forms.connection() makes one."),
        )  # fmt: skip
        self.begin(words("Saved connections"), table, self._made_actions())

    @property
    def value(self) -> Connection:
        """The chosen connection, as it is saved now; set to a saved connection or its name, it is chosen.

        Raises
        ------
        ConfigurationError
            When none is chosen, or it was removed meanwhile.
        """
        return self.find(str(self.table.require_chosen(self.words("No connection is chosen."))))

    @value.setter
    def value(self, value: Connection | str) -> None:
        if not isinstance(value, Connection | str):
            msg = f"The value of this form is a saved connection or its name, not a {type(value).__name__}."
            raise ConfigurationError(msg, hint='Write form.value = "Marketing". Nothing was changed.')
        self.table.chosen = find_connection(value if isinstance(value, str) else value.name).name
        self.refresh()

    def refresh(self) -> None:
        """Read the saved connections, as this and other kernels have left them."""
        self.worker.do(saved_connections, self._show)

    def act(self, work: Callable[[], Any], done: Callable[[Any], str]) -> None:
        """Have something done to the chosen connection, say what was done, and read all anew.

        Parameters
        ----------
        work
            What is done, in a thread.
        done
            Returns what is said of its result.
        """

        def loud() -> tuple[Any, list[str]]:
            with heard() as told:
                return work(), told

        before = self._name

        def then(ended: tuple[Any, list[str]]) -> None:
            result, told = ended
            self.close()
            if isinstance(result, Connection) and self._name == before:
                self.table.chosen = result.name  # also under another one
            self.message.good("\n".join([done(result), *told]))
            self.refresh()

        self.message.note("")
        self._acting.do(loud, then)

    def failed(self, error: BaseException) -> None:
        """Show what went wrong; all that was typed stays, but for a key."""
        super().failed(error)
        if self.panel is not None:
            self.panel.forget_key()
            self.panel.refresh()
        if isinstance(error, ConnectionNotFoundError):  # another kernel removed or renamed it
            self.refresh()

    def close(self) -> None:
        """Close what is open below the table."""
        panel, self.panel = self.panel, None
        if panel is not None:
            panel.forget_key()
        self._place.children = []
        self.changed()

    def code(self) -> str:
        """Return the code that does the same, ready to paste into a cell. Never a key."""
        lines = ["import ac_notebook as ac", ""]
        if self.table.chosen is None:
            return "\n".join([*lines, "ac.connections()"])
        lines.append(f"connection = ac.connect({self._name!r})")
        return "\n".join([*lines, *([] if self.panel is None else [self.panel.code()])])

    @property
    def _name(self) -> str:
        return "" if self.table.chosen is None else str(self.table.chosen)

    @property
    def _chosen(self) -> PlainConnection | None:
        return self._saved.get(self._name)

    def _show(self, found: list[PlainConnection]) -> None:
        self._saved = {connection.name: connection for connection in found}
        self.table.show([line_of(connection) for connection in found])
        self.actions.refresh()
        self.changed()

    def _chose(self) -> None:
        self._opening.forget()
        self.close()
        self.actions.forget()
        self.actions.refresh()

    def _made_actions(self) -> list[Action]:
        words = self.words

        def chosen() -> bool:
            return self._chosen is not None

        def agreed() -> bool:
            return self._chosen is not None and self._chosen.is_agreed

        return [
            Action(label=words("Verify"), do=self._verify, can=chosen, is_main=True),
            Action(label=words("Edit …"), do=partial(self._open, EditPanel), can=chosen),
            Action(label=words("New key …"), do=partial(self._open, KeyPanel), can=chosen),
            Action(label=words("Withdraw the agreement"), do=self._withdraw, can=agreed),
            Action(
                label=words("Agree again …"), do=partial(self._open, AgreePanel),
                can=lambda: chosen() and not agreed(),
            ),
            Action(label=words("Remove …"), do=self._ask_to_remove, can=chosen),
        ]  # fmt: skip

    def _open(self, kind: type[EditPanel | KeyPanel | AgreePanel]) -> None:
        name = self._name
        self.message.note("")
        self._opening.do(lambda: self.find(name), lambda connection: self._opened(kind(self, connection)))

    def _ask_to_remove(self) -> None:
        name = self._name
        self.message.note("")

        def read() -> tuple[Connection, pd.DataFrame]:
            connection = self.find(name)
            return connection, connection.exports

        self._opening.do(read, lambda found: self._opened(RemovePanel(self, *found)))

    def _opened(self, panel: ConnectionPanel) -> None:
        self.panel = panel
        self._place.children = [panel.box]
        panel.first.focus()
        self.changed()

    def _verify(self) -> None:
        name = self._name
        self.act(lambda: self.find(name).verify(), self._verified)

    def _verified(self, connection: Connection) -> str:
        self.outcome.keep(connection.access)
        whose = connection.access.whose if connection.access is not None else connection.host
        return self.words("{host} accepts the key: {whose}.").format(host=connection.host, whose=whose)

    def _withdraw(self) -> None:
        name = self._name
        said = self.words("The agreement was withdrawn: nothing is sent through {name} any more.")
        self.act(lambda: self.find(name).withdraw(), lambda _: said.format(name=show.name(name)))
