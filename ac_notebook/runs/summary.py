"""What a report of a run says in numbers and sentences, of a run that has just ended as of one long ago."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol

from ac_notebook.errors import ActiveCampaignError, ConfigurationError
from ac_notebook.frames.labels import shown
from ac_notebook.model.past import Failure, ProblemCount
from ac_notebook.model.problems import CODES
from ac_notebook.remote.answers import mask_addresses
from ac_notebook.runs import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    import pandas as pd

    from ac_notebook.runs.departures import People
    from ac_notebook.runs.past_report import PastReport
    from ac_notebook.runs.report import Report

MISSING = ("refused", "uncertain", "accepted", "not_sent")
"""Outcomes of rows that could have arrived and did not, as far as is known."""

_MOST_REASONS = 20
"""Different words of ActiveCampaign's that are kept for one kind of problem; what is beyond is counted without them."""

_LONGEST = 500
"""Letters of a message that are kept."""

_LIKE_A_PHONE = re.compile(r"(?<![\w.])[+(]?\d(?:[ ().\-/]{0,2}\d){6,}(?!\w)")
"""Seven digits or more, however they are grouped: a phone may be quoted in another form than it was sent in."""

_DAY_OF_OURS = re.compile(r"(?<![\w.+-])(20\d\d-\d\d-\d\d(?: \d\d:\d\d)?)(?![\w-])")
"""As this package writes moments of runs and agreements."""


def headline(title: str, status: str, *, was_broken_off: bool = False) -> str:
    """Return the first line of a report."""
    why = ", there was nothing to send" if status == "Skipped" else ""
    return f"{title}: {status}{', its process ended before it did' if was_broken_off else why}"


def facts_of(
    run: str, *, started: datetime, numbers: Mapping[str, float], by: str
) -> tuple[tuple[str, str], ...]:  # fmt: skip
    """Return when a run was, and what it sent, as it is shown."""
    took = f", {show.duration(numbers['seconds'])}" if "seconds" in numbers else ""
    facts = [("Run", f"{run}, {started:%Y-%m-%d %H:%M} UTC{took}, by {show.name(by)}")]
    if "requests" in numbers:
        size = f", {show.size(int(numbers['bytes']))}" if "bytes" in numbers else ""
        facts.append(("Sent", f"{show.count(int(numbers['requests']), 'request')}{size}"))
    if numbers.get("repeated"):
        facts.append(("Repeated", f"{show.count(int(numbers['repeated']), 'request')}, because no answer came"))
    return tuple(facts)


def problem_line(number: int, outcome: str, *, target: object, reason: str, code: str) -> str:
    """Return one kind of problem in a line.

    Examples
    --------
    >>> problem_line(3, "rejected", target="email", reason="there is no address", code="email-missing")
    '3 rejected in email: there is no address [email-missing]'
    """
    where = f" in {show.name(target)}" if isinstance(target, str) and target else ""
    return f"{number:,} {outcome}{where}: {reason} [{code}]"


def missing_rows(counts: Mapping[str, int], *, max_rejected: float) -> str:
    """Return in words which rows did not arrive that could have, or that too many were rejected; "" when all is well.

    Parameters
    ----------
    counts
        Rows by outcome.
    max_rejected
        Share of the rows in the segment that may be rejected, from 0 to 1.

    Examples
    --------
    >>> missing_rows({"imported": 90, "rejected": 10}, max_rejected=0.1)
    ''
    >>> missing_rows({"imported": 80, "refused": 1, "rejected": 19}, max_rejected=0.1)
    '1 refused, 19 rejected (19% of the rows, more than 10%)'
    """
    known = {word: int(number) for word, number in counts.items()}
    said = [f"{known[word]:,} {word}" for word in MISSING if known.get(word)]
    inside = sum(known.values()) - known.get("outside_segment", 0)
    rejected = known.get("rejected", 0)
    share = rejected / inside if inside else 0.0
    if share > max_rejected:
        said.append(f"{rejected:,} rejected ({share:.0%} of the rows, more than {max_rejected:.0%})")
    return ", ".join(said)


