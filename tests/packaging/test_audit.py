"""``make audit``, with a pip-audit that answers as told: clean only if every lock file was found to be clean."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.lock", "requirements-test.lock", "tests/clients/requirements.lock", "tests/packaging/audit.lock"]
STAMPS = (".installed-test", ".installed-audit")


def audited(folder: Path, fails_for: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Run ``make audit`` with an environment in which all is installed; return how it ended, and how it asked."""
    for place in ("bin", "audit/bin"):
        (folder / place).mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    asked = folder / "asked"
    program = folder / "audit" / "bin" / "pip-audit"
    program.write_text(f'#!/bin/sh\necho "$@" >>"{asked}"\ncase "$*" in *"-r {fails_for}") exit 1;; esac\n', "utf-8")
    program.chmod(0o755)
    for stamp in STAMPS:
        (folder / stamp).touch()
    around = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    ended = subprocess.run(
        ["make", "audit", f"VENV={folder}"], cwd=ROOT, env=around, capture_output=True, text=True, check=False
    )
    return ended, asked.read_text(encoding="utf-8").splitlines()


def test_it_is_clean_when_every_lock_file_is(tmp_path: Path) -> None:
    """Each lock file that somebody runs is asked about, whole and strictly, before it is called clean."""
    ended, asked = audited(tmp_path / "venv", fails_for="none")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.endswith("No version in the lock files has a known vulnerability.\n")
    assert [line.rpartition(" ")[2] for line in asked] == LOCKS
    assert all({"--strict", "--require-hashes", "--disable-pip"} < set(line.split()) for line in asked)


@pytest.mark.parametrize("lock", LOCKS)
def test_what_is_not_clean_is_named(tmp_path: Path, lock: str) -> None:
    """One that is not clean, or could not be asked about, fails it by name, and the others are asked about, too."""
    ended, asked = audited(tmp_path / "venv", fails_for=lock)
    assert ended.returncode != 0
    assert f"Not shown to be free of known vulnerabilities: {lock}." in ended.stderr
    assert len(asked) == len(LOCKS)


def test_the_lock_file_holds_versions_and_hashes_only() -> None:
    """Every package of what asks has one version and its hashes, and none an address."""
    text = (ROOT / "tests" / "packaging" / "audit.lock").read_text(encoding="utf-8")
    assert "://" not in text
    pinned = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert [line for line in pinned if "==" not in line or not line.endswith("\\")] == []
    assert any(line.startswith("pip-audit==") for line in pinned)
    assert text.count("--hash=sha256:") >= len(pinned)
