"""Headless commands: run, plan, runs, report, exports. Nothing asks anybody; what happens is a line in the log each.

Neither what they answer nor the log ever holds a key, a password or a person's data.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any

from ac_notebook.answering import CARRY_ON, answered
from ac_notebook.errors import ActiveCampaignError, ConfigurationError, ExportInterrupted
from ac_notebook.model import exit_codes

if TYPE_CHECKING:
    from ac_notebook.answering import Answer
    from ac_notebook.runs.export import Export
    from ac_notebook.runs.plan import Plan
    from ac_notebook.runs.report import Report
    from ac_notebook.storage.data.table import Data

log = logging.getLogger("ac_notebook")


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the headless commands to those of the command line."""
    running = commands.add_parser(
        "run", help="run a saved export with a file or a query",
        description="Run a saved export with the rows of a file or of a query, or with --due those\n"
        "whose schedules say so. Run again, it sends only what is new or changed.",
        epilog=exit_codes.in_words(), formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    _add_source(running, name="?").add_argument("--due", action="store_true", help="run what is due by its schedule")
    running.add_argument(
        "--max-rejected", type=_share, default=0.1, metavar="SHARE",
        help="end with 3 when a larger share of the segment's rows is rejected by our checks (0.1)",
    )  # fmt: skip
    running.add_argument("--first", type=_count, metavar="N", help="send N contacts only: real, but small")
    running.set_defaults(command=answered(_run, is_deed=True))
    planning = commands.add_parser(
        "plan", help="say what a run would do; nothing is sent",
        description="Say what a run would do with the rows of a file or of a query: rows by outcome, requests, "
        "warnings, problems. Nothing is sent.",
    )  # fmt: skip
    _add_source(planning)
    planning.set_defaults(command=answered(_plan))
    _add_looks(commands)


def _add_looks(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    looking = commands.add_parser("runs", help="list the runs, the newest first")
    looking.add_argument("--export", metavar="NAME", help="only runs of this export")
    looking.add_argument("--connection", metavar="NAME", help="only runs through this connection")
    looking.add_argument(
        "--status", metavar="WORD", help="only Queued, Processing, Successful, Skipped, Failed, Canceled"
    )
    looking.add_argument("--last", type=_count, default=50, metavar="N", help="how many at the most (50)")
    looking.set_defaults(command=answered(_runs))
    reporting = commands.add_parser("report", help="show what became of a run")
    reporting.add_argument("id", metavar="ID", help="the run's id, or its beginning")
    reporting.set_defaults(command=answered(_report))
    listing = commands.add_parser("exports", help="list the saved exports")
    listing.set_defaults(command=answered(_exports))
    for parser in (looking, reporting, listing):
        parser.add_argument("--json", action="store_true", help="answer in JSON")


def _add_source(parser: argparse.ArgumentParser, *, name: str | None = None) -> argparse._MutuallyExclusiveGroup:
    parser.add_argument("name", metavar="NAME", nargs=name, help="a saved export, or the JSON file of one")
    source = parser.add_argument_group("the rows: a file or a query")
    one = source.add_mutually_exclusive_group(required=True)
    one.add_argument("--data", metavar="FILE", help="Parquet, Feather, CSV or JSON Lines; the last two may be .gz")
    one.add_argument("--query", metavar="SQL", help="a SELECT, with --url or --url-variable; needs the extra sql")
    source.add_argument(
        "--format", choices=("parquet", "feather", "csv", "jsonl"), help="what the file is (its name's ending says)"
    )
    source.add_argument("--separator", metavar="SIGN", help="of CSV: one sign, or tab (a comma; a tab in .tsv)")
    source.add_argument("--encoding", metavar="NAME", help="of CSV, such as cp1252 (utf-8)")
    source.add_argument("--decimal", metavar="SIGN", help="of CSV: the sign before decimals, with --dtype (.)")
    source.add_argument(
        "--dtype", action="append", default=[], metavar="COLUMN=TYPE",
        help="of CSV: a column that is int64, float64, bool, date or datetime; all others are text as it stands in the "
        "file. What the segment names is otherwise typed as pandas.read_csv does. May be repeated",
    )  # fmt: skip
    source.add_argument(
        "--url-variable", metavar="NAME", help="environment variable with the database's URL, as SQLAlchemy writes it"
    )
    source.add_argument("--url", help="the URL itself, if there is no password in it: everybody here can read it")
    parser.add_argument(
        "--allow", action="append", default=[], metavar="RAIL", help="let it pass a guard rail; repeatable"
    )
    parser.add_argument("--resend", choices=("changed", "all"), help="all sends everything, not only what changed")
    parser.add_argument(
        "--wait", type=float, metavar="SECONDS", help="for the confirmation after the last request (600)"
    )
    parser.add_argument("--json", action="store_true", help="answer in JSON: the report, or the error")
    return one


def _run(given: argparse.Namespace, answer: Answer) -> tuple[int, str]:
    if given.due or given.name is None:
        from ac_notebook import scheduled  # noqa: PLC0415 - loads pandas

        return scheduled.run(given, answer, _run)
    from ac_notebook.runs.headless import note_failure  # noqa: PLC0415 - loads pandas
    from ac_notebook.runs.summary import unmet  # noqa: PLC0415 - loads pandas

    export = _named(given, answer)
    with note_failure(export), ExitStack() as stack:
        made = _planned(given, export, answer, stack)
    try:
        report = made.run(first=given.first, progress=False)
    except ActiveCampaignError as error:
        _put_report(answer, error.report)
        raise
    except Exception:
        _put_report(answer, _told_of(made))
        raise
    except KeyboardInterrupt:  # when the run had ended, or was left: what it did is told all the same
        told = _told_of(made)
        if told is None:
            raise
        report = told
    _put_report(answer, report)
    if report.status == "Canceled":
        stopped = ExportInterrupted("The export was stopped.", hint=CARRY_ON)
        stopped.report = report
        raise stopped
    missing = unmet(report, max_rejected=given.max_rejected)
    if missing:
        log.error("Not everything was done: %s.", missing)
        answer["missing"] = missing
    return exit_codes.ROWS if missing else exit_codes.DONE, repr(report)


def _told_of(made: Plan) -> Report | None:
    """Return the report of a plan's run, which an interrupt or a bug has taken away; None before there is one."""
    from ac_notebook.runs.last import last_report  # noqa: PLC0415 - loads pandas

    with suppress(ConfigurationError):
        report = last_report()
        return report if report.plan is made else None
    return None


def _plan(given: argparse.Namespace, answer: Answer) -> tuple[int, str]:
    from ac_notebook.runs.headless import plan_to_dict  # noqa: PLC0415 - loads pandas

    with ExitStack() as stack:
        made = _planned(given, _named(given, answer), answer, stack)
    answer["plan"] = plan_to_dict(made)
    return exit_codes.DONE, repr(made)


def _named(given: argparse.Namespace, answer: Answer) -> Export:
    from ac_notebook.runs.headless import named  # noqa: PLC0415 - loads pandas

    answer["export"] = given.name
    export = named(given.name)
    answer["export"] = export.name
    return export


def _planned(given: argparse.Namespace, export: Export, answer: Answer, stack: ExitStack) -> Plan:
    from ac_notebook.runs.headless import plan_of  # noqa: PLC0415 - loads pandas

    data = _data(given, stack)
    answer["data"] = data.words
    choices = {"allow": frozenset(given.allow), "resend": given.resend, "wait": given.wait}
    made = plan_of(export, data, **{name: value for name, value in choices.items() if value not in (None, frozenset())})
    answer["rows"] = len(made.index)
    for warning in made.warnings:
        log.warning("%s", warning)
    return made


def _data(given: argparse.Namespace, stack: ExitStack) -> Data:
    from ac_notebook.storage.data.delimited import Dialect  # noqa: PLC0415 - loads pyarrow
    from ac_notebook.storage.data.query import Query  # noqa: PLC0415
    from ac_notebook.storage.data.table import open_data  # noqa: PLC0415

    stated = {name: getattr(given, name) for name in ("separator", "encoding", "decimal")}
    stated = {name: value for name, value in stated.items() if value is not None}
    if given.query is None:
        if given.url is not None or given.url_variable is not None:
            raise ConfigurationError("--url and --url-variable are of a --query.", hint="Leave them out.")
        dialect = Dialect(**stated, types=dict(_stated_type(text) for text in given.dtype))
        return open_data(given.data, form=given.format, dialect=dialect)
    if stated or given.dtype or given.format:
        msg = "A format, a separator, an encoding, decimals and dtypes are of a file."
        raise ConfigurationError(msg, hint="Leave them out: what a query gives has types of its own.")
    return stack.enter_context(Query.of(given.query, _url(given)))


def _url(given: argparse.Namespace) -> str:
    if (given.url is None) == (given.url_variable is None):
        msg = "A --query needs the database's URL, once."
        hint = "Put it into an environment variable, and name that: --url-variable DATABASE_URL."
        raise ConfigurationError(msg, hint=hint)
    if given.url is not None:
        if _has_password(given.url):
            log.warning("A password on a command line can be read by everybody on this machine: use --url-variable.")
        return str(given.url)
    if "/" in given.url_variable or "=" in given.url_variable:
        msg = "--url-variable takes the name of an environment variable, not a URL."  # which may hold a password
        raise ConfigurationError(msg, hint="Write --url-variable DATABASE_URL, and set that to the URL.")
    url = os.environ.get(given.url_variable, "").strip()
    if not url:
        msg = f"The environment variable {given.url_variable!a} is not set."
        raise ConfigurationError(msg, hint="Set it to the database's URL.")
    return url


def _has_password(url: str) -> bool:
    user, at, _ = url.split("://", 1)[-1].rpartition("@")
    return bool(at and ":" in user) or "password=" in url.casefold()


def _stated_type(text: str) -> tuple[str, str]:
    column, sign, kind = text.rpartition("=")
    if not sign or not column:
        raise ConfigurationError(
            f"--dtype takes COLUMN=TYPE, not {text!a}.", hint="Write such as --dtype points=int64."
        )
    return column, kind


def _put_report(answer: Answer, report: Report | None) -> None:
    answer["report"] = report.to_dict() if report is not None else None


def _runs(given: argparse.Namespace, answer: Answer) -> tuple[int, str]:
    from ac_notebook.runs.past import runs  # noqa: PLC0415 - loads pandas

    table = runs(given.export, connection=given.connection, status=given.status).iloc[: given.last]
    seconds = table.assign(took=table["took"].map(_seconds, na_action="ignore"))
    answer["runs"] = json.loads(seconds.to_json(orient="records", date_format="iso", default_handler=str))
    return exit_codes.DONE, table.to_string(index=False, max_colwidth=60) if len(table) else "Nothing has run yet."


def _seconds(took: Any) -> Any:
    return took.total_seconds()


def _report(given: argparse.Namespace, answer: Answer) -> tuple[int, str]:
    from ac_notebook.runs.past import report  # noqa: PLC0415 - loads pandas

    found = report(given.id)
    answer["report"] = found.to_dict()
    return exit_codes.DONE, repr(found)


def _exports(_: argparse.Namespace, answer: Answer) -> tuple[int, str]:
    from ac_notebook.runs.exports_table import exports  # noqa: PLC0415 - loads pandas

    table = exports()
    answer["exports"] = json.loads(table.to_json(orient="records", date_format="iso", default_handler=str))
    return exit_codes.DONE, table.to_string(index=False, max_colwidth=60) if len(table) else "No export is saved yet."


def _share(text: str) -> float:
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError("a share is a number from 0 to 1, such as 0.1, or 10%")
    return share


def _count(text: str) -> int:
    if not text.isdecimal() or len(text) > 9 or int(text) < 1:  # noqa: PLR2004 - a thousand million are enough
        raise argparse.ArgumentTypeError("a number, one or more")
    return int(text)
