"""What Binder makes of this repository: its files are enough for the quickstart, on the JupyterLab that Binder has."""

from __future__ import annotations

import json
import os
import re
import socket
import tomllib
from typing import Any
from urllib.request import urlopen

import nbformat
import pytest

from tests.binder.base import KNOWN, ROOT, pins, python
from tests.binder.image import Image, built

QUICKSTART = "notebooks/quickstart.ipynb"
GIVEN_KB = 1_000_000
"""A gigabyte is what mybinder.org promises each session in its answers to frequent questions."""

LAST_CELL = """
import json, resource

print(json.dumps({
    "outcomes": int(report.counts.sum()), "rows": len(customers), "imported": int(report.counts["imported"]),
    "is_sandbox": plan.connection.is_sandbox,
    "kernel_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    "sandbox_kb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss,
}))
"""


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """The image of a clean copy, which takes some time to make."""
    return built(tmp_path_factory.mktemp("binder"))


@pytest.fixture(scope="module")
def told(image: Image) -> Any:
    """The quickstart as it was run in the image, with a cell behind it that says what became of it."""
    notebook = nbformat.read(image.repo / QUICKSTART, as_version=4)  # type: ignore[no-untyped-call]  # as it is
    notebook.cells.append(nbformat.v4.new_code_cell(LAST_CELL))  # type: ignore[no-untyped-call]  # as it is
    path = image.repo / "notebooks" / "tried.ipynb"
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]  # as it is
    image.run("jupyter", "execute", "--inplace", str(path))
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]  # as it is


def test_repo2docker_makes_the_image_that_is_meant(image: Image) -> None:
    """The Python of runtime.txt, not one of repo2docker's choice; the requirements from the root, then postBuild."""
    assert python() == "3.11"
    assert f"Building conda environment for python={python()}" in image.dockerfile.log
    assert "unspecified" not in image.dockerfile.log
    assert "environment-2epy-2d3-2e11-2dlinux" in image.dockerfile.text
    assert "environment-2epy-2d3-2e10" not in image.dockerfile.text
    assert image.dockerfile.commands == [
        '${KERNEL_PYTHON_PREFIX}/bin/pip install --no-cache-dir -r "binder/requirements.txt"',
        "chmod +x binder/postBuild",
        "./binder/postBuild",
    ]
    # A file beside them that Binder reads as well would change what the others mean.
    assert {path.name for path in (image.repo / "binder").iterdir()} == {
        "constraints.txt", "jupyter", "postBuild", "requirements.txt", "runtime.txt"
    }  # fmt: skip


def test_the_base_of_the_image_is_the_known_one() -> None:
    """repo2docker's lock file has the versions of JupyterLab, ipywidgets and ipykernel that forms are tried with."""
    assert {name: pins()[name] for name in KNOWN} == KNOWN


def test_what_the_image_had_stays_as_it_was(image: Image) -> None:
    """No package of Binder's own is exchanged for another version, and what comes is what constraints.txt says."""
    after = image.versions()
    assert image.before.items() <= pins().items() | {("pip", image.before["pip"])}
    assert image.before.items() <= after.items()
    assert KNOWN.items() <= image.before.items()
    lines = (image.repo / "binder" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    constraints = dict(line.split("==") for line in lines if not line.startswith("#"))
    came = {name: version for name, version in after.items() if name not in image.before}
    assert came.pop("ac-notebook")
    assert came.items() <= constraints.items()
    assert {"matplotlib", "phonenumbers", "pandas"} <= set(came)


def test_the_constraints_hold_versions_only() -> None:
    """Each line is one package in one version, none says where it is to be fetched, and the base's are the base's."""
    text = (ROOT / "binder" / "constraints.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+==[0-9a-z.]+", line) for line in lines)
    constraints = dict(line.split("==") for line in lines)
    shared = constraints.keys() & pins().keys()
    assert shared > KNOWN.keys()
    assert {name: constraints[name] for name in shared} == {name: pins()[name] for name in shared}


def test_the_quickstart_runs_in_the_image(told: Any) -> None:
    """No cell ends in an error, each row has one outcome, and what shows it is headed SANDBOX."""
    outputs = [output for cell in told.cells for output in cell.get("outputs", ())]
    assert [output for output in outputs if output.output_type == "error"] == []
    found = json.loads(outputs[-1].text)
    assert found["outcomes"] == found["rows"] == 5_000
    assert found["imported"] > 4_000
    assert found["is_sandbox"] is True
    shown = [output.data["text/html"] for output in outputs if "text/html" in output.get("data", {})]
    assert sum("SANDBOX" in html for html in shown) >= 2


def test_the_quickstart_needs_little_memory(told: Any) -> None:
    """Kernel and sandbox together stay below half of what Binder gives, at their largest."""
    found = json.loads(told.cells[-1].outputs[-1].text)
    assert found["kernel_kb"] > 50_000
    assert found["sandbox_kb"] > 20_000
    assert found["kernel_kb"] + found["sandbox_kb"] < GIVEN_KB / 2


def test_a_launch_opens_the_quickstart(image: Image) -> None:
    """JupyterLab opens on it also where the link names no page, and asks nothing about news."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with image.served(port=port) as where:
        with urlopen(f"{where}?token=guest", timeout=60) as page:  # noqa: S310 - http, on this machine
            assert page.url == f"{where}lab/tree/{QUICKSTART}?token=guest"
        with urlopen(f"{where}api/contents/{QUICKSTART}?content=0&token=guest", timeout=60) as found:  # noqa: S310
            assert json.load(found)["type"] == "notebook"
        setting = "lab/api/settings/@jupyterlab/apputils-extension:notification"
        with urlopen(f"{where}{setting}?token=guest", timeout=60) as found:  # noqa: S310
            settings = json.load(found)["schema"]["properties"]
    assert settings["fetchNews"]["default"] == "false"
    assert settings["checkForUpdates"]["default"] is False


def test_the_badge_leads_to_the_quickstart_of_this_repository() -> None:
    """README begins with the badge below its title; its address is pyproject.toml's, and what it opens is there."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        address = tomllib.load(file)["project"]["urls"]["Repository"]
    repository = address.removeprefix("https://github.com/")
    _, badge = [line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if line][:2]
    link = f"https://mybinder.org/v2/gh/{repository}/main?urlpath=lab/tree/{QUICKSTART}"
    assert badge == f"[![Try it on Binder](https://mybinder.org/badge_logo.svg)]({link})"
    assert (ROOT / QUICKSTART).is_file()


def test_post_build_is_a_program() -> None:
    """``postBuild`` comes with the right to run it, and it names what runs it."""
    program = ROOT / "binder" / "postBuild"
    assert os.access(program, os.X_OK)
    assert program.read_bytes().startswith(b"#!/bin/bash\n")
