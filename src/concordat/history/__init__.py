"""Outcomes of a client's releases: run once, recorded, and searched for the first bad release."""
