"""Assertion coverage of a contract: the elements that some case asserts, and the gaps."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from concordat.catalogue.model import Level
from concordat.contract import check_operation_names
from concordat.contract.fields import CONTENT, body_fields, response_fields, success_statuses
from concordat.coverage.assertions import Shape, assertions
from concordat.coverage.model import ContractCoverage, Coverage, Covered, Gap, OperationCoverage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from concordat.catalogue.model import Case
    from concordat.contract import Contract, Operation
    from concordat.coverage.model import Kind

__all__ = ["coverage_of", "operation_coverage"]

_LEVELS = (Level.MUST, Level.SHOULD, Level.MAY)


class _Tally:
    """The cases that assert, name and touch one contract element."""

    __slots__ = ("levels", "touched_by", "written_by")

    def __init__(self) -> None:
        self.levels: dict[str, Level] = {}
        self.written_by: set[str] = set()
        self.touched_by: set[str] = set()


def coverage_of(cases: Iterable[Case], contracts: Mapping[str, Contract]) -> Coverage:
    """Return the assertion coverage of every contract by the cases."""
    listed = list(cases)
    found = [(contract, _contract(contract, listed)) for contract in contracts.values()]
    gaps = [gap for contract, one in found for gap in _gaps(contract, one)]
    return Coverage(contracts=tuple(one for _, one in found), gaps=tuple(sorted(gaps, key=lambda gap: gap.rank)))


def operation_coverage(coverage: Coverage, operation: str) -> Coverage:
    """Return the coverage of one operation. Raises UsageError when no contract has it."""
    names = {one.operation for contract in coverage.contracts for one in contract.operations}
    check_operation_names([operation], names, "contract has")
    contracts = (
        ContractCoverage(
            contract=contract.contract,
            operations=tuple(one for one in contract.operations if one.operation == operation),
        )
        for contract in coverage.contracts
    )
    return Coverage(
        contracts=tuple(contract for contract in contracts if contract.operations),
        gaps=tuple(gap for gap in coverage.gaps if gap.operation == operation),
    )


def _contract(contract: Contract, cases: Iterable[Case]) -> ContractCoverage:
    shapes = {
        operation.name: Shape(
            body_fields(contract, operation),
            response_fields(contract, operation),
            success_statuses(contract, operation),
        )
        for operation in contract.operations.values()
    }
    tallies: dict[tuple[str, str, str], _Tally] = defaultdict(_Tally)
    for case in cases:
        if case.about and contract.name not in case.about:
            continue
        if not contract.operations.keys() >= {call.call for call in case.calls()}:
            continue
        for found in assertions(case, contract, shapes):
            tally = tallies[found.operation, found.kind, found.path]
            if found.asserted:
                tally.levels[case.id] = case.level
            else:
                tally.touched_by.add(case.id)
            if found.written:
                tally.written_by.add(case.id)
    return ContractCoverage(
        contract=contract.name,
        operations=tuple(
            OperationCoverage(
                operation=operation.name,
                places=tuple(
                    _covered(kind, path, tallies.get((operation.name, kind, path)))
                    for kind, path in _places(contract, operation, shapes[operation.name])
                ),
            )
            for operation in contract.operations.values()
        ),
    )


def _places(contract: Contract, operation: Operation, shape: Shape) -> Iterator[tuple[Kind, str]]:
    """Yield every element of an operation that a case can assert."""
    for kind in ("path", "query", "header"):
        for parameter in operation.parameters:
            if parameter.location == kind:
                yield parameter.location, parameter.name.lower() if kind == "header" else parameter.name
    for name in _credentials(contract):
        yield "header", name
    if shape.body is not None:
        yield from (("body", inner.path) for inner in shape.body.below())
    for status in contract.documented_statuses(operation):
        yield "status", str(status)
    if shape.response is not None:
        if shape.response.path == CONTENT:
            yield "response", CONTENT
        yield from (("response", inner.path) for inner in shape.response.below())


def _credentials(contract: Contract) -> Iterator[str]:
    """Yield the credential headers of the contract, in lower case."""
    document: Any = contract.document
    schemes = document.get("components", {}).get("securitySchemes", {})
    for requirement in document.get("security", ()):
        for name in requirement:
            scheme = schemes.get(name, {})
            if scheme.get("in") == "header":
                yield str(scheme["name"]).lower()
            elif scheme.get("type") == "http":
                yield "authorization"


def _covered(kind: Kind, path: str, tally: _Tally | None) -> Covered:
    if tally is None:
        return Covered(kind=kind, path=path)
    touched = len(tally.touched_by - tally.levels.keys())
    if not tally.levels:
        return Covered(kind=kind, path=path, touched=touched)
    level = min(tally.levels.values(), key=_LEVELS.index)
    example = next(case for case, known in tally.levels.items() if known is level)
    return Covered(
        kind=kind,
        path=path,
        cases=len(tally.levels),
        written=len(tally.written_by),
        level=level,
        example=example,
        touched=touched,
    )


def _gaps(contract: Contract, coverage: ContractCoverage) -> Iterator[Gap]:
    document: Any = contract.document
    first = next((tag.get("name") for tag in document.get("tags", ())), None)
    for one in coverage.operations:
        operation = contract.operations[one.operation]
        tags = document["paths"][operation.path][operation.method.lower()].get("tags", ())
        further = 0 if first is None or first in tags else 2
        for place in one.places:
            if not place.cases:
                yield Gap(
                    rank=(2 if place.kind == "response" else 1) + further,
                    contract=contract.name,
                    operation=one.operation,
                    kind=place.kind,
                    path=place.path,
                    touched=place.touched,
                )
