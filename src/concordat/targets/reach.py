"""The reach of a live run: how many results each permission brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from concordat.targets.permission import Permission

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Reach"]


class Reach(msgspec.Struct, frozen=True):
    """The numbers of results of a client that a live target allows with each permission, the lesser ones included."""

    read: int = 0
    write: int = 0
    disposable: int = 0

    @classmethod
    def of(cls, needs: Iterable[Permission]) -> Reach:
        """Return the reach of the cases with these permissions."""
        listed = list(needs)
        return cls(*(sum(need <= permission for need in listed) for permission in Permission))

    def text(self, client: str, permission: Permission) -> str:
        """Return the line that a run prints: what the client's cases do with its permission, and what others add."""
        own = (self.read, self.write, self.disposable)[permission]
        more = {
            Permission.WRITE: self.write - self.read,
            Permission.DISPOSABLE: self.disposable - max(own, self.write),
        }
        added = [f"{count} more with {step.option}" for step, count in more.items() if step > permission and count]
        return "; ".join([f"{client}: {own} results on this target", *added])
