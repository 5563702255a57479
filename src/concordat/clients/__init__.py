"""Clients: manifests, installation, and the protocol with their adapters."""

from __future__ import annotations

from concordat.clients.check import Finding, check_client
from concordat.clients.installed import Installed
from concordat.clients.manifest import Manifest, load_manifest
from concordat.clients.process import AdapterProcess, StartedCall
from concordat.clients.protocol import Hello, Outcome
from concordat.clients.provision import provision, prune, write_lock
from concordat.clients.registry import ClientChoice, load_manifests, select, variant_of

__all__ = [
    "AdapterProcess",
    "ClientChoice",
    "Finding",
    "Hello",
    "Installed",
    "Manifest",
    "Outcome",
    "StartedCall",
    "check_client",
    "load_manifest",
    "load_manifests",
    "provision",
    "prune",
    "select",
    "variant_of",
    "write_lock",
]
