"""A client's manifest: its package, the call styles of its versions, and the bindings of its operations.

    name: python-expenses
    language: python
    package: codat-sync-for-expenses
    module: codat_sync_for_expenses        # what is imported; the package itself when absent
    class: CodatSyncExpenses
    default: 8.0.1                         # absent: only by artifact, or by a named version
    versions: [8.0.1]                      # those of `@all`; [default] when absent
    apis: [sync-for-expenses]
    styles: [{versions: ">=7,<9", style: python-httpx, settings: {}}]
    variants: [{versions: ">=7,<9", variant: python-expenses}]
    operations: {customers.create: customers.create(CreateCustomerRequest customer) -> createCustomerResponse}

An operation is written as a signature, `call(Request body) -> payload`, or as a mapping of `OperationBinding`'s fields.
The `operations` of a style replace those of the client for its versions; null removes one. A style's `package` and
`module` apply to its versions, when a release line has another path.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import msgspec

from concordat.documents import Document, read_document
from concordat.errors import ManifestError, UsageError, did_you_mean
from concordat.values import join_pointer
from concordat.versions import check_range, covers

__all__ = ["Manifest", "Mode", "OperationBinding", "StyleRange", "VariantRange", "load_manifest"]

Language = Literal["python", "typescript", "go", "java"]
Registry = Literal["pypi", "npm", "go", "maven", "builtin"]
Mode = Literal["sync", "async"]
REGISTRY_OF: dict[str, Registry] = {"python": "pypi", "typescript": "npm", "go": "go", "java": "maven"}

_SIGNATURE = re.compile(
    r"(?P<call>[\w.]+)(?:\((?P<first>[\w.*]+)?(?:\s+(?P<second>[\w*]+))?\))?(?:\s*->\s*(?P<payload>\w+))?"
)


class OperationBinding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The binding of one operation.

    `call`: resource and method, `customers.list`. `request`: the class of the request object, qualified when it is not
    in the SDK's namespace of operations. `body`: the field that holds the request body, `*` when the request object is
    the body. `payload`: the attribute of the returned envelope that holds the result. `arguments`: names that the
    call style cannot derive, by wire name.
    """

    call: str
    request: str | None = None
    body: str | None = None
    payload: str | None = None
    arguments: dict[str, str] = {}


class StyleRange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The call style of a range of versions, and the operations that differ or (null) are missing in them.

    `package` and `module` replace the client's own when these versions are published under another name.
    `modes` are the public ones; a second one is a client of its own, `NAME:async`.
    """

    versions: str
    style: str
    package: str | None = None
    module: str | None = None
    modes: tuple[Mode, ...] = ("sync",)
    settings: dict[str, str | int | float | bool] = {}
    operations: dict[str, OperationBinding | None] = {}


class VariantRange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The variant of a range of versions."""

    versions: str
    variant: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One client, see the module's docstring."""

    name: str
    language: Language
    package: str
    class_: str = msgspec.field(name="class")
    apis: list[str]
    styles: list[StyleRange]
    operations: dict[str, OperationBinding]
    registry: Registry
    module: str
    default: str | None = None
    versions: list[str] = []
    variants: list[VariantRange] = []
    path: Path

    @property
    def ledger(self) -> Path:
        """The path of the client's ledger, which may not exist."""
        return self.path.with_name(f"{self.name}.ledger.yaml")

    def style_for(self, version: str) -> StyleRange:
        """Return the call style of a version.

        Raises ManifestError when no range holds it.
        """
        for entry in self.styles:
            if covers(entry.versions, version):
                return entry
        ranges = ", ".join(f"`{entry.versions}`" for entry in self.styles)
        message = f"no call style of `{self.name}` covers version {version}"
        file = read_document(self.path, ManifestError, "the manifest")
        raise file.error(message, "/styles", f"covered: {ranges}; add a range under `styles`")

    def variant_for(self, version: str) -> str | None:
        """Return the name of the variant that covers a version, None without one."""
        for entry in self.variants:
            if covers(entry.versions, version):
                return entry.variant
        return None

    def at(self, version: str) -> Manifest:
        """Return the manifest with the package, module and operations of one version."""
        entry = self.style_for(version)
        operations: dict[str, OperationBinding | None] = {**self.operations, **entry.operations}
        own = {name: binding for name, binding in operations.items() if binding is not None}
        package, module = entry.package or self.package, entry.module or self.module
        return msgspec.structs.replace(self, package=package, module=module, operations=own)

    def config(self, version: str) -> dict[str, Any]:
        """Return the adapter's configuration file as a JSON object."""
        entry, own = self.style_for(version), self.at(version)
        return {
            "style": entry.style,
            "name": self.name,
            "package": own.package,
            "version": version,
            "language": self.language,
            "module": own.module,
            "class": self.class_,
            "api": self.apis[0],
            "apis": self.apis,
            "operations": {name: msgspec.to_builtins(item) for name, item in own.operations.items()},
            "settings": entry.settings,
        }


