"""Make the environments of all servers before the tests: `python -m tests.servers.install`."""

from __future__ import annotations

import sys

from tests.servers.environments import ENVIRONMENTS, CannotInstall, ensure


def main() -> int:
    """Return 0 if all exist afterwards, else 1."""
    failed = False
    for name in ENVIRONMENTS:
        try:
            ensure(name)
        except CannotInstall as error:
            failed = True
            sys.stderr.write(f"{name}: {error}\n")
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
