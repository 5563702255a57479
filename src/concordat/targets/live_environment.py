"""What the environment says of a live endpoint: its credential, and what `$names` and `needs` stand for there."""

from __future__ import annotations

import base64
import os
import re
from dataclasses import dataclass, field

from concordat.api_key import VARIABLE, Secret
from concordat.errors import CredentialsMissing, UsageError
from concordat.tap import Scrubber

__all__ = ["Credential", "given_bindings", "given_offers", "variable_for"]

_BIND = "CONCORDAT_BIND_"
_OFFER = "CONCORDAT_OFFER_"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WITH_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9-]* +\S.*")
"""A credential that names its scheme (RFC 9110, 11.4)."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What authenticates a live run: the `Authorization` value, and every text that must never be written."""

    authorization: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)

    @classmethod
    def of(cls, key: str) -> Credential:
        """Return the credential of a key; a bare key is encoded as the built-in contracts document it.

        Raises CredentialsMissing for an empty key, UsageError for one that no header can carry or no scrubber can find.
        """
        if not key:
            message = f"the environment variable {VARIABLE} is not set"
            raise CredentialsMissing(
                message, hint=f"export {VARIABLE}=... with the key of a sandbox account; it is never written"
            )
        if key != key.strip() or not key.isprintable():
            message = f"the value of {VARIABLE} has control characters, or blanks at its ends"
            raise UsageError(message, hint="export it once more, without line ends")
        auth = Secret(key if _WITH_SCHEME.fullmatch(key) else "Basic " + base64.b64encode(key.encode()).decode())
        secrets = (auth, Secret(auth.partition(" ")[2].strip()), Secret(key))
        Scrubber(secrets)  # one that is too short to be scrubbed must not be sent
        return cls(auth, secrets)


def given_bindings() -> dict[str, str]:
    """Return what `CONCORDAT_BIND_<NAME>` gives, by reference name.

    `CONCORDAT_BIND_BOOK_ID` is `$book_id`; a name with a small letter in it is kept as it is. Raises UsageError for a
    name that no reference can have.
    """
    return _given(_BIND)


def variable_for(name: str) -> str:
    """Return the variable that binds a reference name."""
    return _BIND + (name.upper() if name == name.lower() else name)


def given_offers() -> dict[str, int]:
    """Return what `CONCORDAT_OFFER_<NAME>` says there is, by the word of `needs`. Raises UsageError for no count."""
    counts: dict[str, int] = {}
    for name, text in _given(_OFFER).items():
        if not text.isdecimal():
            message = f"{_OFFER}{name.upper()} is no count: {text!r}"
            raise UsageError(message, hint="give how many the target has, such as 3")
        counts[name] = int(text)
    return counts


def _given(prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for variable, value in sorted(os.environ.items()):
        if not variable.startswith(prefix):
            continue
        name = variable.removeprefix(prefix)
        if not _NAME.fullmatch(name):
            message = f"no reference can be called `{name}`, as {variable} asks"
            raise UsageError(message, hint="use letters, digits and underscores, such as " + prefix + "BOOK")
        found[name.lower() if name == name.upper() else name] = value
    return found
