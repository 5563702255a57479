"""YAML and JSON files: one reader with places, one conversion into typed models, one writer."""

from concordat.documents.conversion import convert
from concordat.documents.document import Document, Places, decode_json, parse_document, read_document

__all__ = ["Document", "Places", "convert", "decode_json", "parse_document", "read_document"]
