"""Which upstreams never wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.http1.answer import Answer, prompt

if TYPE_CHECKING:
    from concordat.http1.exchange import Request


class Waiting:
    async def answer(self, request: Request) -> Answer:
        return Answer(body=request.body)


class SyncUpstream:
    async def answer(self, request: Request) -> Answer:
        return self.answer_now(request)

    def answer_now(self, request: Request) -> Answer:
        return Answer(body=request.body)


class Inheriting(SyncUpstream):
    pass


class OverridingOne(SyncUpstream):
    async def answer(self, request: Request) -> Answer:
        return Answer(body=request.body[:1])


class OverridingBoth(SyncUpstream):
    async def answer(self, request: Request) -> Answer:
        return self.answer_now(request)

    def answer_now(self, request: Request) -> Answer:
        return Answer(body=request.body[:1])


def test_an_upstream_is_prompt_by_the_class_that_answers() -> None:
    for upstream in (SyncUpstream(), Inheriting(), OverridingBoth()):
        assert prompt(upstream) == upstream.answer_now
    assert prompt(Waiting()) is None
    assert prompt(OverridingOne()) is None
