"""Spans of time as ISO 8601 text, ``P1DT2H0M0S``."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


def written(ticks: int, unit: str) -> str:
    """Return so many ticks of a unit (s, ms, us or ns) as ISO 8601 text.

    Examples
    --------
    >>> written(93_600, "s"), written(-1_500, "ms")
    ('P1DT2H0M0S', '-P0DT0H0M1.5S')
    """
    per_second = _PER_SECOND[unit]
    seconds, rest = divmod(abs(ticks), per_second)
    fraction = f".{rest:0{len(str(per_second)) - 1}d}".rstrip("0") if rest else ""
    days, seconds = divmod(seconds, 86_400)
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{'-' if ticks < 0 else ''}P{days}DT{hours}H{minutes}M{seconds}{fraction}S"


def of_object(value: Any) -> str | None:
    """Return one span as ISO 8601 text; NaT is blank."""
    if type(value) is np.timedelta64:
        unit = np.datetime_data(value.dtype)[0]
        if np.isnat(value):
            return None
        if unit in _PER_SECOND and np.datetime_data(value.dtype)[1] == 1:
            return written(int(value.astype(np.int64)), unit)
        return written(int(value.astype("timedelta64[s]").astype(np.int64)), "s")
    if type(value) is pd.Timedelta:
        return written(int(value.as_unit("ns").value), "ns")
    micro = dt.timedelta(microseconds=1)
    return written(value // micro, "us")
