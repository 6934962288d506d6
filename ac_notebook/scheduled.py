"""``ac-notebook run --due``: the scheduled exports that are due, each as if it were named on the command line."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from ac_notebook.errors import ConfigurationError
from ac_notebook.runs.schedules.running import exit_code, run_due

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.runs.schedules.due import Due

_OF_ONE = ("format", "separator", "encoding", "decimal", "url_variable", "url", "first", "resend", "wait")


def run(
    given: argparse.Namespace, answer: dict[str, Any],
    run_one: Callable[[argparse.Namespace, dict[str, Any]], tuple[int, str]],
) -> tuple[int, str]:  # fmt: skip
    """Run what is due, and return the exit code and a line for each.

    Parameters
    ----------
    given
        What was written on the command line.
    answer
        Gets what is told in JSON.
    run_one
        Runs one export as if its name, its file and how that is read had been written there.

    Raises
    ------
    ConfigurationError
        When something was written that is for one export only.
    """
    if not given.due:
        raise ConfigurationError("No export is named.", hint="Write its name first; ac-notebook exports lists them.")
    told = ["NAME"] if given.name is not None else []
    told += [f"--{name.replace('_', '-')}" for name in _OF_ONE if getattr(given, name) is not None]
    told += [f"--{name}" for name in ("dtype", "allow") if getattr(given, name)]
    if told:
        msg = f"--due runs what the saved schedules say, and takes no {', '.join(told)}."
        raise ConfigurationError(msg, hint="Leave it out. Nothing was sent.")
    parts: dict[str, dict[str, Any]] = {}

    def one(due: Due) -> int:
        part: dict[str, Any] = {}
        parts[due.identity] = part
        code, _ = run_one(_as_written(given, due), part)
        return code

    ran = run_due(one)
    answer["ran"] = [
        {
            "export": each.name, "due": each.due.isoformat(), "result": each.result, "kind": each.kind,
            "message": each.message, "hint": each.hint, "seconds": round(each.seconds, 3), "exit_code": each.code,
            **{name: value for name, value in parts.get(each.identity, {}).items() if name != "export"},
        }
        for each in ran
    ]  # fmt: skip
    lines = [f"{each.name}: {each.result}{f' ({each.kind})' if each.kind else ''}" for each in ran]
    return exit_code(ran), "\n".join(lines) or "Nothing is due."


def _as_written(given: argparse.Namespace, due: Due) -> argparse.Namespace:
    reading = {name: value for name, value in due.reading.items() if name != "dtype"}
    types = [f"{column}={kind}" for column, kind in due.reading.get("dtype", {}).items()]
    return argparse.Namespace(
        **{**vars(given), **reading, "dtype": types, "name": due.name, "data": due.data, "due": False}
    )
