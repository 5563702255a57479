"""Finds and reads contracts: the user's project first, then the built-in ones."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

from concordat.contract.contract import Contract
from concordat.contract.operation import Body, Operation, Parameter, ResponseSpec, RetryRule
from concordat.documents import read_document
from concordat.errors import ContractError, did_you_mean
from concordat.resources import package_root, project_root, search
from concordat.values import join_pointer, resolve_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from concordat.documents import Document

__all__ = ["apis_at", "contract_paths", "load_contract", "load_contracts"]

_SUFFIX = ".openapi.yaml"
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_TOP = (
    "openapi", "info", "jsonSchemaDialect", "servers", "paths", "webhooks", "components", "security", "tags",
    "externalDocs",
)  # fmt: skip
"""The fields of a document (OpenAPI 3.1.1, 4.8.1). Any other field begins with `x-`."""
_PLACES = ("path", "query", "header")
_TEMPLATE = re.compile(r"{([^{}]+)}")
_NAME = "x-concordat-operation"
_RETRIES = "x-concordat-retries"


def contract_paths() -> dict[str, Path]:
    """Return the file of every contract by name. A file of the user's project hides a built-in one of the same name."""
    found: dict[str, Path] = {}
    for folder in search("contracts"):
        for path in sorted(folder.glob("*" + _SUFFIX)):
            found.setdefault(path.name.removesuffix(_SUFFIX), path)
    return found


def apis_at(path: Path) -> list[str]:
    """Return the names of the contracts that define the operations in a file: those of the file's project.

    A file of the package, and of a project without contracts, uses the package's contracts.
    """
    overlay = None if _inside(path, package_root()) else project_root()
    own = [] if overlay is None else _names_in(overlay)
    return own or _names_in(package_root())


def _inside(path: Path, root: Path) -> bool:
    return any((root / kind).resolve() in path.resolve().parents for kind in ("contracts", "cases", "clients"))


def _names_in(root: Path) -> list[str]:
    return sorted(path.name.removesuffix(_SUFFIX) for path in (root / "contracts").glob("*" + _SUFFIX))


def load_contracts() -> dict[str, Contract]:
    """Return every contract by name. Raises ContractError for an invalid contract."""
    return {name: _load(path) for name, path in contract_paths().items()}


def load_contract(name_or_path: str | Path) -> Contract:
    """Return one contract, by name or by the path of a YAML file. Each file is read once per process.

    Raises ContractError for an unknown name and an invalid file.
    """
    if isinstance(name_or_path, Path) or name_or_path.endswith((".yaml", ".yml")):
        return _load(Path(name_or_path).absolute())  # a symbolic link keeps its name, since its target may not exist
    paths = contract_paths()
    if name_or_path not in paths:
        message = f"there is no contract `{name_or_path}`"
        raise ContractError(message, hint=did_you_mean(name_or_path, paths))
    return _load(paths[name_or_path])


@cache
def _load(path: Path) -> Contract:
    source = read_document(path, ContractError, "the contract")
    _check_top(source)
    operations: dict[str, Operation] = {}
    for keys in _operation_keys(source):
        operation = _read_operation(source, keys)
        if operation.name in operations:
            message = f"two operations are named `{operation.name}`"
            raise source.error(message, join_pointer(*keys, _NAME), "each name stands once")
        operations[operation.name] = operation
    return Contract(
        name=path.name.removesuffix(_SUFFIX).removesuffix(path.suffix),
        path=path,
        sha256=hashlib.sha256(source.places.text.encode()).hexdigest(),
        document=source.mapping,
        operations=MappingProxyType(operations),
        retries=_retries(source),
    )


def _check_top(source: Document[ContractError]) -> None:
    for key in source.mapping:
        if key not in _TOP and not str(key).startswith("x-"):
            message = f"unknown key `{key}` at the top of the contract"
            raise source.error(message, join_pointer(key), did_you_mean(str(key), _TOP))
    version = source.mapping.get("openapi")
    if not isinstance(version, str) or not version.startswith("3.1"):
        message = f"`openapi` must be 3.1, not {version}"
        raise source.error(message, "/openapi", "write `openapi: 3.1.0` with quotes")
    for key in ("info", "paths"):
        if not isinstance(source.mapping.get(key), dict):
            message = f"`{key}` must be a mapping"
            raise source.error(message, join_pointer(key), "compare it with a built-in contract")
    if "version" not in source.mapping["info"]:
        message = "`info.version` is missing"
        raise source.error(message, "/info", "give the API's own version")


def _retries(source: Document[ContractError]) -> RetryRule | None:
    if _RETRIES not in source.mapping:
        return None
    return source.part(source.mapping[_RETRIES], RetryRule, join_pointer(_RETRIES))


