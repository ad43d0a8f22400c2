"""What the tests of the command line share: a run on fakes, and a person who answers from a list."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any, cast

from click.testing import CliRunner, Result

from cognitui.cli import cognitui
from cognitui.services import Options, Services
from tests.unit.fakes import FakeServices


def run(services: FakeServices | Callable[[Options], Services], *args: str, typed: str | bytes | None = None) -> Result:
    """Run a command on fakes, or on what a wire of its own makes; `typed` is its standard input, a pipe's."""
    wire = (lambda _options: cast(Services, services)) if isinstance(services, FakeServices) else services
    return CliRunner().invoke(cognitui, list(args), obj=wire, input=typed)


def printed_json(result: Result) -> Any:
    """Return what a command printed as JSON, after a good end."""
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


class Answering:
    """A person who gives these answers, one after the other, and remembers what was said and asked."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.heard: list[str] = []
        self.asked: list[tuple[str, bool]] = []

    def hear(self, text: str) -> None:
        self.heard.append(text)

    def answer(self, question: str, *, masked: bool = False) -> str:
        self.asked.append((question, masked))
        assert self.answers, f"nobody expected to be asked {question!r}"
        return self.answers.pop(0)

    def answer_unless(self, question: str, over: threading.Event) -> str | None:
        self.asked.append((question, False))
        if self.answers:
            return self.answers.pop(0)
        assert over.wait(10), "nothing came by itself"
        return None
