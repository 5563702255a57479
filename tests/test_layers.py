"""The packages' one-way order, and the words of the built-in APIs, which stand in their plug-in only."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import concordat

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(concordat.__file__).parent
ORDER = (
    "documents", "contract", "http1", "compare", "catalogue", "sandbox", "tap", "clients", "checks", "ledger",
    "coverage", "targets", "runner", "explore", "contract_tests", "stateful", "report", "history", "gate", "lint",
    "pytest_plugin", "suite", "cli",
)  # fmt: skip
SHARED = {"api_key", "duration", "errors", "printable", "values", "resources", "versions"}
PLUGIN = "sandbox/codat"
API_WORDS = re.compile(
    r"\b(codat|accounting|sync.for.expenses"
    r"|customers?|attachments?|suppliers?|invoices?|company|companies|data ?sets?|integrations?"
    r"|data connections?|connection (?:ids?|key|status)"
    r"|pushes|push (?:operations?|options?)|pulls|pull operations?)\b|\$connection\d*\b",
    re.IGNORECASE,
)
"""Words of the built-in APIs: their names, resources and resource ids. `connection` alone and `push` alone have other
meanings in HTTP and in code."""
KNOWS_THE_API = {
    "cli/doctor.py": "lists the environment variables of a live target, two of which are named by resources",
    "cli/server.py": "the default of --api is a built-in contract",
    "contract_tests/generation_hooks.py": "names the sandbox's records for each path parameter",
    "contract_tests/discovery.py": "finds the records of a live endpoint by the API's own list operations",
    "contract_tests/target.py": "names the records that generated requests need",
    "sandbox/registry.py": "registers the plug-in",
    "stateful/expected_answer.py": "the model of the API's answers is written in code",
    "stateful/live_writes.py": "the writing rules of a live run are operations of the API",
    "stateful/machine.py": "the rules of the model are operations of the API",
    "stateful/model.py": "the model of the API's state is written in code",
    "stateful/state_view.py": "reads the API's collections for the model",
    "targets/live_environment.py": "names the environment variables of two records of a live target",
}
"""Files outside the plug-in that know the API, each with the reason. A file leaves the list once it knows none."""


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(ROOT.rglob("*.py")):
        inside = path.relative_to(ROOT)
        if inside.parts[0] in ORDER:
            yield inside.parts[0], path


def imported_packages(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            names = [node.module or ""]
            if node.module == "concordat":
                names = [f"concordat.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "concordat" and len(parts) > 1:
                yield parts[1], node.lineno


def test_every_package_imports_only_those_before_it() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {package} imports {other}"
        for package, path in modules()
        for other, line in imported_packages(path)
        if other not in SHARED | {"__version__"} and (other not in ORDER or ORDER.index(other) > ORDER.index(package))
    ]
    assert wrong == []


def test_the_shared_modules_import_no_package() -> None:
    wrong = [
        f"{name}: imports {other}"
        for name in sorted(SHARED)
        for other, _ in imported_packages(ROOT / f"{name}.py")
        if other not in SHARED
    ]
    assert wrong == []


def is_prose(node: ast.Expr | ast.keyword | ast.Assign) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.keyword):
        return node.arg == "epilog"
    return any(isinstance(target, ast.Name) and target.id == "EXAMPLES" for target in node.targets)


def prose(tree: ast.AST) -> set[int]:
    """Docstrings and a command's examples: they say what they like."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr | ast.keyword | ast.Assign) and is_prose(node):
            found.update(id(part) for part in ast.walk(node.value))
    return found


def words_of_code(path: Path) -> Iterator[tuple[str, int]]:
    """Names and texts that code acts on."""
    tree = ast.parse(path.read_text("utf-8"))
    spoken = prose(tree)
    for node in ast.walk(tree):
        if id(node) in spoken:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, node.lineno
        elif isinstance(node, ast.Name):
            yield node.id, node.lineno
        elif isinstance(node, ast.Attribute):
            yield node.attr, node.lineno
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg | ast.keyword):
            yield node.arg or "", node.lineno
        elif isinstance(node, ast.ImportFrom | ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
            yield getattr(node, "module", None) or "", node.lineno


def is_of_the_api(word: str) -> bool:
    """Return whether a name or text holds a word of the built-in APIs, in any spelling of names."""
    spelled = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", word).replace("_", " ")
    return API_WORDS.search(spelled) is not None


@cache
def api_words() -> dict[str, list[str]]:
    """Return where the words of the built-in APIs stand outside their plug-in, by file."""
    found: dict[str, list[str]] = {}
    for _, path in modules():
        inside = path.relative_to(ROOT).as_posix()
        if not inside.startswith(f"{PLUGIN}/"):
            words = [f"{inside}:{line}: {word}" for word, line in words_of_code(path) if is_of_the_api(word)]
            found |= {inside: words} if words else {}
    return found


def test_a_word_of_the_api_stands_only_in_its_plugin() -> None:
    wrong = [place for file, places in api_words().items() if file not in KNOWS_THE_API for place in places]
    assert wrong == []


def test_a_file_that_knows_no_word_of_the_api_is_not_excepted() -> None:
    assert sorted(KNOWS_THE_API.keys() - api_words().keys()) == []


def test_only_the_registry_imports_the_plugin() -> None:
    package = f"concordat.{PLUGIN.replace('/', '.')}"
    importers = {
        path.relative_to(ROOT).as_posix()
        for _, path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(package)
    }
    assert {file for file in importers if not file.startswith(f"{PLUGIN}/")} == {"sandbox/registry.py"}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("customers.list", True),
        ("customerId", True),
        ("list_companies", True),
        ("COMPANY_FIELDS", True),
        ("$connection", True),
        ("connectionId", True),
        ("/dataConnections/0", True),
        ("pushOperationKey", True),
        ("sync-for-expenses", True),
        ("concordat.sandbox.codat.plugin", True),
        ("connection", False),
        ("Connection: close", False),
        ("push_async_callback", False),
        ("heappush", False),
        ("accompany", False),
    ],
)
def test_a_word_of_the_api_is_found_in_any_spelling(word: str, *, expected: bool) -> None:
    assert is_of_the_api(word) is expected


def test_every_package_of_the_order_exists() -> None:
    assert {package for package, _ in modules()} == set(ORDER)


def edges() -> dict[str, set[str]]:
    """Which module imports which, those imports included that only type checkers follow."""
    names = {module_name(path) for path in ROOT.rglob("*.py")}
    found: dict[str, set[str]] = {}
    for path in sorted(ROOT.rglob("*.py")):
        targets = found.setdefault(module_name(path), set())
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "concordat":
                below = {f"{node.module}.{alias.name}" for alias in node.names} & names
                # a package's own face hands on what its modules define: only the modules themselves make a circle
                targets |= below or ({str(node.module)} - packages())
    return found


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def packages() -> set[str]:
    return {module_name(path) for path in ROOT.rglob("__init__.py")}


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Return one circle of imports, empty when there is none."""
    done: set[str] = set()

    def visit(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        for other in sorted(graph.get(name, ())):
            if found := visit(other, [*way, name]):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(graph) if (found := visit(name, []))), [])


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circle(edges()) == []


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b"}, "b": {"c"}, "c": {"b"}}, ["b", "c", "b"]),
        ({"a": {"a"}}, ["a", "a"]),
    ],
)
def test_a_circle_is_found(graph: dict[str, set[str]], expected: list[str]) -> None:
    assert circle(graph) == expected
