"""A project that knows Concordat only as a dependency: its files are those that the documentation shows."""

from __future__ import annotations

import http.server
import json
import os
import re
import subprocess
import sys
import threading
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import msgspec
import pytest
from tests.timeouts import scaled

from concordat.runner.result import Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from concordat.runner.result import Result

DEADLINE = scaled(180)
PAGE = Path(__file__).resolve().parents[2] / "docs" / "adding-a-client.md"
SDK = Path(__file__).with_name("bookshelf_sdk.py")
SHOWN = re.compile(r"^`([^`\n]+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
KEY = "Bearer shelf-key-of-somebody"


def shown_files() -> dict[str, str]:
    """Return the files that the page shows, by their path in the project."""
    return dict(SHOWN.findall(PAGE.read_text("utf-8")))


def write_wheel(folder: Path, version: str, source: str) -> Path:
    """Return a wheel of the SDK, as a build would leave it."""
    wheel = folder / f"bookshelf_sdk-{version}-py3-none-any.whl"
    wheel.parent.mkdir(exist_ok=True)
    about = f"bookshelf_sdk-{version}.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("bookshelf_sdk.py", source)
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: bookshelf-sdk\nVersion: {version}\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return wheel


@dataclass
class Project:
    """The project's folder; `run` is the command line in it."""

    root: Path
    cache: Path
    wheel: Path

    @property
    def client(self) -> str:
        """The client under test, as `--client` takes it."""
        return f"bookshelf-sdk@{self.wheel}"

    def concordat(self, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run `concordat ARGS` to its end, in a clean environment and without the network."""
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        own = {"HOME": str(self.root), "CONCORDAT_CACHE": str(self.cache), "COLUMNS": "120"}
        return subprocess.run(
            [sys.executable, "-m", "concordat", *args],
            cwd=self.root,
            env=kept | own | env,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def run(self, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run cases with the SDK."""
        return self.concordat("run", *args, "--client", self.client, "--offline", "--report", "report", **env)

    def results(self) -> dict[str, Result]:
        """The results of the last run by case."""
        report = msgspec.json.decode((self.root / "report" / "report.json").read_bytes(), type=Report)
        return {result.key: result for result in report.results}

    def publish(self, version: str, change: tuple[str, str]) -> None:
        """Build another release of the SDK, with a text in its source replaced, and test that."""
        source = SDK.read_text("utf-8")
        assert change[0] in source
        self.wheel = write_wheel(self.root / "dist", version, source.replace(*change))

    def add_case(self, text: str) -> Path:
        """Write one more case file."""
        file = self.root / "concordat" / "cases" / "books" / "more.yaml"
        file.write_text(text, "utf-8")
        return file


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache of clients for all of these tests."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def project(tmp_path: Path, cache: Path) -> Project:
    """The project of the page."""
    for name, text in shown_files().items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shelves"\nversion = "1"\n')
    return Project(tmp_path, cache, write_wheel(tmp_path / "dist", "1.0.0", SDK.read_text("utf-8")))


@dataclass
class Shelves:
    """A server of the API: what it was asked, and its books by shelf."""

    url: str
    books: dict[str, list[dict[str, object]]]
    asked: list[tuple[str, str | None]] = field(default_factory=list)


@pytest.fixture
def shelves() -> Iterator[Shelves]:
    """A little server with one shelf, `old novels`."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_error(404)

        def do_GET(self) -> None:
            server.asked.append((self.path, self.headers["Authorization"]))
            parts = [unquote(part) for part in urlsplit(self.path).path.split("/")]
            found = server.books.get(parts[2]) if parts[1::2] == ["shelves", "books"] else None
            body = json.dumps({"books": found or []}).encode()
            self.send_response(401 if self.headers["Authorization"] != KEY else 404 if found is None else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        server = Shelves(f"http://127.0.0.1:{listening.server_port}", {"old novels": [{"id": 7, "title": "Emma"}]})
        running = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        running.start()
        try:
            yield server
        finally:
            listening.shutdown()
            running.join(DEADLINE)
