"""Live targets with TLS: an error says whether the certificate is wrong or missing, and how to mend it."""

from __future__ import annotations

import http.server
import shutil
import ssl
import subprocess
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from tests.timeouts import scaled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Project

KEY = "k3y-of-nobody"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A file with a new key, and a certificate for 127.0.0.1 that it signed itself."""
    made = tmp_path / "certificate.pem"
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-keyout", str(made), "-out", str(tmp_path / "public.pem"), "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
        timeout=scaled(60),
    )
    with made.open("a") as file:
        file.write((tmp_path / "public.pem").read_text())
    return made


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers everything with 404."""

    def do_GET(self) -> None:
        self.send_error(404)

    def do_HEAD(self) -> None:
        self.send_error(404)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def listening(certificate: Path | None) -> Iterator[int]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        running = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        running.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            running.join(scaled(10))


UNTRUSTED = "is not valid here\n  cause: [SSL: CERTIFICATE_VERIFY_FAILED]"


@pytest.mark.parametrize(
    ("case", "message", "hint"),
    [
        ("self-signed", UNTRUSTED, "SSL_CERT_FILE=FILE names the"),
        ("trusted", "the target answered 404 to GET https://127.0.0.1", "look at the URL of --target"),
        ("no TLS", "does not answer\n  cause: Cannot connect to host", "does it speak TLS?"),
    ],
)
def test_the_error_of_a_target_with_tls_says_what_is_wrong(
    case: str, message: str, hint: str, project: Project, certificate: Path
) -> None:
    env = {"CONCORDAT_API_KEY": KEY, **({"SSL_CERT_FILE": str(certificate)} if case == "trusted" else {})}
    with listening(None if case == "no TLS" else certificate) as port:
        done = project.run(
            "run", "mine.list", "--client", "reference", "--target", f"https://127.0.0.1:{port}", env=env
        )
    assert done.returncode == 3, done
    assert message in done.stderr
    assert hint in done.stderr.partition("hint: ")[2]
    assert "Traceback" not in done.stderr
