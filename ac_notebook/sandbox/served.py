"""A sandbox in a process of its own, as the real service is: it takes no time from the notebook's kernel."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any, Self

from .process import Process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import TracebackType

    import pandas as pd

    from .frames import Table
    from .quirks import Quirks

_PATIENCE = 5.0


def start(
    *,
    speed: float = 1.0,
    port: int = 0,
    api_key: str | None = None,
    quirks: Quirks | None = None,
    contact_limit: int | None = None,
    data: str | os.PathLike[str] | None = None,
) -> ServedSandbox:
    """Start an ActiveCampaign account on this machine.

    Parameters
    ----------
    speed
        How many times faster its time runs: limits and queue are divided by it.
    port
        The port on 127.0.0.1, 0 for a free one.
    api_key
        The key it accepts, beginning with "sandbox-"; None for a new one.
    quirks
        How it reads the contract where that is in doubt; None for the harsher reading of everything.
    contact_limit
        How many contacts the account may have, None for as many as there are.
    data
        A file to keep everything in, so that it survives a restart, with its accounts and keys; made, for its owner
        only, when there is none. None for memory only.

    Returns
    -------
    ServedSandbox
        Serving until its `stop` is called, or this process ends.

    Raises
    ------
    OSError
        When the port is taken.
    ValueError
        When the speed is no number above zero, the key does not look like a sandbox's own, or the data file cannot be
        used.

    Examples
    --------
    >>> with start(speed=60) as box:
    ...     box.lists()["name"].tolist()
    ['Master Contact List', 'Newsletter', 'VIP']
    """
    path = None if data is None else os.path.abspath(os.path.expanduser(data))  # noqa: PTH100, PTH111 - the process runs in another folder
    return ServedSandbox(
        {
            "speed": speed, "port": port, "api_key": api_key, "quirks": quirks, "contact_limit": contact_limit,
            "data": path,
        }
    )  # fmt: skip


class ServedFaults:
    """The faults of a served sandbox; see :class:`ac_notebook.sandbox.faults.plan.Faults`."""

    def __init__(self, ask: Callable[..., Any]) -> None:
        self._ask = ask

    def add(self, *, kind: str, on: str = "any", nth: int = 1, times: int | None = 1, **details: Any) -> None:
        """Have something go wrong with the nth of some requests."""
        self._ask("faults.add", kind=kind, on=on, nth=nth, times=times, **details)

    def randomly(
        self, *, share: float = 0.05, seed: int = 0, kinds: Sequence[str] | None = None, on: str = "any"
    ) -> None:  # fmt: skip
        """Have something go wrong by chance, the same for the same seed."""
        chosen = {} if kinds is None else {"kinds": kinds}
        self._ask("faults.randomly", share=share, seed=seed, on=on, **chosen)

    def clear(self) -> None:
        """Have nothing go wrong any more."""
        self._ask("faults.clear")

    def happened(self) -> pd.DataFrame:
        """Return one row per fault that a request met: time, on, kind, method, path."""
        return _frame_of(self._ask("faults.table"))


class ServedSandbox:
    """An account of ActiveCampaign on this machine, served on loopback by a process of its own; `start` makes one.

    Attributes
    ----------
    host, url
        Where it is found.
    api_key
        The key; not in the repr.
    instance
        The identity of this account: another sandbox is another account.
    speed
        How many times faster than the service it is.
    page
        The address of the page in a browser that shows everything in clear; `url` alone shows it masked.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self._process = Process()
        self._told(self._process.exchange(settings))

    def _told(self, told: dict[str, Any]) -> None:
        self._view: int = told["view"]
        self.host: str = told["host"]
        self.api_key: str = told["api_key"]
        self.instance: str = told["instance"]
        self.speed: float = told["speed"]
        self.page: str = told["page"]

    def _seen_otherwise(self, told: dict[str, Any]) -> ServedSandbox:
        other = object.__new__(ServedSandbox)
        other._process = self._process
        other._told(told)
        return other

    def __repr__(self) -> str:
        """Say where it is, not what opens it."""
        return f"<Sandbox {self.url} speed={self.speed:g}>"

    @property
    def faults(self) -> ServedFaults:
        """What goes wrong on demand: `faults.add(on="import", nth=3, kind="drop_after")`."""
        return ServedFaults(self._ask)

    @property
    def url(self) -> str:
        """The base address, without a path."""
        return f"http://{self.host}"

    @property
    def connection(self) -> Any:
        """The connection that leads here."""
        from .connection import connection_of  # noqa: PLC0415 - the only door to the package, opened when asked for

        return connection_of(self)

    def stop(self) -> None:
        """Close the socket; what the account holds can still be looked at."""
        if self._process.finalizer.alive:
            with contextlib.suppress(RuntimeError):  # it is gone already
                self._ask("stop")

    def __enter__(self) -> Self:
        """Return the sandbox itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def contacts(self) -> pd.DataFrame:
        """Return one row per contact: id, email, first_name, last_name, phone, and each custom field by title."""
        return self._frame("contacts")

    def lists(self) -> pd.DataFrame:
        """Return one row per list: id, name, subscribers (active ones)."""
        return self._frame("lists")

    def fields(self) -> pd.DataFrame:
        """Return one row per custom field: id, title, type, perstag, shown (False: no list relates to it)."""
        return self._frame("fields")

    def memberships(self) -> pd.DataFrame:
        """Return one row per contact and list: list, contact, status (1 active, 2 unsubscribed)."""
        return self._frame("memberships")

    def contact_tags(self) -> pd.DataFrame:
        """Return one row per contact and tag: contact, tag."""
        return self._frame("contact_tags")

    def automations(self) -> pd.DataFrame:
        """Return one row per automation that was started: contact, list, time."""
        return self._frame("automations")

    def requests(self) -> pd.DataFrame:
        """Return one row per request: time, method, path, status (0: none), contacts (of an import), bytes."""
        return self._frame("requests")

    def ledger(
        self, *, effect: str | None = None, contact: int | None = None, last: int | None = None
    ) -> pd.DataFrame:  # fmt: skip
        """Return one row per effect on people and on the account, in order; see :meth:`Sandbox.ledger`."""
        return self._frame("ledger", effect=effect, contact=contact, last=last)

    def add_account(
        self, name: str, *, api_key: str | None = None, quirks: Quirks | None = None, contact_limit: int | None = None
    ) -> ServedSandbox:  # fmt: skip
        """Add an account beside this one, with a key of its own, and return it."""
        settings = {"api_key": api_key, "quirks": quirks, "contact_limit": contact_limit}
        return self._seen_otherwise(self._ask("add_account", name, **settings))

    def add_user(self, name: str, *, without: Iterable[str] = (), api_key: str | None = None) -> ServedSandbox:
        """Add a user to this account, and return it as that user sees it; see :meth:`Sandbox.add_user`."""
        return self._seen_otherwise(self._ask("add_user", name, without=tuple(without), api_key=api_key))

    def add_list(self, name: str, *, automation: bool = False, double_opt_in: bool = False) -> int:
        """Add a list, with or without an automation that starts on subscription, and return its id."""
        return int(self._ask("add_list", name, automation=automation, double_opt_in=double_opt_in))

    def add_field(
        self, title: str, type: str, *, options: Sequence[str | tuple[str, str]] | None = None,  # noqa: A002 - the service's name
        perstag: str | None = None,
    ) -> int:  # fmt: skip
        """Add a custom field and return its id; see :meth:`Sandbox.add_field`."""
        return int(self._ask("add_field", title, type, options=options, perstag=perstag))

    def unsubscribe(self, email: str, list_id: int) -> None:
        """Have somebody opt out of a list, as by a click in a mail; the contact is made if there is none."""
        self._ask("unsubscribe", email, list_id)

    def exclude(self, email: str, *, match: str = "exact", lists: Sequence[int] = ()) -> None:
        """Put an address on the exclusion list, or all that begin or end so; see :meth:`Sandbox.exclude`."""
        self._ask("exclude", email, match=match, lists=tuple(lists))

    def bounce(self, email: str) -> None:
        """Mark an address as hard-bounced: imports of it fail, and it is active on no list any more."""
        self._ask("bounce", email)

    def delete(self, email: str) -> None:
        """Delete a contact, as an administrator does; nothing happens when there is none."""
        self._ask("delete", email)

    def limit_contacts(self, most: int | None) -> None:
        """Set how many contacts the account may have, None for as many as there are."""
        self._ask("limit_contacts", most)

    def _frame(self, name: str, **chosen: Any) -> pd.DataFrame:
        return _frame_of(self._ask("table", name, **chosen))

    def _ask(self, name: str, *arguments: Any, **named: Any) -> Any:
        return self._process.exchange((self._view, name, arguments, named))


def _frame_of(table: Table) -> pd.DataFrame:
    return table.frame()
