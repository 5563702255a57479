"""The command `concordat explore`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.cli import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main(["explore", *words])
    code = caught.value.code
    return code if isinstance(code, int) else -1


def test_a_client_beside_itself_has_no_finding_and_ci_fixes_the_seed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--client", "reference", "--client", "reference", "--examples", "12", "--into", str(tmp_path)) == 0
    shown = capsys.readouterr()
    assert "0 new findings" in shown.out
    assert "seed 0: 12 examples" in shown.out
    assert "reference@1.0.0, reference@1.0.0#2" in shown.out
    assert shown.err == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--client", "reference"], "hint: give --client twice"),
        (["--client", "reference", "--client", "pithon-expenses"], "did you mean `python-expenses`"),
        (["--client", "reference", "--client", "reference", "--api", "expenses"], "there is no API `expenses`"),
        (["--client", "reference", "--client", "reference", "--examples", "0"], "0 is not in the range"),
        ([], "Missing option '--client'"),
    ],
)
def test_bad_input_is_exit_2_with_one_clear_error(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == 2
    assert message in capsys.readouterr().err
