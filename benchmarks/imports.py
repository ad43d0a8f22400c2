"""Import from a pool with 10,000 users: time to the first page, and the memory of scrolling through all of them."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import statistics
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from multiprocessing.connection import Connection

from textual.pilot import Pilot

from benchmarks.places import place
from benchmarks.table import Row
from cognitui.cli.commands.demo import environment
from cognitui.cli.prompt import items_of
from cognitui.demo.strict.server import StrictServer
from cognitui.model.aws import AwsPlace
from cognitui.services import Options, Services
from cognitui.tui.app import CognituiApp
from cognitui.tui.dialogs.import_aws import ImportScreen
from cognitui.tui.widgets.line_list import ChoiceList

_COUNT = 10_000
_PAGE = 60
_KEY, _SECRET = "AKIAEXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def importing(runs: int) -> Iterator[Row]:
    """Measure the users of a pool: the first page on the screen, then all of them."""
    with _server() as (url, pool), place() as at:
        credentials = {
            "AWS_ACCESS_KEY_ID": _KEY,
            "AWS_SECRET_ACCESS_KEY": _SECRET,
            "AWS_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL": url,
            "NO_PROXY": "127.0.0.1",
        }
        with environment(credentials):
            options = Options(profiles=at.paths.profiles, state=at.folder / "state" / "cognitui", vault="memory")
            services = Services(options, {**os.environ, **at.env, **credentials})
            where = AwsPlace("default", "eu-west-1", url)
            answered = statistics.median(_call_times(services, where, pool))
            seen = statistics.median(asyncio.run(_seen_after(services, min(runs, 5))))
            first, all_of_them = _peaks(services, where, pool)
    yield Row("first page of 10,000 users on the screen, beside the server's answer", seen - answered, "ms", 1000)
    yield Row("memory while all are read (one page)", all_of_them, "KiB", 1.5, first)


def _call_times(services: Services, where: AwsPlace, pool: str) -> list[float]:
    """Milliseconds of ListUsers, until its answer is here."""
    services.directory.users(where, pool)
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        services.directory.users(where, pool)
        times.append((time.perf_counter() - begun) * 1000)
    return times


async def _seen_after(services: Services, runs: int) -> list[float]:
    """Milliseconds from the choice of the app client to the first page on the screen."""
    times = []
    for _ in range(runs):
        app = CognituiApp(services)
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.press("I")
            for what in ("region", "user pool", "app client"):
                await _rows(app, pilot, what)
                begun = time.perf_counter()
                await pilot.press("enter")
            await _rows(app, pilot, "user")
            times.append((time.perf_counter() - begun) * 1000)
    return times


async def _rows(app: CognituiApp, pilot: Pilot[int], what: str) -> None:
    """Wait for the rows of a list."""
    while not (isinstance(app.screen, ImportScreen) and _has_come(app.screen, what)):
        await asyncio.sleep(0.002)
    await pilot.pause()


def _has_come(screen: ImportScreen, what: str) -> bool:
    listing = screen._listing
    return listing is not None and listing.what == what and screen.query_one(ChoiceList).row_count > 0


def _peaks(services: Services, where: AwsPlace, pool: str) -> tuple[float, float]:
    """KiB that the reading of one page takes at its most, and that of all 10,000 users."""

    def peak(count: int) -> float:
        gc.collect()
        tracemalloc.start()
        users = items_of(lambda after: services.directory.users(where, pool, after=after))
        read = sum(1 for _ in islice(users, count))
        assert read == count
        most = tracemalloc.get_traced_memory()[1] / 1024
        tracemalloc.stop()
        return most

    return peak(_PAGE), peak(_COUNT)


@contextmanager
def _server() -> Iterator[tuple[str, str]]:
    """Run a server in its own process: in ours, its users would be counted."""
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
        server.add_iam_user(_KEY, _SECRET)
        pool = server.add_pool(title="shop")
        server.add_client(pool, name="web")
        for number in range(_COUNT):
            server.add_user(pool, f"user{number:05}@example.com", "Passw0rd!", username=f"user{number:05}")
        pipe.send((server.url, pool.id))
        pipe.recv()
