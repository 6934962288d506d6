"""A plan of an export that differs little from one that was planned: what was checked of the rows is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ac_notebook.errors import ConfigurationError

if TYPE_CHECKING:
    from ac_notebook.runs.export import Export
    from ac_notebook.runs.plan import Plan

_AS_BEFORE = ("name", "memory", "connection", "given", "mapping", "segment")
"""What has to be as it was: a plan takes another list, other tags and options (:meth:`Plan.replace`)."""


def replanned(plan: Plan, *, of: Export, to: Export) -> Plan | None:
    """Return the plan of another export, made of an earlier one; None where the frame has to be looked at again.

    Parameters
    ----------
    plan
        What was planned.
    of
        The export that it is a plan of.
    to
        The export that is to be planned.
    """
    if any(getattr(of, name) != getattr(to, name) for name in _AS_BEFORE) or of.given is not to.given:
        return None
    if of.options.key != to.options.key or type(of.options.key) is not type(to.options.key):
        return None
    options = {name: value for name, value in vars(to.options).items() if name != "key"}
    try:
        return plan.replace(list=to.list, tags=to.tags, **options)
    except ConfigurationError:  # of a list, perhaps, that was made in the account since
        return None
