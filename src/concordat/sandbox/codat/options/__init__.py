"""What each integration takes when a customer is written: the options model, and the validation of a push.

One table for each integration (`<key>.yaml`) beside the shape of the record they all share (`shape.yaml`). The rules
follow the documented models; where those contradict the contract's schema (an enum value or a field that it lacks, a
required one that they lack), the table keeps to the schema, so that a body built from a model is valid under both.
"""

from __future__ import annotations

from concordat.sandbox.codat.options.model import options_model
from concordat.sandbox.codat.options.tables import known_integrations
from concordat.sandbox.codat.options.validation import Validation, ValidationItem, validate_push

__all__ = ["Validation", "ValidationItem", "known_integrations", "options_model", "validate_push"]
