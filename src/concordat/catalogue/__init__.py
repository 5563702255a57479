"""The catalogue: cases and ledgers as typed models, their loaders, their JSON Schema and their lint."""

from concordat.catalogue.catalogue import Catalogue
from concordat.catalogue.findings import Finding, Severity
from concordat.catalogue.ledger import Ledger, load_ledger
from concordat.catalogue.linting import lint, lint_cases, lint_ledgers
from concordat.catalogue.loader import load_catalogue, read_catalogue
from concordat.catalogue.problems import CatalogueProblems
from concordat.catalogue.references import fill
from concordat.catalogue.schema import catalogue_schema

__all__ = [
    "Catalogue",
    "CatalogueProblems",
    "Finding",
    "Ledger",
    "Severity",
    "catalogue_schema",
    "fill",
    "lint",
    "lint_cases",
    "lint_ledgers",
    "load_catalogue",
    "load_ledger",
    "read_catalogue",
]
