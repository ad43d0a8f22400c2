"""From a request to a token: the question of a protected environment, the request, the challenges."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial

from cognitui.cli.prompt import Person, agrees
from cognitui.model.challenge import INSTEAD, Challenge, Choice, Prompt
from cognitui.model.duration import length
from cognitui.model.errors import (
    ChallengePending,
    ClientSecretMissing,
    ClientSecretWrong,
    CognituiError,
    ConsentNeeded,
    Declined,
    RedirectUnavailable,
    Unreachable,
    WrongCredentials,
)
from cognitui.model.secret import SecretKind
from cognitui.model.text import as_heading, inert
from cognitui.services import Services
from cognitui.system.qr import qr_lines
from cognitui.tokens.request import TokenRequest, TokenResult


def ask(challenge: Challenge, person: Person, now: float) -> Mapping[str, str]:
    """Returns a person's answers by the names of the prompts, each in keeping with its rules.

    Raises:
        Declined: A yes was asked, and the person said no.
    """
    for line in introduction(challenge, now):
        person.hear(line)
    if not challenge.prompts and not agrees(person, "Go on?"):
        raise Declined(f"Not signed in. cognitui login {inert(challenge.profile.id)} begins anew when you like.")
    try:
        open_ = [prompt for prompt in challenge.prompts if not challenge.given.get(prompt.name)]
        return {**challenge.given, **{prompt.name: _answer(prompt, person, challenge.instead) for prompt in open_}}
    except _InsteadError as wish:
        return {INSTEAD: wish.value}


def pending(challenge: Challenge, *, no_input: bool = False, can_store: bool = True) -> ChallengePending:
    """Returns the error for a challenge that nobody is there to answer.

    Args:
        challenge: What is asked.
        no_input: `--no-input` forbade to ask; otherwise there is no terminal.
        can_store: Whether a secret that is stored now is there the next time.
    """
    error = ChallengePending(challenge)
    way = "run the command in a terminal, without --no-input" if no_input else "run the command in a terminal"
    error.fix = f"{way[:1].upper()}{way[1:]}: it asks there."
    # A new password is not one that could be stored beforehand.
    stored = [prompt.keeps for prompt in challenge.prompts if prompt.keeps and not prompt.confirm]
    if can_store and stored and len(stored) == len(challenge.prompts):
        commands = ", ".join(f"cognitui secret set {challenge.profile.id} {kind.value}" for kind in stored)
        error.fix = f"Store it: {commands}. Or {way}: it asks there."
    return error


def introduction(challenge: Challenge, now: float) -> list[str]:
    """Returns what a person is told before the questions, line by line; all of it is inert."""
    lines = [f"{inert(challenge.profile.id)}: {inert(challenge.title, 200)}"]
    if challenge.remark:
        # First of all: why the same is asked again.
        lines.insert(0, inert(challenge.remark, 400))
    if challenge.message:
        lines.append(inert(challenge.message, 400))
    if challenge.url:
        # In full, and on a line of its own: it is to be copied.
        lines.append(inert(challenge.url))
    if challenge.sent_to:
        lines.append(f"Sent to {inert(challenge.sent_to, 100)}")
    lines += [f"{inert(label, 60)}: {inert(value, 400)}" for label, value in challenge.shown]
    if challenge.qr:
        lines += qr_lines(challenge.qr)
    lines += [f"Instead: /{choice.value}  {inert(choice.label, 100)}" for choice in challenge.instead]
    if challenge.session_ends is not None and challenge.session_ends > now:
        lines.append(f"This step ends in {length(challenge.session_ends - now)}.")
    return lines


class _InsteadError(Exception):
    """A person wants something else than to answer."""

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value


def _answer(prompt: Prompt, person: Person, instead: tuple[Choice, ...]) -> str:
    for line in _explanation(prompt):
        person.hear(line)
    while True:
        given = person.answer(as_heading(prompt.label), masked=prompt.masked)
        wish = next((choice.value for choice in instead if given == f"/{choice.value}"), "")
        if wish:
            raise _InsteadError(wish)
        value = _chosen(prompt, given) if prompt.choices else given
        fault = _fault(prompt, value)
        if not fault and prompt.confirm:
            fault = prompt.fault(value, person.answer("The same again", masked=prompt.masked))
        if not fault:
            return value
        person.hear(fault)


def _explanation(prompt: Prompt) -> list[str]:
    lines = [inert(prompt.hint, 200)] if prompt.hint else []
    lines += [f"  {number}) {inert(choice.label, 100)}" for number, choice in enumerate(prompt.choices, start=1)]
    if prompt.rules:
        needs = ", ".join(inert(rule.label, 100) for rule in prompt.rules)
        guess = "" if any(rule.binding for rule in prompt.rules) else " (Cognito's default; the pool's own may differ)"
        lines.append(f"It needs {needs}{guess}.")
    return lines


def _chosen(prompt: Prompt, given: str) -> str:
    """The value of a choice that was named by its number or its value; empty where it is none."""
    by_name = {str(number): choice.value for number, choice in enumerate(prompt.choices, start=1)}
    by_name |= {choice.value: choice.value for choice in prompt.choices}
    return by_name.get(given.strip(), "")


def _fault(prompt: Prompt, value: str) -> str:
    if not value and prompt.choices:
        return f"Answer with a number from 1 to {len(prompt.choices)}."
    return prompt.fault(value)


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


_MENDED_BY: dict[type[CognituiError], SecretKind] = {
    WrongCredentials: SecretKind.PASSWORD,
    ClientSecretMissing: SecretKind.CLIENT_SECRET,
    ClientSecretWrong: SecretKind.CLIENT_SECRET,
}
"""The secret to store anew after a refusal."""


def obtain(services: Services, request: TokenRequest, person: Person | None) -> TokenResult:
    """Returns the token of a request.

    Args:
        services: The program's parts.
        request: Which token, and how.
        person: Answers prompts; None if there is no terminal, or nobody may be asked.

    Raises:
        PersonNeeded: Something is asked and nobody is there.
        Declined: The person said no.
        CognituiError: As `TokenBroker.get` does; the fix names the command.
    """
    # Before the question of a protected environment: there is nothing to confirm.
    request.refuse_unknown_kind()
    try:
        return _obtained(services, request, person, consent=consent(request, person))
    except CognituiError as error:
        kind = _MENDED_BY.get(type(error))
        if kind is not None and not services.secrets_in_memory:
            error.fix = f"{error.fix}\nStored by: cognitui secret set {request.profile.id} {kind.value}"
        raise


def consent(request: TokenRequest, person: Person | None) -> bool:
    """Returns whether a person agreed; False where nobody need to.

    Raises:
        ConsentNeeded: The environment is protected, and nobody is there.
        Declined: The person said no.
    """
    if request.consent or not request.profile.protected:
        return request.consent
    if person is None:
        raise ConsentNeeded(request.profile)
    name = inert(request.profile.environment.title, 60)
    question = request.question or f"Get the {request.kind.value} token of {inert(request.profile.id)}?"
    if not agrees(person, f"{name} is protected. {question}"):
        raise Declined("Nothing was done.")
    return True


def _obtained(services: Services, request: TokenRequest, person: Person | None, *, consent: bool) -> TokenResult:
    broker = services.broker
    outcome = broker.get(
        request.profile, request.kind, min_valid=request.min_valid, policy=request.policy, consent=consent
    )
    kept: dict[str, bool] = {}
    opened = ""
    while isinstance(outcome, Challenge):
        if person is None:
            raise pending(outcome, no_input=request.no_input, can_store=not services.secrets_in_memory)
        if outcome.url:
            answers = browse(outcome, services, person, opened=opened)
            opened = outcome.url
        else:
            answers = ask(outcome, person, services.clock())
        if outcome.may_keep and INSTEAD not in answers and outcome.kind not in kept:
            # For each secret: "no" to a temporary password is none to the new one. After a slip, not again.
            agreed = services.secrets_in_memory or agrees(person, "Keep it in the keyring?", default=True)
            kept[outcome.kind] = agreed
        keep = kept.get(outcome.kind, False)
        answer = partial(broker.answer, outcome, answers, kind=request.kind, keep=keep, min_valid=request.min_valid)
        # What was typed would be lost with the command; a browser's answer is good for one use.
        outcome = answer() if outcome.url else _insisting(answer, person)
    return outcome


def _insisting(answer: Callable[[], TokenResult | Challenge], person: Person) -> TokenResult | Challenge:
    """Returns what an answer leads to; where the network fails, it is given again as often as the person likes."""
    while True:
        try:
            return answer()
        except Unreachable as outage:
            if not agrees(person, f"{outage.cause} Try again?", default=True):
                raise
