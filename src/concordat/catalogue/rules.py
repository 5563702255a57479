"""Rules inside one case that the types do not express and that need no contract."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

import msgspec

from concordat.catalogue.matcher_syntax import tag_flaws
from concordat.catalogue.model import (
    Advance,
    Call,
    Case,
    ClientSettings,
    Fault,
    Parallel,
    Reported,
    RequestExpectation,
    ScriptedAnswer,
    Step,
)
from concordat.contract.evolution import RULES
from concordat.duration import parse_duration
from concordat.errors import CatalogueError, Flaw, did_you_mean
from concordat.values import join_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ACTIONS", "FILE_NAME", "broken_rules", "placed_calls"]

ACTIONS = ("respond", "edit", "evolve", "redirect", "reset", "close", "stall", "drip", "cut")
"""The actions of faults; each fault has exactly one."""
FILE_NAME = r"^(?!\.\.?(/|$))[^/\\]+(/(?!\.\.?(/|$))[^/\\]+)*$"
"""The name of a file in the home folder: a relative path that does not leave the folder."""


def placed_calls(case: Case) -> Iterator[tuple[str, Call]]:
    """Yield (JSON pointer, call) for every call of a case, including the calls of `parallel` steps."""
    for index, step in enumerate(case.steps):
        if isinstance(step, Call):
            yield f"/steps/{index}", step
        elif isinstance(step, Parallel):
            for inner, call in enumerate(step.parallel):
                yield f"/steps/{index}/parallel/{inner}", call


def broken_rules(case: Case) -> Iterator[Flaw]:
    """Yield every rule of the format that the case breaks."""
    yield from _texts(case)
    yield from _worlds(case)
    yield from _steps(case)
    yield from _client(case.client)
    for index, fault in enumerate(case.faults):
        yield from _fault(fault, join_pointer("faults", index))
    names = [fault.id for fault in case.faults if fault.id is not None]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Flaw("/faults", f"two faults have the id `{name}`", "give each an id of its own")


def _texts(case: Case) -> Iterator[Flaw]:
    for key, value in (("id", case.id), ("title", case.title), ("why", case.why)):
        if not value.strip():
            yield Flaw("/" + key, f"`{key}` is empty", None)
    if not case.source:
        yield Flaw("/source", "a case needs a source", "name the source of the behaviour, or `undefined:<name>`")


def _worlds(case: Case) -> Iterator[Flaw]:
    if case.needs is None:
        return
    if case.world is not None:
        yield Flaw("/world", "a case has a `world` or `needs`, not both", "only the sandbox has a `world`")
    for index, step in enumerate(case.steps):
        if not isinstance(step, (Call, Parallel)):
            key = "advance" if isinstance(step, Advance) else "change"
            message = f"a case with `{key}` has a `world`, not `needs`"
            yield Flaw(join_pointer("steps", index), message, "a live endpoint has its own clock and its own records")


def _client(client: ClientSettings) -> Iterator[Flaw]:
    for name in client.files:
        if not re.match(FILE_NAME, name):
            message = f"`{name}` is not the name of a file in the home folder"
            yield Flaw(join_pointer("client", "files", name), message, "write a relative path without `..`")
    if client.files and "HOME" in client.env:
        yield Flaw("/client/env/HOME", "a case with `files` has its own home folder", "remove `HOME` from `env`")


def _steps(case: Case) -> Iterator[Flaw]:
    calls = list(placed_calls(case))
    if not any(call.via == "client" for _, call in calls):
        yield Flaw("/steps", "a case calls the client at least once", "add a step with `call:`")
    seen: set[str] = set()
    for pointer, call in calls:
        if call.id is not None and call.id in seen:
            yield Flaw(pointer + "/id", f"two steps have the id `{call.id}`", "give each an id of its own")
        seen.add(call.id or "")
        yield from _call(call, pointer)
    if case.write_safety is not None and not any(
        call.call == case.write_safety.of and call.via == "client" for _, call in calls
    ):
        yield Flaw("/write-safety/of", f"no step calls `{case.write_safety.of}` through the client", None)
    for index, step in enumerate(case.steps):
        yield from _step(step, join_pointer("steps", index))


def _step(step: Step, pointer: str) -> Iterator[Flaw]:
    if isinstance(step, Parallel) and not step.parallel:
        yield Flaw(pointer + "/parallel", "`parallel` has no calls", None)
    if isinstance(step, Advance):
        yield from _duration(step.advance, pointer + "/advance")


def _call(call: Call, pointer: str) -> Iterator[Flaw]:
    if call.id is not None and (not call.id or any(letter in call.id for letter in ": []")):
        yield Flaw(pointer + "/id", f"`{call.id}` is not a valid id of a step", "use letters, digits and dashes")
    yield from _requests(call, pointer + "/expect/requests")
    outcome = call.expect.outcome
    if (
        call.save
        and call.via == "client"
        and outcome is not None
        and outcome.reported not in (None, Reported.OK, [Reported.OK])
    ):
        message = "a step that saves a value must expect `reported: ok` alone"
        yield Flaw(pointer + "/save", message, "save the value in another step, or expect `reported: ok`")
    for name, way in call.save.items():
        if way and not way.startswith("/"):
            yield Flaw(pointer + join_pointer("save", name), f"`{way}` is not a JSON pointer", f"write `/{way}`")
    yield from tag_flaws(call.with_, pointer + "/with")
    if call.repeat is not None:
        if call.repeat.times < 1:
            yield Flaw(pointer + "/repeat/times", "`times` is at least 1", None)
        if call.repeat.advance is not None:
            yield from _duration(call.repeat.advance, pointer + "/repeat/advance")


def _requests(call: Call, pointer: str) -> Iterator[Flaw]:
    if call.via == "harness" and call.expect.requests is not None:
        yield Flaw(pointer, "the harness's own requests are not judged", "expect its outcome")
    if call.expect.requests == [] and call.expect.attempts is not msgspec.UNSET:
        message = "an empty list forbids requests, and `attempts` counts them"
        yield Flaw(pointer, message, "write `requests: any`")
    for index, request in enumerate(call.expect.listed or ()):
        yield from _nulls(request, f"{pointer}/{index}")


def _nulls(request: RequestExpectation, pointer: str) -> Iterator[Flaw]:
    """Yield each parameter and header with the expected value null: only JSON has null."""
    for key, values in (("query", request.query), ("query-has", request.query_has), ("headers", request.headers)):
        for name, value in (values or {}).items():
            if value is None:
                message = f"`{name}` cannot be null: query parameters and headers are text"
                yield Flaw(pointer + join_pointer(key, name), message, "write `{absent: true}` if it must be absent")


def _duration(text: str, pointer: str) -> Iterator[Flaw]:
    try:
        parse_duration(text)
    except CatalogueError as error:
        yield Flaw(pointer, error.message, error.hint)


def _fault(fault: Fault, pointer: str) -> Iterator[Flaw]:
    planned = [name for name in ACTIONS if getattr(fault, name) is not None and getattr(fault, name) is not False]
    if len(planned) != 1:
        found = f"this one has {' and '.join(planned)}" if planned else "this one has none"
        yield Flaw(pointer, f"a fault has exactly one action; {found}", f"choose one of {', '.join(ACTIONS)}")
    if fault.at < 1:
        yield Flaw(pointer + "/at", "`at` counts from 1", None)
    if isinstance(fault.times, int) and fault.times < 1:
        yield Flaw(pointer + "/times", "`times` is at least 1, or `always`", None)
    if fault.respond is not None:
        yield from _answer(fault.respond, pointer + "/respond")
        if fault.respond.accepted is not None and fault.when == "after":
            message = "with `when: after` the sandbox counts the write itself"
            yield Flaw(pointer + "/respond/accepted", message, "leave out `accepted`, or `when: after`")
    if fault.evolve is not None:
        if fault.evolve.rule not in RULES:
            hint = did_you_mean(fault.evolve.rule, RULES)
            yield Flaw(pointer + "/evolve/rule", f"unknown evolution rule `{fault.evolve.rule}`", hint)
        if fault.evolve.at and not fault.evolve.at.startswith("/"):
            message = f"`{fault.evolve.at}` is not a JSON pointer"
            yield Flaw(pointer + "/evolve/at", message, f"write `/{fault.evolve.at}`")


def _answer(answer: ScriptedAnswer, pointer: str) -> Iterator[Flaw]:
    bodies = [answer.json is not msgspec.UNSET, answer.text is not None, answer.base64 is not None]
    if sum(bodies) > 1:
        yield Flaw(pointer, "an answer has at most one body: `json`, `text` or `base64`", None)
    if answer.base64 is not None:
        try:
            base64.b64decode(answer.base64, validate=True)
        except (binascii.Error, ValueError):
            yield Flaw(pointer + "/base64", "this is not base64", None)
    if not 100 <= answer.status <= 999:  # noqa: PLR2004 - three digits (RFC 9110, 15)
        yield Flaw(pointer + "/status", f"{answer.status} is not an HTTP status", None)
