"""A sandbox in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import ac_notebook as ac

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ac_notebook.sandbox import ServedSandbox


@pytest.fixture
def served() -> Iterator[ServedSandbox]:
    """Return a started sandbox."""
    with ac.sandbox.start(speed=600) as box:
        yield box


def test_it_can_be_used_and_looked_at(served: ServedSandbox) -> None:
    """What is exported to it can be seen in its DataFrames, and so can what it was asked to prepare."""
    customers = ac.sandbox.sample_customers(n=300, seed=4)
    number = served.add_list("Autumn", automation=True)
    served.add_field("Shoe size", "number")
    served.unsubscribe("gone@example.org", number)
    served.exclude("excluded@example.org")
    served.bounce("bounced@example.org")
    report = ac.export(customers, connection=served.connection, list="Autumn", mapping={"email": "E-mail"})
    assert report.counts["imported"] == len(served.contacts()) - 1
    assert set(served.memberships()["status"]) == {1, 2}
    assert served.automations().empty
    assert served.contact_tags().empty
    assert "Shoe size" in served.contacts()
    assert served.lists().set_index("name")["subscribers"]["Autumn"] == report.counts["imported"]
    assert len(served.requests()) >= 5


def test_another_process_can_use_it_by_name(served: ServedSandbox) -> None:
    """Its connection, saved, is found by name in another process, which reaches it with the kept key."""
    served.connection.replace(name="demo").save()
    code = (
        "import ac_notebook as ac, pandas as pd\n"
        "df = pd.DataFrame({'e': ['a@example.org', 'b@example.org']})\n"
        "report = df.activecampaign.export(connection='demo', list='VIP', mapping={'email': 'e'})\n"
        "print(report.counts['imported'])"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert other.stdout.split()[-1:] == ["2"], other.stderr
    assert len(served.contacts()) == 2


def test_its_errors_are_raised_here(served: ServedSandbox) -> None:
    """A taken port, a bad speed and an unknown list are errors of the caller's."""
    with pytest.raises(OSError, match=r"\d"):
        ac.sandbox.start(port=int(served.host.rpartition(":")[2]))
    with pytest.raises(ValueError, match="speed"):
        ac.sandbox.start(speed=0)
    with pytest.raises(ValueError, match="no list 99"):
        served.unsubscribe("a@example.org", 99)


def test_stopping_closes_the_socket_and_keeps_what_arrived() -> None:
    """After ``stop()`` nothing answers, the account can still be looked at, and stopping again is harmless."""
    box = ac.sandbox.start()
    box.stop()
    box.stop()
    with pytest.raises(OSError, match=r"\d"):
        socket.create_connection(("127.0.0.1", int(box.host.rpartition(":")[2])), timeout=2)
    assert list(box.lists()["name"]) == ["Master Contact List", "Newsletter", "VIP"]


def test_it_ends_with_its_owner_and_not_with_an_interrupt() -> None:
    """Interrupting a cell leaves it running; when nobody holds it any more, its process ends."""
    box = ac.sandbox.start()
    process = box._process._process
    os.kill(process.pid, signal.SIGINT)
    assert len(box.lists()) == 3
    del box
    assert process.poll() == 0


def test_its_key_is_nowhere_to_be_seen(served: ServedSandbox) -> None:
    """The key is in no repr, and not in the process table."""
    assert served.api_key not in repr(served)
    assert served.api_key not in repr(served.connection)
    with open(f"/proc/{served._process._process.pid}/cmdline", encoding="utf-8") as line:  # noqa: PTH123 - no path of ours
        assert served.api_key not in line.read()
    with open(f"/proc/{served._process._process.pid}/environ", encoding="utf-8") as line:  # noqa: PTH123 - no path of ours
        assert served.api_key not in line.read()


def test_a_lost_process_is_said_so(served: ServedSandbox) -> None:
    """When its process was killed, a look at it says so."""
    os.kill(served._process._process.pid, signal.SIGKILL)
    assert served._process._process.wait(5) != 0
    with pytest.raises(RuntimeError, match="start another"):
        served.lists()
    served._process.finalizer()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"speed": "fast"}, "speed must be a positive number, not 'fast'"),
        ({"quirks": {"import_success": "all"}}, "quirks takes Quirks"),
        ({"contact_limit": "60"}, "the contact limit is a whole number"),
        ({"port": 99_999}, "0-65535"),
    ],
)
def test_settings_that_will_not_do_are_named(settings: dict[str, Any], said: str) -> None:
    """What is wrong with a setting is said here, not by a process that is gone."""
    with pytest.raises((ValueError, OverflowError), match=said):
        ac.sandbox.start(**settings)


def test_cells_that_are_run_again_after_its_end(served: ServedSandbox) -> None:
    """A plan that is run once the sandbox was stopped says so, and what to do; what arrived can still be seen."""
    customers = ac.sandbox.sample_customers(n=20, seed=4)
    plan = ac.plan(customers, connection=served.connection, list="Newsletter", mapping={"email": "E-mail"})
    plan.run()
    there = len(served.contacts())
    served.stop()
    for again in (plan.run, lambda: ac.describe(served.connection)):
        with pytest.raises(ac.errors.UnreachableError, match=r"was stopped(.|\n)*Start one: ac\.sandbox\.start\(\)"):
            again()
    assert len(served.contacts()) == there > 0
