"""A package without an SDK in it: everything that is asked of it is there, and every call of an operation raises.

Copied over the SDK's name, with `stub.json` beside it, by `concordat.clients.stub`. It must answer what a call style
looks at before it calls: classes, signatures, and fields of requests by their wire names. Standard library only, and
any Python that an SDK runs on.
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

_GIVEN = json.loads(Path(__file__).with_name("stub.json").read_text("utf-8"))
__version__ = _GIVEN["version"]
_DEEP = 2
"""Steps of a path from which on it is an operation of a resource; below is the client's own, such as `close`."""


class StubCalled(Exception):  # noqa: N818 - the name that an outcome shows
    """An operation was called, and there is no SDK to perform it."""


class _Field:
    """A field of a model as pydantic describes it."""

    annotation = None

    def __init__(self, alias: str) -> None:
        self.alias = alias


class _Fields(dict):  # type: ignore[type-arg]  # a plain dict for whoever looks
    def __missing__(self, name: str) -> _Field:
        return _Field(name)


def _python_name(wire: str) -> str:
    name = re.sub(r"\W", "_", wire)
    return name + "_" if keyword.iskeyword(name) or name[:1].isdigit() else name


_NAMES = {_python_name(name): name for name in _GIVEN["arguments"]}
_FIELDS = _Fields({name: _Field(wire) for name, wire in _NAMES.items()})


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


class _Made(type):
    """The type of all of the stub's classes; their attributes are there too."""

    def __getattr__(cls, name: str) -> Any:
        if _is_dunder(name):
            raise AttributeError(name)
        return _attribute(name, ())


def _attribute(name: str, path: tuple[str, ...]) -> Any:
    return _class(name) if name[:1].isupper() else _Thing(path=(*path, name))


def _class(name: str) -> Any:
    return _Made(name, (_Thing,), {"model_fields": _FIELDS, "__annotations__": dict.fromkeys(_NAMES, Any)})


class _Thing(metaclass=_Made):
    """An object of the stub: everything is an attribute of it, and an operation is called in vain."""

    def __init__(self, *_given: Any, path: Any = (), **_named: Any) -> None:
        self._path = path if isinstance(path, tuple) else ()
        called = ".".join(self._path)
        whole = called in _GIVEN["whole"] or called.replace("_async", "") in _GIVEN["whole"]
        request = _class("Whole") if whole else _Request
        self.__annotations__ = {"request": request, "return": Any}
        kind = inspect.Parameter.KEYWORD_ONLY
        self.__signature__ = inspect.Signature([inspect.Parameter(name, kind) for name in _NAMES])

    def __getattr__(self, name: str) -> Any:
        if _is_dunder(name):
            raise AttributeError(name)
        return _attribute(name, self._path)

    def __call__(self, *_given: Any, **_named: Any) -> Any:
        called = ".".join(self._path)
        if len(self._path) >= _DEEP or called in _GIVEN["calls"]:
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
        """Run nothing: there is no code."""


def __getattr__(name: str) -> Any:
    if _is_dunder(name):
        raise AttributeError(name)
    return _attribute(name, ())


sys.meta_path.insert(0, _Finder())
