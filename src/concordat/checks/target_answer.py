"""The answers of a live target that break the premise of a case, and the requests that follow from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urljoin, urlsplit

import msgspec

from concordat.api_key import VARIABLE
from concordat.catalogue.matcher_syntax import match
from concordat.catalogue.model import Reported
from concordat.catalogue.references import names_used
from concordat.checks.exchanges import answer_json
from concordat.checks.model import TargetFailure, TargetFailureKind
from concordat.checks.outcomes import REFUSAL
from concordat.compare.values import clean
from concordat.http1.answer import SYNTHETIC
from concordat.http1.answer_text import answered, first_words, remedy
from concordat.http1.exchange import Ending, header
from concordat.sandbox.core.faults import faults_by_id
from concordat.tap.recorder import normal_base, target_below

if TYPE_CHECKING:
    from concordat.catalogue.model import Edit
    from concordat.checks.model import CaseTrace, StepTrace
    from concordat.http1.exchange import Exchange, Request, Response

__all__ = ["TargetAnswer", "failure_of", "follows_from", "names_saved_value", "planned_edits", "url_of"]

_SUCCESS: Final = range(200, 300)
_REDIRECT = range(300, 400)
_NO_ANSWER = (502, 504)
"""Statuses with which Concordat answers in place of a target that does not."""
_REFUSED = frozenset({401, 403})
_RETRYABLE: Final = frozenset({408, 425, 429, *range(500, 600)})
"""Statuses after which a client may send the request again."""
_ABOUT_THE_REQUEST: Final = frozenset(range(400, 500)) - _RETRYABLE - {401, 402, 403, 404, 407}
"""Statuses that refuse what a request says: a case without an expected outcome may send a strange value on purpose."""
_ABOUT_THE_FORM: Final = frozenset({405, 406, 411, 412, 413, 414, 415, 417, 426, 428, 431})
"""Statuses that refuse the form of a request, such as its `Accept`, of which no request check knows everything."""
_PATIENCE = 5.0
"""Seconds without an answer after which it is the target that is slow, and not the client that left."""
_MOST_DETAIL = 400


class TargetAnswer(NamedTuple):
    """An answer that breaks the premise of its case."""

    kind: TargetFailureKind
    exchange: Exchange

    @property
    def retryable(self) -> bool:
        """Whether a client may send the request again."""
        response = self.exchange.response
        return self.kind is TargetFailureKind.NO_ANSWER or (response is not None and response.status in _RETRYABLE)

    def text(self, trace: CaseTrace, detail: str = "") -> str:
        """Return what the target did: the status, the URL, the first words of the body, and the remedy.

        `detail` is the difference of an answer with other data.
        """
        request, response = url_of(self.exchange, trace), self.exchange.response
        detail = clean(trace.scrub(detail))[:_MOST_DETAIL]
        if response is None:
            return f"the target did not answer {request}: look at the network and at the target"
        words = first_words(response.headers, response.body, trace.scrub)
        if self.kind is TargetFailureKind.NO_ANSWER:
            return f"the target did not answer {request}: {words}; look at the network and at the target"
        if self.kind is TargetFailureKind.STATUS:
            said = answered(response.status, response.headers, response.body, request=request, scrub=trace.scrub)
            needless = "the case expects it to refuse this request"
            succeeded = response.status in _SUCCESS
            return f"{said}; {needless if succeeded else remedy(response.status, response.headers, key=VARIABLE)}"
        if self.kind is TargetFailureKind.NOT_JSON:
            look = remedy(response.status, response.headers, key=VARIABLE)
            return (
                f"the target answered {response.status} to {request} with"
                f' {clean(trace.scrub(response.content_type or "no content type"))[:80]}, not JSON: "{words}"; {look}'
            )
        if self.kind is TargetFailureKind.CONTRACT:
            listed = "; ".join(f"{one.where}{one.pointer}: {one.message}" for one in self.exchange.response_problems)
            problems = clean(trace.scrub(listed))[:_MOST_DETAIL]
            return f"the target's answer to {request} breaks the contract: {problems}"
        return f"the target's answer to {request} has other data than the case expects: {detail}"

    def failure(self, trace: CaseTrace) -> TargetFailure:
        """Return the failure as a result carries it."""
        response = self.exchange.response
        status = response.status if response is not None and self.kind is TargetFailureKind.STATUS else None
        return TargetFailure(kind=self.kind, status=status, first=self.exchange.started, message=self.text(trace))


def url_of(exchange: Exchange, trace: CaseTrace) -> str:
    """Return method and scrubbed URL of a request, as the target received it."""
    request = exchange.request
    if request is None:
        return "bytes that are not HTTP"
    target = target_below(request.target, normal_base(trace.base_path)) or request.target
    return clean(trace.scrub(f"{request.method} {trace.endpoint}{target}"))[:_MOST_DETAIL]


def failure_of(exchange: Exchange, step: StepTrace, trace: CaseTrace) -> TargetAnswer | None:
    """Return how an answer breaks the premise of its case, None where it does not or where a planned fault shaped it.

    An answer that refuses a request which the case does not check, or one without the run's credential, is the
    client's doing. A valid answer with other data is not found here. A planned edit leaves the status the target's.
    """
    response = exchange.response
    if exchange.straggler or planned_edits(exchange, trace) is None:
        return None
    if response is None or header(response.headers, SYNTHETIC) is not None:
        unanswered = _unanswered(exchange) if response is None else response.status in _NO_ANSWER
        return TargetAnswer(TargetFailureKind.NO_ANSWER, exchange) if unanswered else None
    elsewhere = exchange.operation is None and _redirected(exchange, trace)
    if not elsewhere and not _expects(step, response.status, trace):
        caused = _caused_by_client(exchange, response, step, trace)
        return None if caused else TargetAnswer(TargetFailureKind.STATUS, exchange)
    if exchange.faults or not (exchange.response_problems or elsewhere):
        return None
    json = answer_json(exchange) is not msgspec.UNSET
    return TargetAnswer(TargetFailureKind.CONTRACT if json else TargetFailureKind.NOT_JSON, exchange)


def planned_edits(exchange: Exchange, trace: CaseTrace) -> list[Edit] | None:
    """Return the planned edits of an answer, None where another planned fault shaped it."""
    if not exchange.faults:
        return []
    planned = dict(faults_by_id(trace.case.faults))
    edits = [planned[name].edit if name in planned else None for name in exchange.faults]
    return None if None in edits else [edit for edit in edits if edit is not None]


def _unanswered(exchange: Exchange) -> bool:
    """Return whether the target, and not the client, left an exchange without an answer."""
    if exchange.ending is Ending.OPEN:
        return True
    lasted = 0.0 if exchange.finished is None else exchange.finished - exchange.started
    return exchange.ending is Ending.ABANDONED and lasted >= _PATIENCE


def _expects(step: StepTrace, status: int, trace: CaseTrace) -> bool:
    """Return whether the case may expect an answer with the status."""
    expected = step.call.expect.outcome
    if expected is None:
        return status in _SUCCESS or status in _ABOUT_THE_REQUEST or "contract" in trace.case.allow
    named = expected.reported if isinstance(expected.reported, list) else [expected.reported]
    if status in _SUCCESS:
        return Reported.OK in named or (expected.reported is None and expected.error is None)
    if status < REFUSAL:
        return Reported.UNKNOWN in named
    if expected.error is not None and expected.error.status is not msgspec.UNSET:
        return not match(expected.error.status, status)
    if Reported.OK in named and status not in _ABOUT_THE_REQUEST | {404}:
        return False
    return expected.error is not None or any(one in named for one in Reported if one is not Reported.OK)


def _caused_by_client(exchange: Exchange, response: Response, step: StepTrace, trace: CaseTrace) -> bool:
    """Return whether the client may have caused an unexpected status by its request."""
    if response.status in _RETRYABLE or response.status in _REDIRECT:
        return False
    if response.status in _REFUSED and not _with_credential(exchange, trace):
        return True
    unchecked = step.call.expect.requests == "any" or response.status in _ABOUT_THE_FORM
    meant = "contract" in trace.case.allow or names_saved_value(step, trace)
    return unchecked or (bool(exchange.request_problems) and not meant)


def names_saved_value(step: StepTrace, trace: CaseTrace) -> bool:
    """Return whether the call of a step, as the case writes it, has a value that an earlier step saved.

    Such a value is the target's: it may make the request invalid, although the client sends what it should.
    """
    calls = [call for call in trace.case.calls() if call.via == "client"]
    written = next((call for one, call in zip(trace.steps, calls, strict=False) if one.label == step.label), None)
    saved = {name for call in trace.case.calls() for name in call.save}
    return written is not None and any(name in saved for name, _ in names_used(msgspec.to_builtins(written.with_)))


def _with_credential(exchange: Exchange, trace: CaseTrace) -> bool:
    """Return whether the request carries the credential that the client received."""
    token = trace.auth.rpartition(" ")[2]
    request = exchange.request
    if request is None or not token:
        return request is not None
    return any(token in value for _, value in request.headers) or token in request.target


def follows_from(earlier: Exchange | None, later: Exchange, trace: CaseTrace) -> bool:
    """Return whether a request follows from an answer of the target: a retry of `earlier`, or a followed redirect."""
    if _redirected(later, trace):
        return True
    if earlier is None or earlier.faults or earlier.response is None or trace.case.client.retries == "none":
        return False
    before, after = earlier.request, later.request
    if before is None or after is None or earlier.response.status not in _RETRYABLE:
        return False
    return (before.method, before.target, before.body) == (after.method, after.target, after.body)


def _redirected(later: Exchange, trace: CaseTrace) -> bool:
    """Return whether an earlier answer of the case redirects to the request. Calls in parallel may come between."""
    return later.request is not None and any(
        _leads_to(exchange, later.request) for exchange in trace.exchanges if exchange.number < later.number
    )


def _leads_to(earlier: Exchange, request: Request) -> bool:
    response = earlier.response
    if earlier.faults or earlier.request is None or response is None or response.status not in _REDIRECT:
        return False
    location = header(response.headers, "location")
    return location is not None and _path(urljoin(earlier.request.target, location)) == _path(request.target)


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"
