"""What the environment says of a live endpoint."""

from __future__ import annotations

import base64
import os

import pytest

from concordat.errors import CredentialsMissing, UsageError
from concordat.targets.live_environment import Credential, given_bindings, given_offers, variable_for


@pytest.fixture(autouse=True)
def no_variables_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("CONCORDAT_")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("k3ys", "Basic " + base64.b64encode(b"k3ys").decode()),
        ("Basic c29tZS1rZXk=", "Basic c29tZS1rZXk="),
        ("Bearer a.b.c", "Bearer a.b.c"),
        ("k3y/with+signs=in&it", "Basic " + base64.b64encode(b"k3y/with+signs=in&it").decode()),
    ],
)
def test_a_key_is_sent_with_its_scheme_or_as_basic(key: str, sent: str) -> None:
    credential = Credential.of(key)
    assert credential.authorization == sent
    assert {sent, sent.partition(" ")[2], key} == set(credential.secrets)


def test_a_credential_does_not_show_itself() -> None:
    assert repr(Credential.of("k3y-of-somebody")) == "Credential()"


def test_no_key_is_an_error() -> None:
    with pytest.raises(CredentialsMissing):
        Credential.of("")


@pytest.mark.parametrize(
    ("variable", "name"), [("BOOK", "book"), ("BOOK_ID", "book_id"), ("bookId", "bookId"), ("B2", "b2")]
)
def test_a_variable_binds_the_name_that_it_ends_in(variable: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"CONCORDAT_BIND_{variable}", "seven")
    assert given_bindings() == {name: "seven"}
    assert variable_for(name) == f"CONCORDAT_BIND_{variable}"


def test_counts_are_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORDAT_OFFER_BOOKS", "12")
    monkeypatch.setenv("CONCORDAT_OFFER_SHELVES", "0")
    assert given_offers() == {"books": 12, "shelves": 0}
    monkeypatch.setenv("CONCORDAT_OFFER_SHELVES", "-1")
    with pytest.raises(UsageError, match="CONCORDAT_OFFER_SHELVES is not a count"):
        given_offers()


@pytest.mark.parametrize("variable", ["", "2", "a-b", "é"])
def test_what_can_be_no_name_is_an_error(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"CONCORDAT_BIND_{variable}", "x")
    with pytest.raises(UsageError, match="is not a reference name"):
        given_bindings()
