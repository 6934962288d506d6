"""Writing down what is told of a run afterwards: when it may run, when it begins to send, and when it ends."""

from __future__ import annotations

import platform
import uuid
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import pandas as pd

from ac_notebook.errors import ActiveCampaignError, StateError, quoted
from ac_notebook.frames.fingerprints import digest_of_rows
from ac_notebook.frames.labels import shown
from ac_notebook.model.export import Options
from ac_notebook.model.past import MappedColumn
from ac_notebook.model.segment import condition_of
from ac_notebook.remote.client import StoppedError
from ac_notebook.remote.clock import SystemClock
from ac_notebook.runs import show
from ac_notebook.runs.departures import departed_counts
from ac_notebook.runs.history import segment_digest
from ac_notebook.runs.problems import all_problems
from ac_notebook.runs.progress import log
from ac_notebook.runs.record import user_name
from ac_notebook.runs.summary import failure_of, problem_counts, without_numbers
from ac_notebook.runs.warnings import warnings_of
from ac_notebook.storage import run_records
from ac_notebook.storage.database import open_database
from ac_notebook.storage.fingerprint_key import fingerprint_key
from ac_notebook.storage.home import find_home
from ac_notebook.storage.journal import Scope
from ac_notebook.storage.run_entries import RunEntry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ac_notebook.model.export import Export
    from ac_notebook.runs.connection import Connection
    from ac_notebook.runs.plan import Plan
    from ac_notebook.runs.run import Run
    from ac_notebook.storage.database import StateDatabase

PACKAGES = ("ac-notebook", "pandas", "numpy", "pyarrow")
"""Whose versions are kept, beside Python's."""

_MOST_WARNINGS = 50

_CHOSEN_BY = {"": "", "rows chosen by a function": "function", "rows chosen by a mask": "mask"}


@contextmanager
def noted(run: Run) -> Iterator[StateDatabase]:
    """Open the database for a run that has the lease of its export, and write it down to its end, however it ends.

    Runs of the export whose processes were killed are written off first.

    Parameters
    ----------
    run
        The run.

    Raises
    ------
    StateError
        When its beginning cannot be written down. That its end cannot be is logged: it is no reason to lose the report,
        and what was sent stands in the journal.
    """
    with closing(open_database(find_home())) as database:
        run_records.end_killed(database, run.plan.scope, but=run.id)
        run_records.begin(database, _entry_of(run), beginning_of(run.plan, first=run.first))
        try:
            yield database
        except BaseException as error:
            if not isinstance(error, StoppedError):  # it was stopped before anything was sent, which is no error
                run.error = error
            raise
        finally:
            _end(run, database)


@contextmanager
def refusal_noted(run: Run) -> Iterator[None]:
    """Write down a run that is not allowed to begin: nobody agreed, a right is missing, a connection is gone."""
    try:
        yield
    except ActiveCampaignError as error:
        run.error = error
        with suppress(StateError), closing(open_database(find_home())) as database:  # what did not work says more
            run_records.begin(database, _entry_of(run), beginning_of(run.plan, first=run.first))
            _end(run, database)
        raise


def note_not_begun(
    export: Export, error: Exception, *, connection: Connection | None = None, now: datetime | None = None
) -> str:  # fmt: skip
    """Write down a run without a person that came to no plan: a file that is not there, a column that is gone.

    Parameters
    ----------
    export
        What was to be run.
    error
        Why it was not.
    connection
        Through which; None where it could not be found.
    now
        When; the connection's time, or the machine's, when None.

    Returns
    -------
    str
        Id of the run, for :func:`ac_notebook.report`.
    """
    moment = now or (connection.link.clock if connection is not None else SystemClock()).now()
    number, account = (export.list if isinstance(export.list, int) else 0), ""
    entry = RunEntry(
        run=uuid.uuid4().hex[:8], scope=Scope(account=account, list=number, identity=export.identity), state="Queued",
        list_name=_storable(str(export.list)), user=_storable(user_name()), started=moment,
    )  # fmt: skip
    if connection is not None:
        created = connection.created.isoformat() if connection.created is not None else ""
        entry = replace(
            entry, scope=replace(entry.scope, account=connection.account), connection=connection.name, origin=created,
            owner=connection.owner,
        )  # fmt: skip
    beginning = {
        "title": _title(export, connection), "host": connection.host if connection is not None else "",
        "versions": versions(), "options": _options(export.options),
    }  # fmt: skip
    condition = condition_of(export.segment)  # its words may name somebody
    failure = failure_of(error, hidden=[condition, repr(condition)[1:-1]] if condition else [])
    ending = {"error": failure.to_dict() if failure is not None else None}
    with closing(open_database(find_home())) as database:
        run_records.begin(database, entry, beginning)
        run_records.end(database, entry.run, state="Failed", counts={}, requests=0, ended=moment, details=ending)
    return entry.run


def _title(export: Export, connection: Connection | None) -> str:
    """Return where a run was to go of which that was not looked up."""
    sandbox = "SANDBOX · " if connection is not None and connection.is_sandbox else ""
    through = f" at {quoted(connection.name)}" if connection is not None else ""
    return f"{sandbox}Export to {export.list if isinstance(export.list, int) else quoted(export.list)}{through}"