def unmet(report: Told, *, max_rejected: float) -> str:
    """Return what should have been done and was not, or that too many rows were rejected; "" when all is well.

    Parameters
    ----------
    report
        What became of rows, and of people who were to be unsubscribed or tagged. What a rehearsal left for the next
        run was not to be done.
    max_rejected
        As for :func:`missing_rows`.
    """
    if report.counts.isna().any():
        return "what became of the rows is not known"
    counts = plain_counts(report.counts)
    words: tuple[str, ...] = MISSING
    if report.first is not None and report.status in ("Successful", "Skipped"):
        counts["unchanged"] += counts.pop("not_sent")
        words = tuple(word for word in MISSING if word != "not_sent")
    said = [missing_rows(counts, max_rejected=max_rejected), _missing_people(report.people, words)]
    return "; ".join(filter(None, said))


def _missing_people(people: People, words: Sequence[str]) -> str:
    counts = {word: sum(fates.get(word, 0) for fates in people.values()) for word in words}
    said = ", ".join(f"{number:,} {word}" for word, number in counts.items() if number)
    return f"of the people to be unsubscribed or tagged {said}" if said else ""


def raise_unmet(report: Report | PastReport, *, max_rejected: float) -> None:
    """Raise with what :func:`unmet` returns, if there is any; see :meth:`Report.raise_for_rows`."""
    if isinstance(max_rejected, bool) or not isinstance(max_rejected, int | float) or not 0 <= max_rejected <= 1:
        msg = f"max_rejected is a share of the rows, from 0 to 1, not {max_rejected!r}."
        raise ConfigurationError(msg, hint="max_rejected=0.1 lets one row of ten be rejected.")
    said = unmet(report, max_rejected=max_rejected)
    if said:
        failed = report.error
        hint = f"{failed.message} {failed.hint}".strip() if failed is not None else "See report.problems."
        error = ActiveCampaignError(f"Not everything was done: {said}.", hint=hint)
        error.report = report
        raise error


def problem_counts(problems: pd.DataFrame) -> tuple[ProblemCount, ...]:
    """Return the problems by kind, the most frequent first; no row's label, and no words about people.

    Parameters
    ----------
    problems
        outcome, code, column, field, reason: one row per problem.
    """
    if problems.empty:
        return ()
    groups = problems.groupby(["outcome", "code", "field", "reason"], sort=False, dropna=False, observed=True)
    counted = sorted(
        ((len(rows), key, rows["column"].iloc[0]) for key, rows in groups), key=lambda item: (-item[0], str(item[1]))
    )
    found: dict[tuple[str, str, str, str], tuple[int, object]] = {}
    kinds: dict[tuple[str, str, str], int] = {}
    for number, (outcome, code, target, said), column in counted:
        kind = (str(outcome), str(code), target if isinstance(target, str) else "")
        kinds[kind] = kinds.get(kind, 0) + 1
        reason = kept_words(str(said), code=str(code)) if kinds[kind] <= _MOST_REASONS else CODES[str(code)].reason
        before, label = found.get((*kind, reason), (0, column))
        found[*kind, reason] = (before + number, label)
    return tuple(
        ProblemCount(
            outcome=outcome, code=code, field=show.name(target), rows=number, reason=reason, hint=CODES[code].hint,
            column=show.name(shown(label)) if target and label is not None else "",
        )
        for (outcome, code, target, reason), (number, label) in found.items()
    )  # fmt: skip


