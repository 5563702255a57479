from __future__ import annotations

from pathlib import Path

import pytest

from concordat.clients.imports_java import java_allowed, java_imports

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path for style in ("java-speakeasy", "protocol/java") for path in (ROOT / "clients" / style).glob("*.java")
)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_our_own_adapter_imports_nothing_foreign(source: Path) -> None:
    assert [one for one in java_imports(source) if not java_allowed(one.name, "io.example")] == []


@pytest.mark.parametrize(
    ("line", "name", "allowed"),
    [
        ("import java.util.List;", "java.util.List", True),
        ("import static java.util.Map.entry;", "java.util.Map.entry", True),
        ("import io.example.Sdk;", "io.example.Sdk", True),
        ("import concordat.protocol.Json;", "concordat.protocol.Json", True),
        ("import java.net.http.HttpClient;", "java.net.http.HttpClient", False),
        ("import java.net.*;", "java.net.*", False),
        ("import java.nio.channels.SocketChannel;", "java.nio.channels.SocketChannel", False),
        ("import okhttp3.OkHttpClient;", "okhttp3.OkHttpClient", False),
        ("new java.net.Socket();", "java.net.Socket (used)", False),
        ("new ProcessBuilder();", "ProcessBuilder (used)", False),
        ("Runtime.getRuntime().exec(x);", "getRuntime().exec (used)", False),
        ('Class.forName(config.get("module") + ".Sdk");', 'config.get("module") + ".Sdk")', True),
        ('Class.forName("okhttp3.Call");', '"okhttp3.Call")', False),
        ("loader.loadClass(name);", "name)", False),
    ],
)
def test_a_line_is_named_with_its_place_and_judged(tmp_path: Path, line: str, name: str, *, allowed: bool) -> None:
    path = tmp_path / "Adapter.java"
    path.write_text(f"/* import java.net.Socket; */\n{line} // new java.net.Socket()\n", "utf-8")
    (one,) = java_imports(path)
    assert (one.name, one.where.line) == (name, 2)
    assert java_allowed(one.name, "io.example") is allowed
