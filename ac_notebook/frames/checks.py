"""Addresses: what ActiveCampaign's importer takes, and when two are the same person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ac_notebook.frames.cells import as_mask, lengths, said_of
from ac_notebook.frames.texts import composed, is_ascii, trimmed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ac_notebook.frames.cells import Text

MOST_BYTES = 254
"""Of an address (RFC 5321, section 4.5.3.1.3, less the angle brackets)."""

MOST_LOCAL_BYTES = 64
"""Of the part before the @ (RFC 5321, section 4.5.3.1.1)."""

# Characters that the importer refuses (contract section 7.2, the apostrophe from its example), the backslash, which
# stands in no address without quotes (RFC 5322, section 3.2.3), blanks, invisible ones.
_ATOM = r"[^\"(),:;<>@\[\]'\\.\p{Z}\p{C}]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = rf"^{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z]{{2,63}}\z"

_DOMAIN_BEYOND_ASCII = r"^[^@]+@[^@]*[^\x00-\x7f][^@]*\z"
_IN_ASCII = "write the domain in ASCII (xn--…), as mail servers know it; the letters outside ASCII may also be a slip"


def plausible(texts: pa.Array) -> NDArray[np.bool_]:
    """Return which texts ActiveCampaign takes as addresses; blanks are not among them.

    Examples
    --------
    >>> plausible(pa.array(["anna@example.org", "anna@localhost", None], pa.large_string())).tolist()
    [True, False, False]
    """
    form = as_mask(pc.match_substring_regex(texts, _ADDRESS))
    return form & ~_too_long(texts) if form.any() else form


def with_address_problems(text: Text, there: NDArray[np.bool_]) -> Text:
    """Return addresses with those marked that ActiveCampaign's importer is known to drop.

    Letters outside ASCII before the @ are not known to be dropped: they are sent, and the user is told.

    Parameters
    ----------
    text
        The addresses.
    there
        Which cells hold something that can be an address at all.
    """
    form = as_mask(pc.match_substring_regex(text.values, _ADDRESS))
    syntax = there & ~form
    long = there & form & _too_long(text.values)
    hints = {}
    changes = {}
    if not is_ascii(text.values):
        beyond = as_mask(pc.invert(pc.string_is_ascii(text.values)))
        changes["not-ascii"] = there & form & ~long & beyond
        domain = as_mask(pc.match_substring_regex(text.values, _DOMAIN_BEYOND_ASCII)) & syntax
        if domain.any():
            hints["email-syntax"] = said_of(domain, _IN_ASCII)
    return text.with_masks(bad={"email-syntax": syntax, "email-too-long": long}, changes=changes, hints=hints)


def _too_long(texts: pa.Array) -> NDArray[np.bool_]:
    length = lengths(texts)
    if not (length > MOST_LOCAL_BYTES).any():
        return np.zeros(len(texts), dtype=bool)  # and so it is with most columns
    at = pc.fill_null(pc.find_substring(texts, "@"), 0).to_numpy(zero_copy_only=False)
    longer: NDArray[np.bool_] = (at > MOST_LOCAL_BYTES) | (length > MOST_BYTES)
    return longer


def address_key(texts: pa.Array) -> pa.Array:
    """Return what makes two addresses one person's: NFC, trimmed, ASCII letters in lower case.

    Only ever compared, never sent. Letters beyond ASCII keep their case (lower case of ``İ`` is two characters), dots
    and plus signs count, since only the domain's owner knows what they mean.

    Examples
    --------
    >>> address_key(pa.array([" Anna.B@Example.ORG"])).to_pylist()
    ['anna.b@example.org']
    """
    keys = composed(texts.cast(pa.large_string()))
    return pc.ascii_lower(trimmed(keys))