def note_sending(run: Run, database: StateDatabase) -> None:
    """Write down that a run begins to send."""
    run_records.go_on(database, run.id, state="Processing", counts=_counts(run))


def note_refreshed(run: Run) -> None:
    """Write down what became of a run's rows since it ended."""
    with closing(open_database(find_home())) as database:
        _end(run, database)


def numbers_of(run: Run) -> dict[str, float]:
    """Return requests, bytes and seconds of a run that is over."""
    counters = run.states.counters
    return {
        "requests": counters["imports"], "questions": counters["questions"], "bytes": counters["bytes"],
        "lookups": counters["lookups"], "reads": counters["reads"], "repeated": counters["repeated"],
        "rate limited": counters["rate limited"],
        "seconds": (run.over_at() - run.started).total_seconds(), "seconds sending": run.seconds_sending,
    }  # fmt: skip


def beginning_of(plan: Plan, *, first: int | None) -> dict[str, Any]:
    """Return what is told of a run's beginning: what was to be sent where, and how. Never a value of a person.

    Parameters
    ----------
    plan
        What is run.
    first
        How many contacts are sent at the most; None for all.
    """
    key, mapping = fingerprint_key(find_home()), plan.export.mapping
    columns = [
        MappedColumn(
            target=show.name(column.target), column=show.name(shown(column.label)),
            dtype=_dtype(plan.frozen.iloc[:, place].dtype), blank="clear" if column.clears else "",
            format=mapping.formats.get(column.name, ""), separator=mapping.separators.get(column.name, ""),
        ).to_dict()
        for place, column in enumerate(plan.columns)
    ]  # fmt: skip
    return {
        "title": plan.title, "host": plan.connection.host, "account name": plan.connection.account_name,
        "mapping": columns, "tags": list(plan.export.tags), "options": _options(plan.export.options), "first": first,
        "segment": {
            "name": _segment_name(plan), "chosen by": _CHOSEN_BY.get(plan.segment, "query"),
            "digest": segment_digest(plan.segment, key),
        },
        "frame": {
            "rows": len(plan.index), "in segment": int(plan.inside.sum()),
            "digest": digest_of_rows(plan.prepared.addresses, plan.prepared.contents, key),
        },
        "warnings": [without_numbers(warning) for warning in warnings_of(plan, key=key)[:_MOST_WARNINGS]],
        "versions": versions(),
    }  # fmt: skip


def versions() -> dict[str, str]:
    """Return the versions that a run is made with."""
    found = {package: said for package in PACKAGES if (said := _version_of(package))}
    return {"python": platform.python_version(), **found}


@cache  # what was loaded stays so, and a look into its metadata takes a millisecond
def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # a copy that was not installed
        return ""


def _entry_of(run: Run) -> RunEntry:
    plan, connection = run.plan, run.plan.connection
    created = connection.created
    return RunEntry(
        run=run.id, scope=plan.scope, list_name=_storable(plan.contact_list.name), connection=connection.name,
        origin=created.isoformat() if created is not None else "", owner=connection.owner,
        user=_storable(user_name()), state="Queued", started=run.started, counts=_counts(run),
    )  # fmt: skip


def _end(run: Run, database: StateDatabase) -> None:
    states, error = run.states, failure_of(run.error)
    problems = problem_counts(all_problems(run.plan.prepared, states.problems, states.outcome))
    details = {
        "opening": run.opening, "error": error.to_dict() if error is not None else None, "numbers": numbers_of(run),
        "problems": [problem.to_dict() for problem in problems], "people": departed_counts(run.departing),
    }  # fmt: skip
    try:
        run_records.end(
            database, run.id, state=run.status, counts=_counts(run), requests=states.counters["imports"],
            ended=run.over_at(), details=details,
        )  # fmt: skip
    except StateError as problem:
        log.warning("The end of run %s cannot be written down for ac.runs(): %s", run.id, problem.message)


def _counts(run: Run) -> dict[str, int]:
    return {outcome.word: number for outcome, number in run.states.counts().items() if number}


def _options(options: Options) -> dict[str, Any]:
    """Return the options that differ from what they are by themselves."""
    usual = vars(Options())
    chosen = {name: value for name, value in vars(options).items() if value != usual[name]}
    if "key" in chosen:  # any label of a column, of which only texts are kept as they are
        chosen["key"] = show.name(options.key if isinstance(options.key, str) else shown(options.key))
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in chosen.items()}


def _dtype(dtype: object) -> str:
    """Return a dtype's name; that of a dtype of somebody else's is its type's."""
    if isinstance(dtype, pd.api.extensions.ExtensionDtype) and type(dtype).__module__.split(".")[0] != "pandas":
        return type(dtype).__name__
    said = str(dtype)
    # A plan's own form of lists of text, each distinct list once (frames.sequences).
    return "object" if said.startswith("dictionary<values=large_list") else show.name(said)


def _segment_name(plan: Plan) -> str:
    """Return the name of a segment that has one; the words of others may name somebody, and are not kept."""
    return str(getattr(getattr(plan.export, "segment", None), "name", None) or "")


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
