"""All stand-ins."""

from __future__ import annotations

from tests.adapters.stand_ins.go import GO, GO_2023
from tests.adapters.stand_ins.java import JAVA
from tests.adapters.stand_ins.python_httpx import PYTHON_HTTPX
from tests.adapters.stand_ins.python_requests import PYTHON_REQUESTS
from tests.adapters.stand_ins.reference import REFERENCE
from tests.adapters.stand_ins.typescript_axios import TYPESCRIPT_AXIOS
from tests.adapters.stand_ins.typescript_positional import TYPESCRIPT_POSITIONAL

__all__ = ["STAND_INS"]

STAND_INS = (
    REFERENCE,
    PYTHON_HTTPX,
    PYTHON_REQUESTS,
    GO_2023,
    GO,
    JAVA,
    TYPESCRIPT_AXIOS,
    TYPESCRIPT_POSITIONAL,
)
