"""The field for a key: what is typed is in no state of a widget, before, while and after it is sent."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from ac_notebook.errors import ConfigurationError
from ac_notebook.runs.typed_key import typed_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from ac_notebook.model.secret import Secret


# It logs every message of a browser whole, before anybody can take a key out of it.
logging.getLogger("Comm").setLevel(logging.WARNING)


class _Blank(traitlets.Unicode):  # type: ignore[type-arg]  # older releases take none
    """A text that is always empty."""

    def validate(self, obj: Any, value: Any) -> str:
        del obj
        if value == "":
            return ""
        del value  # a traceback that shows variables would show it
        raise ConfigurationError(
            "A key is typed into the field, never given in code.",
            hint="Where it is to come from somewhere, name the place: an environment variable, a file, the keyring.",
        )


class SecretField(ipywidgets.Password):
    """A masked field whose text never becomes part of the widget.

    A plain ``Password`` keeps its text in the widget's state, which JupyterLab can save in the notebook, sends to every
    open client, and which nbconvert and papermill write down. Here the text leaves the browser when the field is left
    or Enter is pressed (not letter by letter). It is taken out of the message that brings it and becomes a
    :class:`Secret`; the value stays blank, nothing is echoed to other clients, and the browser's field is made blank.

    Parameters
    ----------
    received
        What the blank field shows while a key is there.
    **keywords
        As for ``ipywidgets.Password``, but for the value.
    """

    value = _Blank().tag(sync=True, echo_update=False)

    arrivals = traitlets.Int(0)
    """How many times something was typed, or forgotten. Not sent anywhere; forms observe it."""
    problem = ""
    """What is wrong with what was typed last, in words that do not repeat it."""

    def __init__(self, *, received: str = "", **keywords: Any) -> None:
        if "value" in keywords:
            keywords.clear()
            raise ConfigurationError("A key is typed into the field, never given in code.")
        self._secret: Secret | None = None
        self._received = received
        self._is_entered = False
        self._entered: Callable[[], None] = lambda: None
        self._empty: str = keywords.get("placeholder", "")
        super().__init__(continuous_update=False, **keywords)
        self.on_msg(self._heard)

    def on_enter(self, callback: Callable[[], None]) -> None:
        """Have something done when a key was typed and Enter was pressed."""
        self._entered = callback

    def taken(self) -> Secret | None:
        """Return the key, None when there is none."""
        return self._secret

    @property
    def has_key(self) -> bool:
        """Whether a key is there."""
        return self._secret is not None

    def clear(self) -> None:
        """Forget the key."""
        self._is_entered = False
        self._have(None, "")

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what the browser sends: a text out of the message itself, so that nothing that sees it sees a key."""
        if "value" in sync_data and not (isinstance(sync_data["value"], str) and not sync_data["value"]):
            secret, problem = self._read(sync_data)
            self.send_state("value")  # the browser's field, and what it knows of it, are blank from here on
            is_entered, self._is_entered = self._is_entered, False
            self._have(secret, problem)
            if is_entered and secret is not None:
                self._entered()
        if sync_data:
            super().set_state(sync_data)

    @staticmethod
    def _read(message: dict[str, Any]) -> tuple[Secret | None, str]:
        try:
            return typed_key(message.pop("value"))
        except BaseException:  # noqa: BLE001 - an interrupt, and its frames hold what was typed
            return None, "What was typed did not arrive: type it again."
        finally:
            message.pop("value", None)

    def _have(self, secret: Secret | None, problem: str) -> None:
        self._secret, self.problem = secret, problem
        self.placeholder = self._empty if secret is None else self._received
        self.arrivals += 1

    def _heard(self, _: Any, content: Any, __: Any) -> None:
        # The browser tells of Enter first, and then what was typed: that is waited for, or an older key would be used.
        self._is_entered = isinstance(content, dict) and content.get("event") == "submit"

    def __repr__(self) -> str:
        return f"SecretField({'a key is there' if self.has_key else 'empty'})"
