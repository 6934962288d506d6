"""Who agreed that data may travel to a host, when, and under which text."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

TEXT_VERSION = "1"

TEXT = """\
Exporting sends personal data (e-mail addresses, names, phone numbers and every column you map) from this notebook
to ActiveCampaign at {host}. It leaves your environment on your instruction, and from then on ActiveCampaign's terms and
privacy policy apply: https://www.activecampaign.com/legal/privacy-policy. You are responsible for being allowed to
transfer this data, and for making sure that the target meets your obligations. You can withdraw this agreement at any
time; nothing is sent after that."""
"""The notice that is shown before anybody agrees. A change of words is a new ``TEXT_VERSION``."""


def text_for(host: str) -> str:
    """Return the notice for one host."""
    return TEXT.format(host=host)


def text_hash() -> str:
    """Return the SHA-256 of the notice, in hexadecimal digits, so that what was agreed to can be proved later."""
    return hashlib.sha256(TEXT.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Consent:
    """The agreement to transfer data to one host.

    Parameters
    ----------
    by
        Name of the user who agreed.
    at
        When, with a time zone.
    host
        The host it is for; no other is covered.
    text_version, text_hash
        Which notice was shown.
    withdrawn
        When the agreement was withdrawn, or None.
    """

    by: str
    at: datetime
    host: str
    text_version: str = TEXT_VERSION
    text_hash: str = ""
    withdrawn: datetime | None = None

    def __post_init__(self) -> None:
        if not self.text_hash:
            object.__setattr__(self, "text_hash", text_hash())

    def covers(self, host: str) -> bool:
        """Return whether data may travel to ``host`` under this agreement."""
        return self.withdrawn is None and self.host == host
