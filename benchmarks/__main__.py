"""Benchmarks, printed as a table: `python -m benchmarks [--runs N] [WORD …]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping

from benchmarks import commands, imports, many, network, screen
from benchmarks.table import Row, table

BENCHMARKS: Mapping[str, Callable[[int], Iterable[Row]]] = {
    "first-list": screen.first_list,
    "demo": screen.demo,
    "keys": screen.keys,
    "idle": screen.idle,
    "memory": screen.memory,
    "quit": network.quitting,
    "token": network.getting_a_token,
    "login": network.signing_in,
    "cached": commands.cached_token,
    "many": many.refreshing_many,
    "import": imports.importing,
    "prompt": commands.prompt_and_completion,
}


def main() -> int:
    """Return 0 if every budget holds, else 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="runs of each; the median counts (default 7)")
    parser.add_argument("only", nargs="*", metavar="WORD", help=f"some of: {', '.join(BENCHMARKS)}")
    options = parser.parse_args()
    if unknown := set(options.only) - set(BENCHMARKS):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")

    rows: list[Row] = []
    for name in options.only or BENCHMARKS:
        print(f"{name} …", file=sys.stderr, flush=True)
        rows += BENCHMARKS[name](options.runs)
    print(table(rows))
    return 0 if all(row.holds is not False for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
