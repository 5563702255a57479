"""The answers of faults: written by a case, edited from the sandbox's own, or a redirect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from concordat.errors import CatalogueError
from concordat.http1.answer import Answer, Delivery, DeliveryMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from concordat.catalogue.model import Edit, Fault, Redirect, ScriptedAnswer
    from concordat.values import Pairs

__all__ = ["check_fault", "delivery_of", "edited", "redirected", "require_distinct", "scripted_answer"]

_ACTIONS = ("respond", "edit", "evolve", "redirect", "reset", "close", "stall", "drip", "cut")
_STATUSES = range(100, 600)
_REDIRECTS = range(300, 400)


def check_fault(fault: Fault) -> Fault:
    """Return the fault when it has exactly one action and its numbers make sense; raises CatalogueError else."""
    actions = {action: getattr(fault, action) for action in _ACTIONS}
    named = [action for action, value in actions.items() if value is not None and value is not False]
    if len(named) != 1:
        found = " and ".join(f"`{name}`" for name in named) if named else "none"
        _refuse("a fault has exactly one action", f"found {found}", f"choose one of {', '.join(_ACTIONS)}")
    if fault.at < 1 or (fault.times != "always" and fault.times < 1):
        _refuse("`at` and `times` of a fault count from 1", f"at: {fault.at}, times: {fault.times}", "write 1 or more")
    if fault.respond is not None:
        scripted_answer(fault.respond)
        if fault.respond.accepted is not None and fault.when == "after":
            message = "after the sandbox has processed a write, it counts the write itself"
            _refuse(message, "`accepted` beside `when: after`", "leave out one of them")
    if fault.edit is not None:
        _check_edit(fault.edit)
    if fault.redirect is not None and fault.redirect.status not in _REDIRECTS:
        _refuse("a redirect has a status from 300 to 399", f"status: {fault.redirect.status}", "307 keeps the method")
    numbers = (fault.stall or 0, fault.cut or 0, *((fault.drip.every, fault.drip.size - 1) if fault.drip else ()))
    if min(numbers) < 0:
        _refuse(
            "a fault's seconds and bytes cannot be negative", f"{named[0]}", "write 0 or more; a drip's size 1 or more"
        )
    return fault


def _refuse(message: str, cause: str, hint: str) -> None:
    raise CatalogueError(message, cause=cause, hint=hint)


def _check_edit(edit: Edit) -> None:
    pointers = [*edit.set, *edit.remove]
    wrong = [pointer for pointer in pointers if pointer and not pointer.startswith("/")]
    if not pointers or wrong or "" in edit.remove:
        _refuse(
            "an edit sets or removes what JSON pointers name",
            f"found {', '.join(f'`{pointer}`' for pointer in wrong) or 'none that names a part'}",
            "a pointer starts with a slash: `/results/0/status`",
        )


def require_distinct(ids: Sequence[str]) -> None:
    """Raise CatalogueError for an id that occurs twice."""
    twice = {identifier for identifier in ids if ids.count(identifier) > 1}
    if twice:
        _refuse("two faults have one id", ", ".join(sorted(twice)), "give each fault an `id` of its own")


def delivery_of(fault: Fault) -> Delivery | None:
    """Return the delivery that a fault plans; None when its action changes the content."""
    if fault.reset:
        return Delivery(DeliveryMode.RESET)
    if fault.close:
        return Delivery(DeliveryMode.CLOSE)
    if fault.stall is not None:
        return Delivery(DeliveryMode.STALL, seconds=fault.stall)
    if fault.drip is not None:
        return Delivery(DeliveryMode.DRIP, seconds=fault.drip.every, size=fault.drip.size)
    if fault.cut is not None:
        return Delivery(DeliveryMode.CUT, size=fault.cut)
    return None


def scripted_answer(script: ScriptedAnswer) -> Answer:
    """Return the answer that a case wrote, marked as scripted.

    The Content-Type goes with the body (`application/json`, `text/plain`, `application/octet-stream`) unless the case
    says otherwise; an empty body has none. Raises CatalogueError for two bodies, for text that is not base64 and for
    a status outside 100 to 599.
    """
    given = [name for name in ("json", "text", "base64") if getattr(script, name) not in (None, msgspec.UNSET)]
    if script.json is None:
        given.append("json")
    if len(given) > 1:
        _refuse("a scripted answer has one body", "found " + " and ".join(sorted(given)), "keep one of them")
    if script.status not in _STATUSES:
        _refuse("a status is from 100 to 599", f"status: {script.status}", "write an HTTP status")
    try:
        body, media_type = script.content()
    except ValueError as error:
        message = "the body is not base64"
        raise CatalogueError(message, cause=str(error)) from error
    headers = [
        (name, value)
        for name, values in script.headers.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    if media_type is not None and not any(name.lower() == "content-type" for name, _ in headers):
        headers.insert(0, ("Content-Type", media_type))
    return Answer(script.status, tuple(headers), body, scripted=True)


def redirected(redirect: Redirect, base_url: str) -> Answer:
    """Return a redirect without a body; `{base}` in its location becomes `base_url`.

    `{elsewhere}` becomes the same port under another host name, so that what a client sends to another host is seen.
    """
    elsewhere = base_url.replace("//127.0.0.1", "//localhost", 1)
    location = redirect.location.replace("{base}", base_url).replace("{elsewhere}", elsewhere)
    return Answer(redirect.status, (("Location", location),), scripted=True)


def edited(edit: Edit, answer: Answer) -> Answer | None:
    """Return the JSON answer with its edits, or None when it is not JSON or a pointer does not fit it.

    `set` makes a missing last key, `-` appends to an array (RFC 6902), the empty pointer replaces everything; its
    Content-Length goes, the listener writes a new one.
    """
    try:
        value = msgspec.json.decode(answer.body)
        for pointer, new in edit.set.items():
            value = _set(value, pointer, new)
        for pointer in edit.remove:
            _remove(value, pointer)
    except (msgspec.DecodeError, LookupError):
        return None
    headers: Pairs = tuple(pair for pair in answer.headers if pair[0].lower() != "content-length")
    return msgspec.structs.replace(answer, headers=headers, body=msgspec.json.encode(value), scripted=True)


def _set(value: Any, pointer: str, new: Any) -> Any:
    if not pointer:
        return new
    parent, key = _parent(value, pointer)
    if isinstance(parent, dict):
        parent[key] = new
    elif key == "-":
        parent.append(new)
    else:
        parent[_index(key)] = new
    return value


def _remove(value: Any, pointer: str) -> None:
    parent, key = _parent(value, pointer)
    del parent[key if isinstance(parent, dict) else _index(key)]


def _parent(value: Any, pointer: str) -> tuple[Any, str]:
    *path, last = (part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])
    for part in path:
        value = value[part] if isinstance(value, dict) else _array(value)[_index(part)]
    return (value if isinstance(value, dict) else _array(value)), last


def _array(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    raise LookupError


def _index(token: str) -> int:
    if not (token.isascii() and token.isdigit()):
        raise LookupError(token)
    return int(token)
