"""One refresh for all who wait, across threads and processes, and no token used twice whenever a process is killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cognitui.model.challenge import Challenge
from cognitui.tokens.cache import SECRET_OF_TOKEN, pack
from cognitui.tokens.request import Source, TokenResult
from tests.integration.shared_identity import ALICE, KILLED, World
from tests.unit.fakes import make_tokens

ROOT = Path(__file__).parents[2]
PROCESSES = 4
THREADS = 50


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An identity whose access token has expired and whose refresh token is the pool's live one."""
    world = World(tmp_path)
    tokens = make_tokens()
    assert tokens.refresh is not None
    world.database.create(live=tokens.refresh.value)
    for token in tokens.present():
        world.vault.set(ALICE.secret_name(SECRET_OF_TOKEN[token.kind]), pack(token))
    return world


def process(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start another process that shares the identity."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.integration.shared_identity", str(folder), *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def dies(folder: Path, step: str) -> None:
    """Refreshes in another process that is gone at that step."""
    died = process(folder, "die", step)
    _out, errors = died.communicate(timeout=30)
    assert died.returncode == KILLED, errors


def test_all_threads_of_all_processes_that_want_an_expired_token_make_one_refresh(world: World, tmp_path: Path) -> None:
    processes = [process(tmp_path, "ask", str(THREADS)) for _ in range(PROCESSES)]
    for waiting in processes:
        assert waiting.stdout is not None
        assert waiting.stdout.readline() == "ready\n"
    for waiting in processes:
        assert waiting.stdin is not None
        waiting.stdin.write("go\n")
        waiting.stdin.flush()
    ended = [waiting.communicate(timeout=60) for waiting in processes]

    assert [errors for _out, errors in ended] == [""] * PROCESSES
    got = [outcome for out, _errors in ended for outcome in json.loads(out)]
    assert len(got) == PROCESSES * THREADS
    assert world.pool.calls == ["refresh"]
    assert len({value for _source, value in got}) == 1
    assert sorted({source for source, _value in got}) == ["cached", "refreshed"]
    assert [source for source, _value in got].count("refreshed") == 1


def test_a_process_that_expires_before_the_refresh_leaves_the_token_to_the_next(world: World, tmp_path: Path) -> None:
    dies(tmp_path, "before the refresh")

    outcome = world.broker.get(ALICE)

    assert isinstance(outcome, TokenResult)
    assert outcome.source is Source.REFRESHED
    assert world.pool.calls == ["refresh"]


@pytest.mark.parametrize("step", ["after the rotation", "before saving the refresh-token"])
def test_a_rotated_token_that_died_with_its_process_leads_to_a_sign_in(world: World, tmp_path: Path, step: str) -> None:
    dies(tmp_path, step)

    assert isinstance(world.broker.get(ALICE), Challenge)
    assert isinstance(World(tmp_path).broker.get(ALICE), Challenge)

    # The old one is tried once, as nobody can know; refused, it is gone for every process.
    assert world.pool.calls == ["refresh", "reuse", "sign-in", "sign-in"]


@pytest.mark.parametrize("step", ["after saving the refresh-token", "before saving the access-token"])
def test_a_rotated_token_that_was_saved_in_time_is_used_by_the_next(world: World, tmp_path: Path, step: str) -> None:
    dies(tmp_path, step)

    outcome = world.broker.get(ALICE)

    assert isinstance(outcome, TokenResult)
    assert outcome.source is Source.REFRESHED
    assert world.pool.calls == ["refresh", "refresh"]


@pytest.mark.parametrize(
    "step", ["after saving the access-token", "after saving the id-token", "after noting the expiry"]
)
def test_an_access_token_that_was_saved_in_time_is_the_next_ones(world: World, tmp_path: Path, step: str) -> None:
    dies(tmp_path, step)

    outcome = world.broker.get(ALICE)

    assert isinstance(outcome, TokenResult)
    assert outcome.source is Source.CACHED
    assert world.pool.calls == ["refresh"]


def done_elsewhere(folder: Path, what: str) -> None:
    """Let another process do something with the identity, and wait for its end."""
    other = process(folder, what, "")
    _out, errors = other.communicate(timeout=30)
    assert other.returncode == 0, errors


def test_a_token_that_another_process_renews_within_the_same_second_is_handed_out_as_it_is_now(
    world: World, tmp_path: Path
) -> None:
    ours = world.broker.get(ALICE)
    assert isinstance(ours, TokenResult)

    done_elsewhere(tmp_path, "renew")
    now = world.broker.get(ALICE)

    assert isinstance(now, TokenResult)
    assert now.token != ours.token
    assert now.token.value == world.vault.get(ALICE.secret_name(SECRET_OF_TOKEN[now.token.kind])).split(" ")[-1]  # type: ignore[union-attr]  # it is there


def test_a_token_that_another_process_removes_is_no_longer_handed_out(world: World, tmp_path: Path) -> None:
    ours = world.broker.get(ALICE)
    assert isinstance(ours, TokenResult)

    done_elsewhere(tmp_path, "remove")

    assert world.broker.changed(ALICE, ours.opened) == {}
    assert isinstance(world.broker.get(ALICE), Challenge)
