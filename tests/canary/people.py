"""Fifty people whose addresses can be recognised by parts that all of them share, and a key."""

from __future__ import annotations

import pandas as pd

KEY = "sandbox-CANARYofTheStory0123456789abcdef-zq7"
WRONG_KEY = "CANARYthatIsWrong9876543210-zq7"
LOCAL, DOMAIN = "canary.zq7person", "zq7domain"
"""In every address; a search for these finds each of them, and half of one too."""

COUNT = 50
MAPPING = {"email": "E-mail", "first_name": "Given name", "phone": "Mobile", "City": "note"}


def address(number: int) -> str:
    """Return the address of one of them."""
    return f"{LOCAL}{number:02}@{DOMAIN}{number:02}.example.org"


def people() -> pd.DataFrame:
    """Return all of them: most can be sent, one is there twice, and some cannot be."""
    frame = pd.DataFrame({"E-mail": [address(number) for number in range(COUNT)]})
    frame["Given name"] = [f"Given {number}" for number in range(COUNT)]
    frame["Mobile"], frame["note"] = "070-174 06 05", "x"
    frame.loc[3, "E-mail"] = f" {address(2).upper()} "
    frame.loc[4, "E-mail"] = address(4).replace("@", "@@")
    frame.loc[5, "Given name"] = "a\x00b"
    return frame.set_index(pd.Index([address(number) for number in range(COUNT)], name="who"))


def mine() -> list[str]:
    """Return addresses to rehearse with, which are nobody's among the customers."""
    return [address(COUNT + number) for number in range(3)]


def key() -> str:
    """Return the key; no variable of a frame is it, as none is what somebody types into a cell."""
    return KEY
