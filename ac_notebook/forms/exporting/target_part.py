"""Where an export goes: the connection, and the list of its account."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import ActiveCampaignError, ConfigurationError
from ac_notebook.forms.base.choice import Choice, Entry
from ac_notebook.forms.base.part import Part
from ac_notebook.forms.exporting.connection_choice import ConnectionChoice, start_sandbox
from ac_notebook.model.harmless import name as harmless
from ac_notebook.runs.connect import describe
from ac_notebook.runs.tracebacks import in_words
from ac_notebook.runs.usable import Candidate, candidates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ac_notebook.forms.base.form import Form
    from ac_notebook.model.account import ContactList, Snapshot
    from ac_notebook.runs.connection import Connection


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where an export goes; see :class:`TargetPart`.

    Parameters
    ----------
    connection
        Name of the connection; "" for none.
    list
        Name or id of the list; None for none.
    given
        The connection itself, where it is not a saved one (a sandbox that was started), or was given with the value;
        None for a saved one. It is no part of what is compared, as in an ``Export``.
    """

    connection: str = ""
    list: str | int | None = None
    given: Connection | None = field(default=None, compare=False, repr=False)


class TargetPart(Part[Target]):
    """Connection and list of an export; what its account has is read when a connection is chosen.

    A list that a value names stays as it is named. One that a person chooses is named by its name where that is enough,
    else by its id; and an id does not stay when the person chooses another connection, in which it is another list.

    :attr:`account` is what the chosen connection's account has (a ``Snapshot``), None while that is not known;
    :attr:`connection` is the chosen connection itself, None where none of its name can be used.

    Parameters
    ----------
    form
        Whose part it is.
    changed
        Called after a person has changed connection or list.
    account_read
        Called with :attr:`account` whenever it is another one: for :meth:`MappingPart.read`. It may be called in a
        worker's thread.
    sandbox
        Starts a sandbox, and returns its connection.
    saved
        Reads the saved connections.
    """

    def __init__(
        self, form: Form, *, changed: Callable[[], None] = lambda: None,
        account_read: Callable[[Snapshot | None], Any] = lambda _: None,
        sandbox: Callable[[], Connection] = start_sandbox,
        saved: Callable[[], Iterable[Candidate]] = candidates,
    ) -> None:  # fmt: skip
        super().__init__(form, changed=changed)
        self._account_read = account_read
        self._worker = self.new_worker()
        self.account: Snapshot | None = None
        self._list: str | int | None = None
        self._asked: Connection | None = None
        self._failed = ""
        self._before = self._account_of = ""
        self._looked: tuple[Snapshot, str | int, int | None, str] | None = None
        words = self.words
        self._unread = words("The account could not be read.")
        self.connections = ConnectionChoice(
            form, changed=self._connection_chosen, known=self._read, sandbox=sandbox, saved=saved
        )
        self.again = self.controls.button(words("Read again"), tooltip=words("Read connections and the account again"))
        self.note = self.controls.beside()
        self.lists = Choice(form, words("List"), search=words("Search lists"), is_required=True,
                            changed=self._list_chosen)  # fmt: skip
        self.again.on_click(self.shown(lambda _: self.read_again()))
        self.box = self.controls.column(
            self.controls.heading(words("Connection and list")), self.connections.box,
            self.controls.row(self.again, self.note), self.lists.box,
        )  # fmt: skip

    def begin(self) -> None:
        """Read the saved connections, and the account of the chosen one; to be called when the form is put together."""
        self.read_again()

    @property
    def value(self) -> Target:
        """Connection and list, as far as they are chosen."""
        return Target(connection=self.connections.value, list=self._list, given=self.connections.given)

    @value.setter
    def value(self, piece: Target) -> None:
        with self.filling():
            self.fill(piece)

    def fill(self, piece: Target) -> None:
        """Show a connection and a list; the account is read."""
        if piece.given is not None:
            self.connections.give(piece.given)
        self._before = self.connections.value = piece.connection
        self._list = piece.list
        self._read()

    @property
    def connection(self) -> Connection | None:
        """The chosen connection; None where none of its name can be used, or that is not known yet."""
        return self.connections.connection

    @property
    def is_busy(self) -> bool:
        """Whether connections or the account are being read."""
        return self.connections.is_busy or self._worker.is_busy

    @property
    def problems(self) -> tuple[str, ...]:
        """What stands in the way, in sentences."""
        failed = (f"{self._unread} {self._failed}",) if self._failed else ()
        wrong = self.words("Choose a list.") if self._list is None else self._look_up()[1]
        return (*(self.connections.problems or failed), *((wrong,) if wrong else ()))

    def read_again(self) -> None:
        """Read the saved connections and the account again."""
        self._asked = None
        self._say(self.words("Looking for saved connections …"))
        self.connections.read()

    def _connection_chosen(self) -> None:
        if self._before not in ("", self.connections.value) and isinstance(self._list, int):
            self._list = None  # the number is another list in another account
        self._before = self.connections.value
        self._read()
        self.touched()

    def _list_chosen(self) -> None:
        number = self.lists.value
        if self.account is None or number == self._look_up()[0]:
            return
        called = next(one.name for one in self.account.contact_lists if one.id == number)
        self._list = called if _found(self.account, called)[0] == number else number
        self.touched()

    def _read(self) -> None:
        connection = self.connection
        if connection is not None and connection is self._asked:
            self._show_list()
            return
        self._asked = connection
        if connection is None or connection.name != self._account_of:
            self._has(None)
        self._failed = ""
        if connection is None:
            self._worker.forget()
            self.connections.offer_sandbox(is_gone=False)
            self._say("" if self.connections.is_known else self.words("Looking for saved connections …"))
            self._show_list()
            return
        self._say(self.words("Reading what the account has …"))
        self._show_list()
        self._account_of = connection.name
        self._worker.do(lambda: _described(connection), self._told)

    def _told(self, told: Snapshot | ActiveCampaignError) -> None:
        connection, is_unread = self.connection, isinstance(told, ActiveCampaignError)
        self.connections.offer_sandbox(is_gone=is_unread and connection is not None and connection.is_sandbox)
        if isinstance(told, ActiveCampaignError):
            self._failed = " ".join(in_words(told).split())
            self._say(f"{self._unread}\n{in_words(told)}")
            self._has(None)
            return
        self._has(told)
        text = self.words("The account has been read. Lists: {lists:,}; custom fields: {fields:,}.")
        self._say(text.format(lists=len(told.contact_lists), fields=len(told.custom_fields)))

    def _has(self, account: Snapshot | None) -> None:
        before, self.account = self.account, account
        self._show_list()
        if account is not before:
            self._account_read(account)

    def _show_list(self) -> None:
        lists = self.account.contact_lists if self.account is not None else ()
        self.lists.offer(
            Entry(key=one.id, name=one.name, ids=(str(one.id),), more=self._told_apart(one)) for one in lists
        )
        said = "" if self._list is None else harmless(str(self._list))
        if said and self.account is not None:
            said = self.words("{name} (not in the account)").format(name=said)
        self.lists.choose(self._look_up()[0], otherwise=said)

    def _told_apart(self, one: ContactList) -> str:
        if one.subscribers is None:
            return self.words("id {number}").format(number=one.id)
        text = self.words.plural(
            one.subscribers, "id {number}, {count:,} subscriber", "id {number}, {count:,} subscribers"
        )
        return text.format(number=one.id, count=one.subscribers)

    def _say(self, text: str) -> None:
        self.controls.say(self.note, text)

    def _look_up(self) -> tuple[int | None, str]:
        """Return the list's id, and what is wrong with it; kept, as the nearest of thousands of names takes a while."""
        if self.account is None or self._list is None:
            return None, ""
        kept = self._looked
        if kept is None or kept[0] is not self.account or (type(kept[1]), kept[1]) != (type(self._list), self._list):
            kept = self._looked = (self.account, self._list, *_found(self.account, self._list))
        return kept[2:]


def _described(connection: Connection) -> Snapshot | ActiveCampaignError:
    try:
        return describe(connection)
    except ActiveCampaignError as error:
        return error


def _found(account: Snapshot, wanted: str | int) -> tuple[int | None, str]:
    try:
        return account.find_list(wanted).id, ""
    except ConfigurationError as error:
        return None, f"{error.message} {error.hint.removesuffix('Nothing was sent.')}".strip()
