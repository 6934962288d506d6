"""Pictures in README and notebooks: files, and words for them; `test_forms_looks` holds them to what is shown today."""

from __future__ import annotations

import re

from PIL import Image

from tests.browser.pictures import FOLDER, PICTURES, SHARPNESS, kept
from tests.notebook_runs import read
from tests.test_notebooks import NOTEBOOKS

README = FOLDER.parents[1] / "README.md"
LARGEST = 150_000


def test_pictures_are_small_and_sharp() -> None:
    """There is a file for each and no other; none is large, and all have pixels enough for today's screens."""
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.png" for name in PICTURES}
    for name, scene in PICTURES.items():
        with Image.open(FOLDER / f"{name}.png") as image:
            assert scene.width * SHARPNESS * 0.6 < image.width < scene.width * SHARPNESS
        assert len(kept(name).png) < LARGEST


def test_each_picture_is_shown_with_words_for_those_who_do_not_see_it() -> None:
    """Each stands in README or a notebook, and wherever one stands, a sentence says what it shows."""
    pages = [README.read_text(encoding="utf-8")]
    pages += [cell.source for path in NOTEBOOKS for cell in read(path).cells if cell.cell_type == "markdown"]
    images = [one for page in pages for one in re.findall(r"<img\s[^>]*>|!\[[^\]]*\]\([^)]*\)", page)]
    found = {re.search(r"pictures/([\w-]+)\.png", one): one for one in images}
    named = {match[1]: one for match, one in found.items() if match}
    assert set(named) == set(PICTURES)
    for image in images:
        words = re.search(r'alt="([^"]*)"|!\[([^\]]*)\]', image)
        assert words is not None
        is_ours = "pictures/" in image  # a badge is shown as what it says
        assert len((words[1] or words[2]).split()) > (8 if is_ours else 2), image
