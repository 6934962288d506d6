"""Exports where no person is: a saved definition, a file or a query, and an answer that a machine can read."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ac_notebook.errors import ActiveCampaignError, ConfigurationError, ExportInterrupted, StateError
from ac_notebook.frames.customer_keys import key_column
from ac_notebook.frames.excerpts import spread
from ac_notebook.frames.notices import not_mapped, numbers_as_text
from ac_notebook.model.segment import condition_of
from ac_notebook.runs.departures import departed_counts
from ac_notebook.runs.excerpt import read_excerpt
from ac_notebook.runs.export import Export
from ac_notebook.runs.exports import plan
from ac_notebook.runs.given import segment_in_words
from ac_notebook.runs.given_export import attached, export_of, given_of
from ac_notebook.runs.looking_up import look_up
from ac_notebook.runs.noted import note_not_begun
from ac_notebook.runs.progress import log
from ac_notebook.runs.summary import plain_counts, problem_counts
from ac_notebook.storage.fingerprint_key import fingerprint_key
from ac_notebook.storage.home import find_home

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ac_notebook.runs.excerpt import Excerpt
    from ac_notebook.runs.plan import Plan
    from ac_notebook.storage.data.table import Data


def named(name: str) -> Export:
    """Return a saved export, or the one that a file describes.

    Parameters
    ----------
    name
        The saved export's name; else a path to an export's JSON file.

    Raises
    ------
    ConfigurationError
        When there is neither.
    """
    try:
        return Export.named(name)
    except ConfigurationError:
        if not name.casefold().endswith(".json") and os.sep not in name:
            raise
    return Export.read(name)


def plan_of(export: Export, data: Data, **choices: Any) -> Plan:
    """Read what an export needs of a file or query, and plan it. Nothing is sent.

    Parameters
    ----------
    export
        The definition.
    data
        The rows.
    **choices
        ``wait``, ``resend``, ``allow`` and ``share``, as for :func:`ac_notebook.plan`.

    Returns
    -------
    Plan
        Of all rows there are: those outside the segment are counted, and nothing else of them is kept.

    Raises
    ------
    ConfigurationError
        When it cannot be read or planned.
    """
    # Before the rows are read, which may take minutes.
    given_of(export, connection=None, list=None, mapping=None, tags=(), segment=None, options=choices)
    log.info("%s: reading %s", export.name, data.words)
    excerpt = read_excerpt(
        data, export.mapping, condition=condition_of(export.segment), key=export.options.key
    )  # fmt: skip
    log.info("%s: %d rows read, %d of them in the segment", export.name, excerpt.total, len(excerpt.positions))
    # The rows are those of the segment already.
    made = plan(excerpt.frame, export.replace(segment=None), progress=False, **choices)
    if data.is_text:
        made = replace(made, notices=(*made.notices, *numbers_as_text(made.frozen, made.columns)))
    return _of_all_rows(made, excerpt, export)


def _of_all_rows(made: Plan, excerpt: Excerpt, export: Export) -> Plan:
    """Return the plan of an excerpt as one of the table that it is from."""
    known_by = () if export.options.key is None else (key_column(excerpt.first, export.options.key),)
    notices = (*made.notices, *not_mapped(excerpt.first, (*made.columns, *known_by)))
    made = replace(
        made,
        export=made.export.replace(segment=export.segment),
        segment=segment_in_words(export.segment),
        notices=tuple(dict.fromkeys(notices)),
    )
    if len(excerpt.positions) == excerpt.total:
        return made
    inside = np.zeros(excerpt.total, dtype=bool)
    inside[excerpt.positions] = True
    frozen = made.frozen.copy(deep=False)
    frozen.index = pd.Index(excerpt.positions)
    people = None
    if made.people is not None:
        people = np.zeros(excerpt.total, np.uint64)
        people[excerpt.positions] = made.people
    return look_up(
        replace(
            made,
            frozen=frozen,
            index=pd.RangeIndex(excerpt.total),
            inside=inside,
            prepared=spread(made.prepared, excerpt.positions, excerpt.total),
            people=people,
        ),
        key=fingerprint_key(find_home()),
    )


@contextmanager
def note_failure(export: Export) -> Iterator[None]:
    """Write down a run that came to no plan, as one that failed: there is no file, or a column is gone.

    Parameters
    ----------
    export
        What was to be run.
    """
    try:
        yield
    except ExportInterrupted:
        raise
    except Exception as error:
        connection = None
        with suppress(ActiveCampaignError):
            connection = attached(export)
        with suppress(StateError):  # what did not work says more
            note_not_begun(export_of(export), error, connection=connection)
        raise


def plan_to_dict(made: Plan) -> dict[str, Any]:
    """Return a plan as plain values for JSON: counts, estimate, warnings, problems by kind. No rows, and no labels.

    Parameters
    ----------
    made
        The plan.
    """
    estimate = made.estimate
    return {
        "title": made.title, "segment": made.segment, "counts": plain_counts(made.counts),
        "people": departed_counts(made.departing),
        "requests": estimate.requests, "bytes": estimate.bytes, "seconds": estimate.seconds,
        "warnings": list(made.warnings),
        "problems": [problem.to_dict() for problem in problem_counts(made.problems)],
    }  # fmt: skip
