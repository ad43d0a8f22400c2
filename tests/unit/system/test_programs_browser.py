"""Opening a browser."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cognitui.system.programs import can_open, open_browser

URL = "https://shop.auth.eu-west-1.amazoncognito.com/oauth2/authorize?client_id=c&state=s"


@pytest.mark.parametrize(
    ("environ", "platform", "opens"),
    [
        ({}, "darwin", True),
        ({}, "win32", True),
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ":10", "SSH_CONNECTION": "1"}, "linux", False),
        ({"SSH_TTY": "/dev/pts/1"}, "darwin", False),
        ({"SSH_TTY": "/dev/pts/1", "BROWSER": "leads-back"}, "linux", True),
    ],
)
def test_it_is_opened_if_the_user_can_see_it(environ: dict[str, str], platform: str, opens: bool) -> None:
    assert can_open(environ, platform) is opens


def test_nothing_is_started_if_the_user_cannot_see_it() -> None:
    assert open_browser(URL, {}, "linux") is False


@pytest.mark.skipif(sys.platform == "win32", reason="the browser of this test is a shell script")
def test_it_gets_the_address_and_none_of_our_streams(tmp_path: Path) -> None:
    seen, script = tmp_path / "seen", tmp_path / "browser"
    script.write_text(f'#!/bin/sh\necho noise\necho noise >&2\nprintf %s "$1" > {seen}.part\nmv {seen}.part {seen}\n')
    script.chmod(0o700)
    program = f"import os, time; from cognitui.system.programs import open_browser; open_browser({URL!r}, os.environ)"
    waits = f"\nwhile not os.path.exists({str(seen)!r}): time.sleep(0.01)"

    ran = subprocess.run(
        [sys.executable, "-c", program + waits],
        env={**os.environ, "BROWSER": f"{script} %s"},
        capture_output=True,
        text=True,
        timeout=20,
    )

    assert seen.read_text() == URL
    assert (ran.stdout, ran.stderr) == ("", "")
