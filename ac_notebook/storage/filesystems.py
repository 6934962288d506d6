"""Which file system a folder is on: shared memory and locks are not the same on all of them."""

from __future__ import annotations

import os
import re
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")

_SHARED = frozenset((
    "9p", "acfs", "afs", "afpfs", "beegfs", "ceph", "cifs", "coda", "davfs", "dvs", "gfs", "gfs2", "glusterfs",
    "gpfs", "lustre", "ncpfs", "nfs", "nfs3", "nfs4", "ocfs2", "orangefs", "panfs", "prl_fs", "pvfs2", "smb2",
    "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs", "webdav", "wekafs",
))  # fmt: skip
"""File systems whose files another machine may have open at the same time."""


def is_shared(kind: str) -> bool:
    """Return whether files on a file system may be in use by another machine, or lack shared memory.

    There SQLite's write-ahead log must not be used: "all processes using a database must be on the same host computer;
    WAL does not work over a network filesystem" (https://www.sqlite.org/wal.html).

    Parameters
    ----------
    kind
        The file system's name as the kernel writes it; empty when it is not known.

    Examples
    --------
    >>> [is_shared(kind) for kind in ("nfs4", "cifs", "fuse.sshfs", "ext4", "overlay", "fuseblk", "")]
    [True, True, True, False, False, False, False]
    """
    # Whatever is in user space may be anything: sshfs, s3fs, rclone. Only block devices (fuseblk: NTFS) are local.
    return kind in _SHARED or kind == "fuse" or kind.startswith("fuse.")


def file_system_of(folder: Path) -> str:
    """Return the name of the file system that a folder is on; empty where the system does not tell (not on Linux)."""
    try:
        return file_system_in(_MOUNTS.read_text(encoding="utf-8", errors="surrogateescape"), os.path.realpath(folder))
    except OSError:
        return ""


def file_system_in(mounts: str, folder: str) -> str:
    """Return the name of the file system that holds a folder, from a table of mounts.

    Parameters
    ----------
    mounts
        Lines of ``/proc/self/mountinfo`` (proc(5)): the fifth word is where, the first after the dash is what.
    folder
        An absolute path without links.

    Examples
    --------
    >>> mounts = "22 1 8:1 / / rw - ext4 /dev/vda rw"
    >>> mounts += chr(10) + "40 22 0:51 / /home rw shared:5 - nfs4 server:/home rw"
    >>> file_system_in(mounts, "/home/ann/.local"), file_system_in(mounts, "/homes")
    ('nfs4', 'ext4')
    """
    found, longest = "", -1
    for line in mounts.splitlines():
        before, dash, after = line.partition(" - ")
        words = before.split(" ")
        if not dash or len(words) < 5:  # noqa: PLR2004 - see the docstring
            continue
        # Spaces, tabs, line ends and backslashes stand there in octal.
        place = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), words[4])
        inside = folder == place or folder.startswith(place.rstrip("/") + "/")
        if inside and len(place) >= longest:  # of two on one place, the later one hides the earlier
            found, longest = after.split(" ")[0], len(place)
    return found
