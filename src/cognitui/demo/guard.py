"""Guard process of the emulator: it ends when the other end of its standard input closes.

The system closes that pipe when the parent process ends, even by SIGKILL, and so does Windows. The emulator runs in
the guard's own process, so there is no child that could outlive it.

    python -m cognitui.demo.guard FOLDER

FOLDER holds the files of the emulator and of the demo. The guard removes it when the parent has exited.
"""

from __future__ import annotations

import contextlib
import os
import runpy
import shutil
import sys
import threading


def main(folder: str) -> None:
    """Serve until standard input closes."""
    threading.Thread(target=end_with_input, args=(sys.stdin.fileno(), folder), daemon=True).start()
    # The emulator reads the command line of this process, and must find no arguments there.
    sys.argv = ["ministack"]
    runpy.run_module("ministack", run_name="__main__", alter_sys=True)


def end_with_input(descriptor: int, folder: str) -> None:
    """Wait until standard input closes, remove the folder, and end this process."""
    # Not sys.stdin.read(): a thread that waits in it holds a lock that Python needs to exit.
    # Windows may report the end of a broken pipe as an error.
    with contextlib.suppress(OSError):
        while os.read(descriptor, 1024):
            pass
    shutil.rmtree(folder, ignore_errors=True)
    # Not sys.exit(): it would end only this thread, and the emulator waits for open connections.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
