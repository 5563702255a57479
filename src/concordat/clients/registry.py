"""The known clients, and the selection of clients for a run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from concordat import resources
from concordat.clients.artifact import artifact_version
from concordat.clients.manifest import Manifest, Mode, load_manifest
from concordat.contract import load_variant, variant_paths
from concordat.documents import read_document
from concordat.errors import Location, ManifestError, UsageError, did_you_mean
from concordat.values import join_pointer
from concordat.versions import parse_version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.contract.variant import Variant

__all__ = ["ClientChoice", "load_manifests", "manifest_paths", "read_manifest", "select", "variant_of"]

_ARTIFACTS = (".whl", ".tgz", ".tar.gz", ".zip", ".jar")


@dataclass(frozen=True, slots=True)
class ClientChoice:
    """One client at one version. `named`: the user named it, so that a failed installation is an error."""

    manifest: Manifest
    version: str
    artifact: Path | None = None
    named: bool = False
    mode: Mode = "sync"

    @property
    def name(self) -> str:
        """The client's name; in its asynchronous mode it is a client of its own, `NAME:async`."""
        return self.manifest.name if self.mode == "sync" else f"{self.manifest.name}:{self.mode}"

    @property
    def label(self) -> str:
        """`NAME@VERSION`, as in results and reports; an artifact has its own version."""
        return f"{self.name}@{self.version}"

    @property
    def spec(self) -> str:
        """The value of `--client`: the label, or the name and the artifact's path from the current folder."""
        return self.label if self.artifact is None else f"{self.name}@{_relative_path(self.artifact)}"


def _relative_path(path: Path) -> str:
    """Return a path relative to the current folder when it is below, always with a slash."""
    here = Path.cwd()
    return f"./{path.relative_to(here)}" if path.is_relative_to(here) else str(path)


def load_manifests() -> dict[str, Manifest]:
    """Return every client's manifest by name. A file of the user's project hides a built-in one of the same name.

    Raises ManifestError for an invalid manifest.
    """
    return {name: read_manifest(path) for name, path in sorted(manifest_paths().items())}


def manifest_paths() -> dict[str, Path]:
    """Return the manifest file of every client by name. The user's files hide built-in ones."""
    paths: dict[str, Path] = {}
    for folder in resources.search("clients"):
        for path in sorted(folder.glob("*.yaml")):
            if not path.name.endswith(".ledger.yaml"):
                paths.setdefault(path.stem, path)
    return paths


def read_manifest(path: Path) -> Manifest:
    """Return one manifest. Raises ManifestError for an invalid manifest and an unknown variant."""
    try:
        return _load(path, path.stat().st_mtime_ns)
    except OSError as error:
        message = "the file cannot be read"
        raise ManifestError(message, where=Location(path), cause=error.strerror) from error


def variant_of(manifest: Manifest, version: str) -> Variant | None:
    """Return the variant that covers a version, None without one. Raises ContractError."""
    name = manifest.variant_for(version)
    return load_variant(name) if name else None


@cache
def _load(path: Path, _changed: int) -> Manifest:
    manifest, known = load_manifest(path), variant_paths()
    for index, entry in enumerate(manifest.variants):
        if entry.variant not in known:
            message = f"there is no variant `{entry.variant}`"
            hint = did_you_mean(entry.variant, known)
            file = read_document(path, ManifestError, "the manifest")
            raise file.error(message, join_pointer("variants", index, "variant"), hint)
    return manifest


def select(specs: Sequence[str] = (), *, every_mode: bool = False) -> list[ClientChoice]:
    """Return the clients of `NAME`, `NAME@VERSION`, `NAME@all` and `NAME@PATH`, in order, without repeats.

    `NAME:async` is the same client in its asynchronous mode.

    No spec at all, and the name `all`, stand for the default version of every client that has one, with `every_mode`
    in each mode of it; `all@all` for every listed version in every mode. Raises ManifestError for an unknown
    name or a version without a call style, UsageError for an artifact that is not there.
    """
    manifests = load_manifests()
    if not specs:
        return _everyone(manifests, every_mode=every_mode)
    selected: dict[tuple[str, str, Path | None], ClientChoice] = {}
    for spec in specs:
        for choice in _parse(spec, manifests):
            selected.setdefault((choice.name, choice.version, choice.artifact), choice)
    return list(selected.values())


