"""The live summary of what a form's export would do: numbers, problems, warnings. Nothing is sent for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ipywidgets

from ac_notebook.model.guards import RIGHTS
from ac_notebook.model.outcome import Outcome
from ac_notebook.runs import show
from ac_notebook.runs.guards import guards_met
from ac_notebook.runs.report import rows_of
from ac_notebook.runs.rights import missing_rights
from ac_notebook.runs.summary import plain_counts, problem_counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ac_notebook.forms.base.controls import Controls
    from ac_notebook.forms.base.texts import Words
    from ac_notebook.model.past import ProblemCount
    from ac_notebook.runs.export import Export
    from ac_notebook.runs.plan import Plan

_HIGH, _LOW = "height:480px", "min-height:80px;max-height:480px"
"""High enough for three warnings and four kinds of problems; what is longer is scrolled."""

_MOST_KINDS = 50
_CELL = 'style="text-align:left;padding:1px 8px 1px 0"'


@dataclass(frozen=True, kw_only=True, eq=False)
class Findings:
    """What was found out about an export of a frame; made away from the kernel's thread.

    Parameters
    ----------
    plan
        The plan.
    export
        Of which it is.
    markup
        What is shown: no person's data.
    met
        Guard rails that a run would meet.
    numbers
        What a person has seen who has seen the summary: compared before it is run.
    """

    plan: Plan
    export: Export
    markup: str
    met: tuple[str, ...]
    numbers: tuple[object, ...]

    def is_of(self, export: Export) -> bool:
        """Return whether it is what was found out about this export, through the same connection."""
        same = self.export == export and self.export.identity == export.identity
        return same and self.export.given is export.given


def findings_of(plan: Plan, export: Export, words: Words) -> Findings:
    """Look at a plan, and put what was found into words."""
    met = (*guards_met(plan), *([RIGHTS] if missing_rights(plan) else []))
    problems = problem_counts(plan.problems)
    markup = plan_markup(plan, problem_table(problems, words), words)
    estimate = plan.estimate
    to, departing = plan.connection, plan.departing
    numbers = (
        plan.title, to.host, to.account, tuple(plan.counts), len(problems), estimate.requests, estimate.bytes, met,
        departing.to_change, departing.to_unsubscribe(export.options),
    )  # fmt: skip
    return Findings(plan=plan, export=export, markup=markup, met=met, numbers=numbers)


def plan_markup(plan: Plan, problems: str, words: Words) -> str:
    """Return the numbers and warnings of a plan as HTML, with a table of its problems."""
    facts = [(words("To send"), str(plan.estimate))]
    if plan.segment:
        facts.append((words("Segment"), plan.segment))
    warnings = plan.warnings
    title = words.plural(len(warnings), "{count:,} warning", "{count:,} warnings").format(count=len(warnings))
    more = show.details(title, warnings, is_open=True) + problems
    return show.page(plan.title, facts, rows_of(plain_counts(plan.counts), _planned(words)), more)


def _planned(words: Words) -> dict[Outcome, tuple[str, str]]:
    return {Outcome.NOT_SENT: (words("to send"), words("a run sends these"))}


def problem_table(problems: Sequence[ProblemCount], words: Words) -> str:
    """Return problems as a table: how many rows, in which field, what is wrong, what to do."""
    if not problems:
        said = words("No problems were found in the rows.")
        return f"<p>{show.h(said)}</p>"
    heads = (words("Rows"), words("Outcome"), words("Field"), words("Problem"), words("What to do"))
    head = "".join(f'<th scope="col" {_CELL}>{show.h(text)}</th>' for text in heads)
    rows = "".join(
        "<tr>" + "".join(f"<td {_CELL}>{show.h(text)}</td>" for text in _cells(problem)) + "</tr>"
        for problem in problems[:_MOST_KINDS]
    )
    rest = len(problems) - _MOST_KINDS
    more = words("{count:,} more kinds of problems are in plan.problems.").format(count=rest) if rest > 0 else ""
    if any("ac.Mapping(" in problem.hint for problem in problems[:_MOST_KINDS]):
        more = " ".join(filter(None, [words("What ac.Mapping(…) states in code is set under “Rules” here."), more]))
    title = words("Problems")
    caption = f'<caption style="text-align:left;font-weight:bold">{show.h(title)}</caption>'
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{show.h(more)}"


def _cells(problem: ProblemCount) -> tuple[str, ...]:
    return (f"{problem.rows:,}", problem.outcome, problem.field, f"{problem.reason} [{problem.code}]", problem.hint)


class Summary:
    """The place in which a form shows what its export would do.

    It is low while it only says what is missing; once there were numbers it stays as high as it is, so that nothing
    below it jumps when they change.

    Parameters
    ----------
    controls, words
        The form's.
    """

    def __init__(self, controls: Controls, words: Words) -> None:
        self.words = words
        self._controls = controls
        self._state = controls.status()
        self._body = ipywidgets.HTML(layout=ipywidgets.Layout(width="100%", margin="2px 0"))
        self.findings: Findings | None = None
        """What is shown; None for nothing."""
        self.is_current = False
        """Whether what is shown is of the form as it is now."""
        self.state = self.markup = ""
        """What is said of it, and what is shown."""
        self._had_numbers = False
        self.box = controls.column(controls.heading(words("What a run would do")), self._state, self._body)
        self._put("")

    def checking(self) -> None:
        """Say that it is being found out; what is shown is of before."""
        self.is_current = False
        self._say(self.words("Checking …"))

    def incomplete(self, problems: Sequence[str]) -> None:
        """Say what is missing before anything can be found out."""
        self.is_current = False
        self._say(self.words("Not complete yet. Nothing was sent."))
        self._put("<ul>" + "".join(f"<li>{show.h(one)}</li>" for one in problems) + "</ul>")

    def failed(self, text: str, *, is_after_run: bool = False) -> None:
        """Say why nothing can be found out; right after a run, no word about what was sent."""
        self.is_current = False
        said = self.words("This cannot be run again as it is.")
        self._say(said if is_after_run else self.words("This cannot be run as it is. Nothing was sent."))
        self._put("".join(f"<p>{show.h(line)}</p>" for line in text.splitlines()))

    def show(self, findings: Findings, *, is_after_run: bool = False) -> None:
        """Show what was found out; right after a run, that it is about another one."""
        self.findings, self.is_current = findings, True
        self._had_numbers = True
        said = self.words("Checked. This is what another run would do now; nothing of that was sent.")
        self._say(said if is_after_run else self.words("Checked. Nothing was sent."))
        self._put(findings.markup)

    def is_run(self) -> None:
        """Say that what is shown is being run."""
        self._say(self.words("This is being run now."))

    def _say(self, text: str) -> None:
        self.state = text
        self._controls.say(self._state, text)

    def _put(self, markup: str) -> None:
        self.markup = markup
        label = show.h(self.words("Summary"))
        height = _HIGH if self._had_numbers else _LOW
        # A wide table in it is moved within it, and does not make the form as wide.
        look = "overflow:auto;width:0;min-width:100%;overflow-wrap:break-word;line-height:1.4"
        style = f"{height};{look};border-top:1px solid {show.QUIET}"
        self._body.value = f'<div tabindex="0" role="region" aria-label="{label}" style="{style}">{markup}</div>'
