"""The credential of a live run: what no header can carry, or no scrubber find, is sent nowhere."""

from __future__ import annotations

import pytest

from concordat.errors import ConcordatError, CredentialsMissing, UsageError
from concordat.targets.live import LiveTarget
from concordat.targets.live_environment import Credential


@pytest.mark.parametrize(
    ("key", "error", "message"),
    [
        ("", CredentialsMissing, "is not set"),
        ("abc", UsageError, "fewer than four characters"),
        ("Basic abc", UsageError, "fewer than four characters"),
        ("a key that ends in a blank ", UsageError, "control characters, or blanks"),
        ("Basic YWJjZA==\nX-Other: 1", UsageError, "control characters, or blanks"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused(key: str, error: type[ConcordatError], message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        Credential.of(key)
    assert not key or key not in str(caught.value)
    assert caught.value.hint


def test_a_target_that_is_no_url_is_said_before_a_missing_key() -> None:
    with pytest.raises(UsageError, match="not a plain http or https URL"):
        LiveTarget.discover("ftp://somewhere", "", (), allow_writes=False)
