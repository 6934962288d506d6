"""A key that arrives as the text of a field in the page."""

from __future__ import annotations

from ac_notebook.model.secret import Secret

LONGEST = 1_000
"""Characters of a key that was typed; ActiveCampaign's have some 70."""


def typed_key(typed: object) -> tuple[Secret | None, str]:
    """Return what was typed as a key, or why it is none: in words that do not repeat it.

    Nothing is raised: the frames of an error would hold what was typed.

    Examples
    --------
    >>> typed_key("  0123abcd  ")
    (Secret(***), '')
    >>> typed_key("two words")[1]
    'This cannot be an API key. The key holds characters that no ActiveCampaign key has (blanks, ...).'
    """
    if not isinstance(typed, str):
        return None, "This cannot be an API key: it is no text."
    if len(typed) > LONGEST:
        return None, f"This cannot be an API key: it is longer than {LONGEST:,} characters."
    try:
        return Secret(typed), ""
    except ValueError as error:
        return None, f"This cannot be an API key. {error}"
