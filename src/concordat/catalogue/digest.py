"""What identifies a catalogue, and a case, as they are played."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from concordat.catalogue.model import Case

__all__ = ["case_digest", "catalogue_digest"]

_SHORT = 12


def catalogue_digest(cases: Iterable[Case]) -> str:
    """Return the SHA-256 of the cases in their order, wherever they stand in their files."""
    digest = hashlib.sha256()
    for case in cases:
        digest.update(_encoded(case))
    return digest.hexdigest()


def case_digest(case: Case) -> str:
    """Return what identifies one case: 12 hexadecimal digits."""
    return hashlib.sha256(_encoded(case)).hexdigest()[:_SHORT]


def _encoded(case: Case) -> bytes:
    """Return what the case says, without where it stands; what the format has gained since is left out where unused."""
    return msgspec.json.encode(_said(msgspec.structs.replace(case, path="", line=0, home=[])), order="deterministic")


def _said(value: Any) -> Any:
    """Return a value as JSON types, without the fields of a model that have their default."""
    if isinstance(value, msgspec.Struct):
        fields = msgspec.structs.fields(value)
        given = {field.encode_name: getattr(value, field.name) for field in fields if not _is_default(value, field)}
        tag = value.__struct_config__.tag
        return {**({"": tag} if tag is not None else {}), **{name: _said(item) for name, item in given.items()}}
    if isinstance(value, dict):
        return {key: _said(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_said(item) for item in value]
    return value


def _is_default(value: msgspec.Struct, field: msgspec.structs.FieldInfo) -> bool:
    default = field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
    found = getattr(value, field.name)
    return type(found) is type(default) and bool(found == default)
