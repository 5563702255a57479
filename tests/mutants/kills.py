"""Which mutant is caught by which check of which case, an area a module; every mutant and every case is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.mutants import (
    kills_attachments,
    kills_auth,
    kills_decoding,
    kills_errors,
    kills_pagination,
    kills_push,
    kills_requests,
    kills_resilience,
    kills_write_safety,
)

if TYPE_CHECKING:
    from tests.mutants.kill import Kill

__all__ = ["KILLS"]

KILLS: tuple[Kill, ...] = (
    *kills_attachments.KILLS,
    *kills_auth.KILLS,
    *kills_decoding.KILLS,
    *kills_errors.KILLS,
    *kills_write_safety.KILLS,
    *kills_pagination.KILLS,
    *kills_push.KILLS,
    *kills_requests.KILLS,
    *kills_resilience.KILLS,
)
