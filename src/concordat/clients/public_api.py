"""Compares the public API that a client's documents promise with that of the installed package.

A difference is information, not a verdict: the cases judge its effect on callers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from concordat.errors import AdapterError
from concordat.versions import covers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from concordat.clients.process import AdapterProcess
    from concordat.clients.protocol import PublicApi, PublicArgument, PublicOperation
    from concordat.contract import Variant, VariantArgument, VariantOperation

__all__ = ["Kind", "PublicApiDifference", "PublicApiView", "compare_public_api", "view_public_api"]

Kind = Literal["documented-but-absent", "present-but-undocumented", "otherwise", "drift"]
DEADLINE = 20.0
"""Seconds for an answer, including the import of the package."""


class PublicApiDifference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One difference; a side is None when it lacks the element.

    `kind` is `drift` for any difference from a document that does not cover the release. Without `argument` it is
    about the operation itself (its method or what it returns), without `operation` about a class of errors.
    """

    kind: Kind
    operation: str | None = None
    argument: str | None = None
    documented: str | None = None
    installed: str | None = None

    def __str__(self) -> str:
        """Return the difference in one line: its subject, and both sides when both exist."""
        about = " ".join(part for part in (self.operation, self.argument) if part) or str(self.documented)
        if self.documented is not None and self.installed is not None:
            return f"{about} is {self.installed}, documented {self.documented}"
        if self.kind == "drift":
            return f"{about} is {'new' if self.documented is None else 'gone'}"
        return about


class PublicApiView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The result of the comparison: the document, and the differences or the reason for having none."""

    document: str | None = None
    """The variant's name and the release that it describes."""
    differences: tuple[PublicApiDifference, ...] = ()
    reason: str | None = None
    """The reason when nothing was compared."""


async def view_public_api(adapter: AdapterProcess | None, variant: Variant | None, version: str) -> PublicApiView:
    """Compare the public API of a started adapter's package with a variant. Adapter errors become reasons."""
    if variant is None:
        return PublicApiView(reason="no document covers this version")
    document = f"{variant.name} {variant.release}"
    if adapter is None:
        return PublicApiView(document=document, reason="not introspected: its adapter does not run")
    try:
        public_api = await adapter.describe(DEADLINE)
    except AdapterError as error:
        return PublicApiView(document=document, reason=f"not introspected: {error.message}")
    if isinstance(public_api, str):
        return PublicApiView(document=document, reason=f"not introspected: {public_api}")
    return PublicApiView(document=document, differences=compare_public_api(variant, public_api, version))


def compare_public_api(variant: Variant, public_api: PublicApi, version: str) -> tuple[PublicApiDifference, ...]:
    """Return the differences between an installed package and a variant, in the variant's order.

    Operations of a resource that the document does not describe are ignored. A fact that one side lacks (whether an
    argument is required, the returned type) is not compared.
    """
    found = [*_operations(variant, public_api, version), *_errors(variant, public_api)]
    if covers(variant.covers, version):
        return tuple(found)
    return tuple(msgspec.structs.replace(difference, kind="drift") for difference in found)


def _operations(variant: Variant, public_api: PublicApi, version: str) -> Iterator[PublicApiDifference]:
    listed = [name for name in variant.further_operations if covers(f">={variant.since.get(name, '0')}", version)]
    for documented in variant.operations:
        installed = public_api.operations.get(documented.name)
        if installed is None:
            yield PublicApiDifference(
                kind="documented-but-absent", operation=documented.name, documented=documented.method
            )
        else:
            yield from _operation(documented, installed)
    for name in listed:
        if name not in public_api.operations:
            yield PublicApiDifference(kind="documented-but-absent", operation=name, documented="listed")
    named = {*listed, *(documented.name for documented in variant.operations)}
    resources = {name.partition(".")[0] for name in named}
    for name, installed in public_api.operations.items():
        if name not in named and name.partition(".")[0] in resources:
            yield PublicApiDifference(kind="present-but-undocumented", operation=name, installed=installed.method)


def _operation(documented: VariantOperation, installed: PublicOperation) -> Iterator[PublicApiDifference]:
    name = documented.name
    if documented.method != installed.method:
        yield _otherwise(name, None, documented.method, installed.method)
    theirs = {argument.name: argument for argument in installed.arguments}
    for argument in documented.arguments:
        found = theirs.pop(argument.name, None)
        if found is None:
            shown = argument.parameter
            yield PublicApiDifference(
                kind="documented-but-absent", operation=name, argument=argument.name, documented=shown
            )
        elif argument.parameter != found.parameter:
            yield _otherwise(name, argument.name, argument.parameter, found.parameter)
        elif None not in (argument.required, found.required) and argument.required != found.required:
            yield _otherwise(name, argument.name, _needed(argument), _needed(found))
    for found in theirs.values():
        shown = f"{found.parameter}, {_needed(found)}" if found.required else found.parameter
        yield PublicApiDifference(kind="present-but-undocumented", operation=name, argument=found.name, installed=shown)
    if installed.returns is not None and _plain(documented.returns) != _plain(installed.returns):
        yield _otherwise(name, None, documented.returns, installed.returns)


def _errors(variant: Variant, public_api: PublicApi) -> Iterator[PublicApiDifference]:
    named = [operation.error_class for operation in variant.operations] + [variant.other_errors]
    for name in dict.fromkeys(name for name in named if name is not None):
        if name.rpartition(".")[2] not in public_api.errors:
            yield PublicApiDifference(kind="documented-but-absent", documented=name)


def _otherwise(operation: str, argument: str | None, documented: str, installed: str) -> PublicApiDifference:
    return PublicApiDifference(
        kind="otherwise", operation=operation, argument=argument, documented=documented, installed=installed
    )


def _needed(argument: VariantArgument | PublicArgument) -> str:
    return "required" if argument.required else "optional"


def _plain(written: str) -> str:
    return "".join(written.split())
