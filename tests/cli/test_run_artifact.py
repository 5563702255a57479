"""Clients that are taken by file, from a tarball and a jar of our own, installed without a network."""

from __future__ import annotations

import hashlib
import subprocess
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.timeouts import scaled

from concordat.checks import Verdict

if TYPE_CHECKING:
    from tests.cli.conftest import Project


ADAPTERS = Path(__file__).parents[1] / "adapters"
STANDIN = ADAPTERS / "positional_standin"
CASES = (
    "customers.list.first-page",
    "attachments.download.byte-for-byte",
    "requests.calls.example-of-positional-create",
)


def test_a_tarball_is_installed_driven_and_reported_as_what_it_is(project: Project) -> None:
    artifact = project.root / "standin.tgz"
    with tarfile.open(artifact, "w:gz") as archive:
        archive.add(STANDIN, "package")
    client = f"typescript-positional@{artifact}"
    done = project.run("run", "--client", client, "--report", "report", "--offline", *CASES)
    assert done.returncode == 0, done
    report = project.read_report()
    assert {result.verdict for result in report.results} == {Verdict.PASS}
    assert {result.case for result in report.results} == set(CASES)
    (info,) = report.clients
    assert (info.label, info.package) == ("typescript-positional@1.2.3", "@concordat/positional-standin")
    assert info.artifact_sha256 == hashlib.sha256(artifact.read_bytes()).hexdigest()
    checked = project.run("clients", "check", client)
    assert checked.returncode == 1
    (wrong,) = [line for line in checked.stdout.splitlines() if line.startswith("FAIL")]
    assert "the package is @concordat/positional-standin 1.2.3, installed was @speakeasy-sdks/accounting" in wrong


JAVA = """
name: java-standin
language: java
package: local.concordat:standin
module: standin
class: Standin
apis: [accounting]
styles: [{versions: "*", style: java-speakeasy}]
operations: {customers.get: customers.get -> customer}
"""


CHECKED = {
    "imports nothing but the SDK, the standard library and the helper",
    "start and hello",
    "the package's own name and version",
    "the manifest's operations",
    "open",
    "an unknown operation is unsupported",
    "close",
}


def test_a_jar_is_compiled_with_its_adapter_and_speaks_the_protocol(project: Project) -> None:
    classes = project.root / "classes"
    sources = [str(path) for path in (ADAPTERS / "java_standin").rglob("*.java")]
    subprocess.run(["javac", "-d", str(classes), *sources], check=True, timeout=scaled(180))
    jar = project.root / "standin.jar"
    title = "Implementation-Title: local.concordat:standin\r\nImplementation-Version: 1.2.3\r\n"
    with zipfile.ZipFile(jar, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", f"Manifest-Version: 1.0\r\n{title}")
        for path in classes.rglob("*.class"):
            archive.write(path, path.relative_to(classes))
    project.write("clients/java-standin.yaml", JAVA)
    done = project.run("clients", "check", f"java-standin@{jar}")
    good = {line.removeprefix("ok   java-standin@1.2.3: ") for line in done.stdout.splitlines()}
    assert good >= CHECKED, done
    bad = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
    assert all(line.endswith("sent no request") for line in bad), "the stand-in alone sends none"
