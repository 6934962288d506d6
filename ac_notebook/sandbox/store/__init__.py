"""What a sandbox holds, in a file, so that it survives a restart: one SQLite file for all accounts of a server."""

from .database import DataFileError
from .store import Store

__all__ = ["DataFileError", "Store"]