def _operation_keys(source: Document[ContractError]) -> Iterator[tuple[str, str, str]]:
    for path, item in source.mapping["paths"].items():
        if not isinstance(item, dict) or not str(path).startswith("/"):
            message = f"`{path}` is not a path"
            raise source.error(message, join_pointer("paths", path), "a path begins with a slash")
        yield from (("paths", path, method) for method in item if method in _METHODS)


def _read_operation(source: Document[ContractError], keys: tuple[str, str, str]) -> Operation:
    try:
        return _Reader(source, keys).operation()
    except (AttributeError, KeyError, StopIteration, TypeError, ValueError) as error:
        message = f"{keys[2].upper()} {keys[1]} is not a valid operation of OpenAPI 3.1"
        hint = "a validator of OpenAPI documents shows the place"
        raise ContractError(message, where=source.locate(join_pointer(*keys)), cause=repr(error), hint=hint) from error


class _Reader:
    """Reads one operation of a document."""

    def __init__(self, source: Document[ContractError], keys: tuple[str, str, str]) -> None:
        self.source = source
        self.keys = keys
        self.data: dict[str, Any] = source.mapping["paths"][keys[1]][keys[2]]

    def operation(self) -> Operation:
        """Return the operation. Raises ContractError with the line of a missing or invalid part."""
        _, path, method = self.keys
        name = self.data.get(_NAME)
        if not isinstance(name, str):
            self._fail(f"{method.upper()} {path} has no `{_NAME}`", "name it, such as `things.list`")
        if not isinstance(self.data.get("responses"), dict):
            self._fail(f"`{name}` has no `responses`", "list the documented statuses")
        shared = self.source.mapping["paths"][path].get("parameters", [])
        parameters = tuple(self._parameter(item) for item in [*shared, *self.data.get("parameters", [])])
        declared = {item.name for item in parameters if item.location == "path"}
        if declared != set(_TEMPLATE.findall(path)):
            self._fail(f"the path parameters of `{name}` are not those of its path", "declare each of them once")
        return Operation(
            name=name,
            operation_id=str(self.data.get("operationId", name)),
            method=method.upper(),
            path=path,
            summary=str(self.data.get("summary", "")),
            parameters=parameters,
            body=self._body(),
            responses={str(status): self._response(str(status)) for status in self.data["responses"]},
        )

    def _fail(self, message: str, hint: str) -> NoReturn:
        raise self.source.error(message, join_pointer(*self.keys), hint)

    def _resolve(self, pointer: str) -> tuple[str, dict[str, Any]]:
        """Follow references from `pointer`, and return the final pointer and its value."""
        try:
            node: Any = resolve_pointer(self.source.mapping, pointer)
            visited: set[str] = set()
            while "$ref" in node and pointer not in visited:
                visited.add(pointer)
                pointer = str(node["$ref"]).removeprefix("#")
                node = resolve_pointer(self.source.mapping, pointer)
        except LookupError:
            self._fail(f"`#{pointer}` does not exist", "correct the reference")
        if "$ref" in node:
            self._fail(f"the reference `#{pointer}` comes back to itself", "refer to a definition")
        return pointer, node

    def _schema(self, node: dict[str, Any]) -> dict[str, Any]:
        return self._resolve(str(node["$ref"]).removeprefix("#"))[1] if "$ref" in node else node

    def _parameter(self, node: dict[str, Any]) -> Parameter:
        data = self._schema(node)
        if data.get("in") not in _PLACES or not isinstance(data.get("name"), str):
            self._fail(f"a parameter is in `{data.get('in')}`", "give a name, and `in`: path, query or header")
        return Parameter(
            name=data["name"],
            location=data["in"],
            required=bool(data.get("required", False)),
            schema=self._schema(data.get("schema", {})),
            since=data.get("x-concordat-since"),
        )

    def _body(self) -> Body | None:
        if "requestBody" not in self.data:
            return None
        pointer, data = self._resolve(join_pointer(*self.keys, "requestBody"))
        media = next(iter(data["content"]))
        schema, _ = self._resolve(f"{pointer}{join_pointer('content', media, 'schema')}")
        return Body(required=bool(data.get("required", False)), content_type=media, pointer=schema)

    def _response(self, status: str) -> ResponseSpec:
        key = next(key for key in self.data["responses"] if str(key) == status)
        holder = self.data["responses"][key]
        pointer = join_pointer(*self.keys, "responses", key)
        pointer, data = self._resolve(pointer) if "$ref" in holder else (pointer, holder)
        content: dict[str, str | None] = {}
        for media, kind in (data.get("content") or {}).items():
            at = pointer + join_pointer("content", media, "schema")
            content[media.lower()] = self._resolve(at)[0] if "schema" in kind else None
        return ResponseSpec(status=status, content=content, since=data.get("x-concordat-since"))
