"""What forms say of connections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.runs import show
from ac_notebook.runs.binder import commands_for_own_machine, is_binder

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


def on_binder(words: Words) -> str:
    """Return, as HTML, why no real key belongs into a form on Binder, and what to do instead; "" anywhere else."""
    if not is_binder():
        return ""
    why = words("This is Binder, a public machine: no place for a real key, nor for real people's data.")
    more = words(
        "Others run it, and nobody can promise who reads what is typed here. To try things out, a sandbox is enough. "
        "For the real account, use a machine of your own, with two commands:"
    )
    commands = "".join(f"<div><code>{show.h(command)}</code></div>" for command in commands_for_own_machine())
    return (
        f"<div role='note' style='border:2px solid {show.WARN};padding:4px 8px;margin:4px 0;max-width:620px;"
        f"line-height:1.4'><strong>⚠ {show.h(why)}</strong><div>{show.h(more)}</div>{commands}</div>"
    )


def kept_where(words: Words, place: str) -> str:
    """Return where a key is kept, as the end of a sentence."""
    if place == "keyring":
        return words("kept in the keyring of your system")
    if place == "file":
        return words("kept in a file that only you can read")
    return words("where it was: {place}").format(place=show.name(place))
