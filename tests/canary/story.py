"""The story, as a script without a terminal: ``python -m tests.canary.story``; what it prints is searched, too."""

from __future__ import annotations

import logging
import sys
import traceback
import warnings
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import nbformat
from IPython.core.ultratb import VerboseTB
from nbclient import NotebookClient

import ac_notebook as ac
from ac_notebook import cli, errors
from ac_notebook.sandbox import Sandbox
from tests.canary.people import KEY, MAPPING, key, mine, people

if TYPE_CHECKING:
    from collections.abc import Callable

SAVED = "Canary shop"
BY_VARIABLE, WRONG = "By variable", "Wrong one"
"""Connections: saved by the test; with its key, and with a wrong one, in variables of the environment."""

HOST = "acme.api-us1.com"

CELLS = [
    "%xmode Verbose\nimport logging\nimport ac_notebook as ac\nfrom tests.canary.people import MAPPING, people",
    (
        "logging.basicConfig(level=logging.DEBUG)\nfor name in list(logging.root.manager.loggerDict):\n"
        "    logging.getLogger(name).setLevel(logging.DEBUG)"
    ),
    f"df = people()\nconn = ac.connect({SAVED!r})\nconn",
    "account = ac.describe(conn)\naccount.lists",
    "df.activecampaign.suggest_mapping(conn)",
    "check = df.activecampaign.validate(MAPPING, connection=conn)\ncheck",
    "plan = df.activecampaign.plan(connection=conn, list='VIP', mapping=MAPPING, tags=['canary'])\nplan",
    "plan.preview(50)",
    "plan.problems",
    "plan.changes",
    "plan.run(progress=True)",
    "report = ac.last_report()\nreport",
    "report.problems",
    "report.refresh().counts",
    "ac.runs()",
    "ac.report(report.run)",
    "df.activecampaign.plan(connection=conn, list='Nothing', mapping=MAPPING)",
    "df.activecampaign.export(connection='Nobody', list='VIP', mapping=MAPPING)",
    "%tb",
    "ac.connections()",
    (
        "def stop(progress):\n    raise KeyboardInterrupt\n\n"
        "df.activecampaign.export(connection=conn, list='Newsletter', mapping=MAPPING, progress=stop)"
    ),
    "ac.last_report()",
]


def show(*things: Any) -> None:
    """Print what things look like, as text and as a notebook keeps them."""
    for thing in things:
        print(repr(thing), str(thing), getattr(thing, "_repr_html_", str)())


def fail(call: Callable[[], object]) -> None:
    """Have something fail, and print every traceback that there is, with the variables in all frames but ours."""
    try:
        call()
    except (errors.ActiveCampaignError, KeyboardInterrupt) as error:
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        print("".join(shown.format()), "".join(traceback.format_exception(error)))
        print(VerboseTB(theme_name="nocolor", long_header=True).text(type(error), error, error.__traceback__))
        print(error, getattr(error, "hint", ""), getattr(error, "_render_traceback_", str)())
        show(getattr(error, "report", None), getattr(error, "failures", None))
    else:
        raise AssertionError(call)


def stop(_: ac.Progress) -> None:
    """Interrupt, as a person does."""
    raise KeyboardInterrupt


def export(**more: Any) -> ac.Report:
    """Export the people; no variable of this script ever is the frame."""
    return ac.export(people(), **{"list": "VIP", "mapping": MAPPING, "tags": ["spring"], **more})


