from __future__ import annotations

import subprocess
import sys

import pytest
from tests.timeouts import scaled

import concordat.tap


def test_a_tap_for_the_sandbox_does_not_load_the_http_client() -> None:
    program = "import sys, concordat.tap.case_tap; sys.exit('aiohttp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=scaled(60)).returncode == 0


@pytest.mark.parametrize("name", concordat.tap.__all__)
def test_every_public_name_can_be_had(name: str) -> None:
    assert getattr(concordat.tap, name) is not None


def test_another_name_is_an_error_as_usual() -> None:
    with pytest.raises(AttributeError, match="nothing_like_that"):
        _ = concordat.tap.nothing_like_that
