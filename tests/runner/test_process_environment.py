"""What a case puts around a client's process, and that nothing of it stays."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from concordat.catalogue.model import ClientSettings
from concordat.runner.client_worker import process_environment


def test_a_case_that_asks_for_nothing_takes_any_process() -> None:
    with process_environment(ClientSettings()) as env:
        assert env == {}


def test_variables_alone_leave_the_home_as_it_is() -> None:
    with process_environment(ClientSettings(env={"A": "b"})) as env:
        assert env == {"A": "b"}


def test_files_stand_in_a_home_of_their_own_for_its_owner_alone() -> None:
    files = {".netrc": "default login x password y\n", ".config/tool/é.toml": "é = 1\n"}
    with process_environment(ClientSettings(files=files, env={"A": "b"})) as env:
        home = Path(env["HOME"] or "")
        found = {path.relative_to(home).as_posix(): path for path in home.rglob("*") if path.is_file()}
        assert {name: path.read_text("utf-8") for name, path in found.items()} == files
        assert {stat.S_IMODE(path.stat().st_mode) for path in found.values()} == {0o600}
        assert env["A"] == "b"
        assert env["NETRC"] is None, "what keeps other processes from a .netrc is taken away"
    assert not home.exists()


@pytest.mark.parametrize("trouble", [RuntimeError, KeyboardInterrupt])
def test_the_home_goes_with_a_case_that_breaks_off(trouble: type[BaseException]) -> None:
    homes: list[Path] = []

    def broken_off() -> None:
        with process_environment(ClientSettings(files={"x": "y"})) as env:
            homes.append(Path(env["HOME"] or ""))
            raise trouble

    with pytest.raises(trouble):
        broken_off()
    assert not homes[0].exists()


def test_a_case_can_point_at_a_netrc_of_its_own() -> None:
    with process_environment(ClientSettings(files={"x": "y"}, env={"NETRC": "/nowhere"})) as env:
        assert env["NETRC"] == "/nowhere"
