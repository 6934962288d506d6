"""What somebody else may have put where a file or a folder of ours is to be."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET = "CANARY0123456789abcdefCANARY"
PLANTED = "PLANTED0123456789abcdefPLANTED"
NOBODY = 65_534


def loose(mode: int) -> Callable[[Path, Path], object]:
    """Return an obstacle: a file with a planted key and these permissions."""

    def put(place: Path, _: Path) -> None:
        place.write_text(PLANTED, encoding="ascii")
        place.chmod(mode)

    return put


def anothers(place: Path, _: Path) -> None:
    """Put a file of another user's there."""
    loose(0o600)(place, _)
    os.chown(place, NOBODY, NOBODY)


IN_A_FILES_PLACE: dict[str, Callable[[Path, Path], object]] = {
    "a file that all may read": loose(0o644),
    "a file that a group may read": loose(0o640),
    "a file that a group may write": loose(0o620),
    "a file that all may write": loose(0o602),
    "a link to another file": lambda place, victim: place.symlink_to(victim),
    "a link that leads nowhere": lambda place, victim: place.symlink_to(victim.with_name("nowhere")),
    "a link to a device": lambda place, _: place.symlink_to("/dev/null"),
    "a second name of another file": lambda place, victim: place.hardlink_to(victim),
    "a pipe": lambda place, _: os.mkfifo(place, 0o600),
    "a folder": lambda place, _: place.mkdir(0o700),
}
IN_A_FOLDERS_PLACE: dict[str, Callable[[Path, Path], object]] = {
    "a folder that all may read": lambda place, _: made(place, 0o755),
    "a folder that a group may read": lambda place, _: made(place, 0o750),
    "a folder that all may write": lambda place, _: made(place, 0o777),
    "a folder like /tmp": lambda place, _: made(place, 0o1777),
    "a file": lambda place, _: place.write_text("x", encoding="ascii"),
    "a link that leads nowhere": lambda place, victim: place.symlink_to(victim.with_name("nowhere")),
    "a link to a device": lambda place, _: place.symlink_to("/dev/null"),
    "a link to a folder that all may read": lambda place, victim: linked(place, victim, 0o755),
    "a pipe": lambda place, _: os.mkfifo(place, 0o600),
}
ABOVE: dict[str, int] = {
    "writable for a group": 0o770,
    "writable for a group, readable for all": 0o775,
    "writable for all": 0o777,
}
"""Permissions of the folder above, in which others could put something else in the place of ours."""

if os.geteuid() == 0:  # nobody else can give files away
    IN_A_FILES_PLACE["a file of another user's"] = anothers
    IN_A_FOLDERS_PLACE |= {
        "a folder of another user's": lambda place, _: os.chown(made(place, 0o700), NOBODY, NOBODY),
        "a link of another user's": lambda place, victim: os.lchown(linked(place, victim, 0o700), NOBODY, NOBODY),
    }


def made(place: Path, mode: int) -> Path:
    """Make a folder with these permissions, whatever the umask."""
    place.mkdir()
    place.chmod(mode)
    return place


def linked(place: Path, victim: Path, mode: int) -> Path:
    """Make a link to a folder with these permissions."""
    place.symlink_to(made(victim.with_name("elsewhere"), mode))
    return place


def open_files(folder: Path, text: str) -> list[Path]:
    """Return the files below a folder that hold a text and that others than their owner may read."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and text.encode() in path.read_bytes():
            found += [path] if path.stat().st_mode & 0o077 or path.stat().st_nlink > 1 else []
    return found
