"""Whether a key may do what an export takes: known before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.model.guards import RIGHTS, words_to_allow
from ac_notebook.model.rights import FOR_EXPORTS, IMPORT, LOOK, TAGS, ask_for
from ac_notebook.runs.access import refused

if TYPE_CHECKING:
    from ac_notebook.model.rights import Right
    from ac_notebook.runs.plan import Plan


def missing_rights(plan: Plan) -> list[Right]:
    """Return what the key may not do and a run of the plan would, as far as that was known when it was made."""
    if not (plan.found < 0).any():
        return []
    has_tags = bool(plan.export.tags) or plan.export.mapping.tags is not None
    needed = (*FOR_EXPORTS, *([TAGS] if has_tags else []))
    missing = [right for right in needed if plan.may.get(right) is False]
    if plan.may.get(IMPORT) is None and plan.may.get(LOOK) is False:
        missing.insert(0, IMPORT)
    return missing


def require_rights(plan: Plan) -> None:
    """Raise when the key may not do what a run of the plan takes.

    Raises
    ------
    PermissionDeniedError
        Naming every right that is missing, and what to ask an administrator for.
    """
    missing = missing_rights(plan)
    if missing and RIGHTS not in plan.export.options.allow:
        error = refused(plan.connection.host, missing)
        error.hint = f"{error.hint} Then plan again. {_how(plan)}"
        raise error


def rights_warning(plan: Plan) -> list[str]:
    """Return what a plan says of rights that are missing."""
    missing = missing_rights(plan)
    if not missing:
        return []
    words = " and may not ".join(right.words for right in missing)
    if RIGHTS in plan.export.options.allow:
        return [f"Allowed ({RIGHTS}): it seems that the key's user may not {words}."]
    return [f"The run would stop: the key's user may not {words}. {ask_for(missing)} {_how(plan)}"]


def _how(plan: Plan) -> str:
    allowed = words_to_allow({*plan.export.options.allow, RIGHTS})
    return f"If you know that it may, for what is read of rights is no proof: {allowed}."
