"""Concordat: a parity harness and contract suite for the SDKs of one HTTP API."""

__version__ = "0.1.0"
