"""Lint of catalogues, ledgers, requirement sets and every other file of a project."""
