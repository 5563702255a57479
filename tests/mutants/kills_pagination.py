"""Kills of the area `pagination`, in the order of its cases."""

from __future__ import annotations

from tests.mutants.kill import Kill

from concordat.checks import Verdict

__all__ = ["KILLS"]

KILLS = (
    Kill("crashes", "customers.list.first-page", "client.alive"),
    Kill("extra-request", "customers.list.first-page", "request.count"),
    Kill("last-result-lost", "customers.list.first-page", "outcome.payload"),
    Kill("page-off-by-one", "customers.list.first-page", "request.query"),
    Kill("payload-shown-as-text", "customers.list.first-page", "outcome.payload"),
    Kill("request-while-closing", "customers.list.first-page", "request.unattributed"),
    Kill("sandbox:number-as-text", "customers.list.first-page", "response.contract", Verdict.HARNESS_ERROR),
    Kill("sandbox:required-field-missing", "customers.list.first-page", "response.contract", Verdict.HARNESS_ERROR),
    Kill("sandbox:undocumented-content-type", "customers.list.first-page", "response.contract", Verdict.HARNESS_ERROR),
    Kill("sandbox:page-size-ignored", "pagination.live.page-as-sent[customers-one]", "outcome.payload"),
    Kill("total-dropped", "pagination.live.page-as-sent[customers-one]", "outcome.payload"),
    Kill("results-reversed", "pagination.live.order-as-asked[name]", "outcome.payload"),
    Kill("payload-shown-as-text", "pagination.live.filter-keeps-what-it-names[id]", "outcome.payload"),
    Kill("empty-pages-refused", "pagination.live.beyond-the-end", "outcome.reported"),
    Kill("sandbox:next-link-missing", "pagination.list.places-of-a-page[first]", "outcome.payload"),
    Kill("total-dropped", "pagination.list.places-of-a-page[first]", "outcome.payload"),
    Kill("page-ignored", "pagination.list.places-of-a-page[middle]", "request.query"),
    Kill("sandbox:page-off-by-one", "pagination.list.places-of-a-page[middle]", "outcome.payload"),
    Kill("next-link-always-shown", "pagination.list.full-last-page[only-page]", "outcome.payload"),
    Kill("links-dropped", "pagination.list.links-as-sent", "outcome.payload"),
    Kill("empty-pages-refused", "pagination.list.nothing-there[no-customers]", "outcome.reported"),
    Kill("pages-need-results", "pagination.list.without-results", "outcome.reported"),
    Kill("sandbox:total-of-the-page", "pagination.list.beyond-the-end", "outcome.payload"),
    Kill("page-numbers-as-asked", "pagination.list.smaller-page-than-asked", "outcome.payload"),
    Kill("page-size-capped", "pagination.list.smaller-page-than-asked", "request.query"),
    Kill("page-size-dropped", "pagination.list.allowed-bounds[smallest]", "request.query"),
    Kill(
        "page-numbers-put-in-bounds",
        "pagination.list.out-of-bounds[page-zero]",
        "outcome.error.status",
        Verdict.OBSERVATION,
    ),
    Kill("last-result-lost", "pagination.list.defaults[neither]", "outcome.payload"),
    Kill("deleted-left-out", "pagination.list.hundred-and-more", "s1:outcome.payload"),
    Kill("results-cut-at-a-hundred", "pagination.list.two-thousand-at-once", "outcome.payload"),
    Kill("sandbox:next-link-missing", "pagination.walk.pages-put-together", "s1:outcome.payload"),
    Kill("sandbox:next-link-missing", "pagination.walk.to-the-end", "s1:outcome.payload"),
    Kill("sandbox:filter-ignored", "pagination.walk.filtered", "s1:outcome.payload"),
    Kill("sandbox:page-off-by-one", "pagination.walk.filtered-by-id", "outcome.payload"),
    Kill("sandbox:order-ignored", "pagination.walk.other-order", "s2:outcome.payload"),
    Kill("order-by-dropped", "pagination.walk.order-as-sent[names-up]", "request.query"),
    Kill("results-reversed", "pagination.walk.order-as-sent[names-up]", "outcome.payload"),
    Kill("sandbox:order-reversed", "pagination.walk.order-as-sent[names-up]", "outcome.payload"),
    Kill("doubles-left-out", "pagination.walk.doubles-as-sent", "outcome.payload"),
    Kill("sandbox:next-link-missing", "pagination.walk.changed-between-pages", "s3:outcome.payload"),
    Kill("reads-from-memory", "pagination.walk.read-again", "s3:request.count"),
    Kill("sandbox:order-reversed", "pagination.walk.read-again", "s3:outcome.payload"),
    Kill("all-pages-fetched-at-once", "pagination.walk.no-page-unasked", "request.count"),
    Kill("sandbox:page-size-ignored", "pagination.walk.no-page-unasked", "outcome.payload"),
    Kill("next-link-always-shown", "pagination.walk.other-lists[companies]", "outcome.payload"),
    Kill("sandbox:page-size-ignored", "pagination.walk.first-pages-of-other-lists[companies]", "outcome.payload"),
    Kill("next-link-always-shown", "pagination.walk.pushes", "s2:outcome.payload"),
)
