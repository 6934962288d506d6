"""A connection to one account: its name, host, owner, limits and consent. Never a key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ac_notebook.errors import ConfigurationError, ConsentError
from ac_notebook.model.hosts import require_host, require_proxy
from ac_notebook.model.limits import Limits

if TYPE_CHECKING:
    from datetime import datetime

    from ac_notebook.model.consent import Consent


@dataclass(frozen=True, kw_only=True)
class Connection:
    """How one account is reached, by whom, and under which agreement. The key is kept elsewhere.

    Parameters
    ----------
    name
        Display name: free text that names the purpose and the target.
    host
        Host of the account's API, without ``https://``. A sandbox has a port, and is on loopback.
    owner
        Who made it, and is stamped on each run.
    account
        Identity of the account behind the host; what was sent is remembered under it.
    is_sandbox
        Whether it is a sandbox on this machine. Only such a one may be plain HTTP.
    limits
        The account's limits.
    consent
        The agreement to transfer data, or None.
    key_place
        Where the key is kept, in words: ``"memory"``, ``"environment AC_NOTEBOOK_KEY__X"``, ``"keyring"``, ``"file"``.
    created, verified
        When it was made, and when the key was last accepted.
    allow_other_host
        Whether the host was allowed by whoever made it, though it does not end as ActiveCampaign's usually do, or
        though its name leads to an address inside a network.
    proxy
        Address of the proxy that it goes through, ``http://host:port``; "" for none. The environment's is never used.
    ca_file
        Path of a PEM file with the authorities whose certificates are trusted, and no others; "" for the machine's.

    Raises
    ------
    ConfigurationError
        For a host that is none, a sandbox that is not on this machine, or a proxy that is none.
    """

    name: str
    host: str
    owner: str = ""
    account: str = ""
    is_sandbox: bool = False
    limits: Limits = field(default_factory=Limits)
    consent: Consent | None = None
    key_place: str = "memory"
    created: datetime | None = None
    verified: datetime | None = None
    allow_other_host: bool = False
    proxy: str = ""
    ca_file: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            msg = "A connection needs a display name."
            raise ConfigurationError(
                msg, hint='Name the purpose and the target: ac.connect("Marketing newsletter", …).'
            )
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

    def require_consent(self) -> None:
        """Raise unless somebody agreed that data may travel to this host.

        Raises
        ------
        ConsentError
            When nobody did, when it was withdrawn, or when it was for another host.
        """
        if self.consent is None:
            msg = f"Nobody has agreed to the transfer of data to {self.host}."
            call = f'ac.connect({self.name!r}, host="{self.host}", agree_to_data_transfer=True)'
            hint = f"Read the notice and agree: {call}."
        elif self.consent.withdrawn is not None:
            msg = f"The agreement to transfer data to {self.host} was withdrawn on {self.consent.withdrawn:%Y-%m-%d}."
            hint = "Nothing is sent until somebody agrees again: ac.connect(…, agree_to_data_transfer=True)."
        elif not self.consent.covers(self.host):
            msg = f"The agreement is for {self.consent.host}, not for {self.host}."
            hint = "Agree for this host: ac.connect(…, agree_to_data_transfer=True)."
        else:
            return
        raise ConsentError(msg, hint=f"{hint} Nothing was sent.")
