"""Contracts (OpenAPI 3.1) with operations and compiled validators, and the variants of clients."""

from concordat.contract.contract import Contract
from concordat.contract.loader import apis_at, contract_paths, load_contract, load_contracts
from concordat.contract.operation import Body, Match, Operation, Parameter, ResponseSpec, RetryRule
from concordat.contract.operation_names import check_operation_names
from concordat.contract.request import BuiltRequest
from concordat.contract.variant import Variant, VariantArgument, VariantOperation, load_variant, variant_paths

__all__ = [
    "Body",
    "BuiltRequest",
    "Contract",
    "Match",
    "Operation",
    "Parameter",
    "ResponseSpec",
    "RetryRule",
    "Variant",
    "VariantArgument",
    "VariantOperation",
    "apis_at",
    "check_operation_names",
    "contract_paths",
    "load_contract",
    "load_contracts",
    "load_variant",
    "variant_paths",
]
