"""Installing clients, once, into a content-addressed cache."""

from __future__ import annotations

from concordat.clients.provision.install import Provision, lock_path, provision, write_lock
from concordat.clients.provision.store import prune

__all__ = ["Provision", "lock_path", "provision", "prune", "write_lock"]
