"""What a client's own documents promise: the variant, as frozen types.

Written in `contracts/variants/<name>.yaml`; facts only, each traced to its document and release.
"""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = ["Variant", "VariantArgument", "VariantOperation"]


class _Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The common shape: frozen, keyword-only, no unknown keys."""


class VariantArgument(_Model, frozen=True):
    """One argument of an operation, by wire name (`body` for the request body)."""

    name: str
    parameter: str
    """How the call style spells it: `company_id`, `CompanyID`."""
    required: bool | None = None
    """None: the document does not say."""


class VariantOperation(_Model, frozen=True):
    """One documented operation."""

    name: str
    method: str
    """The method's name in the SDK."""
    style: Literal["request-object", "positional", "keyword"]
    arguments: list[VariantArgument]
    returns: str
    """The documented type of what comes back."""
    errors: list[int] | None = None
    """The statuses that the document lists; None: it has no table."""
    error_class: str | None = None


class Variant(_Model, frozen=True):
    """One variant document, or the documentation inside one package."""

    name: str
    document: str
    package: str
    release: str
    """The release that the document describes."""
    covers: str
    """The versions for which its promises hold; for others a difference is drift."""
    language: str
    api: str
    call_style: str
    errors: Literal["raised", "in-envelope"]
    """How a status of 400 or more reaches the caller, as documented (or as the call style's examples read it)."""
    errors_source: str
    auth: str
    """The form of the credential in the examples."""
    operations: list[VariantOperation]
    other_errors: str | None = None
    """The class that the document names for statuses without one of their own."""
    further_operations: list[str] = []
    """Operations outside the document that the package's own documentation lists."""
    since: dict[str, str] = {}
    """The release with which one of these came, by operation; the others are as old as what is covered."""
