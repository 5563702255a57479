"""Options models: what an integration takes when a record is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from concordat.sandbox.errors import Refusal
from concordat.sandbox.options import options_model
from concordat.sandbox.scene import json_answer

if TYPE_CHECKING:
    from concordat.http1.answer import Answer
    from concordat.sandbox.scene import HandlerRequest

__all__ = ["get_customer_model", "get_options"]


def get_customer_model(ask: HandlerRequest) -> Answer:
    """customers.getCreateUpdateModel."""
    return json_answer(options_model(ask.connection().integration.key))


def get_options(ask: HandlerRequest) -> Answer:
    """pushOptions.get: only customers can be written here, any other type is answered with 404."""
    connection, data_type = ask.connection(), ask.arguments["dataType"]
    if data_type != "customers":
        message = f"Datatype {data_type} not supported by platform(s) {connection.integration.name}"
        raise Refusal(404, message)
    return json_answer(options_model(connection.integration.key))
