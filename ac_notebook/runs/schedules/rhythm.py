"""How often something runs, as people say it, and as a cron text has it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from ac_notebook.errors import ConfigurationError, quoted

Kind = Literal["daily", "weekdays", "weekly", "several", "cron"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)", re.ASCII)
_BETWEEN = re.compile(r"[\s,;]+")
_CRON = re.compile(r"(\d+) (\d+(?:,\d+)*) \* \* (\*|1-5|[0-6])", re.ASCII)
_HOURS, _MINUTES = 24, 60
_LOCAL = Path("/etc/localtime")


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """How often something runs.

    Parameters
    ----------
    kind
        Every day, on weekdays (Monday to Friday), on one day a week, several times a day, or by a cron text.
    times
        At what times, as hour and minute; one, but for several times a day.
    day
        For one day a week: 0 for Sunday, up to 6 for Saturday.
    cron
        The cron text of the last kind.

    Examples
    --------
    >>> Rhythm(kind="weekly", times=((6, 0),), day=1).text
    '0 6 * * 1'
    >>> Rhythm(kind="several", times=((6, 30), (18, 30))).text
    '30 6,18 * * *'
    """

    kind: Kind = "daily"
    times: tuple[tuple[int, int], ...] = ((6, 0),)
    day: int = 1
    cron: str = ""

    @property
    def text(self) -> str:
        """The cron text.

        Raises
        ------
        ConfigurationError
            When there is none for these times.
        """
        if self.kind == "cron":
            return self.cron
        minutes = {minute for _, minute in self.times}
        if not self.times or (self.kind != "several" and len(self.times) > 1):
            msg = "It is not said at what time it runs." if not self.times else "That is more than one time."
            raise ConfigurationError(msg, hint="Write one such as 06:00; or choose several times a day for more.")
        if len(minutes) > 1:
            msg = "One schedule runs at the same minute of each of its hours."
            raise ConfigurationError(msg, hint="Write such as 06:30, 12:30, 18:30.")
        hours = ",".join(str(hour) for hour in sorted({hour for hour, _ in self.times}))
        days = {"weekdays": "1-5", "weekly": str(self.day)}.get(self.kind, "*")
        return f"{min(minutes)} {hours} * * {days}"


def rhythm_of(cron: str) -> Rhythm:
    """Return how often a cron text runs; one that is not said more simply is its own.

    Examples
    --------
    >>> rhythm_of("0 6 * * 1-5")
    Rhythm(kind='weekdays', times=((6, 0),), day=1, cron='')
    >>> rhythm_of("*/10 * * * *").kind
    'cron'
    """
    found = _CRON.fullmatch(cron)
    if found is not None and int(found[1]) < _MINUTES and all(int(hour) < _HOURS for hour in found[2].split(",")):
        times = tuple((int(hour), int(found[1])) for hour in found[2].split(","))
        kind: Kind = "daily" if found[3] == "*" else "weekdays" if "-" in found[3] else "weekly"
        if len(times) > 1:
            kind = "several" if kind == "daily" else "cron"
        made = Rhythm(kind=kind, times=times, day=int(found[3]) if kind == "weekly" else 1)
        if kind != "cron" and made.text == cron:
            return made
    return Rhythm(kind="cron", cron=cron)


def times_in(typed: str) -> tuple[tuple[int, int], ...]:
    """Return the times that somebody typed, with commas or blanks between them.

    Raises
    ------
    ConfigurationError
        When something of it is no time.

    Examples
    --------
    >>> times_in("06:00, 18.30")
    ((6, 0), (18, 30))
    """
    parts = [part for part in _BETWEEN.split(typed) if part]
    found = [_TIME.fullmatch(part) for part in parts]
    wrong = next((part for part, time in zip(parts, found, strict=True) if time is None), None)
    if wrong is not None or not parts:
        msg = "It is not said at what time it runs." if wrong is None else f"{quoted(wrong)} is no time of a day."
        raise ConfigurationError(msg, hint="Write one such as 06:00.")
    return tuple((int(time[1]), int(time[2])) for time in found if time is not None)


def times_as_typed(times: tuple[tuple[int, int], ...]) -> str:
    """Return times as somebody would type them.

    Examples
    --------
    >>> times_as_typed(((6, 0), (18, 30)))
    '06:00, 18:30'
    """
    return ", ".join(f"{hour:02}:{minute:02}" for hour, minute in times)


def local_zone() -> str:
    """Return the IANA name of this machine's time zone as far as it tells it, else UTC."""
    said = os.environ.get("TZ", "").removeprefix(":")
    try:
        said = said or _LOCAL.readlink().as_posix().rpartition("/zoneinfo/")[2]
    except OSError:  # there is no such link
        said = ""
    return said if re.fullmatch(r"[A-Z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*", said) else "UTC"
