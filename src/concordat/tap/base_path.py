"""The path that a case puts after the server URL."""

from __future__ import annotations

__all__ = ["beneath", "normal_base"]


def normal_base(base_path: str) -> str:
    """Return a base path with one leading slash and none at its end; empty stays empty."""
    stripped = base_path.strip("/")
    return f"/{stripped}" if stripped else ""


def beneath(target: str, base: str) -> str | None:
    """Return the target without the base path, or None when it lies outside; compared as written, not decoded."""
    if not base:
        return target
    path, mark, query = target.partition("?")
    if path != base and not path.startswith(base + "/"):
        return None
    return (path[len(base) :] or "/") + mark + query
