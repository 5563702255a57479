"""A Java adapter's references, read by the JDK from its classes, and what its text shows beside them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.timeouts import scaled

from concordat.clients.imports import NotAudited
from concordat.clients.imports_java import java_allowed, source_accesses
from concordat.clients.installed import CLASSES, Installed
from concordat.clients.integrity import foreign_imports

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path for style in ("java-speakeasy", "protocol/java") for path in (ROOT / "clients" / style).glob("*.java")
)
PROGRAMS = {
    "java.util.List.of(Math.abs(1), java.net.URI.create(\"/\"), 'x');": [],
    "concordat.protocol.Helper.help();": [],
    "io.example.Sdk.call();": [],
    "java.net.http.HttpClient.newHttpClient();": ["java.net.http.HttpClient:3"],
    "var it = new java.net.\n    Socket();": ["java.net.Socket:4"],
    "io.other.Client.call();": ["io.other.Client:3"],
    "var it = io.other.Client.made();": ["io.other.Client:3"],
    'new ProcessBuilder("x").start();': ["java.lang.ProcessBuilder:3"],
    'Runtime.getRuntime().exec("x");': ["exec (used):3"],
    'var it = java.net.URI.create("x:/").toURL();\n    it.openStream();': ["openStream (used):4"],
    'Class.forName(config.get("module") + ".Sdk");': [],
    'Class.forName("okhttp3.Call");': ['"okhttp3.Call"):3'],
    "// java.net.Socket\n    /* new ProcessBuilder(); */": [],
    "com.sun.net.httpserver.HttpServer.create();": ["com.sun.net.httpserver.HttpServer:3"],
}
LIBRARY = {
    "io/example/Sdk.java": "package io.example;\npublic class Sdk { public static void call() {} }",
    "io/other/Client.java": (
        "package io.other;\npublic class Client { public static void call() {}\n"
        "public static java.net.http.HttpClient made() { return null; } }"
    ),
}
HELPER = "package concordat.protocol;\npublic class Helper { public static void help() {} }"
needs_jdk = pytest.mark.skipif(shutil.which("jdeps") is None, reason="there is no JDK")


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The foreign imports of each program, which is a class of its own: the compiler and `jdeps` start slowly."""
    folder = tmp_path_factory.mktemp("java")
    sources = folder / "build" / "adapter", folder / "build" / "protocol"
    files = {f"Case{number}": body for number, body in enumerate(PROGRAMS)}
    library = [_written(folder / "library" / name, text) for name, text in LIBRARY.items()]
    own = [_written(sources[0] / f"{name}.java", _class(name, body)) for name, body in files.items()]
    own.append(_written(sources[1] / "Helper.java", HELPER))
    _javac(folder / "lib", *library)
    _javac(folder / CLASSES, "-cp", folder / "lib", *own)
    found: dict[str, list[str]] = {body: [] for body in PROGRAMS}
    for one in foreign_imports(_installed(folder, sources)):
        place = files.get(one.where.path.stem, one.where.path.name)
        found.setdefault(place, []).append(f"{one}:{one.where.line}")
    return found


def _class(name: str, body: str) -> str:
    return (
        "package concordat.adapter;\n"
        f"class {name} {{ static void run(java.util.Map<String, String> config) throws Exception {{\n"
        f"    {body}\n}} }}"
    )


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def _javac(target: Path, *given: str | Path) -> None:
    subprocess.run(("javac", "-nowarn", "-d", target, *given), check=True, capture_output=True, timeout=scaled(120))


def _installed(folder: Path, sources: tuple[Path, ...]) -> Installed:
    return Installed(
        name="x",
        version="1",
        style="x",
        package="io.example:sdk",
        module="io.example",
        language="java",
        key="0",
        command=("x",),
        env={},
        cwd=folder,
        sources=sources,
    )


@needs_jdk
@pytest.mark.parametrize(("body", "expected"), PROGRAMS.items())
def test_only_the_sdk_the_standard_library_and_the_helper_may_be_referred_to(
    foreign: dict[str, list[str]], body: str, expected: list[str]
) -> None:
    assert foreign[body] == expected


@needs_jdk
def test_a_class_that_comes_without_being_written_is_placed_at_the_classes(foreign: dict[str, list[str]]) -> None:
    assert foreign[CLASSES] == ["java.net.http.HttpClient:None"]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_our_own_adapter_reaches_nothing_foreign_source_accesses(source: Path) -> None:
    assert [one for one in source_accesses(source) if not java_allowed(one.name, "io.example")] == []


@pytest.mark.parametrize(
    ("line", "text", "allowed"),
    [
        ("Runtime.getRuntime().exec(x);", "exec (used)", False),
        ("url.openConnection();", "openConnection (used)", False),
        ('Class.forName(config.get("module") + ".Sdk");', 'config.get("module") + ".Sdk")', True),
        ('Class.forName("okhttp3.Call");', '"okhttp3.Call")', False),
        ("loader.loadClass(name);", "name)", False),
    ],
)
def test_what_is_reached_unseen_is_named_with_its_place_and_judged(
    tmp_path: Path, line: str, text: str, *, allowed: bool
) -> None:
    path = tmp_path / "Adapter.java"
    path.write_text(f"/* it.exec(y); */\n{line} // it.exec(y)\n", "utf-8")
    (one,) = source_accesses(path)
    assert (str(one), one.where.line) == (text, 2)
    assert java_allowed(one.name, "io.example") is allowed


def test_without_a_jdk_nothing_is_audited(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / CLASSES).mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(NotAudited, match=r"^not audited: `jdeps` is not installed$"):
        foreign_imports(_installed(tmp_path, (tmp_path / CLASSES,)))


def test_without_classes_nothing_is_audited(tmp_path: Path) -> None:
    with pytest.raises(NotAudited, match=r"^not audited: its classes are missing$"):
        foreign_imports(_installed(tmp_path, (tmp_path,)))


@needs_jdk
def test_an_empty_folder_of_classes_is_not_audited(tmp_path: Path) -> None:
    (tmp_path / CLASSES).mkdir()
    with pytest.raises(NotAudited, match=r"^not audited: `jdeps`"):
        foreign_imports(_installed(tmp_path, (tmp_path,)))


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("java.util.List", True),
        ("java.net.URI", True),
        ("java.net.URLConnection", False),
        ("java.nio.channels.SocketChannel", False),
        ("java.rmi.Naming", False),
        ("javax.net.ssl.SSLContext", False),
        ("sun.misc.Unsafe", False),
        ("io.example.Sdk", True),
        ("io.examples.Sdk", False),
    ],
)
def test_a_class_is_judged(name: str, *, allowed: bool) -> None:
    assert java_allowed(name, "io.example") is allowed
