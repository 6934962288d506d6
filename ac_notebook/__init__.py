"""Customers from a pandas DataFrame onto an ActiveCampaign list, from a notebook.

>>> import ac_notebook as ac
>>> customers = ac.sandbox.sample_customers(n=50, seed=1)
>>> with ac.sandbox.start(speed=60) as sandbox:
...     report = customers.activecampaign.export(
...         connection=sandbox.connection, list="Newsletter", mapping={"email": "E-mail", "first_name": "Given name"}
...     )
First run of this export: sending 47 rows.
>>> int(report.counts.sum())
50

============================  ===================================================================================
``connect``, ``connections``  an account, or ``sandbox.start()``; what is saved; ``describe`` shows lists and fields
``suggest_mapping``           which column goes where; ``Mapping`` is what it gives
``validate``                  what the checks find in a frame, without any connection
``plan``, ``export``          what an export would do, and doing it; ``Report`` says what became of every row
``segment``, ``segments``     which rows; ``Segment`` is a condition with a name
``Export``, ``exports``       an export with a name: saved, scheduled, run by ``ac-notebook run``
``runs``, ``report``          what ran, here and elsewhere; ``last_report`` has the rows, too
``read_list``                 the people of a list as a DataFrame
``history``, ``audit``        who did what with which connection; what a notebook gives away
``problem_codes`` …           with ``guard_rails``, ``error_types`` and ``exit_codes`` the tables of all there is
``forms``                     the same by clicking
============================  ===================================================================================

Of these ``validate``, ``plan``, ``export``, ``suggest_mapping``, ``segment`` and ``form`` are verbs of a frame:
``df.activecampaign.plan(…)`` is ``ac.plan(df, …)``. ``help(ac.plan)`` has every parameter, ``help(ac.errors)`` the
errors. Notebooks to read on, in this order: quickstart, mapping-and-validation, connections, forms,
saved-and-scheduled, when-things-go-wrong, a-million-rows, going-live; what-everything-knows and reference to look up.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ac_notebook import accessor, errors
from ac_notebook.model.export import Options
from ac_notebook.model.mapping import Mapping
from ac_notebook.runs.audit import Audit, audit
from ac_notebook.runs.checking import validate
from ac_notebook.runs.connect import Account, connect, connections, describe
from ac_notebook.runs.connection import Connection
from ac_notebook.runs.export import Export
from ac_notebook.runs.exports import export, plan, suggest_mapping
from ac_notebook.runs.exports_table import exports
from ac_notebook.runs.guards import guard_rails
from ac_notebook.runs.last import last_report
from ac_notebook.runs.past import report, runs
from ac_notebook.runs.past_report import PastReport
from ac_notebook.runs.plan import Plan
from ac_notebook.runs.problems import problem_codes
from ac_notebook.runs.progress import Progress
from ac_notebook.runs.record import history
from ac_notebook.runs.reference import error_types, exit_codes
from ac_notebook.runs.report import Report
from ac_notebook.runs.segment import Segment
from ac_notebook.runs.selection import Selection, segment, segments
from ac_notebook.runs.suggestion import Suggestion
from ac_notebook.runs.validation import Validation

if TYPE_CHECKING:
    from ac_notebook import forms, sandbox
    from ac_notebook.runs.read_list import read_list
    from ac_notebook.runs.verify import Verification

__version__ = "0.1.0"

__all__ = [
    "Account",
    "Audit",
    "Connection",
    "Export",
    "Mapping",
    "Options",
    "PastReport",
    "Plan",
    "Progress",
    "Report",
    "Segment",
    "Selection",
    "Suggestion",
    "Validation",
    "Verification",
    "audit",
    "connect",
    "connections",
    "describe",
    "error_types",
    "errors",
    "exit_codes",
    "export",
    "exports",
    "forms",
    "guard_rails",
    "history",
    "last_report",
    "plan",
    "problem_codes",
    "read_list",
    "report",
    "runs",
    "sandbox",
    "segment",
    "segments",
    "suggest_mapping",
    "validate",
]

_LAZY = {"Verification": "runs.verify", "forms": "forms", "read_list": "runs.read_list", "sandbox": "sandbox"}
"""What is loaded when it is first used, and from where: it is not needed to export."""


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        module = importlib.import_module(f"ac_notebook.{_LAZY[name]}")
        return module if name == _LAZY[name] else getattr(module, name)
    msg = f"module 'ac_notebook' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])


def load_ipython_extension(shell: Any) -> None:
    """Add ``%activecampaign`` to IPython; ``%load_ext ac_notebook`` calls it."""
    importlib.import_module("ac_notebook.forms.magic.magics").Magic(shell).load()


def unload_ipython_extension(shell: Any) -> None:
    """Take ``%activecampaign`` away again; ``%unload_ext ac_notebook`` and ``%reload_ext ac_notebook`` call it."""
    importlib.import_module("ac_notebook.forms.magic.magics").Magic(shell).unload()


del accessor  # imported for its registration only
