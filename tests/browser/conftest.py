"""Fixtures of the browser tests: a Chromium, and notebooks that are open in it."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.browser.desk import Desk
from tests.browser.lab import Lab, Theme
from tests.browser.notebook import HEIGHT, OPEN_PATIENCE, WIDTH, OpenNotebook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

ARTEFACTS = Path(__file__).parents[1] / "artefacts"

# A browser that asks nobody anything; Playwright adds --headless and a fresh profile.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


SOON = 30  # seconds until a form shows what it should


class NotebookOpener(Protocol):
    """Open a copy of a notebook (and of what lies beside it) in a JupyterLab of its own, outputs removed."""

    def __call__(self, notebook: Path, *, theme: Theme = "light") -> OpenNotebook:
        """Open it; the kernel is idle when this returns."""
        ...


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Give the path of a Chromium; without one the browser tests are skipped, in continuous integration they fail."""
    path = chromium.find()
    if path is None:
        reason = "No Chromium was found; `python tests/browser/chromium.py` tries to get one."
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture
def browser(chromium_path: str) -> Iterator[Browser]:
    """Give a browser of the test's own (Playwright's event loop must not outlive the test: others have theirs)."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def shared_lab(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Give a JupyterLab for many tests, which saves the state of widgets; every notebook has a home of its own."""
    private = tmp_path_factory.mktemp("lab")
    (private / "work").mkdir()
    with Lab(private / "work", private=private, theme="light", keeps_widgets=True) as lab:
        yield lab


@pytest.fixture(scope="module")
def desk(shared_lab: Lab, chromium_path: str) -> Iterator[Desk]:
    """Give a page of it for the tests of a module (Playwright's event loop must not outlive them)."""
    ARTEFACTS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        page = running.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_default_timeout(SOON * 1000)
        yield Desk(page=page, lab=shared_lab, artefacts=ARTEFACTS)
        running.close()


@pytest.fixture
def open_notebook(browser: Browser, tmp_path: Path) -> Iterator[NotebookOpener]:
    """Give the function that opens notebooks; whatever it started ends with the test."""
    ARTEFACTS.mkdir(exist_ok=True)
    with ExitStack() as started:

        def opener(notebook: Path, *, theme: Theme = "light") -> OpenNotebook:
            place = tmp_path / f"{notebook.stem}-{theme}"
            copy = _copy(notebook, place / "work")
            lab = started.enter_context(Lab(copy.parent, private=place, theme=theme))
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            page.set_default_timeout(OPEN_PATIENCE * 1000)
            started.callback(page.close)
            opened = OpenNotebook(page=page, lab=lab, name=copy.name, artefacts=ARTEFACTS)
            try:
                opened.open()
            except Exception:
                page.screenshot(path=ARTEFACTS / f"{notebook.stem}-{theme}-did-not-open.png")
                raise
            return opened

        yield opener


def _copy(notebook: Path, folder: Path) -> Path:
    shutil.copytree(notebook.parent, folder, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    copy = folder / notebook.name
    content = json.loads(copy.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    copy.write_text(json.dumps(content), encoding="utf-8")
    return copy
