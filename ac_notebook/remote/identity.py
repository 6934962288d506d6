"""Which account a key belongs to, as far as the account tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ac_notebook.remote.rows import dictionaries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ac_notebook.remote.client import Client

_MOST = 100


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What an account told about itself to the holder of a key.

    Parameters
    ----------
    name
        The account's name; "" where the key may not read it.
    address
        Host of the links that the account gives; "" where it gives none.
    lists
        By number: when a list was made. A key sees those that its user may see.
    """

    name: str = ""
    address: str = ""
    lists: Mapping[int, str] = field(default_factory=dict)

    def is_the_same(self, other: Identity) -> bool:
        """Return whether two keys are known to belong to one account: it told both the same name or address.

        Examples
        --------
        >>> Identity(name="acme").is_the_same(Identity(name="acme")), Identity().is_the_same(Identity())
        (True, False)
        """
        same_name = bool(self.name) and self.name == other.name
        same_address = bool(self.address) and self.address == other.address
        return (same_name or same_address) and not self.is_another(other)

    def is_another(self, other: Identity) -> bool:
        """Return whether two keys are known to belong to different accounts.

        Examples
        --------
        >>> Identity(lists={1: "2026-03-02"}).is_another(Identity(lists={1: "2026-04-05"}))
        True
        >>> Identity(lists={1: "2026-03-02"}).is_another(Identity(lists={2: "2026-04-05"}))
        False
        """
        if self.name and other.name:
            return self.name != other.name
        if self.address and other.address and self.address != other.address:
            return True
        return any(other.lists.get(number, made) != made for number, made in self.lists.items())


def read_identity(client: Client, *, lists: bool = True) -> Identity:
    """Ask an account who it is (contract section 8): its user, its name, its lists.

    Parameters
    ----------
    client
        What is asked through, with the key.
    lists
        Whether to ask for the lists, too; they tell two accounts apart where the key may not read the name.

    Raises
    ------
    APIError
        When the key is not accepted, and so on; what a key may not read is left out.
    """
    links = client.me().get("links")
    first = next((link for link in links.values() if isinstance(link, str)), "") if isinstance(links, dict) else ""
    name = client.ask("settings/account").body.get("account")  # only keys of administrators may read it
    rows = dictionaries(client.ask("lists", {"limit": str(_MOST)}).body, "lists") if lists else []
    made = {int(row["id"]): _moment(str(row.get("cdate") or "")) for row in rows}
    return Identity(
        name=name if isinstance(name, str) else "", address=_host(first),
        lists={number: moment for number, moment in made.items() if moment},
    )  # fmt: skip


def _host(link: str) -> str:
    try:
        return urlsplit(link).netloc.casefold()
    except ValueError:
        return ""


def _moment(text: str) -> str:
    """Return a moment in UTC, because each user may be shown it in a zone of their own; "" for none."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return ""
