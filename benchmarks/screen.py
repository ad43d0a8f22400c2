"""The TUI: start-up time, response to keys, idle CPU and memory."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.bare_app import MARK
from benchmarks.places import LAST, Place, place
from benchmarks.table import Row
from tests.e2e.terminal import Terminal

_PRESSES = 60
_QUIET = 0.05
"""Seconds without a byte after which a redraw is over."""

_IDLE_SECONDS = 10.0

_DEMO_ROW = "orders-service"
"""A profile of the demo's first environment."""

_BARE = [sys.executable, "-m", "benchmarks.bare_app"]


def first_list(runs: int) -> Iterator[Row]:
    """Measure the time to the first list, for 5, 1,000 and 10,000 profiles."""
    with place(5) as few, place(1_000) as many, place(10_000) as most:
        times = _interleaved(
            runs,
            {
                "bare": lambda: _time_to(_BARE, few.env, MARK),
                "5": lambda: _time_to(few.argv, few.env, LAST),
                "1,000": lambda: _time_to(many.argv, many.env, LAST),
                "10,000": lambda: _time_to(most.argv, most.env, LAST),
            },
        )
    yield Row("first list, 5 profiles (bare Textual app)", times["5"], "ms", 1.25, times["bare"])
    yield Row("first list, 1,000 profiles (5 profiles)", times["1,000"], "ms", 1.2, times["5"])
    yield Row("first list, 10,000 profiles (5 profiles)", times["10,000"], "ms", 1.5, times["5"])


def demo(runs: int) -> Iterator[Row]:
    """Measure the time to the demo's first list, its own Cognito included."""
    with place() as empty:
        argv = [*empty.argv, "demo"]
        times = _interleaved(runs, {"demo": lambda: _time_to(argv, empty.env, _DEMO_ROW)})
    yield Row("first list of the demo", times["demo"], "ms", 1_000)


def keys(_runs: int) -> Iterator[Row]:
    """Measure a key press to the last byte of the redraw, among 10,000 profiles."""
    with place(10_000) as most, _opened(most) as terminal:
        moves = [_redraw(terminal, key) for key in ["j"] * (_PRESSES // 2) + ["k"] * (_PRESSES // 2)]
        _redraw(terminal, "/")
        letters = [_redraw(terminal, key) for _ in range(_PRESSES // 10) for key in ("u", "s", "e", "0", "1")]
    yield Row("a move among 10,000 profiles, p95", _p95(moves), "ms", 16)
    yield Row("a filter key among 10,000 profiles, p95", _p95(letters), "ms", 33)


def idle(_runs: int) -> Iterator[Row]:
    """Measure 1,000 countdowns while nothing is pressed."""
    with place(1_000) as many:
        many.run_countdowns()
        with _opened(many) as terminal:
            before, since = _cpu(terminal), time.monotonic()
            while time.monotonic() < since + _IDLE_SECONDS:
                terminal.pump(0.1)
            share = (_cpu(terminal) - before) / (time.monotonic() - since) * 100
    yield Row("1,000 countdowns, nothing pressed", share, "% of a core", 1)


def memory(runs: int) -> Iterator[Row]:
    """Measure the resident memory at the first list."""
    with place(5) as few:
        sizes = _interleaved(
            min(runs, 3),
            {"bare": lambda: _size_at(_BARE, few, MARK), "ours": lambda: _size_at(few.argv, few, LAST)},
        )
    yield Row("memory at the first list (bare Textual app)", sizes["ours"], "MiB", 1.5, sizes["bare"])


def resident(terminal: Terminal) -> float:
    """Return the resident memory of the program in MiB."""
    status = Path(f"/proc/{terminal.process.pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def wait_for(terminal: Terminal, mark: str) -> float:
    """Return the milliseconds from the start of the program until these words are on the screen."""
    terminal.until(lambda: mark.encode() in terminal.output, f"{mark!r} never came", timeout=60)
    return (time.perf_counter() - terminal.started) * 1000


def _interleaved(runs: int, measures: dict[str, Callable[[], float]]) -> dict[str, float]:
    """Run all of them in turn, so that a slow moment of the machine hits all; return the medians after a warm-up."""
    found: dict[str, list[float]] = {name: [] for name in measures}
    for run in range(runs + 1):
        for name, measure in measures.items():
            figure = measure()
            if run:
                found[name].append(figure)
    return {name: statistics.median(figures) for name, figures in found.items()}


def _time_to(argv: Sequence[str], env: dict[str, str], mark: str) -> float:
    with Terminal(argv, env=env, draw=False) as terminal:
        return wait_for(terminal, mark)


def _size_at(argv: Sequence[str], at: Place, mark: str) -> float:
    with Terminal(argv, env=at.env, draw=False) as terminal:
        wait_for(terminal, mark)
        return resident(terminal)


def _opened(at: Place) -> Terminal:
    terminal = Terminal(at.argv, env=at.env, draw=False)
    wait_for(terminal, LAST)
    terminal.settle(1.0)
    return terminal


def _redraw(terminal: Terminal, key: str) -> float:
    pressed = last = time.perf_counter()
    terminal.press(key)
    while terminal.pump(_QUIET):
        last = time.perf_counter()
    return (last - pressed) * 1000


def _p95(figures: Sequence[float]) -> float:
    return statistics.quantiles(figures, n=20)[-1]


def _cpu(terminal: Terminal) -> float:
    """Return the CPU seconds that the program has used."""
    fields = Path(f"/proc/{terminal.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
