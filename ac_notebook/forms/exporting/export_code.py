"""An export form as code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.core.getipython import get_ipython

from ac_notebook.errors import quoted
from ac_notebook.model.code import code_of

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

    from ac_notebook.forms.base.texts import Words
    from ac_notebook.runs.export import Export


def variable_of(frame: pd.DataFrame) -> str:
    """Return the name of the notebook's variable that holds a frame; "" where none does."""
    names = dict(getattr(get_ipython(), "user_ns", {}))  # a copy: a cell that runs meanwhile may add variables
    return next((name for name, value in names.items() if value is frame and name[:1] != "_"), "")


def code_for(export: Export, *, saved: Collection[str], words: Words, frame: str = "") -> str:
    """Return the code that makes an export, and exports the frame with it. Never a key.

    Parameters
    ----------
    export
        The export.
    saved
        Names of the connections that are saved: code in another kernel can name those only.
    words
        Of the comments.
    frame
        Name of the variable that holds the frame; "" for none: then it is ``df``, and a comment says what that is.
    """
    made = code_of(export)
    before = ["import ac_notebook as ac", ""]
    given = export.given
    if given is not None and export.connection not in saved:
        named = f"    connection={export.connection!r},\n"
        if given.is_sandbox:
            before.append("sandbox = ac.sandbox.start()")
            made = made.replace(named, "    connection=sandbox.connection,\n", 1)
        else:
            unsaved = words("The connection {name} is not saved yet; Save in the form offers to save it, too.")
            before.append(f"# {unsaved.format(name=quoted(export.connection))}")
    what = words("df is the DataFrame that the form was made of.")
    about = [] if frame else [f"# {what}"]
    return "\n".join([*before, f"export = {made}", *about, f"report = {frame or 'df'}.activecampaign.export(export)"])
