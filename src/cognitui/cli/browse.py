"""A sign-in that goes on in the browser: its address is shown, and its answer awaited or pasted."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from cognitui.cli.challenge import introduction
from cognitui.cli.terminal import Person
from cognitui.model.errors import RedirectUnavailable
from cognitui.model.signin import Challenge
from cognitui.services import Services


def browse(challenge: Challenge, services: Services, person: Person, *, opened: str = "") -> Mapping[str, str]:
    """Returns the answers to a challenge with an address, which the browser brings or the person pastes.

    Args:
        challenge: What is asked; its first prompt takes the address that the browser ends on.
        services: The program's parts.
        person: Reads the address, and may paste.
        opened: The address that a browser was opened with before: not a second time.

    Raises:
        CognituiError: The wait failed.
        KeyboardInterrupt: The person has had enough.
    """
    for line in introduction(challenge, services.clock()):
        person.hear(line)
    if challenge.url != opened and services.open_browser(challenge.url):
        person.hear("A browser has been asked to open it.")
    pasting = challenge.prompts[0]
    if challenge.waits:
        came = _awaited(challenge, services, person)
        if came is not None:
            return came
    return {pasting.name: person.answer("Address")}


def _awaited(challenge: Challenge, services: Services, person: Person) -> Mapping[str, str] | None:
    """What comes first: the browser, or an address that is pasted; None where nothing can come by itself."""
    wait = _Wait(challenge, services)
    wait.start()
    try:
        pasted = person.answer_unless("Waiting for the browser (ctrl+c ends it); or paste the address", wait.over)
        if pasted is not None:
            return {challenge.prompts[0].name: pasted}
        return wait.outcome()
    except RedirectUnavailable as error:
        person.hear(f"{error.cause} {error.fix}")
        return None
    finally:
        wait.stop.set()


class _Wait(threading.Thread):
    """Waits for the browser beside the terminal."""

    def __init__(self, challenge: Challenge, services: Services) -> None:
        super().__init__(name="cognitui-browser-wait", daemon=True)
        self._challenge = challenge
        self._services = services
        self._answers: Mapping[str, str] | None = None
        self._error: BaseException | None = None
        self.stop = threading.Event()
        self.over = threading.Event()

    def run(self) -> None:
        try:
            self._answers = self._services.broker.wait(self._challenge, self.stop)
        except BaseException as error:  # noqa: BLE001 (raised again where it is awaited)
            self._error = error
        finally:
            self.over.set()

    def outcome(self) -> Mapping[str, str] | None:
        """What came; raises what the wait has raised."""
        if self._error is not None:
            raise self._error
        return self._answers
