"""A document and an installed package, compared."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.timeouts import scaled

from concordat.clients.process import AdapterProcess
from concordat.clients.protocol import PublicApi, PublicArgument, PublicOperation
from concordat.clients.public_api import PublicApiView, compare_public_api, view_public_api
from concordat.contract import Variant, VariantArgument, VariantOperation

if TYPE_CHECKING:
    from collections.abc import Callable

    from concordat.clients.installed import Installed

PAGE = VariantArgument(name="page", parameter="page", required=False)
LIST = VariantOperation(
    name="things.list",
    method="list",
    style="keyword",
    arguments=[VariantArgument(name="companyId", parameter="company_id"), PAGE],
    returns="shared.Things",
    error_class="errors.Message",
)
VARIANT = Variant(
    name="tiny",
    document="009-tiny",
    package="tiny",
    release="1.2",
    covers=">=1,<2",
    language="python",
    api="things",
    call_style="keywords",
    errors="raised",
    errors_source="a table",
    auth="Basic",
    operations=[LIST],
    other_errors="errors.SDKError",
    further_operations=["things.get", "things.replace"],
    since={"things.replace": "1.5"},
)
COMPANY = PublicArgument("companyId", "company_id", required=True)
TAKEN = [COMPANY, PublicArgument("page", "page", required=False)]
THINGS = PublicOperation("list", TAKEN, "shared.Things")
GET = PublicOperation("get", [COMPANY])
OPERATIONS = {"things.list": THINGS, "things.get": GET}
ERRORS = ["Message", "SDKError"]


def differences(
    operations: dict[str, PublicOperation] = OPERATIONS, version: str = "1.2", errors: list[str] = ERRORS
) -> list[tuple[str, str]]:
    found = compare_public_api(VARIANT, PublicApi(1, operations, errors), version)
    return [(difference.kind, str(difference)) for difference in found]


def with_list(**changed: object) -> dict[str, PublicOperation]:
    return OPERATIONS | {"things.list": msgspec.structs.replace(THINGS, **changed)}


def test_a_package_that_is_as_its_document_says_has_no_difference() -> None:
    assert differences() == []


def test_what_one_side_does_not_tell_is_not_compared() -> None:
    untold = [COMPANY, PublicArgument("page", "page", required=None)]
    assert differences(with_list(arguments=untold, returns=None)) == []


ABSENT, UNDOCUMENTED, OTHERWISE = "documented-but-absent", "present-but-undocumented", "otherwise"


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ({"things.get": GET}, [(ABSENT, "things.list")]),
        ({"things.list": THINGS}, [(ABSENT, "things.get")]),
        (OPERATIONS | {"things.drop": GET}, [(UNDOCUMENTED, "things.drop")]),
        (OPERATIONS | {"others.get": GET}, []),
        (with_list(arguments=[COMPANY]), [(ABSENT, "things.list page")]),
        (with_list(arguments=[*TAKEN, PublicArgument("q", "q")]), [(UNDOCUMENTED, "things.list q")]),
        (
            with_list(arguments=[COMPANY, PublicArgument("page", "page_no")]),
            [(OTHERWISE, "things.list page is page_no, documented page")],
        ),
        (
            with_list(arguments=[COMPANY, PublicArgument("page", "page", required=True)]),
            [(OTHERWISE, "things.list page is required, documented optional")],
        ),
        (with_list(method="find"), [(OTHERWISE, "things.list is find, documented list")]),
        (
            with_list(returns="Optional[ shared.Things ]"),
            [(OTHERWISE, "things.list is Optional[ shared.Things ], documented shared.Things")],
        ),
    ],
)
def test_a_difference_says_what_it_is_about_and_what_each_side_has(
    operations: dict[str, PublicOperation], expected: list[tuple[str, str]]
) -> None:
    assert differences(operations) == expected


@pytest.mark.parametrize("version", ["0.9", "2.0", "3.1.0"])
def test_a_difference_from_the_document_of_another_release_is_drift(version: str) -> None:
    operations = with_list(arguments=[COMPANY, PublicArgument("q", "q")]) | {"things.replace": GET}
    found = differences(operations, version, ["SDKError"])
    new = ["things.replace is new"] if version == "0.9" else []
    expected = ["things.list page is gone", "things.list q is new", *new, "errors.Message is gone"]
    assert found == [("drift", text) for text in expected]


@pytest.mark.parametrize(("version", "absent"), [("1.2", []), ("1.5", [(ABSENT, "things.replace")])])
def test_an_operation_is_promised_since_its_release(version: str, absent: list[tuple[str, str]]) -> None:
    assert differences(version=version) == absent


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        (["SDKError"], [(ABSENT, "errors.Message")]),
        (["Message"], [(ABSENT, "errors.SDKError")]),
        ([*ERRORS, "More"], []),
    ],
)
def test_a_documented_error_is_a_class_of_the_package(errors: list[str], expected: list[tuple[str, str]]) -> None:
    assert differences(errors=errors) == expected


PUBLIC_API = (
    "{'things.list': {'method': 'list', 'returns': 'shared.Things', 'arguments':"
    " [{'name': 'companyId', 'parameter': 'company_id', 'required': True}]}, 'things.get': {'method': 'get',"
    " 'arguments': []}}"
)


def describing(answer: str) -> str:
    head = "hello(features=['describe'])\nfor line in orders:\n    order = json.loads(line)\n"
    return head + f"    if order['type'] == 'shutdown': break\n    number = order['id']\n    {answer}\n"


def viewed(installed: Installed, variant: Variant | None = VARIANT) -> PublicApiView:
    async def view() -> PublicApiView:
        process = AdapterProcess(hello_deadline=scaled(60))
        try:
            await process.start(installed)
            async with asyncio.timeout(scaled(120)):
                return await view_public_api(process, variant, "1.2")
        finally:
            await process.shutdown()

    return asyncio.run(view())


def test_an_adapter_that_describes_its_package_is_compared_with_the_document(
    adapter: Callable[[str], Installed],
) -> None:
    program = describing(f"say(type='public-api', id=number, operations={PUBLIC_API}, errors=['SDKError', 'Message'])")
    view = viewed(adapter(program))
    assert (view.document, view.reason) == ("tiny 1.2", None)
    assert [str(difference) for difference in view.differences] == ["things.list page"]


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("hello()\nfor order in each(): pass\n", "its adapter cannot inspect the package"),
        (
            describing("outcome(number, phase='build', ended='unsupported', detail='a binary')"),
            "not introspected: a binary",
        ),
        (describing("say(type='failed', id=number, message='KeyError: x', detail='trace')"), "KeyError: x"),
        (describing("sys.exit(3)"), "died: it exited with 3"),
        (describing("say(type='done', id=number)"), "broke the protocol"),
        (describing("say(type='public-api', id=number, operations=[], errors=[])"), "broke the protocol"),
    ],
    ids=["unable", "unwilling", "fails", "dies", "answers-otherwise", "writes-nonsense"],
)
def test_what_goes_wrong_with_an_adapter_is_a_reason_and_no_error(
    adapter: Callable[[str], Installed], program: str, reason: str
) -> None:
    view = viewed(adapter(program))
    assert view.differences == ()
    assert view.reason is not None
    assert view.reason.startswith("not introspected: ")
    assert reason in view.reason


def test_without_a_document_the_adapter_is_not_asked(adapter: Callable[[str], Installed]) -> None:
    view = viewed(adapter(describing("sys.exit(3)")), variant=None)
    assert view == PublicApiView(reason="no document covers this version")
