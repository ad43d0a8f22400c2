"""The machine that a call comes from, as the sessions of a user name it."""

from __future__ import annotations

import pytest

from cognitui.demo.strict.user_sessions import Caller

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
)


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (CHROME, "Windows, Chrome"),
        (f"{CHROME} Edg/130.0.0.0", "Windows, Edge"),
        ("Boto3/1.44.8 md/Botocore#1.44.8 ua/2.1 os/linux#6.1 lang/python#3.11", "Linux, Boto3"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) Version/19.1 Safari/604.1", "iOS, Safari"),
        ("curl/8.0", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_user_agent_becomes_a_device(user_agent: str, device: str) -> None:
    assert Caller.of(user_agent).device == device
