"""Settings of a live target, read from environment variables: its credential, bindings and numbers of records."""

from __future__ import annotations

import base64
import os
import re
from dataclasses import dataclass, field

from concordat.api_key import VARIABLE, Secret
from concordat.errors import CredentialsMissing, UsageError
from concordat.tap import Scrubber

__all__ = ["CHOSEN", "Credential", "chosen_records", "given_bindings", "given_offers", "variable_for"]

_BIND = "CONCORDAT_BIND_"
_OFFER = "CONCORDAT_OFFER_"
CHOSEN = {"company": "CONCORDAT_COMPANY_ID", "connection": "CONCORDAT_CONNECTION_ID"}
"""The variables of the records that a live run uses, by reference name."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WITH_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9-]* +\S.*")
"""A credential that names its scheme (RFC 9110, 11.4)."""


@dataclass(frozen=True, slots=True)
class Credential:
    """The credential of a live run: its `Authorization` value, and every text that no output may contain."""

    authorization: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)

    @classmethod
    def of(cls, key: str) -> Credential:
        """Return the credential of a key; a key without a scheme gets the encoding of the built-in contracts.

        Raises CredentialsMissing for an empty key, UsageError for a key that is invalid in a header or too short for a
        scrubber.
        """
        if not key:
            message = f"the environment variable {VARIABLE} is not set"
            raise CredentialsMissing(
                message, hint=f"export {VARIABLE}=... with the key of a sandbox account; no output contains it"
            )
        if key != key.strip() or not key.isprintable():
            message = f"the value of {VARIABLE} has control characters, or blanks at its ends"
            raise UsageError(message, hint="export it without them")
        auth = Secret(key if _WITH_SCHEME.fullmatch(key) else "Basic " + base64.b64encode(key.encode()).decode())
        secrets = (auth, Secret(auth.partition(" ")[2].strip()), Secret(key))
        Scrubber(secrets)  # raises for a key that is too short, before it is sent
        return cls(auth, secrets)


def given_bindings() -> dict[str, str]:
    """Return the values of `CONCORDAT_BIND_<NAME>` by reference name.

    `CONCORDAT_BIND_BOOK_ID` binds `$book_id`; a name with a lower-case letter keeps its spelling. Raises UsageError for
    an invalid reference name.
    """
    return _values_by_name(_BIND)


def chosen_records() -> dict[str, str]:
    """Return the ids of the records that the user names, by reference name: the company and its connection."""
    return {name: os.environ[variable] for name, variable in CHOSEN.items() if os.environ.get(variable)}


def variable_for(name: str) -> str:
    """Return the environment variable that binds a reference name."""
    return _BIND + (name.upper() if name == name.lower() else name)


def given_offers() -> dict[str, int]:
    """Return the counts of `CONCORDAT_OFFER_<NAME>` by the word of `needs`. Raises UsageError for any other value."""
    counts: dict[str, int] = {}
    for name, text in _values_by_name(_OFFER).items():
        if not text.isdecimal():
            message = f"{_OFFER}{name.upper()} is not a count: {text!r}"
            raise UsageError(message, hint="write the number of records that the target has, such as 3")
        counts[name] = int(text)
    return counts


def _values_by_name(prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for variable, value in sorted(os.environ.items()):
        if not variable.startswith(prefix):
            continue
        name = variable.removeprefix(prefix)
        if not _NAME.fullmatch(name):
            message = f"{variable}: `{name}` is not a reference name"
            raise UsageError(message, hint="use letters, digits and underscores, such as " + prefix + "BOOK")
        found[name.lower() if name == name.upper() else name] = value
    return found
