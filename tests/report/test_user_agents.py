"""What clients said of themselves on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from concordat.report.builder import UserAgents
from concordat.runner.result import ClientInfo, ExchangeView, Integrity, MessageView

if TYPE_CHECKING:
    from tests.report.conftest import MakeResult


INFO = ClientInfo(name="one", version="1.0.0", package="pkg-one", integrity=Integrity(user_agent="not checked: x"))


def sent(number: int, *headers: tuple[str, str]) -> ExchangeView:
    return ExchangeView(number=number, request=MessageView(line="GET / HTTP/1.1", headers=headers))


UNREAD = ExchangeView(number=9, unparsable_base64="AA==")
SEEN: dict[str, tuple[tuple[ExchangeView, ...], str]] = {
    "nothing": ((), "not checked: x"),
    "no-request": ((UNREAD,), "not checked: x"),
    "none-in-it": ((sent(1, ("Accept", "*/*")),), "ok: no User-Agent was sent"),
    "the-same": ((sent(1, ("user-agent", "pkg-one/1.0.0")),), "ok"),
    "another": (
        (sent(1, ("User-Agent", "pkg-one/1.0.0")), sent(2, ("User-Agent", "pkg-one/2.0.0"))),
        "`pkg-one/2.0.0` names version 2.0.0, installed is 1.0.0",
    ),
}


@pytest.mark.parametrize(("exchanges", "said"), SEEN.values(), ids=SEEN.keys())
def test_the_sent_user_agent_is_compared_with_the_version(
    result: MakeResult, exchanges: tuple[ExchangeView, ...], said: str
) -> None:
    agents = UserAgents()
    agents.add(result(exchanges=exchanges, client="one@1.0.0"))
    agents.add(result(exchanges=(sent(1, ("User-Agent", "pkg-one/7")),), client="two@2.0.0"))
    judged = agents.checked(INFO).integrity
    assert judged is not None
    assert judged.user_agent == said


def test_a_client_without_an_adapter_has_no_integrity(result: MakeResult) -> None:
    agents = UserAgents()
    agents.add(result(exchanges=(sent(1),), client="one@1.0.0"))
    bare = msgspec.structs.replace(INFO, integrity=None)
    assert agents.checked(bare) is bare
