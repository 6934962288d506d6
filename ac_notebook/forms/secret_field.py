"""The field for a key: what is typed is in no state of a widget, before, while and after it is sent."""

from __future__ import annotations

from typing import Any

import ipywidgets
import traitlets

from ac_notebook.model.secret import Secret


class SecretField(ipywidgets.Password):
    """A masked field whose text is taken away from the widget the moment it arrives.

    A plain ``Password`` keeps its text in the widget's state, which JupyterLab can save in the notebook, sends to every
    open client, and which nbconvert and papermill write down. Here the text leaves the browser when the field is left
    (not letter by letter), is not echoed to other clients, becomes a :class:`Secret`, and the field is blank again.

    Parameters
    ----------
    **keywords
        As for ``ipywidgets.Password``, but for the value.
    """

    value = traitlets.Unicode("").tag(sync=True, echo_update=False)

    def __init__(self, **keywords: Any) -> None:
        if "value" in keywords:
            msg = "A key is typed, never given in code."
            raise TypeError(msg)
        self._secret: Secret | None = None
        self._said = keywords.get("placeholder", "")
        super().__init__(continuous_update=False, **keywords)
        self.observe(self._take, "value")

    secret = traitlets.Bool(default_value=False)
    """Whether a key is there. Not sent anywhere; forms observe it."""
    problem = traitlets.Unicode("")
    """What is wrong with what was typed, in words that do not repeat it."""

    def taken(self) -> Secret | None:
        """Return the key, None when there is none."""
        return self._secret

    def clear(self) -> None:
        """Forget the key."""
        self._secret, self.secret, self.placeholder = None, False, self._said

    def get_state(self, *args: Any, **keywords: Any) -> dict[str, Any]:
        """Return the state that is sent, saved or embedded, in which the value is always blank."""
        state: dict[str, Any] = super().get_state(*args, **keywords)
        return state | ({"value": ""} if "value" in state else {})

    def _take(self, change: Any) -> None:
        typed = change["new"]
        if not typed:
            return
        try:
            self._secret, self.problem = Secret(typed), ""
        except ValueError as error:
            self._secret, self.problem = None, str(error)
        finally:
            self.value = ""
        self.secret = self._secret is not None
        self.placeholder = "•" * 12 if self.secret else self._said

    def __repr__(self) -> str:
        return f"SecretField({'a key is there' if self._secret else 'empty'})"
