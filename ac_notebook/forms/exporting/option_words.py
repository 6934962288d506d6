"""What each option of an export is called in a form, what it can be, and what it does in a sentence."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ac_notebook.runs import show

if TYPE_CHECKING:
    from ac_notebook.forms.base.texts import Words

WAITS = (0.0, 60.0, 600.0, 3600.0, math.inf)
"""Seconds that are offered."""

SHARES = (1.0, 0.75, 0.5, 0.25, 0.1)
"""Parts of an account's limits that are offered."""


@dataclass(frozen=True, kw_only=True)
class OptionWords:
    """The words of an option.

    Parameters
    ----------
    label
        What it is called.
    says
        What it does.
    choices
        What it can be, in words, where that is one of a few.
    warns
        What is said in place of that once it is ticked.
    """

    label: str
    says: str
    choices: tuple[tuple[str, Any], ...] = ()
    warns: str = ""


def option_words(words: Words) -> dict[str, OptionWords]:
    """Return the words of each option, by its name in ``Options``."""
    return _of_sending(words) | _of_rows(words) | _of_departures(words)


def _of_sending(words: Words) -> dict[str, OptionWords]:
    return {
        "run_automations": OptionWords(
            label=words("Run automations"),
            says=words("Not ticked: ActiveCampaign is told to start no automations for what it imports."),
            warns=words(
                "⚠ Automations of ActiveCampaign then start for everybody who joins the list. What they send cannot "
                "be called back."
            ),
        ),
        "resend": OptionWords(
            label=words("Send"),
            says=words("What was imported and has not changed since is not sent again, unless everything is."),
            choices=((words("What is new or changed"), "changed"), (words("Everything"), "all")),
        ),
        "wait": OptionWords(
            label=words("Wait for confirmation"),
            says=words("How long a run waits, after the last request, for ActiveCampaign to confirm that all arrived."),
            choices=tuple((wait_in_words(seconds, words), seconds) for seconds in WAITS),
        ),
        "share": OptionWords(
            label=words("Share of the limits"),
            says=words("How much of the account's limits a run may use; the rest is left to others."),
            choices=tuple((f"{part:.0%}", part) for part in SHARES),
        ),
    }


def _of_rows(words: Words) -> dict[str, OptionWords]:
    return {
        "timezone": OptionWords(
            label=words("Time zone"),
            says=words("The zone of dates and times in columns that name none, such as Europe/Stockholm."),
        ),
        "duplicates": OptionWords(
            label=words("Rows of one address"),
            says=words("Which row is sent where several have the same address."),
            choices=(
                (words("Send the first that can be sent"), "first"), (words("Send the last"), "last"),
                (words("Send none of them"), "reject"),
            ),
        ),
        "phone_region": OptionWords(
            label=words("Region of phones"),
            says=words(
                "With a region, phones are checked and written in international form; those without a country are "
                "taken to be of it."
            ),
        ),
    }  # fmt: skip


def _of_departures(words: Words) -> dict[str, OptionWords]:
    keep = (words("Leave them on the list"), "keep")
    unsubscribe = (words("Unsubscribe them; that cannot be undone"), "unsubscribe")
    return {
        "leavers": OptionWords(
            label=words("Who has left"),
            says=words("People of the last run who are in no row now."),
            choices=(keep, (words("Tag them"), "tag"), unsubscribe),
        ),
        "withdrawn": OptionWords(
            label=words("Who says no now"),
            says=words("People who were imported and whose opt-in column says no now."),
            choices=(keep, unsubscribe),
        ),
        "moved": OptionWords(
            label=words("Old addresses"),
            says=words("The old address of a customer who has another one now; it takes a customer key."),
            choices=(keep, unsubscribe),
        ),
        "key": OptionWords(
            label=words("Customer key"),
            says=words("The column that customers are known by, whatever their address. It is not sent."),
        ),
    }


def wait_in_words(seconds: float, words: Words) -> str:
    """Return a number of seconds to wait in words."""
    if seconds == math.inf:
        return words("Until all is confirmed")
    return show.duration(seconds) if seconds else words("Not at all")
