"""What can be said of a page without looking at it: faults of accessibility, what is cut off, what came from data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

SHOWN = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output"

_CUT = """shown => {
    const found = [];
    const seen = [...document.querySelectorAll(shown)].filter(it => it.offsetParent !== null);
    for (const output of seen) {
        const room = output.getBoundingClientRect();
        const looked = '.widget-label, .widget-checkbox label, button, input, select, textarea, table, p, div, summary';
        for (const one of output.querySelectorAll(looked)) {
            const box = one.getBoundingClientRect();
            if (box.width === 0 || one.closest('[aria-hidden=true]')) continue;
            const said = (one.innerText || one.value || one.tagName).trim().slice(0, 60);
            const isText = one.matches('.widget-label, .widget-checkbox label, button, summary');
            // A long name of somebody's ends in an ellipsis.
            const isNamed = one.classList.contains('widget-label') && said.length > 40;
            if (isText && !isNamed && one.scrollWidth > one.clientWidth + 1) {
                found.push(`cut off: ${one.className}: ${said}`);
            }
            if (box.right > room.right + 2 && !scrolls(one, output)) found.push(`runs out: ${one.className}: ${said}`);
        }
    }
    return [...new Set(found)];

    function scrolls(one, end) {
        for (let it = one.parentElement; it && it !== end; it = it.parentElement) {
            const canScroll = ['auto', 'scroll'].includes(getComputedStyle(it).overflowX);
            if (canScroll && it.scrollWidth > it.clientWidth) return true;
        }
        return false;
    }
}"""


def faults(page: Page) -> list[str]:
    """Return the serious and critical faults that axe-core finds in what cells show."""
    found = Axe().run(page, context={"include": [[SHOWN]]}, options={"resultTypes": ["violations"]})
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: {node['target']} {node['html'][:300]}"
        for one in found.response["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def cut_off(page: Page) -> list[str]:
    """Return what is not shown in full for want of room: labels, buttons, and what runs out of its cell."""
    found: list[str] = page.evaluate(_CUT, SHOWN)
    return found
