"""A key does not show itself."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from ac_notebook.model.secret import Secret

KEY = "0123456789abcdefCANARY"


def test_key_is_in_no_text_of_it() -> None:
    """No text form of a key holds it."""
    secret = Secret(f" {KEY}\n")
    assert secret.reveal() == KEY
    for text in (repr(secret), str(secret), f"{secret}", f"{secret:>40}", f"{secret!a}", repr([{"k": secret}])):
        assert KEY not in text


def test_key_is_not_serialised() -> None:
    """A key is neither pickled nor turned into JSON nor hashed, and a copy is itself."""
    secret = Secret(KEY)
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        json.dumps(secret)
    with pytest.raises(TypeError):
        hash(secret)
    assert copy.deepcopy(secret) is secret
    assert copy.copy(secret) is secret


@pytest.mark.parametrize("text", ["", "  ", "a b", "a\r\nX-Evil: 1", "nyckel-å", "a\x00b"])
def test_texts_that_are_no_keys_are_refused(text: str) -> None:
    """What would break an HTTP header is refused, without being shown."""
    with pytest.raises(ValueError, match="key") as caught:
        Secret(text)
    assert not text.strip() or text.strip() not in str(caught.value)
