"""A stub of any SDK: every attribute exists, and every call of an operation raises.

`concordat.clients.stub` copies it to the SDK's name with `stub.json` beside it. It has what a call style reads before a
call: classes, signatures, and fields of requests by wire name. It needs only the standard library, of any Python that
an SDK supports.
"""

from __future__ import annotations

import dataclasses
import importlib.abc
import importlib.machinery
import inspect
import json
import keyword
import re
import sys
import types
from pathlib import Path
from typing import Any

__all__ = ["StubCalled"]

_DESCRIPTION = json.loads(Path(__file__).with_name("stub.json").read_text("utf-8"))
__version__ = _DESCRIPTION["version"]
_OPERATION_DEPTH = 2
"""Length of the path of a resource's operation. A shorter path is a method of the client, such as `close`."""


class StubCalled(Exception):  # noqa: N818 - the name that an outcome shows
    """An operation of the stub was called."""


class _Field:
    """A field of a model as pydantic describes it."""

    annotation = None

    def __init__(self, alias: str) -> None:
        self.alias = alias


class _Fields(dict):  # type: ignore[type-arg]  # adapters check for a dict
    def __missing__(self, name: str) -> _Field:
        return _Field(name)


def _python_name(wire: str) -> str:
    name = re.sub(r"\W", "_", wire)
    return name + "_" if keyword.iskeyword(name) or name[:1].isdigit() else name


_NAMES = {_python_name(name): name for name in _DESCRIPTION["arguments"]}
_FIELDS = _Fields({name: _Field(wire) for name, wire in _NAMES.items()})


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


class _StubType(type):
    """The type of the stub's classes, which have every attribute too."""

    def __getattr__(cls, name: str) -> Any:
        if _is_dunder(name):
            raise AttributeError(name)
        return _attribute(name, ())


def _attribute(name: str, path: tuple[str, ...]) -> Any:
    return _class(name) if name[:1].isupper() else _StubObject(path=(*path, name))


def _class(name: str) -> Any:
    return _StubType(name, (_StubObject,), {"model_fields": _FIELDS, "__annotations__": dict.fromkeys(_NAMES, Any)})


class _StubObject(metaclass=_StubType):
    """An object of the stub: it has every attribute, and its operations raise."""

    def __init__(self, *_arguments: Any, path: Any = (), **_options: Any) -> None:
        self._path = path if isinstance(path, tuple) else ()
        called = ".".join(self._path)
        body_only = {called, called.replace("_async", "")} & set(_DESCRIPTION["body_only"])
        request = _class("Body") if body_only else _Request
        self.__annotations__ = {"request": request, "return": Any}
        kind = inspect.Parameter.KEYWORD_ONLY
        self.__signature__ = inspect.Signature([inspect.Parameter(name, kind) for name in _NAMES])

    def __getattr__(self, name: str) -> Any:
        if _is_dunder(name):
            raise AttributeError(name)
        return _attribute(name, self._path)

    def __call__(self, *_arguments: Any, **_options: Any) -> Any:
        called = ".".join(self._path)
        if len(self._path) >= _OPERATION_DEPTH or called in _DESCRIPTION["calls"]:
            raise StubCalled(called)
        return None


def _field(wire: str) -> Any:
    metadata = {"request": {}} if wire == "body" else {"path_param": {"field_name": wire}}
    return dataclasses.field(default=None, metadata=metadata)


_Request: Any = dataclasses.make_dataclass("Request", [(name, Any, _field(wire)) for name, wire in _NAMES.items()])
_Request.model_fields = _FIELDS


class _Module(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if _is_dunder(name):
            raise AttributeError(name)
        return _attribute(name, ())


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds every module below the package."""

    def find_spec(self, name: str, _path: Any, _target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if not name.startswith(__name__ + "."):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Run nothing."""


def __getattr__(name: str) -> Any:
    if _is_dunder(name):
        raise AttributeError(name)
    return _attribute(name, ())


sys.meta_path.insert(0, _Finder())