def load_manifest(path: Path) -> Manifest:
    """Return the manifest in a YAML file.

    Raises ManifestError, with file and line, for an invalid file.
    """
    file = read_document(path, ManifestError, "the manifest")
    data: dict[str, Any] = dict(file.mapping)
    data.setdefault("registry", REGISTRY_OF.get(str(data.get("language"))))
    one_name = "module" not in data
    data.setdefault("module", data.get("package"))
    if "default" in data:
        data.setdefault("versions", [data["default"]])
    if isinstance(data.get("operations"), dict):
        data["operations"] = {
            name: _binding(file, raw, join_pointer("operations", name)) for name, raw in data["operations"].items()
        }
    if isinstance(data.get("styles"), list):
        data["styles"] = [_style(file, index, raw, one_name=one_name) for index, raw in enumerate(data["styles"])]
    if "path" in data:
        message = "unknown key `path`"
        raise file.error(message, "/path", "remove it")
    manifest = file.part(data | {"path": path}, Manifest, "")
    _check(file, manifest)
    return manifest


def _style(file: Document[ManifestError], index: int, raw: object, *, one_name: bool) -> object:
    """Return a style with its bindings; `one_name`: the module has the package's name, also for a style's package."""
    if isinstance(raw, dict) and one_name and "package" in raw:
        raw = {"module": raw["package"]} | raw
    if not isinstance(raw, dict) or not isinstance(raw.get("operations"), dict):
        return raw
    at = join_pointer("styles", index, "operations")
    own = {
        name: None if text is None else _binding(file, text, at + join_pointer(name))
        for name, text in raw["operations"].items()
    }
    return raw | {"operations": own}


def _binding(file: Document[ManifestError], raw: object, at: str) -> object:
    if isinstance(raw, dict):
        return file.part(raw, OperationBinding, at)
    found = _SIGNATURE.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        hint = "write `resource.method(RequestClass bodyField) -> payloadField`, without parts that do not apply"
        message = f"`{raw}` is not the signature of an operation"
        raise file.error(message, at, hint)
    request, body = found["first"], found["second"]
    if request is not None and body is None and not request[0].isupper() and "." not in request:
        request, body = None, request
    return OperationBinding(call=found["call"], request=request, body=body, payload=found["payload"])


def _check(file: Document[ManifestError], manifest: Manifest) -> None:
    if manifest.name != manifest.path.stem:
        message = f"the name `{manifest.name}` is not the file's: `{manifest.path.stem}`"
        raise file.error(message, "/name", "rename one of them")
    if not manifest.apis:
        message = "`apis` is empty"
        raise file.error(message, "/apis", "name the contract of the client")
    ranges = {("styles", index): entry.versions for index, entry in enumerate(manifest.styles)}
    ranges |= {("variants", index): entry.versions for index, entry in enumerate(manifest.variants)}
    for (key, index), text in ranges.items():
        try:
            check_range(text)
        except UsageError as error:
            raise file.error(error.message, join_pointer(key, index, "versions"), error.hint) from error
    if manifest.default is not None and manifest.default not in manifest.versions:
        hint = did_you_mean(manifest.default, manifest.versions)
        message = f"the default {manifest.default} is not among `versions`"
        raise file.error(message, "/default", hint)
    for version in manifest.versions:
        manifest.style_for(version)
