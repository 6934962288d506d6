"""The power goes at any moment of an export, and any part of the log may be missing afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.storage.torn import tear

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("automations", [False, True])
def test_what_is_left_of_the_log_is_true_and_the_next_run_completes(tmp_path: Path, automations: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """The journal opens, says nothing that was not so, and running again brings over who is missing, nobody twice."""
    found = []
    for seed in range(8):
        folder = tmp_path / str(seed)
        folder.mkdir()
        found.append(tear(seed, folder, automations=automations))
    assert found.count("cut") > len(found) / 2
