"""The path that a case puts after the server URL."""

from __future__ import annotations

from urllib.parse import unquote

__all__ = ["beneath", "normal_base"]


def normal_base(base_path: str) -> str:
    """Return a base path with one leading slash and none at its end; empty stays empty."""
    stripped = base_path.strip("/")
    return f"/{stripped}" if stripped else ""


def beneath(target: str, base: str) -> str | None:
    """Return the target without the base path, or None when it lies outside.

    The base path is compared decoded, segment by segment (RFC 3986, 6.2.2.2); what follows it stays as written.
    """
    if not base:
        return target
    path, mark, query = target.partition("?")
    wanted, given = base.split("/"), path.split("/")
    if list(map(unquote, given[: len(wanted)])) != list(map(unquote, wanted)):
        return None
    return ("/" + "/".join(given[len(wanted) :])) + mark + query
