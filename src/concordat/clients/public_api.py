"""What a client's documents promise of its interface, compared with what the installed package offers.

A difference is information, never a verdict: what it means for a caller is for the cases to judge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from concordat.errors import AdapterError
from concordat.versions import covers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from concordat.clients.process import AdapterProcess
    from concordat.clients.protocol import Surface, SurfaceArgument, SurfaceOperation
    from concordat.contract import Variant, VariantArgument, VariantOperation

__all__ = ["Kind", "SurfaceDifference", "SurfaceView", "compare_surface", "view_surface"]

Kind = Literal["documented-but-absent", "present-but-undocumented", "otherwise", "drift"]
DEADLINE = 20.0
"""Seconds for an answer: it is quick, but waits until the package is imported."""


class SurfaceDifference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One difference; a side is None where it has nothing of the kind.

    `kind` is `drift` for any difference from a document that does not cover the release. Without `argument` it is
    about the operation itself (its method or what it returns), without `operation` about a class of errors.
    """

    kind: Kind
    operation: str | None = None
    argument: str | None = None
    documented: str | None = None
    installed: str | None = None

    def __str__(self) -> str:
        """One line: what it is about, and what each side has, where there is anything to compare."""
        about = " ".join(part for part in (self.operation, self.argument) if part) or str(self.documented)
        if self.documented is not None and self.installed is not None:
            return f"{about} is {self.installed}, documented {self.documented}"
        if self.kind == "drift":
            return f"{about} is {'new' if self.documented is None else 'gone'}"
        return about


class SurfaceView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of the comparison: the document and its release, and the differences or the reason for having none."""

    document: str | None = None
    """The variant's name and the release that it describes."""
    differences: tuple[SurfaceDifference, ...] = ()
    reason: str | None = None
    """Why nothing was compared."""


async def view_surface(adapter: AdapterProcess | None, variant: Variant | None, version: str) -> SurfaceView:
    """Ask a started adapter what its package offers and compare; never raises for what the adapter does."""
    if variant is None:
        return SurfaceView(reason="no document speaks of this version")
    document = f"{variant.name} {variant.release}"
    if adapter is None:
        return SurfaceView(document=document, reason="not introspected: its adapter does not run")
    try:
        surface = await adapter.describe(DEADLINE)
    except AdapterError as error:
        return SurfaceView(document=document, reason=f"not introspected: {error.message}")
    if isinstance(surface, str):
        return SurfaceView(document=document, reason=f"not introspected: {surface}")
    return SurfaceView(document=document, differences=compare_surface(variant, surface, version))


def compare_surface(variant: Variant, surface: Surface, version: str) -> tuple[SurfaceDifference, ...]:
    """Return the differences of an installed package's surface from a variant, in the variant's order.

    Operations of a resource that the document does not speak of are none. What one side does not tell (whether an
    argument is required, what comes back) is not compared.
    """
    found = [*_operations(variant, surface, version), *_errors(variant, surface)]
    if covers(variant.covers, version):
        return tuple(found)
    return tuple(msgspec.structs.replace(difference, kind="drift") for difference in found)


def _operations(variant: Variant, surface: Surface, version: str) -> Iterator[SurfaceDifference]:
    listed = [name for name in variant.further_operations if covers(f">={variant.since.get(name, '0')}", version)]
    for documented in variant.operations:
        installed = surface.operations.get(documented.name)
        if installed is None:
            yield SurfaceDifference(
                kind="documented-but-absent", operation=documented.name, documented=documented.spelled
            )
        else:
            yield from _operation(documented, installed)
    for name in listed:
        if name not in surface.operations:
            yield SurfaceDifference(kind="documented-but-absent", operation=name, documented="listed")
    named = {*listed, *(documented.name for documented in variant.operations)}
    resources = {name.partition(".")[0] for name in named}
    for name, installed in surface.operations.items():
        if name not in named and name.partition(".")[0] in resources:
            yield SurfaceDifference(kind="present-but-undocumented", operation=name, installed=installed.spelled)


def _operation(documented: VariantOperation, installed: SurfaceOperation) -> Iterator[SurfaceDifference]:
    name = documented.name
    if documented.spelled != installed.spelled:
        yield _otherwise(name, None, documented.spelled, installed.spelled)
    theirs = {argument.name: argument for argument in installed.arguments}
    for argument in documented.arguments:
        found = theirs.pop(argument.name, None)
        if found is None:
            shown = argument.spelled
            yield SurfaceDifference(
                kind="documented-but-absent", operation=name, argument=argument.name, documented=shown
            )
        elif argument.spelled != found.spelled:
            yield _otherwise(name, argument.name, argument.spelled, found.spelled)
        elif None not in (argument.required, found.required) and argument.required != found.required:
            yield _otherwise(name, argument.name, _needed(argument), _needed(found))
    for found in theirs.values():
        shown = f"{found.spelled}, {_needed(found)}" if found.required else found.spelled
        yield SurfaceDifference(kind="present-but-undocumented", operation=name, argument=found.name, installed=shown)
    if installed.returns is not None and _plain(documented.returns) != _plain(installed.returns):
        yield _otherwise(name, None, documented.returns, installed.returns)


def _errors(variant: Variant, surface: Surface) -> Iterator[SurfaceDifference]:
    named = [operation.error_class for operation in variant.operations] + [variant.other_errors]
    for name in dict.fromkeys(name for name in named if name is not None):
        if name.rpartition(".")[2] not in surface.errors:
            yield SurfaceDifference(kind="documented-but-absent", documented=name)


def _otherwise(operation: str, argument: str | None, documented: str, installed: str) -> SurfaceDifference:
    return SurfaceDifference(
        kind="otherwise", operation=operation, argument=argument, documented=documented, installed=installed
    )


def _needed(argument: VariantArgument | SurfaceArgument) -> str:
    return "required" if argument.required else "optional"


def _plain(written: str) -> str:
    return "".join(written.split())
