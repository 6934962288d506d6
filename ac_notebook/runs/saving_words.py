"""What is said when exports are kept: what was done, and that nothing was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.errors import quoted
from ac_notebook.runs import saying, show
from ac_notebook.runs.show import name as harmless

if TYPE_CHECKING:
    from ac_notebook.model.export import Export as Definition
    from ac_notebook.storage.exports import SavedExport

PARTS = ("name", "connection", "list", "mapping", "segment", "tags")
"""What an export consists of, beside its options."""


def in_words(kept: SavedExport, before: SavedExport | None) -> str:
    """Return what was saved, or what of it was changed."""
    name = quoted(kept.export.name or "")
    if before is None:
        through = f"through {quoted(kept.export.connection)}" if kept.export.connection else "without a connection yet"
        return f"Saved the export {name}, {through}."
    changed = _differing(kept.export, before.export)
    if not changed:
        return f"The export {name} is saved as it is already."
    renamed = f" It was called {quoted(before.export.name or '')}." if "name" in changed else ""
    through = ""
    if "connection" in changed:
        now = kept.export.connection
        through = f" It goes through {quoted(now)} now." if now else " It sends nothing until a connection is attached."
    return f"Changed the saved export {name}: {', '.join(changed)}.{renamed}{through}"


def replaced(wanted: Definition, base: Definition | None, before: SavedExport | None) -> str:
    """Return what somebody else had changed meanwhile, and what became of it."""
    if base is None or before is None:
        return ""
    theirs = _differing(before.export, base)
    mine = [name for name in _differing(wanted, before.export) if name in theirs]
    if not theirs:
        return ""
    who = f"{harmless(before.updater)} had changed {', '.join(theirs)} at {before.updated:%Y-%m-%d %H:%M} UTC"
    if not mine:
        return f"{who}; that stays."
    return f"{who}; of that, yours replaces {', '.join(mine)}."


def _differing(one: Definition, other: Definition) -> list[str]:
    """Return the names of what differs, of the options each by its name."""
    parts = [name for name in PARTS if getattr(one, name) != getattr(other, name)]
    return parts + [name for name, value in vars(one.options).items() if value != getattr(other.options, name)]


def say(*sentences: str) -> None:
    """Say what was done, and that nothing was sent."""
    told = " ".join([*filter(None, sentences), "Nothing was sent."])
    saying.say(show.filled(told))
