"""The command line: ``ac-notebook``, or ``python -m ac_notebook``."""

from __future__ import annotations

import argparse
import math
import os
import signal
import sys
import tempfile
import threading
from typing import TYPE_CHECKING

from ac_notebook.errors import ActiveCampaignError, ConfigurationError, ExportInterrupted
from ac_notebook.storage.home import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

SANDBOX_KEY = "AC_NOTEBOOK_KEY__SANDBOX"
"""Environment variable with the key that ``ac-notebook sandbox`` shall take; it makes one up when it is not set."""

EXIT_FAILED, EXIT_CONFIGURATION, EXIT_INTERRUPTED = 1, 2, 75


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command, and return its exit code: 0 done, 1 failed, 2 configuration, 75 interrupted.

    Parameters
    ----------
    arguments
        The command and its options; those of the process when None.
    """
    given = _parser().parse_args(arguments)
    try:
        return int(given.command(given))
    except ExportInterrupted as error:
        print(error, file=sys.stderr)
        return EXIT_INTERRUPTED
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return EXIT_INTERRUPTED
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return EXIT_CONFIGURATION
    except ActiveCampaignError as error:
        print(error, file=sys.stderr)
        return EXIT_FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ac-notebook", description="Customers from a pandas DataFrame onto an ActiveCampaign list."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    demo = commands.add_parser("demo", help="export a sample of customers to a sandbox on this machine, and look")
    demo.add_argument("--rows", type=int, default=5_000, help="customers in the sample (5000)")
    demo.add_argument("--seed", type=int, default=2026, help="seed of the sample (2026)")
    demo.set_defaults(command=_demo)
    sandbox = commands.add_parser(
        "sandbox", help="run a sandbox until interrupted",
        description="Run an ActiveCampaign account on this machine until interrupted. Any process of yours can use it: "
        f'ac.connect("sandbox"). Its key is made up, or taken from the environment variable {SANDBOX_KEY}.',
    )  # fmt: skip
    sandbox.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (a free one)")
    sandbox.add_argument("--speed", type=float, default=1.0, help="how many times faster than the service it is (1)")
    sandbox.add_argument("--name", default="sandbox", help="name of the saved connection (sandbox)")
    sandbox.set_defaults(command=_sandbox)
    listing = commands.add_parser("connections", help="list the saved connections")
    listing.set_defaults(command=_connections)
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
            return 0 if demo.run(rows=given.rows, seed=given.seed) else EXIT_FAILED
        finally:
            if not told:
                del os.environ[VARIABLE]


def _sandbox(given: argparse.Namespace) -> int:
    from ac_notebook.sandbox import serve  # noqa: PLC0415 - see above

    if not (math.isfinite(given.speed) and given.speed > 0):
        msg = f"--speed takes a number above zero, not {given.speed}."
        raise ConfigurationError(msg)
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    try:
        box = serve(speed=given.speed, port=given.port, api_key=os.environ.get(SANDBOX_KEY) or None)
    except (OSError, OverflowError) as error:
        msg = f"Port {given.port} of this machine cannot be used ({error})."
        raise ConfigurationError(msg, hint="Choose another, or none for a free one.") from None
    with box:
        saved = box.connection.replace(name=given.name).save()
        print(f"SANDBOX at {box.url}, {box.speed:g} times as fast as ActiveCampaign. Stop it with Ctrl-C.")
        print(f'In Python: conn = ac.connect("{given.name}")', flush=True)
        stopped.wait()
        saved.remove()
    print("The sandbox has stopped.")
    return 0


def _connections(_: argparse.Namespace) -> int:
    from ac_notebook.runs.connect import connections  # noqa: PLC0415 - loads pandas

    table = connections()
    print(table.to_string(index=False) if len(table) else "No connection is saved yet.")
    return 0
