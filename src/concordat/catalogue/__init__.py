"""The catalogue: cases and ledgers as typed models, their loaders, their JSON Schema and their lint."""

from concordat.catalogue.catalogue import Catalogue
from concordat.catalogue.loader import load_catalogue, read_catalogue
from concordat.catalogue.problems import CatalogueProblems
from concordat.catalogue.references import fill

__all__ = [
    "Catalogue",
    "CatalogueProblems",
    "fill",
    "load_catalogue",
    "read_catalogue",
]
