"""A small contract in which everything that evolution rules look at stands once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from concordat.contract import load_contract

if TYPE_CHECKING:
    from pathlib import Path

    from concordat.contract import Contract

DOCUMENT = """
openapi: "3.1.0"
info: {title: Shelves, version: "1"}
paths:
  /shelves:
    get:
      x-concordat-operation: shelves.list
      operationId: list-shelves
      responses:
        "200": {description: A page, content: {application/json: {schema: {$ref: "#/components/schemas/Page"}}}}
    delete:
      x-concordat-operation: shelves.clear
      operationId: clear-shelves
      responses:
        "204": {description: Nothing}
components:
  schemas:
    DateTime: {type: string}
    Page:
      allOf:
        - type: object
          properties: {results: {type: array, items: {$ref: "#/components/schemas/Shelf"}}}
        - type: object
          required: [count]
          properties: {count: {type: integer}, size: {type: integer, maximum: 2000}}
    Shelf:
      type: object
      required: [kind]
      properties:
        kind: {type: string, enum: [Wood, Steel]}
        label: {type: [string, "null"]}
        room: {anyOf: [{$ref: "#/components/schemas/Room"}, {type: "null"}]}
        made: {$ref: "#/components/schemas/DateTime"}
        height: {type: [integer, "null"], format: int32}
        left: {$ref: "#/components/schemas/Neighbour"}
        right: {$ref: "#/components/schemas/Neighbour"}
        below: {$ref: "#/components/schemas/Shelf"}
        extras: {type: object, additionalProperties: {$ref: "#/components/schemas/Neighbour"}}
    Room: {type: object, additionalProperties: false, properties: {name: {type: string}}}
    Neighbour: {type: object, required: [id], properties: {id: {type: string, format: uuid}}}
"""


@pytest.fixture
def shelves(tmp_path: Path) -> Contract:
    """Return the small contract."""
    path = tmp_path / "shelves.openapi.yaml"
    path.write_text(DOCUMENT)
    return load_contract(path)
