"""Every example call of the documents is in the catalogue with exactly the arguments that its document prints."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from concordat.catalogue import load_catalogue
from concordat.documents import read_document
from concordat.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Iterator

TABLE = Path(__file__).with_name("document_examples.yaml")
EXAMPLES: list[dict[str, Any]] = read_document(TABLE, CatalogueError).value
CALLS_IN_THE_DOCUMENTS = {"000": 4, "001": 8, "002": 4, "003": 8, "004": 8}


def cited(source: str) -> tuple[str, str] | None:
    """Return the document and the operation of `document:001#getAttachment`, None for another source."""
    kind, _, place = source.partition(":")
    document, _, name = place.partition("#")
    known = {example["operation"] for example in EXAMPLES}
    operation = f"customers.{name[:1].lower()}{name[1:]}"
    return (document, operation) if kind == "document" and operation in known else None


def example_calls() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Yield the case, document, operation and arguments of every call that rests on documented examples alone."""
    for case in load_catalogue().cases:
        sources = [cited(source) for source in case.source]
        examples = [source for source in sources if source is not None]
        if len(examples) < len(sources):
            continue
        for call in case.calls():
            (document,) = {document for document, operation in examples if operation == call.call}
            yield case.key, document, call.call, call.with_


@cache
def catalogue() -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Return the calls of the catalogue by document and operation: the case, and the arguments as JSON."""
    found: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for case, document, operation, arguments in example_calls():
        found[document, operation].append((case, json.dumps(arguments)))
    return dict(found)


def test_the_table_holds_every_call_of_every_document_once() -> None:
    calls = [(example["document"], example["operation"]) for example in EXAMPLES]
    assert len(set(calls)) == len(calls) == 32
    count = {document: sum(of == document for of, _ in calls) for document in CALLS_IN_THE_DOCUMENTS}
    assert count == CALLS_IN_THE_DOCUMENTS


def test_the_catalogue_has_the_documents_examples_and_no_others() -> None:
    assert set(catalogue()) == {(example["document"], example["operation"]) for example in EXAMPLES}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example['document']}-{example['operation']}")
def test_an_example_is_called_with_its_arguments_in_its_order(example: dict[str, Any]) -> None:
    # as text, so that the order counts, and the kind of every value
    expected = json.dumps(example["arguments"])
    for case, arguments in catalogue()[example["document"], example["operation"]]:
        assert arguments == expected, case
