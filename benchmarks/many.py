"""A hundred profiles refreshed at once, and how fast the TUI responds during that."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from textual import events

from benchmarks.places import Place, place
from benchmarks.table import Row
from cognitui.cli.commands.demo import environment
from cognitui.demo.strict.errors import hang
from cognitui.demo.strict.server import StrictServer
from cognitui.model.secret import SecretKind
from cognitui.services import Options, Services
from cognitui.tui.app import CognituiApp
from cognitui.tui.controllers.bulk import AT_A_TIME
from cognitui.tui.main_screen import MainScreen

_COUNT = 100
_LATENCY = 0.05
_PASSWORD = "Passw0rd!"


def refreshing_many(runs: int) -> Iterator[Row]:
    """Measure R on a hundred profiles, with a server that takes 50 ms per refresh."""
    ideal = _COUNT / AT_A_TIME * _LATENCY * 1000
    with _server() as (url, pool, client), place() as at:
        _write(at, url, pool, client)
        with environment({"NO_PROXY": "127.0.0.1"}):
            taken, answers = asyncio.run(_refreshed(at, min(runs, 3)))
    yield Row(f"{_COUNT} profiles refreshed, {AT_A_TIME} at a time (the latency itself)", taken, "ms", 2, ideal)
    yield Row("a move during that, p95", statistics.quantiles(answers, n=20)[-1], "ms", 50)


async def _refreshed(at: Place, runs: int) -> tuple[float, list[float]]:
    """Return the milliseconds of refreshing all (median), and of each move during that."""
    options = Options(profiles=at.paths.profiles, state=at.folder / "state" / "cognitui", vault="memory")
    services = Services(options, {**os.environ, **at.env})
    for profile in services.profiles.load().profiles:
        services.broker.set_secret(profile, SecretKind.PASSWORD, _PASSWORD)
        services.broker.get(profile)
    app = CognituiApp(services)
    times: list[float] = []
    answers: list[float] = []
    async with app.run_test(size=(120, 36)) as pilot:
        main = app.screen
        assert isinstance(main, MainScreen)
        while main.book is None:
            await pilot.pause(0.01)
        for _ in range(runs):
            begun = time.perf_counter()
            await main.run_action("refresh_all")
            while not _runs(main):
                await asyncio.sleep(0.005)
            while _runs(main):
                answers.append(await _move(app, main))
            times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times), answers


def _runs(main: MainScreen) -> bool:
    return main.progress is not None


async def _move(app: CognituiApp, main: MainScreen) -> float:
    pressed = time.perf_counter()
    before = main.selected
    app.post_message(events.Key("j" if before is not main.profiles[-1] else "g", None))
    while main.selected is before:
        await asyncio.sleep(0.001)
    answered = (time.perf_counter() - pressed) * 1000
    await asyncio.sleep(0.02)
    return answered


def _write(at: Place, url: str, pool: str, client: str) -> None:
    users = [f"user{number}" for number in range(_COUNT)]
    lines = [
        "version = 1",
        "[environments.dev]",
        f'user_pool_id = "{pool}"',
        f'client_id = "{client}"',
        f'endpoint_url = "{url}"',
        'flow = "USER_PASSWORD_AUTH"',
        *(f'[environments.dev.profiles.{user}]\nusername = "{user}@example.com"' for user in users),
    ]
    at.paths.profiles.parent.mkdir(parents=True, exist_ok=True)
    at.paths.profiles.write_text("\n".join(lines) + "\n", encoding="utf-8")


@contextmanager
def _server() -> Iterator[tuple[str, str, str]]:
    """Run a server in its own process: in ours, it would compete with the TUI for the interpreter."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.kill()
        process.join()


def _serve(pipe: Connection) -> None:
    with StrictServer() as server:
        pool = server.add_pool()
        client = server.add_client(pool)
        for number in range(_COUNT):
            server.add_user(pool, f"user{number}@example.com", _PASSWORD)
        server.errors.always("GetTokensFromRefreshToken", hang(_LATENCY))
        pipe.send((server.url, pool.id, client.id))
        pipe.poll(None)
