from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import ipywidgets
import pytest

from ac_notebook.errors import ConfigurationError
from ac_notebook.forms.base.form import Form
from ac_notebook.forms.base.worker import Worker, at_once, in_thread

if TYPE_CHECKING:
    from collections.abc import Callable


class Greeting(Form):
    """A form over a name."""

    def __init__(self, spawn: Callable[[Callable[[], None]], None] = at_once) -> None:
        super().__init__(language="en", spawn=spawn)
        self.name = self.controls.text("Name", is_required=True)
        self.name.observe(self.shown(lambda _: self.changed()), "value")
        self.put("Greeting", self.name)

    def code(self) -> str:
        if not self.name.value:
            raise ConfigurationError("There is no name.", hint="Type one.")
        return f"greet({self.name.value!r})"


def _widgets(box: ipywidgets.Widget) -> list[ipywidgets.Widget]:
    return [box, *(one for child in getattr(box, "children", ()) for one in _widgets(child))]


def test_an_error_in_a_handler_is_shown_in_the_form() -> None:
    """What goes wrong in a callback is told in the form: our errors in their words, others without theirs."""
    form = Greeting()
    button = form.controls.button("Go")

    def refuse(_: object) -> None:
        raise ConfigurationError("That cannot be <b>.", hint="Do this.")

    def fail(_: object) -> None:
        raise ValueError("ann@example.org")

    button.on_click(form.shown(refuse))
    button.click()
    assert form.message.text == "That cannot be <b>.\nDo this."
    assert "<b>" not in form.message.widget.value
    failing = form.controls.button("Fail")
    failing.on_click(form.shown(fail))
    failing.click()
    assert form.message.text.startswith("Something unexpected went wrong: ValueError")
    assert "ann@" not in form.message.text


def test_the_code_is_shown_when_it_is_asked_for() -> None:
    """The button opens a field with the code, which follows the form; what is missing is a comment in it."""
    form = Greeting()
    toggle = next(one for one in _widgets(form.box) if isinstance(one, ipywidgets.ToggleButton))
    assert not [one for one in _widgets(form.box) if isinstance(one, ipywidgets.Textarea)]
    toggle.value = True
    field = next(one for one in _widgets(form.box) if isinstance(one, ipywidgets.Textarea))
    assert field.value == "# There is no name.\n# Type one."
    form.name.value = "Ann"
    assert field.value == "greet('Ann')"
    field.value = "import os"  # it is there to be copied
    assert field.value == "greet('Ann')"
    toggle.value = False
    assert not [one for one in _widgets(form.box) if isinstance(one, ipywidgets.Textarea)]


def test_only_the_newest_work_is_shown() -> None:
    """Of several things asked for while one is being done, only the newest is done, and only its result is shown."""
    waiting: list[Callable[[], None]] = []
    done: list[int] = []
    shown: list[int] = []
    busy: list[bool] = []
    worker = Worker(spawn=waiting.append, failed=_unwanted, changed=lambda: busy.append(worker.is_busy))

    def work(number: int) -> Callable[[], int]:
        def doing() -> int:
            done.append(number)
            return number

        return doing

    for number in (1, 2, 3):
        worker.do(work(number), shown.append)
    assert worker.is_busy
    waiting.pop()()
    assert waiting == []
    assert done == [1, 3]
    assert shown == [3]
    assert busy == [True, False]


def test_an_old_error_is_not_shown() -> None:
    """An error of work that something newer has replaced is shown to nobody; one of the newest is."""
    waiting: list[Callable[[], None]] = []
    failed: list[BaseException] = []
    worker = Worker(spawn=waiting.append, failed=failed.append)
    worker.do(lambda: int("old"), print)
    worker.do(lambda: 1 / 0, print)
    waiting.pop()()
    assert [type(error) for error in failed] == [ZeroDivisionError]


def test_an_error_that_cannot_be_shown_holds_nobody_up() -> None:
    """Whatever goes wrong with what a form shows of its work, more work is done, and it is not busy for ever."""
    shown: list[int] = []
    told: list[str] = []

    def fails(_: object) -> None:
        raise ConfigurationError("It broke.")

    worker = Worker(spawn=at_once, failed=fails, changed=lambda: told.append("busy"))
    worker.do(lambda: 1 / 0, print)
    assert not worker.is_busy
    worker.do(lambda: 7, shown.append)
    assert shown == [7]
    assert told == ["busy"] * 4
    breaks = Worker(spawn=at_once, failed=_unwanted, changed=lambda: fails(None))
    with pytest.raises(ConfigurationError, match="It broke"):
        breaks.do(lambda: 8, shown.append)
    assert shown == [7]
    assert not breaks.is_busy


def test_work_is_done_in_a_thread_of_its_own() -> None:
    """Work does not hold up the thread that asks for it."""
    done = threading.Event()
    seen: list[threading.Thread] = []

    def then(thread: threading.Thread) -> None:
        seen.append(thread)
        done.set()

    Worker(spawn=in_thread, failed=_unwanted).do(threading.current_thread, then)
    assert done.wait(30)
    assert seen[0] is not threading.current_thread()


def _unwanted(error: BaseException) -> None:
    pytest.fail(str(error))
