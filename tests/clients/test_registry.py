from __future__ import annotations

import tarfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from concordat.clients.registry import load_manifests, select
from concordat.contract import load_variant
from concordat.errors import ManifestError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

TINY = """\
name: {name}
language: typescript
package: tiny
class: Sdk
{more}
apis: [accounting]
styles: [{{versions: "<3", style: tiny}}]
operations: {{things.get: things.get}}
"""


@pytest.fixture
def tiny(project: Path) -> Path:
    clients = project / "concordat" / "clients"
    more = 'default: "2.0"\nversions: ["1.0", "2.0"]'
    (clients / "tiny.yaml").write_text(TINY.format(name="tiny", more=more), "utf-8")
    (clients / "by-file.yaml").write_text(TINY.format(name="by-file", more=""), "utf-8")
    (clients / "tiny.ledger.yaml").write_text("[]", "utf-8")
    return project


def labels(*specs: str) -> list[str]:
    return [choice.label for choice in select(specs)]


@pytest.mark.usefixtures("tiny")
def test_the_users_clients_join_the_built_in_ones() -> None:
    assert {"tiny", "by-file", "reference"} <= load_manifests().keys()
    assert "tiny.ledger" not in load_manifests()


def test_a_variant_that_there_is_not_is_named_with_its_place(tiny: Path) -> None:
    path = tiny / "concordat" / "clients" / "tiny.yaml"
    path.write_text(path.read_text("utf-8") + "variants:\n  - {versions: '*', variant: go-acounting}\n", "utf-8")
    with pytest.raises(ManifestError, match="there is no variant `go-acounting`") as caught:
        select(["tiny"])
    assert str(caught.value.hint).startswith("did you mean `go-accounting`")
    assert str(caught.value.where).startswith(f"{path}:{len(path.read_text('utf-8').splitlines())}:")


@pytest.mark.parametrize("name", [name for name, manifest in load_manifests().items() if manifest.variants])
def test_a_built_in_variant_is_of_the_clients_own_language_and_api(name: str) -> None:
    manifest = load_manifests()[name]
    for entry in manifest.variants:
        variant = load_variant(entry.variant)
        assert (variant.language, variant.api) == (manifest.language, manifest.apis[0])
        assert variant.package in {manifest.package, *(style.package for style in manifest.styles)}


def test_a_users_manifest_hides_the_built_in_one_of_its_name(tiny: Path) -> None:
    path = tiny / "concordat" / "clients" / "reference.yaml"
    path.write_text(TINY.format(name="reference", more='default: "2.0"'), "utf-8")
    assert load_manifests()["reference"].path == path
    assert labels("reference") == ["reference@2.0"]


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize(
    ("specs", "chosen"),
    [
        (["tiny"], ["tiny@2.0"]),
        (["tiny@1.0"], ["tiny@1.0"]),
        (["tiny@v1"], ["tiny@1.0"]),
        (["tiny@2.5.0-rc.1"], ["tiny@2.5.0-rc.1"]),
        (["tiny@all"], ["tiny@1.0", "tiny@2.0"]),
        (["tiny@all", "tiny", "tiny@2.0.0"], ["tiny@1.0", "tiny@2.0"]),
        (["tiny", "reference"], ["tiny@2.0", "reference@1.0.0"]),
    ],
)
def test_a_spec_chooses_versions_in_order_and_once(specs: list[str], chosen: list[str]) -> None:
    assert labels(*specs) == chosen
    assert all(choice.named for choice in select(specs))


@pytest.mark.usefixtures("tiny")
def test_no_spec_stands_for_every_client_with_a_default_version() -> None:
    choices = select()
    assert {"tiny@2.0", "reference@1.0.0"} <= {choice.label for choice in choices}
    assert "by-file" not in {choice.manifest.name for choice in choices}
    assert not any(choice.named for choice in choices)
    assert select(["all"]) == choices


@pytest.mark.usefixtures("tiny")
def test_all_at_all_stands_for_every_listed_version_of_every_client() -> None:
    choices = select(["all@all"])
    listed = {choice.label for choice in choices}
    assert {"tiny@1.0", "tiny@2.0", "reference@1.0.0", "python-expenses:async@7.0.1"} <= listed
    assert "python-expenses:async@6.2.0" not in listed
    assert not any(choice.named for choice in choices)


@pytest.mark.usefixtures("tiny")
def test_an_asynchronous_mode_is_a_client_of_its_own() -> None:
    specs = ["python-expenses:async@8.0.1", "python-expenses@8.0.1"]
    assert labels(*specs) == specs
    assert labels("python-expenses:async") == specs[:1]
    assert {choice.mode for choice in select([], every_mode=True)} == {"sync", "async"}
    with pytest.raises(ManifestError, match=r"`tiny@2\.0` has no mode `async`; did you mean `sync`"):
        select(["tiny:async"])


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize(
    ("spec", "error", "said"),
    [
        ("tinny", ManifestError, "there is no client `tinny`; did you mean `tiny`"),
        ("tiny@3.0", ManifestError, "no call style of `tiny` covers version 3.0; covered: `<3`"),
        ("tiny@newest", ManifestError, "`newest` is not a version"),
        ("tiny@", ManifestError, "`tiny@` names no version; known: 1.0, 2.0, all"),
        ("by-file", ManifestError, "`by-file` has no default version; name one, or a file"),
        ("by-file@all", ManifestError, "`by-file` has no default version"),
        ("tiny@./none.tgz", UsageError, "there is no artifact none.tgz"),
        ("tiny@none.tgz", UsageError, "there is no artifact none.tgz"),
        ("reference@./pyproject.toml", UsageError, "takes no artifact"),
    ],
)
def test_a_spec_that_chooses_nothing_says_why(spec: str, error: type[UsageError], said: str) -> None:
    with pytest.raises(error) as caught:
        select([spec])
    assert said in str(caught.value)


def test_an_artifact_is_chosen_under_its_own_version(tiny: Path) -> None:
    path = tiny / "tiny.tgz"
    content = b'{"name": "tiny", "version": "1.9.0"}'
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("package/package.json")
        member.size = len(content)
        archive.addfile(member, BytesIO(content))
    (choice,) = select(["by-file@./tiny.tgz"])
    assert choice.label == "by-file@1.9.0"
    assert choice.artifact == path.resolve()


def test_a_client_with_versions_but_no_default_says_how_to_name_one(tiny: Path) -> None:
    more = 'versions: ["2.0", "1.0"]'
    (tiny / "concordat" / "clients" / "named.yaml").write_text(TINY.format(name="named", more=more), "utf-8")
    assert labels("named@all") == ["named@2.0", "named@1.0"]
    assert "named" not in {choice.manifest.name for choice in select()}
    with pytest.raises(ManifestError, match=r"name one: `named@2\.0`, or a file: `named@"):
        select(["named"])


def test_an_artifact_that_is_no_archive_is_refused(tiny: Path) -> None:
    (tiny / "tiny.tgz").write_text("hello", "utf-8")
    with pytest.raises(UsageError, match="the artifact cannot be read"):
        select(["tiny@./tiny.tgz"])


def test_what_is_built_in_has_no_other_version() -> None:
    with pytest.raises(ManifestError, match=r"no version 2 of `reference`.*reference@1\.0\.0"):
        select(["reference@2"])
    assert [choice.label for choice in select(["reference@1.0.0"])] == ["reference@1.0.0"]
