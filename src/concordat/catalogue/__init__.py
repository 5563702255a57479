"""The catalogue: cases as typed models, their loader, their rules and their JSON Schema."""

from concordat.catalogue.catalogue import Catalogue
from concordat.catalogue.loader import load_catalogue, read_catalogue
from concordat.catalogue.references import fill
from concordat.catalogue.schema import catalogue_schema

__all__ = [
    "Catalogue",
    "catalogue_schema",
    "fill",
    "load_catalogue",
    "read_catalogue",
]
