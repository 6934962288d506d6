"""Find a Chromium for the browser tests, or get one.

`python tests/browser/chromium.py` prints its path; without one it says why in a sentence and exits with 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN_PACKAGES = ("chromium", "fonts-dejavu-core", "fonts-liberation")
PATIENCE = 600  # seconds for one step of an installation


def find() -> str | None:
    """Return the path of a Chromium that starts: one on PATH, else Playwright's own."""
    for name in NAMES:
        path = shutil.which(name)
        if path and _starts(path):
            return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() and _starts(path) else None


def install() -> None:
    """Install Chromium: as root on Debian its package, else Playwright's own for this user."""
    if _is_root() and shutil.which("apt-get"):
        _say(f"No Chromium here; installing Debian's ({', '.join(DEBIAN_PACKAGES)}).")
        apt_get = ["apt-get", "-q", "-o", "Acquire::Retries=3"]
        _run(apt_get, "update")  # one source that does not answer need not matter
        if _run(apt_get, "install", "-y", "--no-install-recommends", *DEBIAN_PACKAGES):
            return
    _say("No Chromium here; fetching Playwright's own.")
    _run([sys.executable, "-m", "playwright"], "install", "chromium")


def _starts(path: str) -> bool:
    # A stub that only tells how to install the real one is on PATH, too.
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _run(command: list[str], *arguments: str) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        ended = subprocess.run(
            [*command, *arguments], env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        _say(f"`{command[0]}` did not end within {PATIENCE} seconds.")
        return False
    if ended.returncode:
        _say("\n".join((ended.stdout + ended.stderr).splitlines()[-5:]))
    return ended.returncode == 0


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def main() -> int:
    """Print the path of a Chromium, got first if need be."""
    path = find()
    if path is None:
        install()
        path = find()
    if path is None:
        _say(
            "The browser tests cannot run: there is no Chromium on PATH and none could be fetched."
            " Install chromium (or Google Chrome) and run this again."
        )
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
