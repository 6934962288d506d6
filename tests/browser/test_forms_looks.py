"""How forms look: pictures to look at, nothing cut off, no fault of accessibility, nothing of data but text."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import pytest

from tests.browser.lab import Theme
from tests.browser.looks import cut_off, faults
from tests.browser.notebook import HEIGHT, WIDTH
from tests.browser.pictures import PICTURES, kept, shown, text_of
from tests.test_notebooks import substance

if TYPE_CHECKING:
    from tests.browser.desk import Desk
    from tests.browser.notebook import OpenNotebook

pytestmark = pytest.mark.browser

WIDTHS = (800, 1280, 1600)
TALL = 6_000
FORMS = ("connection", "connections", "export", "exports", "runs")

# Names that would do something, were they anything but text; and one that would be a formula.
CELLS = (
    """\
import ac_notebook as ac
NASTY = '<img src=x onerror="window.harmed=1"><script>window.harmed=1</script></select></div>$x^2$ & \\u202eevil'
box = ac.sandbox.start()
listed = box.add_list(f"List {NASTY}")
box.add_field(f"Field {NASTY}", "dropdown", options=[NASTY, "a"])
customers = ac.sandbox.sample_customers(n=300, seed=1)
customers[NASTY] = NASTY
connection = box.connection.replace(name=f"Shop {NASTY}"[:60]).save()
value = ac.Export(
    f"Export {NASTY}"[:60], connection=connection, list=listed, tags=[NASTY[:40]],
    mapping=ac.Mapping(email="E-mail", first_name=NASTY, fields={f"Field {NASTY}": "tier"}),
    segment=ac.Segment(f"People {NASTY}"[:60], "points > 100"),
).save()
report = customers.activecampaign.export(value)""",
    "ac.forms.connection()",
    "ac.forms.connections()",
    "customers.activecampaign.form(value)",
    "ac.forms.exports(customers)",
    "ac.forms.runs()",
)
HARM = """() => [
    window.harmed, document.querySelectorAll('.jp-OutputArea img, .jp-OutputArea script').length,
    document.querySelectorAll('.jp-OutputArea mjx-container, .jp-OutputArea .MathJax').length,
]"""


def opened_with(desk: Desk, language: str) -> OpenNotebook:
    """Return a notebook in which all forms are shown, in a language."""
    first = f"{CELLS[0]}\nac.forms.language = {language!r}"
    opened = desk.open(f"looks {language}", first, *CELLS[1:])
    opened.run_all()
    assert opened.errors() == []
    opened.panel.get_by_text({"en": "Checked.", "sv": "Kontrollerat."}[language]).first.wait_for()
    for button in opened.panel.get_by_role("button", name={"en": "Show as code", "sv": "Visa som kod"}[language]).all():
        button.click()
    return opened


@pytest.mark.parametrize("language", ["en", "sv"])
def test_all_forms_can_be_read_and_nothing_of_data_is_markup(desk: Desk, language: str) -> None:
    """In light and dark, from 800 to 1600 pixels, with names that try to break out: pictures, and no fault found."""
    opened = opened_with(desk, language)
    found: list[str] = []
    for theme in get_args(Theme):
        opened.change_theme(theme)
        for width in WIDTHS:
            opened.page.set_viewport_size({"width": width, "height": TALL})
            for number, name in enumerate(FORMS, start=2):
                cell = opened.panel.locator(".jp-Cell").nth(number)
                cell.screenshot(path=desk.artefacts / f"form-{name}-{language}-{theme}-{width}.png")
            found += [f"{theme}, {width}: {one}" for one in cut_off(opened.page)]
        found += [f"{theme}: {one}" for one in faults(opened.page)]
    opened.change_theme("light")
    opened.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    assert found == []
    assert opened.page.evaluate(HARM) == [None, 0, 0]
    assert "onerror=" in opened.panel.inner_text()


@pytest.mark.parametrize("name", list(PICTURES))
def test_a_picture_is_of_what_is_shown_today(desk: Desk, name: str) -> None:
    """The words and fields that a picture shows are those of today: ``python -m tests.browser.pictures`` renews it."""
    today, of_picture = text_of(shown(name, desk)), kept(name).text
    desk.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    assert len(of_picture) > 200
    assert substance(today) == substance(of_picture)
