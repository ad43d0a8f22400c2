"""Killed between any two steps of a refresh, the next start has the new token, or asks for a sign-in and says why."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from cognitui.demo.strict.server import StrictServer
from cognitui.model.challenge import Challenge
from cognitui.model.token import TokenKind
from cognitui.tokens.request import Source, TokenResult
from tests.integration.dying_refresh import AN_HOUR_LATER, Place, start
from tests.integration.shared_identity import KILLED

ROOT = Path(__file__).parents[2]
PASSWORD = "Passw0rd!"
REFRESH = "GetTokensFromRefreshToken"

Dies = Callable[..., Place]


@pytest.fixture
def dies(strict: StrictServer, tmp_path: Path) -> Dies:
    """Sign in, lets an hour pass, and refreshes in another process that is gone at a step."""

    def die(step: str, *, rotation: bool, grace: float = 0.0) -> Place:
        pool = strict.add_pool()
        client = strict.add_client(pool, rotation=rotation, rotation_grace=grace)
        strict.add_user(pool, "alice@example.com", PASSWORD)
        place = Place(strict.url, pool.id, client.id)
        broker = start(tmp_path, strict.clock)
        asked = broker.get(place.profile())
        assert isinstance(asked, Challenge)
        assert isinstance(broker.answer(asked, {"password": PASSWORD}, keep=False), TokenResult)
        strict.clock.advance(AN_HOUR_LATER)
        (tmp_path / "place.json").write_text(json.dumps(asdict(place)))
        died = subprocess.run(
            [sys.executable, "-m", "tests.integration.dying_refresh", str(tmp_path), step],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert died.returncode == KILLED, died.stderr
        return place

    return die


def used_with_success(server: StrictServer) -> Counter[object]:
    """Return how often each refresh token brought tokens."""
    return Counter(
        request.parameters["RefreshToken"]
        for request in server.journal.requests
        if request.operation == REFRESH and request.answer is not None and request.answer.status == 200
    )


@pytest.mark.parametrize(
    ("step", "source"),
    [
        ("before the call", Source.REFRESHED),
        ("after the head of the refresh-token", Source.REFRESHED),
        ("before part 2 of the access-token", Source.REFRESHED),
        ("before the index", Source.CACHED),
    ],
)
def test_a_rotated_token_that_was_saved_or_never_asked_for_is_the_next_ones(
    dies: Dies, strict: StrictServer, tmp_path: Path, step: str, source: Source
) -> None:
    place = dies(step, rotation=True)

    outcome = start(tmp_path, strict.clock).get(place.profile())

    assert isinstance(outcome, TokenResult)
    assert outcome.source is source
    assert set(used_with_success(strict).values()) == {1}


@pytest.mark.parametrize(
    "step", ["after the answer", "before part 2 of the refresh-token", "before the head of the refresh-token"]
)
def test_a_rotated_token_that_died_with_the_process_leads_to_a_sign_in_that_says_why(
    dies: Dies, strict: StrictServer, tmp_path: Path, step: str
) -> None:
    place = dies(step, rotation=True)

    broker = start(tmp_path, strict.clock)
    asked = broker.get(place.profile())

    assert isinstance(asked, Challenge)
    assert asked.remark.startswith("The stored tokens cannot be refreshed any more.")
    assert "invalidated by refresh token rotation" in asked.remark
    assert set(used_with_success(strict).values()) == {1}
    assert isinstance(broker.answer(asked, {"password": PASSWORD}), TokenResult)
    assert isinstance(start(tmp_path, strict.clock).get(place.profile(), TokenKind.REFRESH), TokenResult)


def test_within_the_grace_of_a_rotation_the_old_token_still_serves(
    dies: Dies, strict: StrictServer, tmp_path: Path
) -> None:
    place = dies("after the answer", rotation=True, grace=60.0)

    outcome = start(tmp_path, strict.clock).get(place.profile())

    assert isinstance(outcome, TokenResult)
    assert outcome.source is Source.REFRESHED


@pytest.mark.parametrize(
    ("step", "source"),
    [
        ("after the answer", Source.REFRESHED),
        ("before the head of the access-token", Source.REFRESHED),
        ("before the index", Source.CACHED),
    ],
)
def test_without_rotation_the_next_start_always_has_a_token(
    dies: Dies, strict: StrictServer, tmp_path: Path, step: str, source: Source
) -> None:
    place = dies(step, rotation=False)

    outcome = start(tmp_path, strict.clock).get(place.profile())

    assert isinstance(outcome, TokenResult)
    assert outcome.source is source
