"""What ActiveCampaign allows: each limit once, with its source."""

from __future__ import annotations

import math
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

    def shared(self, share: float) -> Limits:
        """Return a part of these limits: fewer places in each window; where that is less than one, longer windows.

        Parameters
        ----------
        share
            Above 0 and up to 1.

        Examples
        --------
        >>> half = Limits().shared(0.5)
        >>> half.imports_per_window, half.requests_per_window, half.request_window
        (50, 2, 1.0)
        >>> tenth = Limits().shared(0.1)
        >>> tenth.imports_per_window, tenth.requests_per_window, tenth.request_window
        (10, 1, 2.0)
        """
        if share == 1.0:
            return self
        imports, import_window = _part(self.imports_per_window, self.import_window, share)
        requests, request_window = _part(self.requests_per_window, self.request_window, share)
        return replace(
            self,
            imports_per_window=imports,
            import_window=import_window,
            single_imports_per_window=_part(self.single_imports_per_window, self.import_window, share)[0],
            requests_per_window=requests,
            request_window=request_window,
        )


def _part(places: int, window: float, share: float) -> tuple[int, float]:
    """Return a part of some places in a window: whole places, at least one, in a longer window if need be."""
    part = places * share
    whole = math.floor(part + 1e-9)  # so that 0.7 of 10 is 7
    return (whole, window) if whole else (1, window / part)
