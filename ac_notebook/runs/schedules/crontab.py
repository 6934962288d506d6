"""The line with which cron, or the units with which systemd, calls ``ac-notebook run --due``."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from ac_notebook.errors import ConfigurationError
from ac_notebook.storage.home import VARIABLE, find_home

_LEAST, _MOST = 1, 59


class CrontabText(str):
    """Text that shows itself as it is, to be copied."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def crontab(*, every: int = 5, systemd: bool = False) -> CrontabText:
    """Return what calls ``ac-notebook run --due`` every few minutes; it decides itself what is due.

    Parameters
    ----------
    every
        Minutes between two calls, from 1 to 59; a run begins so late at the most.
    systemd
        Whether a service and a timer are wanted instead of a line for cron.

    Raises
    ------
    ConfigurationError
        When a path cannot be written down there.
    """
    if isinstance(every, bool) or not isinstance(every, int) or not _LEAST <= every <= _MOST:
        msg = f"every is a number of minutes from {_LEAST} to {_MOST}, not {every!r}."
        raise ConfigurationError(msg, hint="Write every=5. Nothing was changed.")
    program, home = sys.executable, str(find_home().absolute())
    if not program or not Path(program).is_absolute():
        msg = "It is not known where this Python is, so nothing can be written for cron."
        raise ConfigurationError(msg, hint="Use the Python of a virtual environment.")
    for path in (program, home):
        if "\\" in path or not path.isprintable():
            msg = f"{path!a} cannot be written for cron: it has a backslash, or characters that cannot be shown."
            raise ConfigurationError(msg, hint=f"Set {VARIABLE} to another folder.")
    return CrontabText(_units(program, home, every) if systemd else cron_line(program, home, every))


def cron_line(program: str, home: str, every: int) -> str:
    r"""Return the line for cron, in which a percent sign has to be escaped (crontab(5)).

    Parameters
    ----------
    program
        Python's whole path.
    home
        The package's folder.
    every
        Minutes between two calls.

    Examples
    --------
    >>> print(cron_line("/usr/bin/python3", "/home/ann/50 % here", 5))
    */5 * * * * AC_NOTEBOOK_HOME='/home/ann/50 \% here' /usr/bin/python3 -P -m ac_notebook run --due
    """
    # -P: a file in the folder that cron begins in must not take the place of a module.
    command = f"{VARIABLE}={shlex.quote(home)} {shlex.quote(program)} -P -m ac_notebook run --due"
    minutes = "*" if every == 1 else f"*/{every}"
    return f"{minutes} * * * * {command.replace('%', chr(92) + '%')}"


def _units(program: str, home: str, every: int) -> str:
    return f"""# ~/.config/systemd/user/ac-notebook.service
[Unit]
Description=Exports to ActiveCampaign that are due

[Service]
Type=oneshot
Environment={_in_unit(f"{VARIABLE}={home}")}
ExecStart={_in_unit(program)} -P -m ac_notebook run --due
SuccessExitStatus=3 75

# ~/.config/systemd/user/ac-notebook.timer: systemctl --user enable --now ac-notebook.timer
[Timer]
OnCalendar=*:0/{every}
Persistent=true

[Install]
WantedBy=timers.target
"""


def _in_unit(text: str) -> str:
    """Return a text as one word of a unit (systemd.syntax(7)); percent and dollar signs stand for others there."""
    plain = text.replace("%", "%%").replace("$", "$$") if not text.startswith(VARIABLE) else text.replace("%", "%%")
    return '"' + plain.replace('"', '\\"') + '"'