class Elsewhere(httpx.BaseTransport):
    """Takes requests to any host to a sandbox, as a name server could.

    Parameters
    ----------
    host, app
        The sandbox's.
    """

    def __init__(self, host: str, app: Any) -> None:
        self._host, self._inner = host, httpx.WSGITransport(app=app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as the sandbox does."""
        request.headers["Host"] = self._host
        return self._inner.handle_request(request)


def connected() -> None:
    """Connect with keys of variables: one that is taken, and one that is not."""
    box = Sandbox(api_key=KEY)
    there = partial(ac.connect, host=HOST, agree_to_data_transfer=True, transport=Elsewhere(box.host, box.app))
    show(there(BY_VARIABLE).save())
    fail(lambda: there(WRONG))
    fail(lambda: there("Nothing set"))
    fail(lambda: export(connection=BY_VARIABLE, list="Nothing"))


def sent() -> None:
    """Fail, export, be refused, be interrupted, and carry on."""
    connection = ac.connect(SAVED)
    show(connection, connection.link, connection.verify(), ac.describe(connection))
    fail(lambda: export(connection=connection, mapping={"email": "no such column"}))
    fail(lambda: export(connection=connection.replace(consent=None)))
    fail(lambda: export(connection=connection, progress=stop))
    report = export(connection=connection)
    show(report, report.problems, report.counts, report.facts, report.warnings)
    fail(lambda: export(connection=connection, resend="all"))
    show(export(connection=connection, resend="all"), export(connection=connection, resend="all"), ac.last_report())
    show(ac.connections(), ac.history(), ac.runs(), *map(ac.report, ac.runs()["id"]))
    show(*(ac.report(run).to_dict() for run in ac.runs()["id"]), report.to_dict())
    show(connection.withdraw())
    fail(lambda: export(connection=connection, resend="all"))
    connection.agree().save()


def looked_after() -> None:
    """Rehearse, take it back, look at what was kept, and change the connection; each goes wrong, too."""
    connection = ac.connect(SAVED)
    rehearsal = connection.rehearse(list="VIP", addresses=mine(), confirm=True)
    show(rehearsal, rehearsal.learned, rehearsal.undo(), rehearsal.undo(delete_contacts=True))
    fail(lambda: connection.rehearse(list="Nothing", addresses=mine(), confirm=True))
    fail(lambda: connection.rehearse(list="VIP", addresses=["canary", *mine()], confirm=True))
    fail(lambda: connection.rehearse(list="VIP", addresses=mine()))
    fail(lambda: connection.edit(host=HOST))
    fail(lambda: connection.rotate_key(key_file="nowhere"))
    fail(lambda: connection.rotate_key(key_variable="NOWHERE"))
    fail(lambda: connection.rotate_key(key()))  # type: ignore[arg-type]  # as somebody may type it
    show(connection.edit(name="Canaries", owner="Ann").edit(name=SAVED), connection.verify().access)
    show(ac.history(), connection.history, connection.exports, ac.connections(), connection.consent)


def executed(path: Path) -> None:
    """Execute a notebook in a kernel, and keep it with its outputs and the state of its widgets."""
    notebook: Any = nbformat.v4.new_notebook(  # type: ignore[no-untyped-call]  # as it is
        cells=[nbformat.v4.new_code_cell(source) for source in CELLS]  # type: ignore[no-untyped-call]  # as it is
    )
    NotebookClient(notebook, timeout=120, kernel_name="python3", allow_errors=True, store_widget_state=True).execute()
    said = {output.ename for cell in notebook.cells for output in cell.outputs if output.output_type == "error"}
    assert said == {"ConfigurationError", "ConnectionNotFoundError", "ExportInterrupted"}, said
    assert all(cell.outputs for cell in notebook.cells[2:])
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]  # as it is
    assert ac.audit(path).without_examples().is_clean


def main() -> None:
    """Tell the story, with every logger of every library at DEBUG, on the screen and in a file."""
    logging.basicConfig(level=logging.DEBUG, handlers=[logging.StreamHandler(), logging.FileHandler("story.log")])
    warnings.simplefilter("always")
    for name in list(logging.root.manager.loggerDict):
        logging.getLogger(name).setLevel(logging.DEBUG)
    connected()
    sent()
    looked_after()
    executed(Path("executed.ipynb"))
    for arguments in (["connections"], ["audit", "."], ["audit", "nowhere.ipynb"]):
        print(arguments, cli.main(arguments))
    print("THE END", file=sys.stderr)


if __name__ == "__main__":
    main()
