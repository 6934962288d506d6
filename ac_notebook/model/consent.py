"""Who agreed that data may travel to a host, when, and under which text."""

from __future__ import annotations

import hashlib
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ac_notebook.model.harmless import name

if TYPE_CHECKING:
    from datetime import datetime

TEXT_VERSION = "1"

TEXTS = {
    "1": """\
Exporting sends personal data (e-mail addresses, names, phone numbers and every column you map) from this notebook
to ActiveCampaign at {host}. It leaves your environment on your instruction, and from then on ActiveCampaign's terms and
privacy policy apply: https://www.activecampaign.com/legal/privacy-policy. You are responsible for being allowed to
transfer this data, and for making sure that the target meets your obligations. You can withdraw this agreement at any
time; nothing is sent after that.""",
}
"""The notices by version. A change of words is a new version, the old one stays: it is what somebody agreed to."""

TEXT = TEXTS[TEXT_VERSION]
"""The notice that is shown before anybody agrees."""


PRIVACY_POLICY = "https://www.activecampaign.com/legal/privacy-policy"
"""The address in the notice, where it is shown as a link."""

WIDEST_LINE = 100
"""Characters of a line of text that is shown: a notebook breaks longer ones within words."""


def text_for(host: str) -> str:
    """Return the notice for one host."""
    return _flowed(TEXT, host)


def _flowed(text: str, host: str) -> str:
    """Return a notice for one host in lines that a notebook shows whole; the words are the same, and so is the hash."""
    words = " ".join(text.split()).format(host=host)
    return textwrap.fill(words, WIDEST_LINE, break_long_words=False, break_on_hyphens=False)


def text_hash(version: str = TEXT_VERSION) -> str:
    """Return the SHA-256 of a notice, in hexadecimal digits, so that what was agreed to can be proved later."""
    return hashlib.sha256(TEXTS[version].encode()).hexdigest()


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
    account
        The account it is for; "" in one that was given before accounts were written down.
    text_version, text_hash
        Which notice was shown.
    withdrawn
        When the agreement was withdrawn, or None.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> agreed = Consent(by="Ann", at=datetime(2026, 3, 2, 9, 14, tzinfo=UTC), host="acme.api-us1.com")
    >>> print(agreed)
    Ann agreed on 2026-03-02 09:14 UTC to the transfer of data to acme.api-us1.com.
    ...
    Text 1, SHA-256 325a54c8...
    """

    by: str
    at: datetime
    host: str
    account: str = ""
    text_version: str = TEXT_VERSION
    text_hash: str = ""
    withdrawn: datetime | None = None

    def __post_init__(self) -> None:
        if not self.text_hash:
            object.__setattr__(self, "text_hash", text_hash(self.text_version))

    @property
    def is_of_this_text(self) -> bool:
        """Whether it was given under the notice that is shown now."""
        return (self.text_version, self.text_hash) == (TEXT_VERSION, text_hash())

    @property
    def text(self) -> str:
        """The notice that was agreed to, for the host that it was for; "" where its words are not known here."""
        known = self.text_version in TEXTS and self.text_hash == text_hash(self.text_version)
        return _flowed(TEXTS[self.text_version], self.host) if known else ""

    def covers(self, host: str, account: str = "") -> bool:
        """Return whether data may travel to an account at ``host`` under this agreement."""
        return (
            self.withdrawn is None
            and self.host == host
            and (not account or not self.account or self.account == account)
            and self.is_of_this_text
        )

    def __str__(self) -> str:
        """Return who agreed to what, when, and whether it was withdrawn."""
        told = f"{name(self.by)} agreed on {self.at:%Y-%m-%d %H:%M %Z} to the transfer of data to {self.host}"
        told += "."
        if self.withdrawn is not None:
            told += f"\nWithdrawn on {self.withdrawn:%Y-%m-%d %H:%M %Z}: nothing is sent under it any more."
        told += f"\n\n{self.text or 'The words of that text are not part of this version of ac_notebook.'}"
        return f"{told}\n\nText {self.text_version}, SHA-256 {self.text_hash}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: FBT001 - IPython's signature
        """Show it in a cell as it is read; ``repr()`` stays Python."""
        del cycle
        printer.text(str(self))
