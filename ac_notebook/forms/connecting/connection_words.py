"""What forms say of connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.runs import show

if TYPE_CHECKING:
    from ac_notebook.forms.base.texts import Words


def advice(words: Words) -> str:
    """Return, as HTML that can be folded out, which key to use: it may do all that its user may."""
    return show.details(
        words("Which key to use"),
        [
            words("A key may do all that its user may. Make a user for this notebook alone, in a group of its own."),
            words("Give the group the lists that it exports to, and the rights to import, add and edit contacts."),
            words("Do not give it the rights to send, delete or export: then the key cannot do that either."),
            words("Log in as that user once, and copy its key and the host from Settings, Developer."),
        ],
    )


def kept_where(words: Words, place: str) -> str:
    """Return where a key is kept, as the end of a sentence."""
    if place == "keyring":
        return words("kept in the keyring of your system")
    if place == "file":
        return words("kept in a file that only you can read")
    return words("where it was: {place}").format(place=show.name(place))
