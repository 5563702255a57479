from __future__ import annotations

import asyncio
import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from tests.timeouts import scaled

from concordat.clients.process import AdapterProcess
from concordat.clients.provision import Provision, provision, prune, tools
from concordat.clients.provision import npm as npm_module
from concordat.clients.provision.store import build_folder, load_installed
from concordat.clients.registry import ClientChoice, load_manifests, select
from concordat.errors import ClientUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.clients.provision.conftest import WriteClient

FAKE_NODE = "echo v20.0.0"
FAKE_NPM = """
case "$1" in
  install) echo '{"lockfileVersion": 3}' > package-lock.json ;;
  ci) mkdir -p node_modules/tiny-sdk ;;
  *) echo 10.0.0 ;;
esac
"""


def unavailable(choice: ClientChoice, *, offline: bool = False) -> ClientUnavailable:
    with pytest.raises(ClientUnavailable) as caught:
        asyncio.run(provision(choice, offline=offline))
    return caught.value


def forbid(monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_process(*_words: object, **_options: object) -> NoReturn:
        pytest.fail("a process was started")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", no_process)
    monkeypatch.setattr(subprocess, "Popen", no_process)


def test_a_wheel_is_installed_into_an_environment_of_its_own_and_its_adapter_starts(
    client: WriteClient, wheel: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client()
    (choice,) = select([f"tiny@{wheel}"])
    reported: list[str] = []
    installed = asyncio.run(provision(choice, progress=reported.append, offline=True))
    assert installed.label == "tiny@1.2.3"
    assert installed.artifact_sha256 == hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert installed.lock_sha256
    assert installed.toolchain["uv"].startswith("uv ")
    assert next(line.split(": ")[1] for line in reported) == "making an environment"

    async def hello() -> tuple[str, str]:
        process = AdapterProcess(hello_deadline=scaled(60))
        said = await process.start(installed)
        await process.shutdown()
        return said.package, said.version

    assert asyncio.run(hello()) == ("tiny_sdk", "1.2.3")
    forbid(monkeypatch)
    assert asyncio.run(provision(choice)) == installed


def test_a_changed_adapter_lock_or_artifact_is_another_installation(client: WriteClient, wheel: Path) -> None:
    clients = client(default="1.0")
    keys = [Provision.of(select(["tiny"])[0]).key]
    (clients / "tiny" / "adapter.py").write_text("# other\n", "utf-8")
    keys.append(Provision.of(select(["tiny"])[0]).key)
    (clients / "protocol" / "python" / "tiny_helper.py").write_text("# other\n", "utf-8")
    keys.append(Provision.of(select(["tiny"])[0]).key)
    (clients / "locks" / "tiny").mkdir(parents=True)
    (clients / "locks" / "tiny" / "1.0.txt").write_text("tiny-sdk==1.0\n", "utf-8")
    keys.append(Provision.of(select(["tiny"])[0]).key)
    keys.append(Provision.of(select([f"tiny@{wheel}"])[0]).key)
    wheel.write_bytes(wheel.read_bytes() + b"\n")
    keys.append(Provision.of(select([f"tiny@{wheel}"])[0]).key)
    assert len(set(keys)) == len(keys)


def test_caches_and_hidden_files_beside_an_adapter_do_not_change_its_key(client: WriteClient) -> None:
    clients = client(default="1.0")
    before = Provision.of(select(["tiny"])[0]).key
    (clients / "tiny" / "__pycache__").mkdir()
    (clients / "tiny" / "__pycache__" / "adapter.pyc").write_bytes(b"x")
    (clients / "tiny" / ".DS_Store").write_bytes(b"x")
    assert Provision.of(select(["tiny"])[0]).key == before


def test_npm_installs_from_the_committed_lock_without_scripts(
    client: WriteClient, fake_tool: Callable[[str, str], Path]
) -> None:
    fake_tool("node", FAKE_NODE)
    log = fake_tool("npm", FAKE_NPM)
    clients = client(language="typescript", default="1.0.0")
    (clients / "locks" / "tiny").mkdir(parents=True)
    (clients / "locks" / "tiny" / "1.0.0.json").write_text('{"lockfileVersion": 3, "locked": true}', "utf-8")
    installed = asyncio.run(provision(select(["tiny"])[0], offline=True))
    ci = log.read_text("utf-8").splitlines()[0].split()
    assert ci[0] == "ci"
    assert {"--ignore-scripts", "--no-audit", "--no-fund", "--offline"} <= set(ci)
    assert "locked" in (installed.cwd / "package-lock.json").read_text("utf-8")
    assert installed.toolchain == {"node": "v20.0.0", "npm": "10.0.0"}
    assert installed.lock_sha256 == hashlib.sha256(b'{"lockfileVersion": 3, "locked": true}').hexdigest()


def test_npm_resolves_a_lock_without_addresses_when_none_is_committed(
    client: WriteClient, fake_tool: Callable[[str, str], Path]
) -> None:
    fake_tool("node", FAKE_NODE)
    log = fake_tool("npm", FAKE_NPM)
    client(language="typescript", default="1.0.0")
    asyncio.run(provision(select(["tiny"])[0]))
    resolve = log.read_text("utf-8").splitlines()[0].split()
    assert {"install", "--package-lock-only", "--omit-lockfile-registry-resolved=true"} <= set(resolve)


def test_a_missing_toolchain_is_named_with_a_hint(
    client: WriteClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    client(language="typescript", default="1.0.0")
    error = unavailable(select(["tiny"])[0])
    assert str(error) == "`tiny@1.0.0` is unavailable: `node` is not installed; install Node.js 18 or newer"


def test_a_refused_go_module_is_reported_in_the_tools_own_words_and_tried_once(
    client: WriteClient, fake_tool: Callable[[str, str], Path]
) -> None:
    log = fake_tool("go", 'echo "go: example.test/sdk@v1.0.0: module version is not available" >&2; exit 1')
    client(language="go", package="example.test/sdk", default="v1.0.0")
    error = unavailable(select(["tiny"])[0])
    assert error.cause == "go: example.test/sdk@v1.0.0: module version is not available"
    assert "downloading example.test/sdk@v1.0.0 failed (exit code 1)" in error.message
    assert len(log.read_text("utf-8").splitlines()) == 1


def test_go_is_kept_from_the_network_when_offline(client: WriteClient, fake_tool: Callable[[str, str], Path]) -> None:
    fake_tool("go", 'echo "GOPROXY=$GOPROXY GOFLAGS=$GOFLAGS"; exit 1')
    client(language="go", package="example.test/sdk", default="v1.0.0")
    assert unavailable(select(["tiny"])[0], offline=True).cause == "GOPROXY=off GOFLAGS=-mod=mod"


def test_a_go_template_is_filled_from_the_manifest_and_compiled(
    client: WriteClient, fake_tool: Callable[[str, str], Path]
) -> None:
    script = 'while [ $# -gt 0 ]; do [ "$1" = -o ] && { cp sdk.go "$2" 2>/dev/null || echo bin > "$2"; }; shift; done'
    fake_tool("go", script)
    clients = client(language="go", package="example.test/sdk", default="v1.0.0")
    (clients / "tiny" / "sdk.go.tmpl").write_text('package main\nimport sdk "{{module}}"\n', "utf-8")
    installed = asyncio.run(provision(select(["tiny"])[0]))
    assert (installed.cwd / "build" / "sdk.go").read_text("utf-8") == 'package main\nimport sdk "example.test/sdk"\n'
    assert "require example.test/sdk v1.0.0" in (installed.cwd / "build" / "go.mod").read_text("utf-8")
    assert installed.command[0] == str(installed.cwd / "adapter")


def test_a_slot_that_nothing_fills_is_named(client: WriteClient, fake_tool: Callable[[str, str], Path]) -> None:
    fake_tool("go", "true")
    clients = client(language="go", package="example.test/sdk", default="v1.0.0")
    (clients / "tiny" / "sdk.go.tmpl").write_text("{{alias}}", "utf-8")
    assert "unknown slot `alias`" in unavailable(select(["tiny"])[0]).message


def test_a_tool_that_hangs_is_killed_with_what_it_started(
    client: WriteClient, fake_tool: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = scaled(0.5)
    monkeypatch.setattr(npm_module, "_INSTALL", limit)
    fake_tool("node", FAKE_NODE)
    fake_tool("npm", "echo resolving; sleep 600 & echo $! > ../../../pid; wait")
    client(language="typescript", default="1.0.0")
    error = unavailable(select(["tiny"])[0])
    assert f"resolving its packages did not end within {limit:g} s" in error.message
    assert error.cause == "resolving"


def test_an_interrupted_installation_leaves_nothing_that_looks_whole(
    client: WriteClient, fake_tool: Callable[[str, str], Path]
) -> None:
    fake_tool("node", FAKE_NODE)
    fake_tool("npm", "exit 1")
    client(language="typescript", default="1.0.0")
    (choice,) = select(["tiny"])
    unavailable(choice)
    made = Provision.of(choice)
    assert not made.folder.exists()
    left = made.folder.parent / ".making" / f"{made.key}.killed.new"
    left.mkdir()
    fake_tool("npm", FAKE_NPM)
    installed = asyncio.run(provision(choice))
    assert load_installed(installed.cwd) == installed
    assert not left.exists()


def test_an_installation_whose_record_is_damaged_is_made_again(
    client: WriteClient, fake_tool: Callable[[str, str], Path]
) -> None:
    fake_tool("node", FAKE_NODE)
    fake_tool("npm", FAKE_NPM)
    client(language="typescript", default="1.0.0")
    (choice,) = select(["tiny"])
    installed = asyncio.run(provision(choice))
    (installed.cwd / "installed.json").write_text("{", "utf-8")
    assert load_installed(installed.cwd) is None
    assert asyncio.run(provision(choice)) == installed


def test_two_runs_at_once_install_once(client: WriteClient, fake_tool: Callable[[str, str], Path]) -> None:
    fake_tool("node", FAKE_NODE)
    log = fake_tool("npm", FAKE_NPM.replace("ci) ", "ci) sleep 0.3; "))
    client(language="typescript", default="1.0.0")
    (choice,) = select(["tiny"])

    async def both() -> None:
        first, second = await asyncio.gather(provision(choice), provision(choice))
        assert first == second

    asyncio.run(both())
    assert sum(line.startswith("ci") for line in log.read_text("utf-8").splitlines()) == 1


def test_waiting_for_another_maker_has_an_end(cache: Path) -> None:
    async def wait() -> None:
        async with build_folder("tiny", "k"):
            with pytest.raises(ClientUnavailable, match="another process has been installing it"):
                async with build_folder("tiny", "k", wait=0.1):
                    pytest.fail("two makers at once")

    asyncio.run(wait())
    assert list((cache / "clients" / ".making").glob("*.new")) == []


def test_a_cache_that_cannot_be_written_is_an_unavailable_client(client: WriteClient, cache: Path) -> None:
    client(language="typescript", default="1.0.0")
    cache.write_text("a file where the folder should be", "utf-8")
    assert "the cache cannot be written" in unavailable(select(["tiny"])[0]).message


def test_a_builtin_client_installs_nothing_and_runs_on_this_interpreter(cache: Path) -> None:
    manifest = load_manifests()["reference"]
    installed = asyncio.run(provision(ClientChoice(manifest, manifest.default or "")))
    assert installed.command[0] == sys.executable
    assert sorted(path.name for path in installed.cwd.iterdir()) == ["config.json", "home", "installed.json"]
    assert cache in installed.cwd.parents


def test_prune_keeps_the_named_installations(client: WriteClient, fake_tool: Callable[[str, str], Path]) -> None:
    fake_tool("node", FAKE_NODE)
    fake_tool("npm", FAKE_NPM)
    client(language="typescript", default="1.0.0")
    first = asyncio.run(provision(select(["tiny"])[0]))
    second = asyncio.run(provision(select(["tiny@2.0.0"])[0]))
    assert prune({second.cwd}) == [first.cwd]
    assert load_installed(second.cwd) == second
    assert load_installed(first.cwd) is None


def test_a_tool_that_floods_its_output_is_shown_by_its_end(tmp_path: Path) -> None:
    program = "print('x' * 50_000_000); print('the reason'); raise SystemExit(3)"
    step = tools.Step("flooding", (sys.executable, "-S", "-c", program), tmp_path, 30)
    with pytest.raises(ClientUnavailable) as caught:
        asyncio.run(tools.run(step, "tiny"))
    assert str(caught.value.cause).endswith("the reason")
    assert len(str(caught.value.cause)) <= 2000


def test_committed_locks_pin_with_hashes_and_name_no_address() -> None:
    locks = [path for path in (Path(__file__).parents[3] / "clients" / "locks").rglob("*") if path.is_file()]
    assert locks
    for path in locks:
        text = path.read_text("utf-8")
        assert "://" not in "".join(line for line in text.splitlines() if '"url"' not in line), path
        assert "resolved" not in text, path
        assert ("--hash=sha256:" in text) or ('"integrity": "sha512-' in text), path


REFUSED = """cat >&2 <<'END'
\x1b[0m\x1b[0m[ERROR] Failed to execute goal on project adapter: Could not find artifact example:sdk:jar:1.0 in central (https://u:p@repository.test/maven2) -> [Help 1]
[ERROR]
[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.
[ERROR] For more information about the errors and possible solutions, please read the following articles:
[ERROR] [Help 1] http://repository.test/confluence/display/MAVEN/DependencyResolutionException
\x1b[0m\x1b[0m
END
exit 1
"""  # noqa: E501 - as Maven writes it
RESOLVED = "case $* in *dependency*) mkdir -p lib/example/sdk/1.0; echo jar > lib/example/sdk/1.0/sdk-1.0.jar ;; esac"


@pytest.mark.parametrize(("offline", "flag"), [(False, "--update-snapshots"), (True, "--offline")])
def test_a_refused_java_package_is_reported_in_mavens_own_words_and_without_an_address(
    client: WriteClient, fake_tool: Callable[[str, str], Path], *, offline: bool, flag: str
) -> None:
    log = fake_tool("mvn", REFUSED)
    fake_tool("java", "exit 0")
    compiled = fake_tool("javac", "exit 0")
    client(language="java", package="example:sdk", default="1.0")
    error = unavailable(select(["tiny"])[0], offline=offline)
    assert error.cause == (
        "[ERROR] Failed to execute goal on project adapter: Could not find artifact example:sdk:jar:1.0 in central"
    )
    assert "downloading example:sdk:1.0 failed (exit code 1)" in error.message
    (asked,) = log.read_text("utf-8").splitlines()
    assert flag in asked.split()
    assert not compiled.exists()


def test_a_java_client_is_compiled_with_the_jars_that_maven_resolved(
    client: WriteClient, fake_tool: Callable[[str, str], Path]
) -> None:
    fake_tool("mvn", RESOLVED)
    fake_tool("java", "echo openjdk 17")
    log = fake_tool("javac", "exit 0")
    clients = client(language="java", package="example:sdk", default="1.0")
    (clients / "tiny" / "Adapter.java").write_text("// nothing", "utf-8")
    installed = asyncio.run(provision(select(["tiny"])[0]))
    compiling = log.read_text("utf-8").split()
    assert compiling[-1].endswith("/build/adapter/Adapter.java")
    assert compiling[compiling.index("-cp") + 1].endswith("/lib/example/sdk/1.0/sdk-1.0.jar")
    path = installed.command[installed.command.index("-cp") + 1]
    jar = installed.cwd / "lib" / "example" / "sdk" / "1.0" / "sdk-1.0.jar"
    assert path == f"{installed.cwd / 'classes'}:{jar}"
    jars = (installed.cwd / "jars.txt").read_bytes()
    assert jars.decode() == f"{hashlib.sha256(jar.read_bytes()).hexdigest()}  lib/example/sdk/1.0/sdk-1.0.jar\n"
    assert installed.lock_sha256 == hashlib.sha256(jars).hexdigest()
    assert installed.toolchain["java"] == "openjdk 17"
    assert "<groupId>example</groupId><artifactId>sdk</artifactId>" in (installed.cwd / "pom.xml").read_text("utf-8")


def test_a_jar_is_taken_as_it_is_and_maven_is_not_asked(
    client: WriteClient, fake_tool: Callable[[str, str], Path], tmp_path: Path
) -> None:
    maven = fake_tool("mvn", "exit 1")
    fake_tool("java", "echo openjdk 17")
    fake_tool("javac", "exit 0")
    client(language="java", package="example:sdk")
    jar = tmp_path / "sdk-2.1.0-rc.1.jar"
    with zipfile.ZipFile(jar, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")
    installed = asyncio.run(provision(select([f"tiny@{jar}"])[0]))
    assert installed.label == "tiny@2.1.0-rc.1"
    assert (installed.cwd / "lib" / jar.name).read_bytes() == jar.read_bytes()
    assert installed.artifact_sha256 == hashlib.sha256(jar.read_bytes()).hexdigest()
    assert not maven.exists()


def test_a_java_package_that_is_not_spelled_as_mavens_are_is_unavailable(
    client: WriteClient, fake_tool: Callable[[str, str], Path]
) -> None:
    for tool in ("mvn", "java", "javac"):
        fake_tool(tool, "exit 0")
    client(language="java", package="sdk", default="1.0")
    assert "`sdk` is not GROUP:ARTIFACT" in unavailable(select(["tiny"])[0]).message
