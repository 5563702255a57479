from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING

import pytest

from concordat.clients.provision.tools import PASSED_ON, Step, run, tool_environment
from concordat.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

SECRETS = {
    "CONCORDAT_API_KEY": "k3y",
    "CONCORDAT_BIND_CUSTOMER": "7",
    "GITHUB_TOKEN": "t",
    "GOOGLE_API_KEY": "g",
    "UV_PUBLISH_TOKEN": "p",
    "npm_config_publish_otp": "1",
    "AWS_SECRET_ACCESS_KEY": "a",
    "NPM_TOKEN": "n",
    "PYTHONPATH": "/elsewhere",
}
NEEDED = {
    "PATH": "/bin",
    "HOME": "/home/me",
    "PIP_INDEX_URL": "i",
    "UV_INDEX_URL": "u",
    "NPM_CONFIG_REGISTRY": "r",
    "npm_config_cache": "c",
    "GOPROXY": "off",
    "HTTPS_PROXY": "http://proxy",
    "LC_ALL": "C",
    "JAVA_HOME": "/java",
    "SSL_CERT_FILE": "/ca.pem",
}


def test_tools_see_what_they_need_and_nothing_else() -> None:
    assert tool_environment(SECRETS | NEEDED) == NEEDED


@pytest.mark.parametrize("named", ["NPM_TOKEN", "NPM_TOKEN,GITHUB_TOKEN", " GITHUB_TOKEN  NPM_TOKEN,"])
def test_what_the_user_names_is_passed_on(named: str) -> None:
    passed = tool_environment(SECRETS | NEEDED | {PASSED_ON: named})
    assert passed == NEEDED | {name: SECRETS[name] for name in named.replace(",", " ").split()}


@pytest.mark.parametrize("named", ["CONCORDAT_API_KEY", "NPM_TOKEN, CONCORDAT_X", "A=B", "*"])
def test_what_cannot_be_passed_on_is_refused(named: str) -> None:
    with pytest.raises(UsageError, match=PASSED_ON):
        tool_environment({PASSED_ON: named})


def test_an_installation_step_runs_in_that_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    show = (sys.executable, "-c", "import json, os; print(json.dumps(dict(os.environ)))")
    shown = json.loads(asyncio.run(run(Step("showing", show, tmp_path, 60.0, {"GOFLAGS": "-mod=mod"}), "x")))
    assert shown.keys() & SECRETS.keys() == set()
    assert shown["GOFLAGS"] == "-mod=mod"
