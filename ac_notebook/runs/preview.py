"""The first contacts of a plan, as they would be sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ac_notebook.frames.fingerprints import as_bytes
from ac_notebook.frames.parts import row_parts
from ac_notebook.runs.given import true_or_false, whole_number
from ac_notebook.runs.labels import mask, shown_index
from ac_notebook.runs.tables import Table

if TYPE_CHECKING:
    import pandas as pd

    from ac_notebook.runs.plan import Plan


def preview(plan: Plan, rows: int, *, clear: bool) -> pd.DataFrame:
    """Return the first contacts of a plan; see :meth:`Plan.preview`."""
    rows = whole_number("rows", rows, least=0, hint="Write plan.preview(10).")
    clear = true_or_false("clear", clear, hint="Write clear=True to show people's values.")
    positions = plan.prepared.rows[plan.batches(plan.found).chosen[:rows]]
    parts = as_bytes(
        row_parts(plan.frozen, plan.columns, positions, timezone=plan.export.options.timezone, tags=plan.export.tags)
    )
    titles = {column.field.id: column.target for column in plan.columns if column.field is not None}
    contacts = [_flat(json.loads(part + b"}"), titles) for part in parts]
    if not clear:
        contacts = [{key: value if key == "tags" else mask(value) for key, value in row.items()} for row in contacts]
    index = plan.index[positions] if clear else shown_index(plan.index, positions)
    targets = [column.target for column in plan.columns if column.target != "opt_in"]
    if plan.export.tags and "tags" not in targets:
        targets.append("tags")
    return Table(contacts, index=index, columns=targets, dtype=object)


def _flat(contact: dict[str, Any], titles: dict[int, str]) -> dict[str, str]:
    row = {key: value for key, value in contact.items() if isinstance(value, str)}
    row.update({titles[entry["id"]]: entry["value"] for entry in contact.get("fields", ())})
    if contact.get("tags"):
        row["tags"] = ", ".join(contact["tags"])
    return row
