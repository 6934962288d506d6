"""What ActiveCampaign allows: each limit once, with its source."""

from __future__ import annotations

from dataclasses import dataclass, replace

MAX_PROFILES = 1_000_000
"""Profiles of one export (spec S05; the documented ceiling of 25,000 contacts a minute makes them 40 minutes)."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The limits of one ActiveCampaign account, as its API documents them.

    Parameters
    ----------
    contacts_per_import
        Contacts in one bulk import request, at the most.
        https://developers.activecampaign.com/reference/bulk-import-contacts
    bytes_per_import
        Bytes of one bulk import body, at the most ("less than 400,000 bytes", same page).
    imports_per_window, single_imports_per_window
        Bulk imports in any ``import_window`` seconds: with several contacts, and with exactly one (same page).
    requests_per_window
        Requests of every kind in any ``request_window`` seconds, for the whole account.
        https://developers.activecampaign.com/reference/rate-limits
    import_window, request_window
        Lengths of the two windows, in seconds. A sandbox that runs 60 times faster has shorter ones.
    page_size
        Rows of one page, at the most. https://developers.activecampaign.com/reference/pagination

    Examples
    --------
    >>> Limits().seconds_between_imports
    0.6
    >>> Limits().scaled(60).import_window
    1.0
    """

    contacts_per_import: int = 250
    bytes_per_import: int = 399_999
    imports_per_window: int = 100
    single_imports_per_window: int = 20
    requests_per_window: int = 5
    import_window: float = 60.0
    request_window: float = 1.0
    page_size: int = 100

    @property
    def seconds_between_imports(self) -> float:
        """Seconds from one import to the next at the full rate."""
        return self.import_window / self.imports_per_window

    @property
    def time_scale(self) -> float:
        """How long a second of the documented service takes here: 1.0, or 1/60 on a sandbox 60 times as fast."""
        return self.import_window / 60.0

    def scaled(self, speed: float) -> Limits:
        """Return the limits of a service that runs ``speed`` times as fast."""
        return replace(self, import_window=self.import_window / speed, request_window=self.request_window / speed)
