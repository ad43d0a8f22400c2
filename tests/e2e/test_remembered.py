"""The next run begins where the last one ended, however it ended."""

from __future__ import annotations

import json
import signal
from pathlib import Path

from tests.e2e.terminal import Terminal

PROFILES = """
version = 1
[environments.dev]
user_pool_id = "eu-west-1_AbCdEf123"
client_id = "1h57kf5cpq17m0eml12example"
[environments.dev.profiles.zoe]
username = "zoe@example.com"
[environments.staging]
user_pool_id = "eu-west-1_AbCdEf123"
client_id = "1h57kf5cpq17m0eml12example"
[environments.staging.profiles.yves]
username = "yves@example.com"
[environments.staging.profiles.alice]
username = "alice@example.com"
"""


def argv(tmp_path: Path, cognitui: list[str]) -> list[str]:
    path = tmp_path / "profiles.toml"
    path.write_text(PROFILES)
    path.chmod(0o600)
    return [*cognitui, "--profiles", str(path), "--vault", "memory"]


def test_environment_order_and_selection_outlive_the_program(
    home: dict[str, str], cognitui: list[str], tmp_path: Path
) -> None:
    command = argv(tmp_path, cognitui)
    with Terminal(command, env=home) as terminal:
        terminal.see("zoe")
        terminal.press("2")
        terminal.see("yves")
        terminal.press("s")
        terminal.see("by name")
        terminal.press("k", "q")
        assert terminal.exit_code() == 0

    with Terminal(command, env=home) as terminal:
        terminal.see("alice@example.com")
        assert "by name" in terminal.text
        assert "zoe" not in terminal.text
        terminal.press("q")
        assert terminal.exit_code() == 0


def test_a_program_that_is_killed_has_kept_the_environment_that_one_went_to(
    home: dict[str, str], cognitui: list[str], tmp_path: Path
) -> None:
    command = argv(tmp_path, cognitui)
    kept = tmp_path / "state" / "cognitui" / "choices.json"
    with Terminal(command, env=home) as terminal:
        terminal.see("zoe")
        terminal.press("2")
        terminal.until(kept.exists, "nothing was written")
        terminal.process.send_signal(signal.SIGKILL)
        terminal.exit_code()

    (of_file,) = json.loads(kept.read_bytes())["files"].values()
    assert of_file["environment"] == "staging"
    with Terminal(command, env=home) as terminal:
        terminal.see("yves@example.com")
