"""A connection to one account: its name, host, owner, limits and consent. Never a key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ac_notebook.errors import ConfigurationError, ConsentError
from ac_notebook.model.display_name import clean_name
from ac_notebook.model.harmless import name
from ac_notebook.model.hosts import require_host, require_proxy
from ac_notebook.model.learned import Learned
from ac_notebook.model.limits import Limits

if TYPE_CHECKING:
    from datetime import datetime

    from ac_notebook.model.consent import Consent

_AGREE = "connection = connection.agree(), or ac.connect(…, agree_to_data_transfer=True)"
"""How to agree; a connection that is there need not be made anew."""


@dataclass(frozen=True, kw_only=True)
class Connection:
    """How one account is reached, by whom, and under which agreement. The key is kept elsewhere.

    Parameters
    ----------
    name
        Display name: free text that names the purpose and the target; see :mod:`ac_notebook.model.display_name`.
    host
        Host of the account's API, without ``https://``. A sandbox has a port, and is on loopback.
    owner
        Who made it, and is stamped on each run.
    account
        Identity of the account behind the host; what was sent is remembered under it.
    account_name
        What the account calls itself, where its key may read that; "" else.
    is_sandbox
        Whether it is a sandbox on this machine. Only such a one may be plain HTTP.
    limits
        The account's limits.
    consent
        The agreement to transfer data, or None.
    key_place
        Where the key is kept, in words: ``"memory"``, ``"keyring"``, ``"file"``; or where it is to be found:
        ``"environment AC_NOTEBOOK_KEY__X"``, ``"key file /home/ann/key"``, ``"keyring entry service/user"``.
    created, verified
        When it was made, and when the key was last accepted.
    allow_other_host
        Whether the host was allowed by whoever made it, though it does not end as ActiveCampaign's usually do, or
        though its name leads to an address inside a network.
    proxy
        Address of the proxy that it goes through, ``http://host:port``; "" for none. The environment's is never used.
    ca_file
        Path of a PEM file with the authorities whose certificates are trusted, and no others; "" for the machine's.
    learned
        What rehearsals proved about the account.

    Raises
    ------
    ConfigurationError
        For a host that is none, a sandbox that is not on this machine, or a proxy that is none.
    """

    name: str
    host: str
    owner: str = ""
    account: str = ""
    account_name: str = ""
    is_sandbox: bool = False
    limits: Limits = field(default_factory=Limits)
    consent: Consent | None = None
    key_place: str = "memory"
    created: datetime | None = None
    verified: datetime | None = None
    allow_other_host: bool = False
    proxy: str = ""
    ca_file: str = ""
    learned: Learned = field(default_factory=Learned)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", clean_name(self.name))
        try:
            self.owner.encode()
        except UnicodeEncodeError:
            msg = "The owner of a connection holds half a letter (a lone surrogate), and cannot be stored."
            raise ConfigurationError(msg, hint="Type it anew.") from None
        # Here, because a host comes by many ways: typed, changed with replace(), saved.
        require_host(self.host, is_sandbox=self.is_sandbox, is_allowed=self.allow_other_host)
        if self.proxy:
            require_proxy(self.proxy)
            if self.is_sandbox:
                raise ConfigurationError(
                    "A sandbox is on this machine: no proxy leads to it.", hint="Leave proxy= out."
                )
        if not self.account:
            object.__setattr__(self, "account", self.host)

    @property
    def base_url(self) -> str:
        """Where the API is."""
        return f"{'http' if self.is_sandbox else 'https'}://{self.host}/api/3/"

    @property
    def is_agreed(self) -> bool:
        """Whether somebody agreed that data may travel to this account at this host, and it stands."""
        return self.consent is not None and self.consent.covers(self.host, self.account)

    def require_consent(self) -> None:
        """Raise unless somebody agreed that data may travel to this host.

        Raises
        ------
        ConsentError
            When nobody did, when it was withdrawn, when it was for another host or account, or when the notice has
            changed since.
        """
        if self.consent is None:
            msg = f"Nobody has agreed to the transfer of data to {self.host}."
            hint = f"Read the notice and agree: {_AGREE}."
        elif self.consent.withdrawn is not None:
            msg = f"The agreement to transfer data to {self.host} was withdrawn on {self.consent.withdrawn:%Y-%m-%d}."
            hint = f"Nothing is sent until somebody agrees again: {_AGREE}."
        elif self.consent.host != self.host:
            msg = f"The agreement is for {self.consent.host}, not for {self.host}."
            hint = f"Agree for this host: {_AGREE}."
        elif not self.consent.is_of_this_text:
            version = self.consent.text_version
            msg = f"The notice has changed since {name(self.consent.by)} agreed to it (version {version})."
            hint = f"Read it and agree anew: {_AGREE}."
        elif not self.is_agreed:
            msg = f"The agreement is for another account at {self.host} than this connection leads to now."
            hint = f"Agree for this account: {_AGREE}."
        else:
            return
        raise ConsentError(msg, hint=f"{hint} Nothing was sent.")
