"""The pictures of README and the notebooks; ``python -m tests.browser.pictures`` takes them anew.

A picture carries the text that was shown when it was taken, so that the suite notices one of something that looks
otherwise by now.
"""

from __future__ import annotations

import io
import itertools
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from PIL.PngImagePlugin import PngImageFile, PngInfo
from playwright.sync_api import FloatRect, sync_playwright

from tests.browser import chromium
from tests.browser.conftest import ARGUMENTS
from tests.browser.desk import Desk
from tests.browser.lab import Lab
from tests.notebook_runs import FOLDER as NOTEBOOKS

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator

FOLDER = NOTEBOOKS / "pictures"
TALL = 3_000
SHARPNESS = 2
"""Pixels of a picture to one of the page, as screens of phones and laptops have them."""

COMMONEST, RAREST = 16, 24
"""Colours of a picture: a page has few, and letters with grey edges."""

MARGIN = 5
"""White around it, in the page's pixels."""

_CHUNK = "Shown"

# The words, and what the fields of a form hold, which is no text of the page.
_SHOWN = """node => [
    node.innerText,
    ...[...node.querySelectorAll('input:not([type=checkbox]):not([type=password]), textarea')].map(it => it.value),
    ...[...node.querySelectorAll('input[type=checkbox]')].map(it => it.checked ? 'on' : 'off'),
    ...[...node.querySelectorAll('select')].map(it => [...it.selectedOptions].map(one => one.text).join(', ')),
].join('\\n').replace(/\\s+/g, ' ').trim()"""

_LET_GO = """() => {
    document.activeElement.blur();
    const content = window.jupyterapp.shell.currentWidget.content;
    content.activeCellIndex = 0;
    content.mode = 'command';
    document.querySelectorAll('.jp-WindowedPanel-outer').forEach(it => it.scrollTo(0, 0));
}"""

SANDBOX = """\
import ac_notebook as ac

sandbox = ac.sandbox.start(speed=60)
customers = ac.sandbox.sample_customers(n=5_000, seed=2026)
shop = sandbox.connection.replace(name="Example shop", owner="Ann").agree(by="Ann")"""
MAPPED = """
    mapping={
        "email": "E-mail", "first_name": "Given name", "last_name": "Family name",
        "Birthday": "dob", "Points": "points", "opt_in": "newsletter_ok",
    },"""
REPORT = f"""\
report = customers.activecampaign.export(
    connection=shop, list="Newsletter", tags=["spring"],{MAPPED}
)
report"""
FORM = f"""\
weekly = ac.Export(
    "Weekly newsletter", connection=shop.save(), list="Newsletter", tags=["spring"],{MAPPED}
)
form = customers.activecampaign.form(weekly)
form"""


def _connection(desk: Desk) -> Locator:
    """Fill in a connection, as far as one can without an account."""
    opened = desk.open("a connection", "import ac_notebook as ac\nac.forms.connection()")
    opened.run(1)
    opened.labelled("Name").fill("Marketing newsletter")
    opened.labelled("Host").fill("acme.api-us1.com")
    opened.labelled("Owner").fill("Ann")
    opened.panel.get_by_label("I agree").check()
    opened.says("The key is missing.").first.wait_for()
    return opened.panel.locator(".jp-Cell").nth(1).locator(".jp-OutputArea-output").first


def _report(desk: Desk) -> Locator:
    """Export, and show the cell with its report."""
    opened = desk.open("a report", SANDBOX, REPORT)
    opened.run_all()
    assert opened.errors() == []
    return opened.panel.locator(".jp-Cell").nth(2)


def _export(desk: Desk) -> Locator:
    """Show the form of an export with what a run would do."""
    opened = desk.open("an export", SANDBOX, FORM)
    opened.run_all()
    opened.says("Checked.").wait_for()
    return opened.panel.locator(".jp-Cell").nth(2).locator(".jp-OutputArea-output").first


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture of a part of a page.

    Parameters
    ----------
    png
        The file's bytes.
    text
        What that part of the page said, fields included.
    """

    png: bytes
    text: str


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What a picture is of.

    Parameters
    ----------
    show
        Shows it, and returns that part of the page.
    width
        Of the window.
    """

    show: Callable[[Desk], Locator]
    width: int


PICTURES = {
    "connection-form": Scene(show=_connection, width=1_080),
    "export-form": Scene(show=_export, width=1_320),
    "report": Scene(show=_report, width=1_240),
}
"""By name of the file."""


def shown(name: str, desk: Desk) -> Locator:
    """Show what a picture is of, and return that part of the page."""
    desk.page.set_viewport_size({"width": PICTURES[name].width, "height": TALL})
    found = PICTURES[name].show(desk)
    desk.page.mouse.move(0, 0)
    desk.page.evaluate(_LET_GO)
    return found


def text_of(found: Locator) -> str:
    """Return what a part of a page says, and what its fields hold."""
    text: str = found.evaluate(_SHOWN)
    return text


def taken(name: str, desk: Desk) -> Picture:
    """Take a picture."""
    found = shown(name, desk)
    text, box = text_of(found), found.bounding_box()
    assert box is not None
    clip = FloatRect(
        x=box["x"] - MARGIN, y=box["y"] - MARGIN,
        width=box["width"] + 2 * MARGIN, height=box["height"] + 2 * MARGIN,
    )  # fmt: skip
    png = found.page.screenshot(clip=clip)
    with Image.open(io.BytesIO(png)) as whole:
        image = _in_few_colours(whole.convert("RGB"))
    carried = PngInfo()
    carried.add_itxt(_CHUNK, text, zip=True)
    kept = io.BytesIO()
    image.save(kept, "PNG", optimize=True, pnginfo=carried)
    return Picture(png=kept.getvalue(), text=text)


def _in_few_colours(image: Image.Image) -> Image.Image:
    """Return it with a palette of the commonest colours, as they are, and of those that stand for the others."""
    counted = Counter(zip(*[iter(image.tobytes())] * 3, strict=True)).most_common(COMMONEST)
    rest = image.quantize(RAREST, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([*itertools.chain.from_iterable(colour for colour, _ in counted), *rest])
    return image.quantize(palette=palette, dither=Image.Dither.NONE)


def kept(name: str) -> Picture:
    """Return a picture as it is committed."""
    path = FOLDER / f"{name}.png"
    with Image.open(path) as image:
        assert isinstance(image, PngImageFile)
        image.load()
        return Picture(png=path.read_bytes(), text=str(image.text.get(_CHUNK, "")))


def main() -> None:
    """Take all pictures, or those that are named, and keep them."""
    names = sys.argv[1:] or list(PICTURES)
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as private, sync_playwright() as playwright:
        work = Path(private) / "work"
        work.mkdir()
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=ARGUMENTS)
        with Lab(work, private=Path(private), theme="light") as lab:
            page = browser.new_page(device_scale_factor=SHARPNESS)
            desk = Desk(page=page, lab=lab, artefacts=FOLDER)
            for name in names:
                (FOLDER / f"{name}.png").write_bytes(taken(name, desk).png)
        browser.close()


if __name__ == "__main__":
    main()
