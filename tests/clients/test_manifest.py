from __future__ import annotations

from pathlib import Path

import pytest

from concordat.clients.manifest import OperationBinding, load_manifest
from concordat.errors import ManifestError

GOOD = """\
name: tiny
language: python
package: tiny-sdk
class: Sdk
default: "1.0"
apis: [accounting]
styles: [{versions: ">=1,<2", style: tiny, settings: {depth: 2}}]
variants: [{versions: ">=1,<2", variant: tiny}]
operations:
  things.create: things.create(CreateRequest body) -> created
  things.get: {call: things.get, arguments: {thingId: id}}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "tiny.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_manifest_fills_in_what_follows_from_the_rest(tmp_path: Path) -> None:
    manifest = load_manifest(written(tmp_path, GOOD))
    assert (manifest.registry, manifest.module, manifest.versions) == ("pypi", "tiny-sdk", ["1.0"])
    assert manifest.variant_for("1.5") == "tiny"
    assert manifest.variant_for("2.0") is None
    assert manifest.ledger == tmp_path / "tiny.ledger.yaml"


def test_the_adapters_configuration_has_every_key_whatever_the_manifest_left_out(tmp_path: Path) -> None:
    assert load_manifest(written(tmp_path, GOOD)).config("1.0") == {
        "style": "tiny",
        "name": "tiny",
        "package": "tiny-sdk",
        "version": "1.0",
        "language": "python",
        "module": "tiny-sdk",
        "class": "Sdk",
        "api": "accounting",
        "apis": ["accounting"],
        "operations": {
            "things.create": {
                "call": "things.create",
                "request": "CreateRequest",
                "body": "body",
                "payload": "created",
                "arguments": {},
            },
            "things.get": {
                "call": "things.get",
                "request": None,
                "body": None,
                "payload": None,
                "arguments": {"thingId": "id"},
            },
        },
        "settings": {"depth": 2},
    }


@pytest.mark.parametrize(
    ("signature", "binding"),
    [
        ("things.get", OperationBinding(call="things.get")),
        ("things.get()", OperationBinding(call="things.get")),
        ("things.get(GetRequest)", OperationBinding(call="things.get", request="GetRequest")),
        ("things.put(body)", OperationBinding(call="things.put", body="body")),
        ("a.things.put(shared.Body *)", OperationBinding(call="a.things.put", request="shared.Body", body="*")),
        ("Things.Get(GetRequest) -> Thing", OperationBinding(call="Things.Get", request="GetRequest", payload="Thing")),
    ],
)
def test_an_operation_is_written_as_a_signature(tmp_path: Path, signature: str, binding: OperationBinding) -> None:
    text = GOOD.replace("things.create(CreateRequest body) -> created", f'"{signature}"')
    assert load_manifest(written(tmp_path, text)).operations["things.create"] == binding


MISTAKES = {
    "unknown-key": ("class: Sdk", "clas: Sdk", ":4:1", "unknown key `clas`; did you mean `class`"),
    "unknown-key-below": ("style: tiny", "stlye: tiny", ":7:", "unknown key `stlye`; did you mean `style`"),
    "unknown-operation-key": ("{call: things.get,", "{cal: things.get,", ":11:", "did you mean `call`"),
    "wrong-type": ("apis: [accounting]", "apis: accounting", ":6:1", "expected `array`, got `str`"),
    "number-for-version": ('default: "1.0"', "default: 1.0", ":5:1", "expected `str | null`, got `float`"),
    "language": (
        "language: python",
        "language: cobol",
        ":2:1",
        "`cobol` is not a value of the format; known: go, java",
    ),
    "range": ('">=1,<2", style', '"1.x", style', ":7:11", "is not a range"),
    "signature": ("-> created", "=> created", ":10:3", "is not the signature of an operation"),
    "name": ("name: tiny", "name: other", ":1:1", "is not the file's"),
    "no-apis": ("[accounting]", "[]", ":6:1", "`apis` is empty"),
    "default-uncovered": ('default: "1.0"', 'default: "3.0"', ":7:1", "no call style of `tiny` covers version 3.0"),
    "default-unlisted": ("apis:", 'versions: ["1.1"]\napis:', ":5:1", "not among `versions`"),
    "twice": ("class: Sdk", "class: Sdk\nclass: Sdk", ":5:1", "the key `class` occurs twice"),
    "not-yaml": ("apis: [accounting]", "apis: [accounting", ":7:", "not YAML"),
    "reserved": ("class: Sdk", "class: Sdk\npath: x", ":5:1", "unknown key `path`"),
    "missing": ("class: Sdk\n", "", ":1:1", "the key `class` is missing"),
}


@pytest.mark.parametrize(("old", "new", "place", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, place: str, said: str) -> None:
    assert old in GOOD
    path = written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ManifestError) as caught:
        load_manifest(path)
    assert f"{path}{place}" in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "- a", "text"])
def test_a_file_that_is_no_mapping_of_names_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ManifestError, match="must contain one mapping"):
        load_manifest(written(tmp_path, text))


def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tiny.yaml"
    path.write_bytes(b"name: \xff")
    with pytest.raises(ManifestError, match="cannot be read"):
        load_manifest(path)
    with pytest.raises(ManifestError, match="cannot be read"):
        load_manifest(tmp_path / "none.yaml")


BUILT_IN = sorted((Path(__file__).parents[2] / "clients").glob("*.yaml"))


@pytest.mark.parametrize(
    "path", [path for path in BUILT_IN if not path.name.endswith(".ledger.yaml")], ids=lambda path: path.stem
)
def test_a_built_in_manifest_is_short(path: Path) -> None:
    assert load_manifest(path).operations
    assert len(path.read_text("utf-8").splitlines()) < 30


def test_a_style_s_operations_replace_the_client_s_for_its_versions(tmp_path: Path) -> None:
    path = tmp_path / "tiny.yaml"
    path.write_text(
        """
