"""Clients that mistreat pages."""

from __future__ import annotations

import re
from typing import Any

from tests.mutants.client_registry import Object, Original, change_objects, mutant, require, wrap

from concordat_reference.transport import Transport


@mutant
def pages_need_results() -> None:
    """Refuses a page that leaves its results out."""
    require(lambda it: "pageNumber" not in it or "results" in it, "it has no results")


@mutant
def empty_pages_refused() -> None:
    """Refuses a page without records."""
    require(lambda it: "pageNumber" not in it or it.get("results", ()) != [], "it is empty")


@mutant
def unknown_fields_of_pages_refused() -> None:
    """Refuses a page with a field that it does not know."""
    known = {"results", "pageNumber", "pageSize", "totalResults", "_links"}
    require(lambda it: "pageNumber" not in it or it.keys() <= known, "it holds unknown fields")


@mutant
def doubles_left_out() -> None:
    """Shows a record once that the server sends twice."""

    def single(it: Object) -> Object:
        if not isinstance(it.get("results"), list):
            return it
        return {**it, "results": list({x.get("id"): x for x in it["results"]}.values())}

    change_objects(single)


@mutant
def links_without_their_query() -> None:
    """Cuts the query off the links of a page."""
    change_objects(
        lambda it: {n: x.partition("?")[0] if n == "href" and isinstance(x, str) else x for n, x in it.items()}
    )


@mutant
def page_numbers_as_asked() -> None:
    """Shows the page size that was asked for as the page's own."""

    def request(own: Original, self: Transport, *given: Any, query: Any = None, **named: Any) -> Any:
        answer = own(self, *given, query=query, **named)
        if not (query or {}).get("pageSize") or b'"pageNumber"' not in answer.body:
            return answer
        body = re.sub(rb'("pageSize":\s*)\d+', rb"\g<1>%d" % query["pageSize"], answer.body)
        return answer._replace(body=body)

    wrap(Transport, "request", request)


@mutant
def next_link_always_shown() -> None:
    """Shows a link to the next page on every page."""

    def linked(it: Object) -> Object:
        return {**it, "_links": {"next": {"href": "/more"}, **it["_links"]}} if it.get("_links") else it

    change_objects(linked)


@mutant
def results_cut_at_a_hundred() -> None:
    """Shows a hundred records of a page at most."""
    change_objects(lambda it: {**it, "results": it["results"][:100]} if isinstance(it.get("results"), list) else it)
