"""The command line: ``ac-notebook``, or ``python -m ac_notebook``.

``ac-notebook audit`` is also a hook of pre-commit (``.pre-commit-hooks.yaml``). In a ``.pre-commit-config.yaml``, with
the address of this repository and a version::

    repos:
      - repo: …
        rev: v0.1.0
        hooks:
          - id: ac-notebook-audit

Or, where the package is installed: ``repo: local`` with ``entry: ac-notebook audit``, ``language: system`` and
``types: [jupyter]``.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import math
import os
import signal
import sys
import tempfile
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

from ac_notebook import __version__
from ac_notebook import commands as headless
from ac_notebook.answering import nowhere
from ac_notebook.errors import ActiveCampaignError, ConfigurationError, ExportInterrupted, did_you_mean
from ac_notebook.model import exit_codes
from ac_notebook.storage.home import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ac_notebook.sandbox import Quirks, Sandbox
    from ac_notebook.sandbox.faults.plan import Faults

SANDBOX_KEY = "AC_NOTEBOOK_KEY__SANDBOX"
"""Environment variable with the key that ``ac-notebook sandbox`` shall take; it makes one up when it is not set."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, and return its exit code, one of ``ac.exit_codes()``.

    Parameters
    ----------
    arguments
        The command and its options; those of the process when None.
    """
    given = _parser().parse_args(arguments)
    _written_anywhere()
    try:
        with _ended_softly():
            code = int(given.command(given))
            if sys.stdout is not None:
                sys.stdout.flush()  # where a reader that has gone would be noticed at the end of Python only
            return code
    except BrokenPipeError:
        nowhere()  # as a program does whose reader had enough (``| head``): without a word
        return exit_codes.UNREAD
    except ExportInterrupted as error:
        print(error, file=sys.stderr)
        return exit_codes.INTERRUPTED
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return exit_codes.INTERRUPTED
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return exit_codes.CONFIGURATION
    except ActiveCampaignError as error:
        print(error, file=sys.stderr)
        return exit_codes.FAILED


def _written_anywhere() -> None:
    """Have letters that an output has no room for written as escapes, as errors always are."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors in ("strict", "surrogateescape"):
            stream.reconfigure(errors="backslashreplace")


