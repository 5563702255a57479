"""The credential of a live run: what no header can carry, or no scrubber find, is sent nowhere."""

from __future__ import annotations

import pytest

from concordat.errors import ConcordatError, CredentialsMissing, UsageError
from concordat.suite.given import credential
from concordat.suite.live import LiveTarget

KEY = "CONCORDAT_API_KEY"


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
def test_a_key_that_cannot_be_used_is_refused(
    key: str, error: type[ConcordatError], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, key)
    with pytest.raises(error, match=message) as caught:
        credential()
    assert not key or key not in str(caught.value)
    assert caught.value.hint


def test_a_key_is_encoded_unless_it_is_so_already(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "some-key")
    assert credential() == "Basic c29tZS1rZXk="
    monkeypatch.setenv(KEY, "Basic c29tZS1rZXk=")
    assert credential() == "Basic c29tZS1rZXk="


def test_a_target_that_is_no_url_is_said_before_a_missing_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY, raising=False)
    with pytest.raises(UsageError, match="not a plain http or https URL"):
        LiveTarget.discover("ftp://somewhere", (), allow_writes=False)
