"""Discovery reads a stranger's answers as data: each is a record, or one clear error with the true remedy."""

from __future__ import annotations

import gzip
import itertools
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from tests.targets.strangers import endless, plain, stranger
from tests.timeouts import scaled

from concordat.contract import load_contract
from concordat.errors import TargetUnreachable
from concordat.sandbox import UnmetNeed
from concordat.targets import live
from concordat.targets.live import LiveTarget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.targets.strangers import Answers

    from concordat.sandbox import Stock

KEY = "k3y-of-nobody"
CONTRACT = load_contract("accounting")
CHOSEN = ("CONCORDAT_COMPANY_ID", "CONCORDAT_CONNECTION_ID")
HTML = "Content-Type: text/html; charset=utf-8"
PAGE = f"<html><script>x</script><title>Sign in</title><body>Hello {KEY}</body></html>".encode()
URL = "is the URL of --target that of the API?"
BASE_PATH = "look at the URL of --target and its base path"
NETWORK = "look at the network and at the target"
OPERATOR = "the target has trouble of its own"
FOREIGN = "that is no answer of the API to"
DEADLINE = scaled(0.5)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing chosen, and short deadlines."""
    for variable in CHOSEN:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(live, "ANSWER_DEADLINE", DEADLINE)
    monkeypatch.setattr("concordat.tap.live.BODY_LIMIT", 2 * 1024**2)


@pytest.fixture
def stock(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Stock]:
    """Discover an endpoint, and return what was found."""
    stocks: list[Any] = []

    class Kept:
        def __init__(self, found: dict[str, Stock], *_given: object) -> None:
            stocks.append(found[CONTRACT.name])

    monkeypatch.setattr(live, "GivenRecords", Kept)

    def found(url: str) -> Stock:
        LiveTarget.discover(url, KEY, [CONTRACT])
        kept: Stock = stocks.pop()
        return kept

    return found


def listed(*items: object, total: object = 1) -> bytes:
    return json.dumps({"results": items, "totalResults": total}).encode()


def of_id(raw: str) -> tuple[bytes, ...]:
    return plain(b'{"results": [{"id": %s}], "totalResults": 1}' % raw.encode("utf-8", "surrogatepass"))


WRONG: dict[str, tuple[Callable[[], Iterable[bytes]], str, str]] = {
    "204 without a body": (lambda: plain(b"", "204 No Content"), "answered 204 to GET .*, without a body", URL),
    "302 to a login page": (
        lambda: plain(b"", "302 Found", f"Location: https://login.example.com/?next={KEY}"),
        r"answered 302 to GET .* \(to https://login.example.com/\?next=\*\*\*\), without a body",
        BASE_PATH,
    ),
    "a login page": (lambda: plain(PAGE, "200 OK", HTML), r'answered 200 to GET .*: "Sign in Hello \*\*\*"', BASE_PATH),
    "401": (lambda: plain(b"expired", "401 Unauthorized"), 'answered 401 to GET .*: "expired"', "CONCORDAT_API_KEY"),
    "429": (lambda: plain(b"slow down", "429 Too Many"), 'answered 429 to GET .*: "slow down"', "--rate-limit"),
    "500": (lambda: plain(PAGE, "500 Oops", HTML), 'answered 500 to GET .*: "Sign in Hello', OPERATOR),
    "null": (lambda: plain(b"null"), f'"null"; {FOREIGN}', URL),
    "a text": (lambda: plain(b'"hello"'), rf'""hello""; {FOREIGN}', URL),
    "a number": (lambda: plain(b"1e999"), FOREIGN, URL),
    "an array": (lambda: plain(b"[1]"), FOREIGN, URL),
    "no JSON": (lambda: plain(b"OK", "200 OK", "Content-Type: text/plain"), f'"OK"; {FOREIGN}', URL),
    "results that are no list": (lambda: plain(b'{"results": {"a": 1}}'), FOREIGN, URL),
    "items that are no objects": (lambda: plain(listed("a", None)), FOREIGN, URL),
    "an id that is an object": (lambda: of_id("{}"), FOREIGN, URL),
    "an id that is a list": (lambda: of_id("[]"), FOREIGN, URL),
    "an id that is true": (lambda: of_id("true"), FOREIGN, URL),
    "an id that is a fraction": (lambda: of_id("1.5"), FOREIGN, URL),
    "an id of five thousand digits": (lambda: of_id("9" * 5000), FOREIGN, URL),
    "an id that is half a character": (lambda: of_id(r'"\ud800"'), FOREIGN, URL),
    "deep nesting": (lambda: plain(b'{"results": ' + b"[" * 99999 + b"]" * 99999 + b"}"), FOREIGN, URL),
    "a total beyond any number": (lambda: plain(listed(total=0).replace(b" 0}", b" 1e999999}")), FOREIGN, URL),
    "a total that is a text": (lambda: plain(listed(total="many")), FOREIGN, URL),
    "invalid UTF-8": (lambda: plain(b'{"results": [{"id": "\xff\xfe"}]}'), FOREIGN, URL),
    "damaged gzip": (lambda: plain(b"\x1f\x8b no", "200 OK", "Content-Encoding: gzip"), FOREIGN, URL),
    "an expanding body": (
        lambda: plain(gzip.compress(b" " * (80 * 1024**2), 1), "200 OK", "Content-Encoding: gzip"),
        FOREIGN,
        URL,
    ),
    "chunks that are none": (
        lambda: (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n{}\r\n",),
        "did not answer GET",
        NETWORK,
    ),
    "a shorter body than promised": (
        lambda: (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}",),
        "did not answer GET",
        NETWORK,
    ),
    "no HTTP": (lambda: (b"SSH-2.0-OpenSSH_9.6\r\n",), "did not answer GET", NETWORK),
    "nothing": (lambda: (), "did not answer GET", NETWORK),
    "a body that drips for ever": (lambda: endless(b" ", pause=0.05), "did not answer GET", NETWORK),
    "a body that pours for ever": (lambda: endless(b" " * 65536), "did not answer GET .*longer than 2 MiB", NETWORK),
}


def error_of(url: str) -> TargetUnreachable:
    with pytest.raises(TargetUnreachable) as caught:
        LiveTarget.discover(url, KEY, [CONTRACT])
    text = str(caught.value)
    assert KEY not in text
    assert len(text) < 1500
    assert text.isprintable()
    return caught.value


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("place", ["companies.list", "customers.list"])
def test_an_answer_that_is_not_the_apis_is_named_with_the_true_remedy(name: str, place: str) -> None:
    answer, message, remedy = WRONG[name]

    def answers(path: str) -> Iterable[bytes]:
        return plain(listed({"id": "1"})) if place == "customers.list" and path.startswith("/companies?") else answer()

    with stranger(answers) as (url, _):
        error = error_of(url)
    path = "companies?" if place == "companies.list" else "companies/1/data/customers?"
    assert f"{url}/{path}" in error.message

    assert re.search(message, str(error)), str(error)
    assert remedy in (error.hint or "")
    assert ("CONCORDAT_API_KEY" in str(error)) is (name == "401")


READ: dict[str, tuple[Callable[[], Iterable[bytes]], object]] = {
    "a number": (lambda: of_id("7"), 7),
    "a number of thirty digits": (lambda: of_id("9" * 30), int("9" * 30)),
    "a text with control characters": (lambda: of_id(r'"a\u0000\u001b[2J\r\n\u202eb"'), "a\0\x1b[2J\r\n\u202eb"),
    "a text with slashes": (lambda: of_id('"../../admin?x=1#y"'), "../../admin?x=1#y"),
    "two dots": (lambda: of_id('".."'), ".."),
    "text of every script": (lambda: of_id('"Ünïcødé 中文 🙂"'), "Ünïcødé 中文 🙂"),
    "a byte order mark": (lambda: plain(b"\xef\xbb\xbf" + listed({"id": "1"})), "1"),
    "a key twice": (lambda: of_id('"1", "id": "2"'), "2"),
    "gzip that nobody asked for": (
        lambda: plain(gzip.compress(listed({"id": "1"})), "200 OK", "Content-Encoding: gzip"),
        "1",
    ),
    "the wrong content type": (lambda: plain(listed({"id": "1"}), "200 OK", "Content-Type: text/plain"), "1"),
    "a total below zero": (lambda: plain(listed({"id": "1"}, total=-50902620)), "1"),
    "a total of nothing": (lambda: plain(listed({"id": "1"}, total=0)), "1"),
    "an empty id": (lambda: of_id('""'), None),
    "an id of a megabyte": (lambda: of_id(f'"{"x" * 1024**2}"'), None),
    "no results": (lambda: plain(b"{}"), None),
    "results that are null": (lambda: plain(b'{"results": null, "totalResults": null}'), None),
}


@pytest.mark.parametrize("name", READ)
def test_an_odd_answer_of_the_api_is_read(name: str, stock: Callable[[str], Stock]) -> None:
    answer, wanted = READ[name]

    def answers(path: str) -> Iterable[bytes]:
        return answer() if path.startswith("/companies?") else plain(b"{}", "404 Not Found")

    with stranger(answers) as (url, paths):
        found = stock(url)
    if wanted is None:
        with pytest.raises(UnmetNeed, match=r"needs 1 companies|offers 0"):
            found.bind({})
    else:
        assert found.bind({})["company"] == wanted
    assert all(path.startswith(("/companies?", "/companies/")) for path in paths), "no id leaves its segment"


def test_ten_thousand_companies_on_endless_pages_take_few_requests(stock: Callable[[str], Stock]) -> None:
    numbers = itertools.count()

    def answers(path: str) -> Iterable[bytes]:
        if path.startswith("/companies?"):
            return plain(listed(*({"id": f"c{number}"} for number in range(10_000)), total=10**15))
        return plain(listed(*({"id": f"r{next(numbers)}"} for _ in range(100)), total=10**15))

    with stranger(answers) as (url, paths):
        found = stock(url)
    assert len(paths) <= 100
    assert found.bind({"companies": 10_000, "customers": 100})["company"] == "c0"


def test_a_count_below_that_of_the_listed_records_is_not_believed(stock: Callable[[str], Stock]) -> None:
    with stranger(lambda _path: plain(listed({"id": "1"}, total=0))) as (url, _):
        found = stock(url)
    assert found.bind({"customers": 1})["customer"] == "1"
    with pytest.raises(UnmetNeed, match="needs 2 customers; the target offers 1"):
        found.bind({"customers": 2})


def of_two(company: str, answer: tuple[bytes, ...]) -> Answers:
    """Answer well, but the customers of one of two companies."""

    def answers(path: str) -> Iterable[bytes]:
        if path.startswith("/companies?"):
            return plain(listed({"id": "1"}, {"id": "2"}, total=2))
        return answer if path.startswith(f"/companies/{company}/data/customers?") else plain(listed({"id": "9"}))

    return answers


@pytest.mark.parametrize("status", ["403 Forbidden", "404 Not Found", "409 Conflict", "500 Oops", "503 Later"])
def test_one_company_that_is_refused_is_left_out(status: str, stock: Callable[[str], Stock]) -> None:
    with stranger(of_two("1", plain(b"no", status))) as (url, _):
        assert stock(url).bind({"customers": 1})["company"] == "2"


@pytest.mark.parametrize("status", ["500 Oops", "503 Later"])
def test_customers_that_no_company_can_read_for_server_errors_are_no_empty_account(status: str) -> None:
    def answers(path: str) -> Iterable[bytes]:
        return plain(listed({"id": "1"}, {"id": "2"})) if path.startswith("/companies?") else plain(b"no", status)

    with stranger(answers) as (url, _):
        error = error_of(url)
    assert f"answered {status[:3]} to GET {url}/companies/1/data/customers" in error.message
    assert OPERATOR in (error.hint or "")


def test_an_operation_that_is_never_answered_is_asked_once(stock: Callable[[str], Stock]) -> None:
    def answers(path: str) -> Iterable[bytes]:
        if path.startswith("/companies?"):
            return plain(listed({"id": "1"}, {"id": "2"}))
        return endless(b" ", pause=0.05) if "/push?" in path else plain(listed({"id": "9"}))

    with stranger(answers) as (url, paths):
        assert stock(url).bind({"customers": 1})["company"] == "1"
    assert sum("/push?" in path for path in paths) == 1


@pytest.mark.parametrize("status", ["404 Not Found", "400 Bad Request", "403 Forbidden"])
def test_a_company_that_is_set_and_not_found_is_named_by_its_variable(
    status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORDAT_COMPANY_ID", "mine")
    with stranger(lambda _path: plain(b"no such company", status)) as (url, _):
        error = error_of(url)
    assert f'answered {status[:3]} to GET {url}/companies/mine: "no such company"' in error.message
    assert (error.hint or "").startswith("CONCORDAT_COMPANY_ID is set: ")


@pytest.mark.parametrize(("status", "remedy"), [("401 No", "CONCORDAT_API_KEY: is it"), ("500 Oops", OPERATOR)])
def test_another_failure_is_not_blamed_on_the_company_that_is_set(
    status: str, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORDAT_COMPANY_ID", "mine")
    with stranger(lambda _path: plain(b"no", status)) as (url, _):
        error = error_of(url)
    assert remedy in (error.hint or "")
    assert "CONCORDAT_COMPANY_ID" not in str(error)


@pytest.mark.parametrize("known", ["listed", "single", "unknown"])
def test_a_connection_that_is_set_is_found_or_named_by_its_variable(
    known: str, monkeypatch: pytest.MonkeyPatch, stock: Callable[[str], Stock]
) -> None:
    monkeypatch.setenv("CONCORDAT_CONNECTION_ID", "mine")
    own = [{"id": "other", "status": "Linked"}, *([{"id": "mine", "status": "Unlinked"}] if known == "listed" else [])]

    def answers(path: str) -> Iterable[bytes]:
        if path.startswith("/companies?"):
            return plain(listed({"id": "1", "dataConnections": []}, {"id": "2", "dataConnections": own}))
        if path == "/companies/2/connections/mine" and known == "single":
            return plain(b'{"id": "mine", "status": "Linked"}')
        return plain(b"no", "404 Not Found")

    with stranger(answers) as (url, _):
        if known == "unknown":
            error = error_of(url)
            assert "no connection with the id that CONCORDAT_CONNECTION_ID names" in error.message
            assert error.hint == "correct CONCORDAT_CONNECTION_ID, or unset it"
            return
        names = stock(url).bind({}, ("company", "connection"))
    assert (names["company"], names["connection"]) == ("2", "mine")
    assert "connection2" not in names
