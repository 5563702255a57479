"""What a case puts around a client's process: environment variables, and files in a home folder of its own."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from concordat.catalogue.model import ClientSettings

__all__ = ["process_environment"]


@contextlib.contextmanager
def process_environment(client: ClientSettings) -> Iterator[dict[str, str | None]]:
    """Yield what is added to a process's environment, None taking a name out; empty when any process will do.

    The home folder holds the case's files and nothing else, readable by their owner alone, as tools ask of files with
    passwords. It is gone with the block.
    """
    if not client.files:
        yield dict(client.env)
        return
    with tempfile.TemporaryDirectory(prefix="concordat-home-", ignore_cleanup_errors=True) as folder:
        for name, text in client.files.items():
            file = Path(folder, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
            file.chmod(0o600)
        # A process without a home of its own is kept from the machine's .netrc by this variable.
        yield {"HOME": folder, "NETRC": None, **client.env}