def kept_words(reason: str, *, code: str) -> str:
    """Return a problem's reason as it may be kept: what ActiveCampaign said, without what may be people's data.

    Where it was said, what it quotes of the contacts it is about was taken out already; here goes what it may have
    written otherwise than it was sent.

    Examples
    --------
    >>> kept_words("there is no address", code="email-missing")
    'there is no address'
    >>> kept_words(
    ...     "ActiveCampaign refused this row when it checked the request: Phone 070-123 45 67 is in use by "
    ...     "x@example.org",
    ...     code="refused-by-request",
    ... ).rpartition(": ")[2]
    'Phone … is in use by …@…'
    """
    ours = CODES[code].reason
    if reason == ours:
        return ours
    if not reason.startswith(ours):
        return _without_people(reason)
    return f"{ours}{_without_people(reason.removeprefix(ours))}"


def without_numbers(text: str) -> str:
    """Return a sentence of ours without addresses, and without numbers that may be somebody's; a few lines at the most.

    Examples
    --------
    >>> without_numbers("Retry in 60 seconds; request 4711: contact +46 70 123 45 67, since 2026-03-02 09:14 UTC")
    'Retry in 60 seconds; request 4711: contact …, since 2026-03-02 09:14 UTC'
    """
    # Every other part is a day: those of runs are told, and no phone is written so.
    parts = _DAY_OF_OURS.split(_shortened(text))
    return "".join(part if place % 2 else _without_people(part) for place, part in enumerate(parts))


def _without_people(text: str) -> str:
    return _LIKE_A_PHONE.sub("…", mask_addresses(_shortened(text)))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rpartition(' ')[0]} …"


def failure_of(error: BaseException | None, *, hidden: Iterable[str] = ()) -> Failure | None:
    """Return what is told of the error that ended a run; of one that nobody expected, its type only.

    Parameters
    ----------
    error
        The error; None for none.
    hidden
        What is left out of its sentences.
    """
    if error is None:
        return None
    if not isinstance(error, ActiveCampaignError):
        return Failure(kind=type(error).__name__)
    message, hint = error.message, error.hint
    for words in hidden:
        message, hint = message.replace(words, "…"), hint.replace(words, "…")
    return Failure(
        kind=type(error).__name__, message=without_numbers(message), hint=without_numbers(hint),
        status=getattr(error, "status", None), endpoint=getattr(error, "endpoint", ""),
    )  # fmt: skip


def plain_counts(counts: pd.Series[int]) -> dict[str, int]:
    """Return rows by outcome as plain numbers."""
    return {str(word): int(number) for word, number in counts.items()}


class Told(Protocol):
    """What a report of a run that has just ended and one of a run long ago have in common."""

    @property
    def run(self) -> str:
        """The run's id."""

    @property
    def title(self) -> str:
        """Where it went."""

    @property
    def status(self) -> str:
        """How it ended."""

    @property
    def started(self) -> datetime:
        """When it began."""

    @property
    def ended(self) -> datetime | None:
        """When it ended."""

    @property
    def counts(self) -> pd.Series[int]:
        """Rows by outcome."""

    @property
    def people(self) -> People:
        """What became of people for whom the frame does not speak any more."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the plan warned of."""

    @property
    def numbers(self) -> Mapping[str, float]:
        """Requests, bytes and seconds."""

    @property
    def first(self) -> int | None:
        """How many contacts it was asked to send at the most."""

    @property
    def error(self) -> Failure | None:
        """What ended it early."""


def common_dict(report: Told, *, problems: Iterable[ProblemCount]) -> dict[str, Any]:
    """Return what every report holds, as plain values for JSON."""
    return {
        "run": report.run, "title": report.title, "status": report.status, "started": report.started.isoformat(),
        "ended": report.ended.isoformat() if report.ended is not None else None,
        "counts": plain_counts(report.counts) if report.counts.notna().all() else None,
        "people": {cause: dict(counts) for cause, counts in report.people.items()},
        "numbers": {name.replace(" ", "_"): number for name, number in report.numbers.items()},
        "warnings": list(report.warnings), "first": report.first,
        "problems": [problem.to_dict() for problem in problems],
        "error": report.error.to_dict() if report.error is not None else None,
    }  # fmt: skip