name: tiny
language: python
package: tiny
class: Tiny
default: "2.0"
versions: ["2.0", "1.0"]
apis: [accounting]
styles:
  - {versions: ">=2", style: python-httpx}
  - versions: "<2"
    style: python-httpx
    operations: {companies.replace: companies.update(body_of_old), companies.update: null}
operations: {companies.replace: companies.replace(body), companies.update: companies.update(body)}
"""
    )
    manifest = load_manifest(path)
    assert {name: binding.call for name, binding in manifest.at("2.0").operations.items()} == {
        "companies.replace": "companies.replace",
        "companies.update": "companies.update",
    }
    assert {name: (binding.call, binding.body) for name, binding in manifest.at("1.0").operations.items()} == {
        "companies.replace": ("companies.update", "body_of_old")
    }
    assert list(manifest.config("1.0")["operations"]) == ["companies.replace"]


MOVED = """
name: tiny
language: go
package: example.test/sdk
{module}class: Tiny
default: v1.0.0
versions: [v2.0.0, v1.0.0]
apis: [accounting]
styles:
  - {{versions: "<2", style: go-speakeasy}}
  - {{versions: ">=2", style: go-speakeasy, package: example.test/moved/sdk{own}}}
operations: {{companies.get: Companies.Get}}
"""


@pytest.mark.parametrize(
    ("module", "own", "modules"),
    [
        pytest.param("", "", ("example.test/sdk", "example.test/moved/sdk"), id="called as its package"),
        pytest.param("module: sdk\n", "", ("sdk", "sdk"), id="with a name of its own, which stays"),
        pytest.param("", ", module: new", ("example.test/sdk", "new"), id="with a new name of its own"),
    ],
)
def test_a_release_line_that_moved_is_installed_from_its_new_package(
    tmp_path: Path, module: str, own: str, modules: tuple[str, str]
) -> None:
    manifest = load_manifest(written(tmp_path, MOVED.format(module=module, own=own)))
    old, new = manifest.at("v1.0.0"), manifest.at("v2.0.0")
    assert (old.package, new.package) == ("example.test/sdk", "example.test/moved/sdk")
    assert (old.module, new.module) == modules
    for moved, version in ((old, "v1.0.0"), (new, "v2.0.0")):
        config = manifest.config(version)
        assert (config["package"], config["module"]) == (moved.package, moved.module)
        assert moved.config(version) == config
