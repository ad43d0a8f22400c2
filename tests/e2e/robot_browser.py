"""A browser with somebody at it who logs in, as a program: what BROWSER names in a test."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import urllib3

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.strict.browser import log_in

COMMAND = f"{sys.executable} {Path(__file__).resolve()} %s"


def main() -> None:
    address = log_in(sys.argv[1], os.environ["ROBOT_USER"], os.environ["ROBOT_PASSWORD"])
    urllib3.request("GET", address, retries=urllib3.Retry(connect=100, backoff_factor=0.02, backoff_max=0.02))


if __name__ == "__main__":
    main()
