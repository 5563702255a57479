"""Finding and reading variants, and holding each to the contract that it speaks of."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from concordat.contract.load import load_contract
from concordat.contract.variant import Variant
from concordat.documents import read_document
from concordat.errors import ContractError, did_you_mean
from concordat.resources import search
from concordat.values import join_pointer

if TYPE_CHECKING:
    from concordat.documents import Document

__all__ = ["load_variant", "variant_paths"]

_SUFFIX = ".yaml"


def variant_paths() -> dict[str, Path]:
    """Return the file of every variant by name; a file of the user's project hides a built-in one of its name."""
    found: dict[str, Path] = {}
    for folder in search("contracts", "variants"):
        for path in sorted(folder.glob("*" + _SUFFIX)):
            found.setdefault(path.stem, path)
    return found


def load_variant(name_or_path: str | Path) -> Variant:
    """Return one variant, by name or by the path of a YAML file; each file is read once in a process.

    Raises ContractError when there is none of that name, when a key is unknown or of the wrong type, and when an
    operation or argument is not one of the contract that the variant names.
    """
    if isinstance(name_or_path, Path) or name_or_path.endswith((".yaml", ".yml")):
        return _load(Path(name_or_path).absolute())  # a link keeps its name: it may lead to nothing
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
    _hold_to_contract(source, variant)
    return variant


def _hold_to_contract(source: Document[ContractError], variant: Variant) -> None:
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