@contextlib.contextmanager
def _ended_softly() -> Iterator[None]:
    """Take the end that a scheduler, a shutdown or a closed terminal asks for as the first Ctrl-C."""
    before = {}
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            # Only where nobody has decided otherwise, as nohup does.
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                before[number] = signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(*_: object) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell starts what a script puts in the background
        raise KeyboardInterrupt
    signal.raise_signal(signal.SIGINT)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ac-notebook", description="Customers from a pandas DataFrame onto an ActiveCampaign list.",
        epilog=exit_codes.in_words(), formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"ac-notebook {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    demo = commands.add_parser("demo", help="export a sample of customers to a sandbox on this machine, and look")
    demo.add_argument("--rows", type=int, default=5_000, help="customers in the sample (5000)")
    demo.add_argument("--seed", type=int, default=2026, help="seed of the sample (2026)")
    demo.add_argument("--look", action="store_true", help="keep the sandbox until Enter, to look at it in a browser")
    demo.set_defaults(command=_demo)
    sandbox = commands.add_parser(
        "sandbox", help="run a sandbox until interrupted",
        description="Run an ActiveCampaign account on this machine until interrupted. Any process of yours can use it: "
        f'ac.connect("sandbox"). Its key is made up, or taken from the environment variable {SANDBOX_KEY}.',
    )  # fmt: skip
    sandbox.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (a free one)")
    sandbox.add_argument("--speed", type=float, default=1.0, help="how many times faster than the service it is (1)")
    sandbox.add_argument("--name", default="sandbox", help="name of the saved connection (sandbox)")
    sandbox.add_argument("--data", metavar="FILE", help="keep everything in a file, for the next time (memory only)")
    sandbox.add_argument(
        "--account", action="append", default=[], metavar="NAME",
        help="add an account with a saved connection of that name; may be repeated",
    )  # fmt: skip
    sandbox.add_argument("--contact-limit", type=int, metavar="N", help="how many contacts each account may have (any)")
    sandbox.add_argument(
        "--quirk", action="append", default=[], metavar="NAME=POSITION",
        help="read the contract otherwise in one point; may be repeated (table: ac_notebook/sandbox/README.md)",
    )  # fmt: skip
    sandbox.add_argument(
        "--fault", action="append", default=[], metavar="ON:NTH:KIND",
        help='have something go wrong with the nth request, such as "import:3:drop_after" or '
        '"any:10:status:status=503:times=2"; may be repeated (table: ac_notebook/sandbox/faults/kinds.py)',
    )  # fmt: skip
    sandbox.add_argument("--random-faults", type=float, metavar="SHARE", help="have something go wrong by chance (0)")
    sandbox.add_argument("--seed", type=int, help="seed of that chance (0)")
    sandbox.set_defaults(command=_sandbox)
    headless.add_to(commands)
    listing = commands.add_parser("connections", help="list the saved connections")
    listing.set_defaults(command=_connections)
    auditing = commands.add_parser(
        "audit", help="look for keys, addresses and phones in notebooks",
        description="Look for keys, addresses and phones in notebooks, and print a line for each finding:\n"
        "file:cell:where: kind (how many). Cells are counted from 1, 0 is the notebook itself.\n"
        "What was found is not shown. A file that cannot be read as a notebook counts as a\n"
        "finding. Addresses at example domains are printed as examples, and do not count.",
        epilog=exit_codes.in_words(), formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    auditing.add_argument("paths", nargs="+", metavar="PATH", help="notebook, or folder to be searched for *.ipynb")
    auditing.add_argument("--allow-example-domains", action="store_true", help="do not even print examples")
    auditing.set_defaults(command=_audit)
    return parser


def _demo(given: argparse.Namespace) -> int:
    from ac_notebook import demo  # noqa: PLC0415 - loads the sandbox, which the other commands do without

    if given.rows < 1:
        msg = f"--rows takes a number of customers, one or more, not {given.rows}."
        raise ConfigurationError(msg)
    with tempfile.TemporaryDirectory(prefix="ac_notebook-demo-") as folder:
        # The demonstration keeps nothing on the machine, unless it was told where.
        told = VARIABLE in os.environ
        os.environ.setdefault(VARIABLE, folder)
        try:
            agree = demo.run(rows=given.rows, seed=given.seed, look=_look if given.look else None)
            return 0 if agree else exit_codes.FAILED
        finally:
            if not told:
                del os.environ[VARIABLE]


def _look(page: str) -> None:
    print(f"What arrived, in a browser: {page}\nEnter ends the sandbox.", flush=True)
    with contextlib.suppress(EOFError, KeyboardInterrupt):  # without a person nothing waits
        input()


def _sandbox(given: argparse.Namespace) -> int:
    if not (math.isfinite(given.speed) and given.speed > 0):
        msg = f"--speed takes a number above zero, not {given.speed}."
        raise ConfigurationError(msg)
    if given.contact_limit is not None and given.contact_limit < 0:
        msg = f"--contact-limit takes a number of contacts, 0 or more, not {given.contact_limit}."
        raise ConfigurationError(msg)
    for name in (given.name, *given.account):
        if not name.isprintable():  # as bytes that are no UTF-8 are, too
            msg = f"{name!a} cannot be the name of an account: it has characters that cannot be shown."
            raise ConfigurationError(msg)
    quirks = _quirks(given.quirk)
    _ask_for(None, given)  # before anything is served
    stopped = threading.Event()
    with ExitStack() as ending:
        for number in (signal.SIGINT, signal.SIGTERM):
            ending.callback(signal.signal, number, signal.signal(number, lambda *_: stopped.set()))
        box = ending.enter_context(_served(given, quirks))
        accounts = _accounts(box, given)
        for title, account in accounts.items():
            ending.callback(account.connection.replace(name=title).save().remove)
        _ask_for(box.faults, given)
        print(f"SANDBOX at {box.url}, {box.speed:g} times as fast as ActiveCampaign. Stop it with Ctrl-C.")
        for title in accounts:
            print(f'In Python: conn = ac.connect("{title}")')
        print(f"In a browser, with all that arrived in clear: {box.page}", flush=True)
        stopped.wait()
    print("The sandbox has stopped.")
    return 0


def _served(given: argparse.Namespace, quirks: Quirks | None) -> Sandbox:
    """Start the sandbox, or say what was in its way."""
    from ac_notebook.sandbox import serve  # noqa: PLC0415 - see above

    try:
        return serve(
            speed=given.speed, port=given.port, api_key=os.environ.get(SANDBOX_KEY) or None, quirks=quirks,
            contact_limit=given.contact_limit, data=given.data,
        )  # fmt: skip
    except (OSError, OverflowError) as error:
        msg = f"Port {given.port} of this machine cannot be used ({error})."
        raise ConfigurationError(msg, hint="Choose another, or none for a free one.") from None
    except ValueError as error:  # the key, or the data file
        said = str(error)
        raise ConfigurationError(f"{said[:1].upper()}{said[1:].rstrip('.')}.") from None


def _accounts(box: Sandbox, given: argparse.Namespace) -> dict[str, Sandbox]:
    """Return the accounts by the names of their connections: those asked for, and those of the data file."""
    first, *others = box.accounts
    accounts = {given.name: box}
    for name in dict.fromkeys([*others, *given.account]):
        if not name.strip() or name == first or name in accounts:
            msg = f"No further account can be called {name!r}: the first one is, or has a connection of that name."
            raise ConfigurationError(msg, hint="Choose another name with --account, or another with --name.")
        accounts[name] = box.add_account(name, contact_limit=given.contact_limit)
    return accounts


def _ask_for(faults: Faults | None, given: argparse.Namespace) -> None:
    """Have the faults happen that were asked for, in the first account; with None, only see whether there are such."""
    from ac_notebook.sandbox.faults.plan import Faults  # noqa: PLC0415 - see above
    from ac_notebook.sandbox.faults.spelling import spelled  # noqa: PLC0415

    faults = faults if faults is not None else Faults()
    for text in given.fault:
        try:
            faults.add(**spelled(text))
        except ValueError as error:
            raise ConfigurationError(f"--fault {text}: {error}.", hint='Write such as "import:3:drop_after".') from None
    if given.random_faults is not None:
        try:
            faults.randomly(share=given.random_faults, seed=given.seed or 0)
        except ValueError as error:
            raise ConfigurationError(f"--random-faults or --seed: {error}.") from None
    elif given.seed is not None:
        raise ConfigurationError("--seed is the seed of --random-faults, which is missing.")


def _quirks(pairs: Sequence[str]) -> Quirks | None:
    """Return the quirks that were asked for as NAME=POSITION, None when there are none."""
    from ac_notebook.sandbox.quirks import Quirks, positions  # noqa: PLC0415 - see above

    known = positions()
    chosen = {}
    for pair in pairs:
        name, _, told = pair.partition("=")
        if name not in known:
            msg = f"There is no quirk {name!r}."
            raise ConfigurationError(msg, hint=did_you_mean(name, known))
        fitting = [position for position in known[name] if str(position).casefold() == told.casefold()]
        if not fitting:
            msg = f"--quirk {name}=… takes {', '.join(map(str, known[name]))}, not {told!r}."
            raise ConfigurationError(msg)
        chosen[name] = fitting[0]
    return Quirks(**chosen) if chosen else None


def _connections(_: argparse.Namespace) -> int:
    from ac_notebook.runs.connect import connections  # noqa: PLC0415 - loads pandas

    table = connections()
    print(table.to_string(index=False, max_colwidth=100) if len(table) else "No connection is saved yet.")
    return 0


def _audit(given: argparse.Namespace) -> int:
    from ac_notebook.runs.audit import audit  # noqa: PLC0415 - loads pandas

    found = audit(*given.paths)
    shown = found.without_examples() if given.allow_example_domains else found
    for line in shown.lines():
        print(line)
    for note in found.notes:
        print(note, file=sys.stderr)
    return 0 if found.is_clean else exit_codes.FAILED
