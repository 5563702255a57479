"""Assertion coverage: the elements of a contract that the catalogue asserts, and the gaps."""
