"""Running the example notebooks; ``python -m tests.notebook_runs`` runs them and keeps their new outputs."""

from __future__ import annotations

import base64
import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from PIL import Image

FOLDER = Path(__file__).parents[1] / "notebooks"

TIMEOUT = 120


def read(path: Path) -> Any:
    """Return a notebook as it is committed."""
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]  # as it is


def run(path: Path) -> Any:
    """Return a notebook with the outputs of a fresh kernel; an error in a cell is raised."""
    notebook = read(path)
    if any("import matplotlib" in cell.source for cell in notebook.cells):
        # It looks for fonts the first time on a machine; where that takes long, a cell would show that it does.
        subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], check=True, capture_output=True)
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        store_widget_state=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    for cell in notebook.cells:
        # When each cell ran is nobody's business, and changes with every run.
        cell.metadata.pop("execution", None)
        if "outputs" in cell:
            cell.outputs = _joined(cell.outputs)
        for output in cell.get("outputs", ()):
            _keep_once(output.get("data", {}))
    return notebook


def _joined(outputs: list[Any]) -> list[Any]:
    """Return outputs with neighbouring parts of one stream as one: how it was cut is another with each run."""
    kept: list[Any] = []
    for output in outputs:
        if kept and output.output_type == kept[-1].output_type == "stream" and output.name == kept[-1].name:
            kept[-1].text += output.text
        else:
            kept.append(output)
    return kept


def _keep_once(data: dict[str, str]) -> None:
    """Keep what is shown as HTML in that form only, without indentation, and without style that viewers drop.

    Of a widget the text is kept: the rest is of a kernel that is gone, and would be shown as an error. A picture is
    kept with a palette, which takes a quarter of the bytes.
    """
    data.pop("application/vnd.jupyter.widget-view+json", None)
    if "text/html" in data:
        data.pop("text/plain", None)
        unstyled = re.sub(r"<style.*?</style>", "", data["text/html"], flags=re.DOTALL)
        data["text/html"] = re.sub(r"\n\s*", "\n", unstyled)
    if "image/png" in data:
        data["image/png"] = _with_a_palette(data["image/png"])


def _with_a_palette(picture: str) -> str:
    """Return a chart, which has few colours, as a smaller file of them."""
    kept = io.BytesIO()
    Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB").quantize(64).save(kept, "png", optimize=True)
    return base64.b64encode(kept.getvalue()).decode()


def text_of(cell: Any) -> str:
    """Return what a cell shows, as text: streams, and the plain and the HTML form of results."""
    parts = []
    for output in cell.get("outputs", ()):
        parts.append(output.get("text", ""))
        parts.extend(str(output.get("data", {}).get(kind, "")) for kind in ("text/plain", "text/html"))
    return "\n".join(part for part in parts if part)


def main() -> None:
    """Run every notebook and keep its outputs."""
    os.environ["LOGNAME"] = "ann"  # runs say whose they are, and that is nobody's business, either
    with tempfile.TemporaryDirectory() as homes:
        for path in sorted(FOLDER.glob("*.ipynb")):
            os.environ["AC_NOTEBOOK_HOME"] = str(Path(homes) / path.stem)  # one knows nothing of another's runs
            nbformat.write(run(path), path)  # type: ignore[no-untyped-call]  # as it is


if __name__ == "__main__":
    main()
