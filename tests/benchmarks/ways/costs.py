"""What a way of exporting costs its process: CPU and memory, against a sandbox so fast that nobody has to wait."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import ac_notebook as ac
from tests.benchmarks.ways.exporter import exporter
from tests.benchmarks.ways.trial import LIST
from tests.clients.harness import SPEED

if TYPE_CHECKING:
    from tests.benchmarks.ways.exporter import Way
    from tests.benchmarks.ways.people import People


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What an export took.

    Parameters
    ----------
    done
        Rows that it says are done.
    cpu, memory
        CPU seconds, and megabytes above what was there before, at the peak.
    """

    done: int
    cpu: float
    memory: float


def cost(way: Way, people: People) -> Cost:
    """Export people in a process of the way's own, and return what that took."""
    with (
        tempfile.TemporaryDirectory(prefix="ac_notebook-ways-") as folder,
        ac.sandbox.start(speed=SPEED) as box,
        exporter(way) as by,
    ):
        box.add_list(LIST)
        name = f"bench {box.host}"
        box.connection.replace(name=name).save()
        environment = {
            "ACTIVECAMPAIGN_URL": box.url, "ACTIVECAMPAIGN_API_KEY": box.api_key, "CONNECTION": name,
        }  # fmt: skip
        said = by.run(way.given(people, Path(folder)), environment)
    assert "raised" not in said, f"{way.name} ended with {said['raised']}"
    return Cost(done=said["done"], cpu=said["cpu"], memory=said["memory"])
