"""Variants: the promises of a client's own documents, read from `contracts/variants/<name>.yaml`.

A variant contains only facts, each from its document and release, and is checked against its contract.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from concordat.contract.loader import load_contract
from concordat.documents import read_document
from concordat.errors import ContractError, did_you_mean
from concordat.resources import search
from concordat.values import join_pointer

if TYPE_CHECKING:
    from concordat.documents import Document

__all__ = ["Variant", "VariantArgument", "VariantOperation", "load_variant", "variant_paths"]

_SUFFIX = ".yaml"


class _Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """The base of the models: frozen, keyword-only, without unknown keys."""


class VariantArgument(_Model, frozen=True):
    """One argument of an operation, by wire name (`body` for the request body)."""

    name: str
    parameter: str
    """The name in the call style: `company_id`, `CompanyID`."""
    required: bool | None = None
    """None: the document does not state it."""


class VariantOperation(_Model, frozen=True):
    """One documented operation."""

    name: str
    method: str
    """The method's name in the SDK."""
    style: Literal["request-object", "positional", "keyword"]
    arguments: list[VariantArgument]
    returns: str
    """The documented return type."""
    errors: list[int] | None = None
    """The statuses in the document; None: it has no table."""
    error_class: str | None = None


class Variant(_Model, frozen=True):
    """One variant document, or the documentation inside one package."""

    name: str
    document: str
    package: str
    release: str
    """The release that the document describes."""
    covers: str
    """The versions for which its promises hold. For other versions a difference is drift."""
    language: str
    api: str
    call_style: str
    errors: Literal["raised", "in-envelope"]
    """The way in which a status of 400 or more reaches the caller, by the document or the call style's examples."""
    errors_source: str
    auth: str
    """The form of the credential in the examples."""
    operations: list[VariantOperation]
    other_errors: str | None = None
    """The documented error class for statuses without a class of their own."""
    further_operations: list[str] = []
    """Operations that only the package's own documentation lists."""
    since: dict[str, str] = {}
    """The first release of a further operation; the others exist in all covered releases."""


def variant_paths() -> dict[str, Path]:
    """Return the file of every variant by name. A file of the user's project hides a built-in one of the same name."""
    found: dict[str, Path] = {}
    for folder in search("contracts", "variants"):
        for path in sorted(folder.glob("*" + _SUFFIX)):
            found.setdefault(path.stem, path)
    return found


def load_variant(name_or_path: str | Path) -> Variant:
    """Return one variant, by name or by the path of a YAML file. Each file is read once per process.

    Raises ContractError for an unknown name, an unknown key, a wrong type, and an operation or argument that is not in
    the variant's contract.
    """
    if isinstance(name_or_path, Path) or name_or_path.endswith((".yaml", ".yml")):
        return _load(Path(name_or_path).absolute())  # a symbolic link keeps its name, since its target may not exist
    paths = variant_paths()
    if name_or_path not in paths:
        message = f"there is no variant `{name_or_path}`"
        raise ContractError(message, hint=did_you_mean(name_or_path, paths))
    return _load(paths[name_or_path])


@cache
def _load(path: Path) -> Variant:
    source = read_document(path, ContractError, "the variant")
    variant = source.convert(Variant)
    if variant.name != path.stem:
        message = f"the variant is named `{variant.name}`, its file `{path.stem}`"
        raise source.error(message, "/name", "give both the same name")
    _check_contract(source, variant)
    return variant


def _check_contract(source: Document[ContractError], variant: Variant) -> None:
    try:
        contract = load_contract(variant.api)
    except ContractError as error:
        raise ContractError(error.message, where=source.locate("/api"), hint=error.hint) from error
    for index, documented in enumerate(variant.operations):
        keys = ("operations", index)
        if documented.name not in contract.operations:
            message = f"`{variant.api}` has no operation `{documented.name}`"
            hint = did_you_mean(documented.name, contract.operations)
            raise source.error(message, join_pointer(*keys, "name"), hint)
        known = contract.operation(documented.name).argument_names
        for place, argument in enumerate(documented.arguments):
            if argument.name not in known:
                message = f"`{documented.name}` has no argument `{argument.name}`"
                raise source.error(
                    message, join_pointer(*keys, "arguments", place, "name"), did_you_mean(argument.name, known)
                )
    for name in variant.since.keys() - set(variant.further_operations):
        message = f"`{name}` is not among the further operations"
        hint = did_you_mean(name, variant.further_operations)
        raise source.error(message, join_pointer("since", name), hint)
    for index, name in enumerate(variant.further_operations):
        if name not in contract.operations:
            message = f"`{variant.api}` has no operation `{name}`"
            raise source.error(
                message, join_pointer("further-operations", index), did_you_mean(name, contract.operations)
            )
