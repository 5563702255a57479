"""`concordat serve` and `concordat proxy`: the sandbox and the tap as servers of their own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from concordat.cli import say, say_document
from concordat.errors import UsageError

if TYPE_CHECKING:
    from concordat.http1.exchange import Exchange

__all__ = ["proxy", "serve"]

STOCKED = "stocked.world.yaml"
"""The file of the world of `--stocked`, beside the built-in contracts."""


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
@click.option("--world", type=click.Path(path_type=Path, dir_okay=False), help="A YAML file with the initial world.")
@click.option("--stocked", is_flag=True, help="A world with everything that the catalogue needs, for live runs.")
@click.option("--db", type=click.Path(path_type=Path, dir_okay=False), help="A file that keeps the state.")
@click.option(
    "--clock-rate",
    type=click.FloatRange(0, 3600),
    default=1,
    show_default=True,
    metavar="N",
    help="Seconds of the sandbox's clock in one second: writes and refreshes end sooner.",
)
def serve(  # noqa: PLR0917 - click passes them by name
    api: str,
    port: int,
    control_port: int,
    world: Path | None,
    db: Path | None,
    clock_rate: float,
    *,
    stocked: bool,
) -> None:
    """Serve the sandbox on loopback until interrupted; the first line on stdout is JSON with its URLs and token."""
    import uvloop

    from concordat.resources import package_root
    from concordat.sandbox.serve import serve as serve_sandbox

    if stocked and world is not None:
        message = "--stocked and --world both name the world"
        raise UsageError(message, hint="leave one of them out")
    start = package_root() / "contracts" / STOCKED if stocked else world

    def ready(where: dict[str, Any]) -> None:
        say_document(json.dumps(where), "json")

    uvloop.run(
        serve_sandbox(
            api, port=port, control_port=control_port, world=start, db=db, clock_rate=clock_rate, on_ready=ready
        )
    )


@click.command(
    short_help="Run the recording, validating proxy on its own.",
    epilog="\b\nExample: concordat proxy --upstream http://127.0.0.1:8080 --api accounting --har calls.har",
)
@click.option("--upstream", required=True, metavar="URL", help="Where requests go.")
@click.option(
    "--api",
    default="accounting",
    show_default=True,
    metavar="NAME",
    help="The contract that both sides are checked against.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0 takes a free one.")
@click.option(
    "--har", type=click.Path(path_type=Path, dir_okay=False), help="Where the exchanges are written as they end."
)
@click.option("--allow-writes", is_flag=True, help="Let writes through.")
def proxy(upstream: str, api: str, port: int, har: Path | None, *, allow_writes: bool) -> None:
    """Forward, record and validate until interrupted; the first line on stdout is JSON with the proxy's URL."""
    import uvloop

    from concordat.contract import load_contract
    from concordat.tap.proxy import run_proxy

    async def forward() -> None:
        work = asyncio.ensure_future(
            run_proxy(
                upstream, load_contract(api), port, har, allow_writes=allow_writes, on_ready=_ready, on_exchange=_show
            )
        )
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, work.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await work

    uvloop.run(forward())


def _ready(url: str) -> None:
    say_document(json.dumps({"url": url}), "json")


def _show(exchange: Exchange) -> None:
    """Print one line per exchange to stderr, and one per violation of the contract."""
    request, response = exchange.request, exchange.response
    line = f"{request.method} {request.target}" if request else "(not HTTP)"
    say(f"{exchange.number} {line} -> {response.status if response else exchange.ending}", err=True)
    for side, problems in (("request", exchange.request_problems), ("response", exchange.response_problems)):
        for problem in problems:
            say(f"  {side} {problem.where} {problem.pointer}: {problem.message}", err=True)
