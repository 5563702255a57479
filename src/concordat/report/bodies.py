"""Big bodies stand beside a report, by their digest, so that the report itself stays readable."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.runner.result import ExchangeView, MessageView, Result

__all__ = ["INLINE", "set_aside"]

INLINE = 64 * 1024
"""Bytes of a body that a report carries itself."""
FOLDER = "bodies"


def set_aside(result: Result, folder: Path) -> Result:
    """Return the result with every body of more than `INLINE` bytes written to `folder/bodies/<sha256>` instead.

    Raises OSError when it cannot be written.
    """
    exchanges = tuple(_exchange(exchange, folder) for exchange in result.exchanges)
    return result if exchanges == result.exchanges else msgspec.structs.replace(result, exchanges=exchanges)


def _exchange(exchange: ExchangeView, folder: Path) -> ExchangeView:
    request = exchange.request and _message(exchange.request, folder)
    response = exchange.response and _message(exchange.response, folder)
    if request is exchange.request and response is exchange.response:
        return exchange
    return msgspec.structs.replace(exchange, request=request, response=response)


def _message(message: MessageView, folder: Path) -> MessageView:
    shown = len(message.body or message.body_base64 or "")
    if shown * 4 <= INLINE:  # a character is four bytes at most
        return message
    data = message.body.encode("utf-8") if message.body is not None else base64.b64decode(message.body_base64 or "")
    if len(data) <= INLINE:
        return message
    name = f"{FOLDER}/{hashlib.sha256(data).hexdigest()}"
    file = folder / name
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(data)
    return msgspec.structs.replace(message, body=None, body_base64=None, body_file=name)
