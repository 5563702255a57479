"""The operations of a contract, as frozen types (OpenAPI 3.1, sections 4.8.10 to 4.8.17)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Literal

import msgspec

from concordat.values import Json, JsonObject

__all__ = ["SAFE", "Body", "Match", "Operation", "Parameter", "ParameterPlace", "ResponseSpec", "RetryRule"]

ParameterPlace = Literal["path", "query", "header"]


SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Safe methods, which write nothing (RFC 9110, 9.2.1)."""


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """One parameter, by wire name. `schema` has no reference at its top; `since` is a day, or None when unknown."""

    name: str
    location: ParameterPlace
    required: bool
    schema: JsonObject
    since: str | None = None

    @property
    def default(self) -> Json:
        """The documented default, None without one."""
        return self.schema.get("default")


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """The request body of an operation; `pointer` is the JSON pointer of its schema in the contract."""

    required: bool
    content_type: str
    pointer: str


class ResponseSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One documented response.

    `status` is `200`, `5XX` or `default`, as documented; `content` maps each media type to the JSON pointer of its
    schema, or to None when it has no schema. An empty `content` means that the body must be empty.
    """

    status: str
    content: Mapping[str, str | None]
    since: str | None = None


class RetryRule(msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """The retries that a contract recommends to every client (`x-concordat-retries`); times in milliseconds.

    `statuses` are codes (`408`) or classes of codes (`5XX`). The policy that a case gives to one client is a
    `RetryPolicy` of the catalogue: it has numbers only, because an SDK decides by itself what it repeats.
    """

    strategy: Literal["backoff"]
    initial_interval: int
    max_interval: int
    max_elapsed: int
    exponent: float
    statuses: list[str]
    connection_errors: bool

    def covers(self, status: int) -> bool:
        """Whether a client should retry a response of this status."""
        return str(status) in self.statuses or f"{status // 100}XX" in self.statuses


class Operation(msgspec.Struct, frozen=True, kw_only=True, eq=False, dict=True):
    """One operation: `name` is Concordat's (`x-concordat-operation`), `path` is the template."""

    name: str
    operation_id: str
    method: str
    path: str
    summary: str
    parameters: tuple[Parameter, ...]
    body: Body | None
    responses: Mapping[str, ResponseSpec]

    @cached_property
    def argument_names(self) -> tuple[str, ...]:
        """Every argument by wire name; the request body is `body`."""
        names = tuple([parameter.name for parameter in self.parameters])
        return (*names, "body") if self.body is not None else names


class Match(msgspec.Struct, frozen=True):
    """The operation of a request line, with its decoded path arguments."""

    operation: Operation
    arguments: Mapping[str, str]
