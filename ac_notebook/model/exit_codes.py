"""Codes that commands end with: one for what somebody, or a program that calls them, has to do."""

from __future__ import annotations

DONE = 0
"""Every row that could be sent arrived."""

FAILED = 1
"""Something failed: the service, the network, this machine, or a bug."""

CONFIGURATION = 2
"""Something has to be changed first, or a guard rail stopped it; nothing was sent."""

ROWS = 3
"""Rows were refused, uncertain or unconfirmed, or too many were rejected."""

INTERRUPTED = 75
"""It was interrupted, or another run of the export is under way: try again (EX_TEMPFAIL of sysexits.h)."""

UNREAD = 141
"""Whoever read the answer had enough (128 and the number of SIGPIPE)."""
