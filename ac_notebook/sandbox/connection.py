"""The sandbox's connection: the one place where it meets the client, because a user asks the sandbox for it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ac_notebook.model.consent import Consent
from ac_notebook.model.limits import Limits
from ac_notebook.model.secret import Secret
from ac_notebook.remote.transport import in_process
from ac_notebook.runs.connection import Connection
from ac_notebook.runs.link import Link
from ac_notebook.runs.record import user_name
from ac_notebook.sandbox.box import Sandbox

if TYPE_CHECKING:
    from ac_notebook.sandbox.served import ServedSandbox


def connection_of(box: Sandbox | ServedSandbox) -> Connection:
    """Return a connection to a sandbox, with the limits of its speed.

    Its transfer of data is agreed to, because nothing leaves the machine.
    """
    transport = in_process(box.app) if isinstance(box, Sandbox) and ":" not in box.host else None
    now = datetime.now(UTC)
    return Connection(
        name="Sandbox",
        host=box.host,
        owner=user_name(),
        account=box.instance,
        is_sandbox=True,
        limits=Limits().scaled(box.speed),
        consent=Consent(by=user_name(), at=now, host=box.host, account=box.instance),
        created=now,
        verified=now,
        link=Link(secret=Secret(box.api_key), transport=transport),
    )
