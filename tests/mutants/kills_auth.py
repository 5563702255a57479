"""Kills of the area `auth`, in the order of its cases."""

from __future__ import annotations

from tests.mutants.kill import Kill

from concordat.checks import Verdict

__all__ = ["KILLS"]

KILLS = (
    Kill("authorization-as-bearer", "auth.credential.goes-out-as-given[basic]", "request.headers"),
    Kill("authorization-without-scheme", "auth.credential.goes-out-as-given[basic]", "request.headers"),
    Kill("no-authorization", "auth.credential.goes-out-as-given[without-a-scheme]", "request.headers"),
    Kill("authorization-without-scheme", "auth.credential.goes-out-as-given[other-scheme]", "request.headers"),
    Kill("authorization-twice", "auth.credential.once-in-every-read[customers-list]", "request.headers"),
    Kill("no-authorization", "auth.credential.once-in-every-read[customers-list]", "request.headers"),
    Kill("authorization-twice", "auth.credential.once-in-every-write[customers-create]", "request.headers"),
    Kill("writes-without-the-credential", "auth.credential.once-in-every-write[customers-create]", "request.headers"),
    Kill("authorization-twice", "auth.credential.on-polls[push]", "request.headers"),
    Kill("authorization-twice", "auth.credential.on-downloads[list]", "request.headers"),
    Kill("downloads-without-the-credential", "auth.credential.on-downloads[download]", "request.headers"),
    Kill("credential-in-the-address-too", "auth.credential.in-no-address[list]", "request.query"),
    Kill("page-off-by-one", "auth.credential.in-no-address[list]", "request.query"),
    Kill("credential-forgotten-after-a-refusal", "auth.credential.from-call-to-call", "s3:request.headers"),
    Kill("sandbox:not-found-as-bad-request", "auth.credential.from-call-to-call", "s2:outcome.error.status"),
    Kill("credential-lost-when-repeating", "auth.credential.in-every-attempt[unavailable]", "request.headers"),
    Kill("asynchronous-without-the-credential", "auth.credential.asynchronous-mode[list]", "request.headers"),
    Kill(
        "redirects-followed-with-credentials",
        "auth.elsewhere.redirected-to-another-host[moved-permanently]",
        "request.2.headers",
    ),
    Kill("redirects-followed-with-credentials", "auth.elsewhere.redirected-write[found]", "request.2.headers"),
    Kill("cookies-sent-back", "auth.elsewhere.cookies", "s2:request.headers"),
    Kill("authorization-of-the-environment", "auth.elsewhere.environment[names-of-keys]", "request.headers"),
    Kill(
        "environment-for-an-empty-credential",
        "auth.elsewhere.environment-instead-of-nothing[sandbox-key]",
        "request.headers",
    ),
    Kill("netrc-preferred", "auth.elsewhere.netrc[this-host]", "s1:request.headers"),
    Kill("netrc-for-an-empty-credential", "auth.elsewhere.netrc-instead-of-nothing", "request.headers"),
    Kill("every-http-proxy-taken", "auth.elsewhere.proxy-named-by-a-web-request", "request.count"),
    Kill(
        "proxy-of-the-environment-taken",
        "auth.elsewhere.proxy-of-the-environment[lower-case]",
        "outcome.reported",
        Verdict.OBSERVATION,
    ),
    Kill("sandbox:every-key-let-in", "auth.refused.wrong-key[list]", "outcome.reported"),
    Kill("sandbox:every-key-let-in", "auth.refused.wrong-key-of-attachments[list]", "outcome.reported"),
    Kill("correlation-id-lost", "auth.refused.what-the-server-said", "outcome.error.body"),
    Kill("forbidden-read-as-unauthorized", "auth.refused.outdated-key[list]", "outcome.error.status"),
    Kill("refused-keys-tried-again", "auth.refused.not-asked-again[unauthorized]", "request.count"),
    Kill("unauthorized-read-as-empty", "auth.refused.not-asked-again[unauthorized]", "outcome.reported"),
    Kill("sandbox:every-key-let-in", "auth.refused.key-changed-meanwhile", "s3:outcome.reported"),
    Kill("sandbox:every-key-let-in", "auth.refused.empty-credential[no-text]", "outcome.reported"),
    Kill("key-of-the-tests-for-none", "auth.refused.no-credential[list]", "request.headers"),
    Kill("header-values-not-checked", "auth.refused.control-characters[further-header]", "request.headers"),
    Kill("credentials-tried-until-they-can-be-sent", "auth.refused.beyond-latin-1[long-dash]", "client.alive"),
)
