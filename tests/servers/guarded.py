"""Run a module of this environment as `python -m` does, for as long as the starter holds standard input open.

    python -P guarded.py MODULE [ARGUMENT…]

The system closes that pipe when the starter ends, also by SIGKILL: no server outlives its tests. The file imports
nothing but the standard library: cognitui is not installed where it runs.
"""

from __future__ import annotations

import os
import runpy
import sys
import threading


def end_with_input(descriptor: int) -> None:
    """Wait for the end of standard input, then end this process."""
    while os.read(descriptor, 1024):
        pass
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_input, args=(sys.stdin.fileno(),), daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
