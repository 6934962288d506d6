"""A connection to one account: its name, host, owner, limits and consent. Never a key."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ac_notebook.errors import ConfigurationError, ConsentError
from ac_notebook.model.learned import Learned
from ac_notebook.model.limits import Limits

if TYPE_CHECKING:
    from datetime import datetime

    from ac_notebook.model.consent import Consent

KNOWN_SUFFIXES = (".api-us1.com", ".activehosted.com", ".api-eu1.com", ".api-ca1.com")
"""Hosts that ActiveCampaign is known to use; it does not guarantee them (contract section 1)."""

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.ASCII)
_LONGEST_HOST = 253


def clean_host(typed: str) -> tuple[str, str]:
    """Return the bare host name of what a user typed, and a notice of what was taken away.

    Parameters
    ----------
    typed
        A host name as shown in ActiveCampaign under Settings, Developer. ``https://`` and a trailing path are
        taken away with a notice.

    Returns
    -------
    tuple of str
        The host in lower case, and the notice ("" when there is nothing to say).

    Raises
    ------
    ConfigurationError
        For user info, a port, an IP address, blanks and anything else that is not a host name (design section 6.2).

    Examples
    --------
    >>> clean_host("https://acme.api-us1.com/api/3")
    ('acme.api-us1.com', "'https://' and '/api/3' were taken away: only the host name is used.")
    """
    text = typed.strip()
    taken = []
    if text.casefold().startswith("https://"):
        taken.append(text[:8])
        text = text[8:]
    # A backslash, a question mark or a fragment before the path is how another host is smuggled in: refused below.
    host, slash, rest = text.partition("/")
    if slash:
        taken.append(slash + rest)
    host = host.casefold()
    reason = _why_no_host(host)
    if reason:
        msg = f"This cannot be used as a host: {reason}."
        raise ConfigurationError(
            msg,
            hint="Copy the host of the API URL from ActiveCampaign, Settings, Developer: for example acme.api-us1.com.",
        )
    notice = " and ".join(repr(part) for part in taken)
    if notice:
        notice += f" {'was' if len(taken) == 1 else 'were'} taken away: only the host name is used."
    return host, notice


def _why_no_host(host: str) -> str:  # noqa: PLR0911 - one sentence for each thing that is wrong
    if not host:
        return "it is empty"
    if "@" in host:
        return "it holds user information (an @)"
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        pass
    else:
        return "it is an IP address"
    if ":" in host:
        return "it holds a port or another scheme than https"
    labels = host.split(".")
    if len(host) > _LONGEST_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        return "it holds characters that no host name has"
    if len(labels) < 3 or not re.fullmatch("[a-z]{2,}", labels[-1]):  # noqa: PLR2004 - account, domain, top level
        return "it is not a full host name such as acme.api-us1.com"
    return ""


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
    learned
        What rehearsals proved about the account.
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
    learned: Learned = field(default_factory=Learned)

    def __post_init__(self) -> None:
        if not self.name.strip():
            msg = "A connection needs a display name."
            raise ConfigurationError(
                msg, hint='Name the purpose and the target: ac.connect("Marketing newsletter", …).'
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