def _parse(spec: str, manifests: dict[str, Manifest]) -> list[ClientChoice]:
    before, separator, version = spec.partition("@")
    name, colon, mode = before.partition(":")
    if colon:
        plain = _parse(name + separator + version, manifests)
        return [_in_mode(choice, mode) for choice in plain]
    manifest = manifests.get(name)
    if manifest is None and name == "all" and version in {"", "all"}:
        return _everyone(manifests, every_version=bool(version), every_mode=bool(version))
    if manifest is None:
        message = f"there is no client `{name}`"
        raise ManifestError(message, hint=did_you_mean(name, manifests))
    if separator and not version:
        message = f"`{spec}` names no version"
        raise ManifestError(message, hint=did_you_mean(version, ["all", *manifest.versions]))
    if not separator:
        return [_choice(manifest, _default(manifest))]
    if version == "all":
        return [_choice(manifest, listed) for listed in manifest.versions or [_default(manifest)]]
    if "/" in version or version.endswith(_ARTIFACTS) or version in {".", ".."}:
        return [_from_artifact(manifest, Path(version))]
    return [_choice(manifest, _listed_version(version, manifest))]


def _everyone(
    manifests: dict[str, Manifest], *, every_version: bool = False, every_mode: bool = False
) -> list[ClientChoice]:
    """Return every client by name, without those that exist only as an artifact."""
    chosen: list[ClientChoice] = []
    for one in manifests.values():
        default = () if one.default is None else (one.default,)
        for version in (every_version and one.versions) or default:
            offered = one.style_for(version).modes
            chosen += [
                ClientChoice(one.at(version), version, mode=mode) for mode in (offered if every_mode else offered[:1])
            ]
    return chosen


def _in_mode(choice: ClientChoice, mode: str) -> ClientChoice:
    offered = choice.manifest.style_for(choice.version).modes
    for known in offered:
        if known == mode:
            return replace(choice, mode=known)
    message = f"`{choice.label}` has no mode `{mode}`"
    raise ManifestError(message, hint=did_you_mean(mode, offered))


def _choice(manifest: Manifest, version: str, artifact: Path | None = None) -> ClientChoice:
    return ClientChoice(manifest.at(version), version, artifact, named=True)


def _default(manifest: Manifest) -> str:
    if manifest.default is None:
        message = f"`{manifest.name}` has no default version"
        one = f"name one: `{manifest.name}@{manifest.versions[0]}`" if manifest.versions else "name one"
        raise ManifestError(message, hint=f"{one}, or a file: `{manifest.name}@./dist/FILE`")
    return manifest.default


def _listed_version(version: str, manifest: Manifest) -> str:
    """Return a version as the manifest writes it, so that `0.20.0` finds `v0.20.0`.

    A version that is not listed may still be published, except for a builtin client.
    """
    try:
        parsed = parse_version(version)
    except ValueError as error:
        hint = did_you_mean(version, ["all", *manifest.versions])
        message = f"{error}"
        raise ManifestError(message, hint=f"{hint}; an artifact is a path: `./{version}`") from error
    found = next((known for known in manifest.versions if parse_version(known) == parsed), None)
    if found is None and manifest.registry == "builtin":
        message = f"there is no version {version} of `{manifest.name}`, which is part of Concordat"
        raise ManifestError(message, hint=f"leave the version out, or write `{manifest.name}@{manifest.default}`")
    return version if found is None else found


def _from_artifact(manifest: Manifest, path: Path) -> ClientChoice:
    path = path.expanduser()
    if not path.exists():
        message = f"there is no artifact {path}"
        raise UsageError(message, hint="build it first, or check the path")
    if manifest.registry == "builtin":
        message = f"`{manifest.name}` is part of Concordat and takes no artifact"
        raise UsageError(message)
    return _choice(manifest, artifact_version(path) or _default(manifest), path.resolve())
