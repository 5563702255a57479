"""The forms of a source, and checks that the element which a source names exists."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from concordat.catalogue.model import Level
from concordat.errors import Flaw, did_you_mean
from concordat.resources import package_root, project_root

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from concordat.catalogue.model import Case
    from concordat.contract import Contract

__all__ = ["Anchors", "form_flaws", "load_anchors", "source_flaws"]

_FORMS = {
    "contract": re.compile(r"(?P<contract>[a-z][a-z0-9-]*)#(?P<place>\S+)"),
    "document": re.compile(r"\d{3}(?:-[a-z0-9-]+)?(?:#\S+)?"),
    "domain": re.compile(r"\S+"),
    "rfc": re.compile(r"\d+#\S+"),
    "principle": re.compile(r"[a-z][a-z0-9-]*"),
    "undefined": re.compile(r"[a-z][a-z0-9.-]*"),
}
_SHAPES = {
    "contract": "contract:<contract>#<operation>...",
    "document": "document:<three digits>#<place>",
    "domain": "domain:<section>",
    "rfc": "rfc:<number>#<section>",
    "principle": "principle:<name>",
    "undefined": "undefined:<name>",
}
_ANCHOR = re.compile(r'<a id="([^"]+)"')
_HEADING = re.compile(r"^#{2,6}\s+(.*?)\s*$", re.MULTILINE)
_COMPONENTS = ("schemas", "responses", "parameters", "securitySchemes", "headers")


class Anchors(NamedTuple):
    """The names on the pages about principles and about undefined behaviour; None without such a page."""

    principles: Collection[str] | None = None
    undefined: Collection[str] | None = None


def load_anchors() -> Anchors:
    """Return the anchors of `docs/principles.md` and `docs/undefined-behaviour.md`, None for a missing page."""
    return Anchors(_headings("principles.md"), _headings("undefined-behaviour.md"))


def _headings(name: str) -> Collection[str] | None:
    for root in (project_root(), package_root()):
        path = root / "docs" / name if root is not None else None
        if path is not None and path.is_file():
            text = path.read_text("utf-8")
            return frozenset((*map(_slug, _HEADING.findall(text)), *_ANCHOR.findall(text)))
    return None


def _slug(heading: str) -> str:
    kept = re.sub(r"[^a-z0-9 .-]", "", heading.lower().replace("`", ""))
    return re.sub(r"\s+", "-", kept.strip())


def source_flaws(case: Case, contracts: Mapping[str, Contract], anchors: Anchors) -> Iterator[Flaw]:
    """Yield the flaws of a case's sources; pointers begin at the case."""
    for source in case.source:
        yield from form_flaws(source, contracts, anchors)
    kinds = {source.partition(":")[0] for source in case.source} & _FORMS.keys()
    if "principle" in kinds and kinds <= {"principle", "undefined"} and case.level is Level.MUST:
        hint = "write `level: should`, or name a source that requires the behaviour"
        yield Flaw("/level", "a principle alone does not justify `must`", hint)


def form_flaws(source: str, contracts: Mapping[str, Contract], anchors: Anchors) -> Iterator[Flaw]:
    """Yield the flaws of one source of a case or of a ledger's cause: its form, or a missing element."""
    kind, _, rest = source.partition(":")
    form = _FORMS.get(kind)
    if form is None:
        yield Flaw("/source", f"`{source}` is not a source", did_you_mean(kind, _FORMS))
        return
    found = form.fullmatch(rest)
    if found is None:
        yield Flaw("/source", f"`{source}` is not a source of the kind `{kind}`", f"write {_SHAPES[kind]}")
    elif kind == "contract":
        yield from _contract(found["contract"], found["place"], contracts)
    elif kind == "principle":
        yield from _anchor(source, rest, anchors.principles, "docs/principles.md")
    elif kind == "undefined":
        yield from _anchor(source, rest, anchors.undefined, "docs/undefined-behaviour.md")


@lru_cache(maxsize=32)
def _operations(contract: Contract) -> frozenset[str]:
    """Return every name of every operation of a contract."""
    both = ((operation.operation_id, operation.name) for operation in contract.operations.values())
    return frozenset(name for names in both for name in names)


def _contract(name: str, place: str, contracts: Mapping[str, Contract]) -> Iterator[Flaw]:
    contract = contracts.get(name)
    if contract is None:
        yield Flaw("/source", f"there is no contract `{name}`", did_you_mean(name, contracts))
        return
    # a place names an operation, by either of its names, and then a part after a dot, or a component: `schemas.Name`
    parts = place.split(".")
    if not _operations(contract).isdisjoint(".".join(parts[:end]) for end in range(1, len(parts) + 1)):
        return
    first, _, component = place.partition(".")
    if first in _COMPONENTS:
        components = contract.document.get("components")
        names = components.get(first) if isinstance(components, dict) else None
        listed = names if isinstance(names, dict) else {}
        if component.split(".")[0] not in listed:
            hint = did_you_mean(component, listed)
            yield Flaw("/source", f"the contract `{name}` has no `{first}.{component.split('.')[0]}`", hint)
        return
    if first in contract.document or first == "retries":
        return
    hint = did_you_mean(first, {operation.operation_id for operation in contract.operations.values()})
    yield Flaw("/source", f"the contract `{name}` has no operation `{first}`", hint)


def _anchor(source: str, name: str, known: Collection[str] | None, page: str) -> Iterator[Flaw]:
    if known is not None and name not in known:
        yield Flaw("/source", f"`{source}` is not listed in {page}", did_you_mean(name, known))
