"""The five variants match their documents, and a wrong variant file is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.contract import load_contract, load_variant, variant_paths
from concordat.errors import ContractError

if TYPE_CHECKING:
    from pathlib import Path

FOUR = ("create", "get", "list", "update")
EIGHT = (*FOUR, "downloadAttachment", "getAttachment", "getCreateUpdateModel", "listAttachments")
WRITE = [400, 401, 402, 403, 404, 429, 500, 503]
NONE: dict[str, list[int] | None] = dict.fromkeys(EIGHT)

VARIANTS = {
    "typescript-sync-for-expenses": ("@codat/sync-for-expenses", "sync-for-expenses", FOUR, "in-envelope"),
    "typescript-accounting": ("@codat/accounting", "accounting", EIGHT, "in-envelope"),
    "python-sync-for-expenses": ("codat-sync-for-expenses", "sync-for-expenses", FOUR, "raised"),
    "typescript-accounting-positional": ("@speakeasy-sdks/accounting", "accounting", EIGHT, "raised"),
    "go-accounting": ("github.com/codatio/client-sdk-go/accounting", "accounting", EIGHT, "in-envelope"),
}
RELEASES = {
    "typescript-sync-for-expenses": ("1.1.0", ">=0.35,<=1.1"),
    "typescript-accounting": ("0.14.0", "==0.14.0"),
    "python-sync-for-expenses": ("8.0.1", ">=7,<9"),
    "typescript-accounting-positional": ("0.4.0", "==0.4.0"),
    "go-accounting": ("0.20.0", ">=0.20,<0.21"),
}
BASIC = "Basic BASE_64_ENCODED(API_KEY)"


def test_the_five_documents_have_a_variant_each() -> None:
    assert set(VARIANTS) <= set(variant_paths())


@pytest.mark.parametrize(("name", "expected"), VARIANTS.items())
def test_a_variant_covers_exactly_the_operations_of_its_document(
    name: str, expected: tuple[str, str, tuple[str, ...], str]
) -> None:
    variant = load_variant(name)
    names = tuple(sorted(operation.name.removeprefix("customers.") for operation in variant.operations))
    assert (variant.package, variant.api, names, variant.errors) == (
        *expected[:2],
        tuple(sorted(expected[2])),
        expected[3],
    )


@pytest.mark.parametrize(("name", "expected"), RELEASES.items())
def test_a_variant_names_the_release_of_its_document_and_what_it_covers(name: str, expected: tuple[str, str]) -> None:
    variant = load_variant(name)
    assert (variant.release, variant.covers) == expected


@pytest.mark.parametrize("name", VARIANTS)
def test_a_documented_argument_is_one_of_the_contract(name: str) -> None:
    variant = load_variant(name)
    contract = load_contract(variant.api)
    for operation in variant.operations:
        known = contract.operation(operation.name)
        required = {parameter.name for parameter in known.parameters if parameter.required}
        given = [argument.name for argument in operation.arguments]
        assert required <= set(given) <= set(known.argument_names)
        assert len(given) == len(set(given))


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        (
            "python-sync-for-expenses",
            {
                "create": WRITE,
                "get": [401, 402, 403, 404, 409, 429, 500, 503],
                "list": [400, 401, 402, 403, 404, 409, 429, 500, 503],
                "update": WRITE,
            },
        ),
        *((name, NONE) for name in ("typescript-accounting", "typescript-accounting-positional", "go-accounting")),
        ("typescript-sync-for-expenses", dict.fromkeys(FOUR)),
    ],
)
def test_only_the_python_document_lists_single_error_statuses(name: str, statuses: dict[str, list[int] | None]) -> None:
    found = {item.name.removeprefix("customers."): item.errors for item in load_variant(name).operations}
    assert found == statuses


def test_the_positional_document_marks_what_is_required_and_keeps_its_order() -> None:
    operations = {item.name: item for item in load_variant("typescript-accounting-positional").operations}
    create = operations["customers.create"]
    assert [(item.parameter, item.required) for item in create.arguments] == [
        ("companyId", True),
        ("connectionId", True),
        ("customer", False),
        ("timeoutInMinutes", False),
    ]
    assert [item.parameter for item in operations["customers.getAttachment"].arguments] == [
        "attachmentId",
        "companyId",
        "connectionId",
        "customerId",
    ]
    styles = {name: item.style for name, item in operations.items()}
    assert {name for name, style in styles.items() if style == "request-object"} == {
        "customers.list",
        "customers.update",
    }


def test_each_language_spells_the_arguments_in_its_own_way() -> None:
    parameters = {
        name: [
            argument.parameter
            for operation in load_variant(name).operations
            if operation.name == "customers.list"
            for argument in operation.arguments
        ]
        for name in ("python-sync-for-expenses", "typescript-accounting", "go-accounting")
    }
    assert parameters == {
        "python-sync-for-expenses": ["company_id", "order_by", "page", "page_size", "query"],
        "typescript-accounting": ["companyId", "orderBy", "page", "pageSize", "query"],
        "go-accounting": ["CompanyID", "OrderBy", "Page", "PageSize", "Query"],
    }


def test_only_one_document_gives_the_key_without_a_scheme() -> None:
    assert [name for name in VARIANTS if BASIC not in load_variant(name).auth] == ["typescript-accounting"]


def test_the_further_operations_of_the_python_package_are_not_those_of_its_document() -> None:
    variant = load_variant("python-sync-for-expenses")
    further = set(variant.further_operations)
    assert len(further) == len(variant.further_operations) == 18
    assert {"pushOperations.get", "dataStatus.get", "refresh.all", "connections.unlink"} <= further
    assert further.isdisjoint(operation.name for operation in variant.operations)
    assert variant.since.keys() <= further


def _mutated(folder: Path, wrong: str, right: str) -> Path:
    text = variant_paths()["python-sync-for-expenses"].read_text("utf-8")
    assert wrong in text
    path = folder / "python-sync-for-expenses.yaml"
    path.write_text(text.replace(wrong, right, 1), "utf-8")
    return path


def _line(path: Path, part: str) -> int:
    return next(number for number, line in enumerate(path.read_text("utf-8").splitlines(), 1) if part in line)


@pytest.mark.parametrize(
    ("wrong", "right", "message", "hint"),
    [
        ("call-style:", "call-stile:", "unknown key `call-stile`", "`call-style`"),
        ("error-class:", "error-clas:", "unknown key `error-clas`", "`error-class`"),
        (
            "{name: companyId, parameter: company_id}",
            "{name: companyId, param: company_id}",
            "`param`",
            "`parameter`",
        ),
        ("errors: raised", "errors: thrown", "thrown", "known: in-envelope, raised"),
        ('release: "8.0.1"', "release: 8.0", "expected `str`", "quotes"),
        ('release: "8.0.1"', "release: 2023-09-31", "`2023-09-31` is not a date", "quotes"),
        ("api: sync-for-expenses", "api: sync-for-expense", "no contract `sync-for-expense`", "`sync-for-expenses`"),
        ("name: customers.get", "name: customers.gett", "no operation `customers.gett`", "`customers.get`"),
        ("{name: pageSize,", "{name: page_size,", "no argument `page_size`", "`pageSize`"),
        ("  - refresh.all", "  - refresh.al", "no operation `refresh.al`", "`refresh.all`"),
        ("{companies.update:", "{companies.updat:", "not among the further operations", "`companies.update`"),
    ],
)
def test_the_error_of_a_wrong_variant_has_file_line_and_hint(
    tmp_path: Path, wrong: str, right: str, message: str, hint: str
) -> None:
    path = _mutated(tmp_path, wrong, right)
    with pytest.raises(ContractError) as caught:
        load_variant(path)
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")
    assert caught.value.where is not None
    assert (caught.value.where.path, caught.value.where.line) == (path, _line(path, right))


def test_the_error_of_a_variant_that_is_not_yaml_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("name: broken\noperations: [\n", "utf-8")
    with pytest.raises(ContractError, match=r"broken\.yaml:3:1: this is not YAML"):
        load_variant(path)


def test_a_variant_under_another_name_than_its_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text(variant_paths()["go-accounting"].read_text("utf-8"), "utf-8")
    with pytest.raises(ContractError, match="named `go-accounting`, its file `other`"):
        load_variant(path)


def test_an_unknown_variant_is_answered_with_a_suggestion() -> None:
    with pytest.raises(ContractError, match="did you mean `go-accounting`"):
        load_variant("go-acounting")
