"""What the clients of a report said of themselves on the wire, against the versions they were installed as."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from concordat.clients.identity import user_agent_problem

if TYPE_CHECKING:
    from concordat.runner.result import ClientInfo, Result

__all__ = ["UserAgents"]

_MOST = 20
"""Different ones of a client that are kept; an SDK has one."""


class UserAgents:
    """Collects the User-Agent of every recorded request, by client."""

    def __init__(self) -> None:
        self._seen: dict[str, set[str]] = defaultdict(set)
        self._sent: set[str] = set()

    def see(self, result: Result) -> None:
        """Take the requests of one result."""
        for exchange in result.exchanges:
            if exchange.request is None:
                continue
            self._sent.add(result.client)
            trace = self._seen[result.client]
            if len(trace) < _MOST:
                trace.update(value for name, value in exchange.request.headers if name.lower() == "user-agent")

    def judged(self, info: ClientInfo) -> ClientInfo:
        """Return the client with its integrity's `user_agent` filled in, as far as it sent anything."""
        if info.integrity is None or info.label not in self._sent:
            return info
        trace = sorted(self._seen[info.label])
        found = (user_agent_problem(one, names={info.package}, version=info.version) for one in trace)
        text = next((problem for problem in found if problem), "ok" if trace else "ok: there is none")
        return msgspec.structs.replace(info, integrity=msgspec.structs.replace(info.integrity, user_agent=text))
