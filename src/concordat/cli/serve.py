"""`concordat serve`: the sandbox on its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from concordat.cli import say_document

__all__ = ["command"]


@click.command(
    short_help="Run the sandbox on its own.",
    epilog="Example: concordat serve --api accounting --port 8080 --db sandbox.db",
)
@click.option("--api", default="accounting", show_default=True, metavar="NAME", help="The contract to serve.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="The API's port; 0 takes a free one."
)
@click.option(
    "--control-port", type=click.IntRange(0, 65535), default=0, show_default=True, help="The control endpoint's port."
)
@click.option(
    "--world", type=click.Path(path_type=Path, dir_okay=False), help="A YAML file with the world to begin with."
)
@click.option("--db", type=click.Path(path_type=Path, dir_okay=False), help="A file that keeps the state.")
def command(api: str, port: int, control_port: int, world: Path | None, db: Path | None) -> None:
    """Serve the sandbox on loopback until interrupted; the first line on stdout is JSON with its URLs and token."""
    import uvloop

    from concordat.sandbox.serve import serve

    def ready(where: dict[str, Any]) -> None:
        say_document(json.dumps(where), "json")

    uvloop.run(serve(api, port=port, control_port=control_port, world=world, db=db, on_ready=ready))
