"""Which addresses an import takes: what refuses a whole batch, and what fails one contact later (section 7.2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.sandbox.quirks import Quirks

# First layer: what refuses the whole batch. Section 7.1, UNKNOWN split of the two layers: the quirk `address_layer`.
_WELL_FORMED = re.compile(r"[^\s@][^\s]*@[^\s]*")
# Second layer: one address fails, quietly: the documented characters, and a domain with a dot and two letters after it.
_DOCUMENTED = re.compile(r"[^\"(),:;<>@\[\]\s]+@[^\"(),:;<>@\[\]\s]*\.[^\W\d_]{2,}")
# Harsher than documented: the apostrophe (as in the example of /import/info), empty labels ("a..b"), and anything
# outside ASCII also fail: the quirk `special_addresses`.
_PLAIN = re.compile(
    r"[^\"(),:;<>@\[\]'\\.\s\x00-\x1f\x7f-\U0010ffff]+(?:\.[^\"(),:;<>@\[\]'\\.\s\x00-\x1f\x7f-\U0010ffff]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}"
)


def deliverable_by(quirks: Quirks) -> Callable[[str], object]:
    """Return what tells whether one contact may have an address."""
    return (_PLAIN if quirks.special_addresses == "fail" else _DOCUMENTED).fullmatch


def well_formed_by(quirks: Quirks) -> Callable[[str], object]:
    """Return what tells whether a batch may hold an address at all."""
    if quirks.address_layer == "first":
        return deliverable_by(quirks)
    return _WELL_FORMED.fullmatch if quirks.address_layer == "split" else lambda _: True
