"""Promise 13: text from outside does nothing, through a real terminal."""

from __future__ import annotations

import json
import random
from pathlib import Path

from tests.e2e.terminal import Terminal

COUNT = 500
ROWS = 30

SEQUENCES = (
    "\x1b]52;c;aG9zdGlsZQ==\x07",
    "\x1b]0;hostile title\x07",
    "\x1b]8;;https://hostile.example\x07",
    "\x1b[2J\x1b[H",
    "\x1b[?1049l",
    "\x1bc",
    "\x9b31m",
    "\x07\x08\x0b\x0c",
    "\r\nhostile",
    "\u202ehostile\u202c",
    "\u2066hostile\u2069",
    "\u200bhostile\ufeff",
    "\u2028hostile\u2029",
    "\x7fhostile\x85",
    "[@click=app.quit]hostile[/]",
    "[@click='screen.copy_token']hostile[/]",
    "[bold red]hostile[/bold red]",
    "[link=https://hostile.example]hostile[/link]",
    "[/]hostile",
    "\\[hostile",
)


def hostile_strings() -> list[str]:
    chance = random.Random(13)
    return [f"{''.join(chance.sample(SEQUENCES, 2))}{number}" for number in range(COUNT)]


def written(texts: list[str]) -> str:
    """JSON's escapes of these characters are TOML's."""
    lines = ["version = 1", "[environments.dev]", 'user_pool_id = "eu-west-1_AbCdEf123"', 'client_id = "c1h57"']
    for number, text in enumerate(texts):
        quoted = json.dumps(text)
        lines.append(f'[environments.dev.profiles.user{number:03}]\nusername = "u{number}"')
        lines.append(f"tags = [{quoted}]\nnotes = {quoted}")
    return "\n".join(lines) + "\n"


def test_500_hostile_strings_send_no_sequence_and_cause_no_action(
    home: dict[str, str], cognitui: list[str], tmp_path: Path
) -> None:
    texts = hostile_strings()
    path = tmp_path / "profiles.toml"
    path.write_text(written(texts), encoding="utf-8")
    path.chmod(0o600)
    with Terminal([*cognitui, "--profiles", str(path), "--vault", "memory"], env=home) as terminal:
        terminal.see("user000")
        for _page in range(COUNT // ROWS + 3):
            for row in range(ROWS):
                terminal.click(80, row + 2)
                terminal.click(12, row + 2)
                terminal.pump(0.005)
            terminal.press("\x1b[6~")
            terminal.settle(0.05)
        terminal.press("G")
        terminal.see("user499")

        sent = bytes(terminal.output)
        assert terminal.process.poll() is None
        terminal.press("q")
        assert terminal.exit_code() == 0

    assert terminal.clipboard() is None
    for sequence in SEQUENCES[:14]:
        assert sequence.encode() not in sent, repr(sequence)
