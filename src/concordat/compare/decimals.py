"""Numbers of any size, compared by value: an exponent is compared and never expanded.

`1e999999999` has ten characters as text and a thousand million digits as a value, so that arithmetic with it is not
feasible: a number is its significant digits, and the power of ten of the last one.
"""

from __future__ import annotations

import functools
import re
from decimal import Decimal
from typing import Any

import msgspec

from concordat.compare.canonical import WrittenNumber

__all__ = ["Exact", "as_number", "number_text", "same_number"]

_WRITTEN = re.compile(r"([-+]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([-+]?)([0-9]+))?")
_MOST_EXPONENT = 1000
"""Digits of the longest exponent that is read; a number with a longer one is compared by its text."""
_SHORT_BITS = 4096
"""Bits of an integer that Python writes as text under every limit of digits."""
_PLAIN = 21
"""Most zeros before or after the digits; a text with more has an exponent, as in JavaScript."""


@functools.total_ordering
class Exact(msgspec.Struct, frozen=True):
    """A finite decimal number: `digits` times ten to the power of `exponent`.

    `digits` neither begins nor ends with a zero, so that equal numbers are equal field by field; zero has no digits and
    no sign.
    """

    negative: bool
    digits: str
    exponent: int

    @property
    def integral(self) -> bool:
        """Whether the number is an integer."""
        return self.exponent >= 0

    @property
    def _size(self) -> tuple[int, str]:
        """The order of magnitudes other than zero: by the place of the first digit, then by the digits."""
        return self.exponent + len(self.digits), self.digits

    @property
    def _sign(self) -> int:
        if not self.digits:
            return 0
        return -1 if self.negative else 1

    def __lt__(self, other: Exact) -> bool:
        """Whether this number is less than the other."""
        if self._sign != other._sign:
            return self._sign < other._sign
        return other._size < self._size if self.negative else self._size < other._size

    def __str__(self) -> str:
        """The text of the number: `0.05`, `1200`, `1e999999999`."""
        sign, digits, point = "-" if self.negative else "", self.digits, self.exponent + len(self.digits)
        if not digits:
            return "0"
        if 0 < point <= max(_PLAIN, len(digits)):
            whole, fraction = digits[:point].ljust(point, "0"), digits[point:]
        elif -_PLAIN < point <= 0:
            whole, fraction = "0", "0" * -point + digits
        else:
            whole, fraction = digits[0], digits[1:]
            return f"{sign}{whole}{'.' if fraction else ''}{fraction}e{point - 1}"
        return f"{sign}{whole}{'.' if fraction else ''}{fraction}"


def as_number(value: Any) -> Exact | None:
    """Return the exact value of a number, None for anything else.

    NaN, the infinities, a text that is not a number and an exponent of more than a thousand digits have no such value.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, WrittenNumber)):
        return None
    found = _WRITTEN.fullmatch(_text(value))
    if found is None:
        return None
    sign, whole, fraction, way, power = found.groups(default="")
    if not whole and not fraction:
        return None
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return Exact(negative=False, digits="", exponent=0)
    power = power.lstrip("0") or "0"
    if len(power) > _MOST_EXPONENT:
        return None
    kept = digits.rstrip("0")
    exponent = int(way + power) - len(fraction) + len(digits) - len(kept)
    return Exact(negative=sign == "-", digits=kept, exponent=exponent)


def same_number(left: Any, right: Any) -> bool:
    """Return whether two numbers are equal by value, or by their text where one of them has no value (`NaN`)."""
    if type(left) is type(right) and left == right:
        return True
    first, second = as_number(left), as_number(right)
    if first is None or second is None:
        return first is second and _text(left) == _text(right)
    return first == second


def number_text(value: Any) -> str:
    """Return the text of a number: equal exactly for equal numbers, however they are written."""
    number = as_number(value)
    return _text(value) if number is None else str(number)


def _text(value: float | str) -> str:
    """Return a number as text. Python itself refuses to write an integer of thousands of digits."""
    if isinstance(value, int):
        return str(value) if value.bit_length() <= _SHORT_BITS else f"{Decimal(value):f}"
    if isinstance(value, float):
        return _NOT_FINITE.get(repr(value), repr(value))
    return str(value)


_NOT_FINITE = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
