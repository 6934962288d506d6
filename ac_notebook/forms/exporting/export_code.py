"""An export form as code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.model.code import code_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from ac_notebook.runs.export import Export


def code_for(export: Export, *, saved: Collection[str]) -> str:
    """Return the code that makes an export, and exports ``df`` with it. Never a key.

    Parameters
    ----------
    export
        The export.
    saved
        Names of the connections that are saved: code in another kernel can name those only.
    """
    made = code_of(export)
    before: list[str] = []
    given = export.given
    if given is not None and export.connection not in saved:
        named = f"    connection={export.connection!r},\n"
        if given.is_sandbox:
            before = ["sandbox = ac.sandbox.start()"]
            made = made.replace(named, "    connection=sandbox.connection,\n", 1)
        else:
            before = [f"# The connection {export.connection!r} is not saved yet: connection.save()"]
    return "\n".join([*before, f"export = {made}", "report = df.activecampaign.export(export)"])
