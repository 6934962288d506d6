"""A second opinion on when something is due: every minute is walked through, as a cron daemon would live it.

It shares nothing with the package: its own reading of cron texts, and only the way from a moment to the wall clock.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def fitting(field: str, least: int, most: int) -> set[int]:
    """Return the numbers that a field stands for."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        low, _, high = span.partition("-")
        begin = least if span == "*" else int(low)
        end = most if span == "*" or (step and not high) else int(high or low)
        found |= set(range(begin, end + 1, int(step or 1)))
    return found


class Text:
    """A cron text, read once."""

    def __init__(self, cron: str) -> None:
        self.fields = cron.split()
        self.sets = [fitting(field, *span) for field, span in zip(self.fields, RANGES, strict=True)]
        self.every_hour = len(self.sets[1]) == 24

    def fits(self, wall: datetime) -> bool:
        """Whether a time of the wall clock is one of its own."""
        minutes, hours, days, months, weekdays = self.sets
        if wall.minute not in minutes or wall.hour not in hours or wall.month not in months:
            return False
        by_day = wall.day in days
        by_weekday = bool({wall.isoweekday(), wall.isoweekday() % 7} & weekdays)
        if self.fields[2] == "*":
            return by_weekday
        return by_day if self.fields[4] == "*" else by_day or by_weekday


def walked(cron: str, timezone: str, *, after: datetime, until: datetime) -> list[datetime]:
    """Return the moments after one and up to another at which a cron text is due."""
    text, zone = Text(cron), ZoneInfo(timezone)
    found, seen = [], set()
    moment = after.replace(second=0, microsecond=0) - 6 * 60 * MINUTE
    before = moment.astimezone(zone).replace(tzinfo=None) - MINUTE
    while moment <= until:
        wall = moment.astimezone(zone).replace(tzinfo=None)
        jumped = []
        missed = before + MINUTE
        while missed < wall:
            jumped.append(missed)
            missed += MINUTE
        is_new = wall not in seen
        seen.add(wall)
        if any(map(text.fits, jumped)) or (text.fits(wall) and (is_new or text.every_hour)):
            found.append(moment)
        before = wall
        moment += MINUTE
    return [each for each in found if after < each <= until]


def utc(text: str) -> datetime:
    """Return a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
