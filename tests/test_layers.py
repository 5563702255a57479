"""The packages' one-way order, and the words that must not leak into the general ones."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import concordat

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(concordat.__file__).parent
ORDER = (
    "contract", "catalogue", "wire", "sandbox", "tap", "clients", "checks", "engine", "explore", "suite", "report",
    "gate", "cli",
)  # fmt: skip
SHARED = {"api_key", "errors", "printable", "values", "resources", "versions"}
RESOURCES = re.compile(r"\b(customers?|attachments?|suppliers?|invoices?)\b", re.IGNORECASE)
KNOWS_RESOURCES = {"sandbox", "suite"}


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
        if other not in SHARED | {"__version__"}
        and (other not in ORDER or ORDER.index(other) > ORDER.index(package))
        and not (package == "cli" and other == "plugin")
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


def test_no_resource_of_the_api_is_named_outside_the_sandbox_and_the_suite() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {word}"
        for package, path in modules()
        if package not in KNOWS_RESOURCES
        for word, line in words_of_code(path)
        if RESOURCES.search(word.replace("_", " "))
    ]
    assert wrong == []


def test_every_package_of_the_order_exists() -> None:
    assert {package for package, _ in modules()} == set(ORDER)
