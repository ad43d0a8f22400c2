"""Helpers for tests of the command line: a run on fakes, and a user with prepared answers."""

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
    """Run a command on fakes, or on services from another wire; `typed` is piped into standard input."""
    wire = (lambda _options: cast(Services, services)) if isinstance(services, FakeServices) else services
    return CliRunner().invoke(cognitui, list(args), obj=wire, input=typed)


def printed_json(result: Result) -> Any:
    """Return the JSON that a successful command printed."""
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


class Answering:
    """A user who gives these answers in turn, and remembers messages and prompts."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.shown: list[str] = []
        self.asked: list[tuple[str, bool]] = []

    def show(self, text: str) -> None:
        self.shown.append(text)

    def answer(self, question: str, *, masked: bool = False) -> str:
        self.asked.append((question, masked))
        assert self.answers, f"unexpected prompt {question!r}"
        return self.answers.pop(0)

    def answer_unless(self, question: str, over: threading.Event) -> str | None:
        self.asked.append((question, False))
        if self.answers:
            return self.answers.pop(0)
        assert over.wait(10), "nothing arrived"
        return None
