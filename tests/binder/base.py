"""What Binder's images have before anything of ours is installed; ``python -m tests.binder.base LOCK`` prints it.

repo2docker installs its JupyterLab by conda, from lock files that it brings along. Whoever builds the same without
conda needs their versions under the names that Python packages have. `make lock` makes binder/constraints.txt of them.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# `make test` puts it beside what this interpreter has, so that its dependencies do not meet ours.
REPO2DOCKER = Path(sys.prefix) / "binder"

KNOWN = {"jupyterlab": "4.4.9", "ipywidgets": "8.1.7", "ipykernel": "7.0.1"}
"""What repo2docker 2026.4.0 has of those that a notebook with forms depends on most."""

TOP = ("pip", "ipywidgets", "jupyter-offlinenotebook", "jupyter-resource-usage", "jupyter-server", "jupyterhub",
       "jupyterlab", "notebook")  # fmt: skip
"""What repo2docker asks for by name (buildpacks/conda/environment.yml); all else is there because of these."""

_LOCKED = re.compile(
    r"^\w+://\S+/(?P<name>[^/]+)-(?P<version>[^-/]+)-(?P<build>[^-/]+)\.(?:conda|tar\.bz2)#", re.MULTILINE
)
_PINNED = re.compile(r"^(?P<name>[a-z0-9.-]+)==(?P<rest>[^\\\n]+)", re.MULTILINE)

_ELSEWHERE = {"jupyterhub-base": "jupyterhub", "nbconvert-core": "nbconvert", "python-fastjsonschema": "fastjsonschema",
              "brotli-python": "brotli"}  # fmt: skip
"""Names of Python packages, by conda's, where these differ by more than a sign."""


def python() -> str:
    """Return the version of Python that the images have, as binder/runtime.txt says it."""
    return (ROOT / "binder" / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")


def pins() -> dict[str, str]:
    """Return the versions of Python packages in the images, by name."""
    name = f"lib/*/site-packages/repo2docker/buildpacks/conda/environment.py-{python()}-linux-64.lock"
    paths = list(REPO2DOCKER.glob(name))
    assert paths, f"There is no repo2docker in {REPO2DOCKER}, or it does not know Python {python()}: see the Makefile."
    return {
        canonical(_ELSEWHERE.get(found["name"], found["name"])): found["version"]
        for found in _LOCKED.finditer(paths[0].read_text(encoding="utf-8"))
        if found["build"].startswith("py")
    }


def canonical(name: str) -> str:
    """Return a package's name as all of its spellings are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> None:
    """Print the versions of the images, and for all else those of a lock file of ours."""
    base = pins()
    ours = Path(sys.argv[1]).read_text(encoding="utf-8")
    lines = [f"{name}=={version}" for name, version in base.items()]
    lines += [found[0].rstrip() for found in _PINNED.finditer(ours) if found["name"] not in base]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
