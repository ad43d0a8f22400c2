"""Getting a token for a command: confirmation for protected environments, the request, and its challenges."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial

from cognitui.cli.prompt import Prompter, confirms
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

_FIXED_BY: dict[type[CognituiError], SecretKind] = {
    WrongCredentials: SecretKind.PASSWORD,
    ClientSecretMissing: SecretKind.CLIENT_SECRET,
    ClientSecretWrong: SecretKind.CLIENT_SECRET,
}
"""The secret to store again after Cognito refused."""


def ask(challenge: Challenge, prompter: Prompter, now: float) -> Mapping[str, str]:
    """Return the answers by the names of the prompts, each according to its rules.

    Raises:
        Declined: The user did not want to continue.
    """
    for line in introduction(challenge, now):
        prompter.show(line)
    if not challenge.prompts and not confirms(prompter, "Continue?"):
        raise Declined(f"Not signed in. To start again: cognitui login {inert(challenge.profile.id)}")
    try:
        open_ = [prompt for prompt in challenge.prompts if not challenge.given.get(prompt.name)]
        return {**challenge.given, **{prompt.name: _answer(prompt, prompter, challenge.instead) for prompt in open_}}
    except _InsteadError as other:
        return {INSTEAD: other.value}


def pending(challenge: Challenge, *, no_input: bool = False, can_store: bool = True) -> ChallengePending:
    """Return the error for a challenge that cannot be answered because there is no terminal.

    Args:
        challenge: The challenge.
        no_input: Whether `--no-input` forbids prompts; otherwise there is no terminal.
        can_store: Whether secrets are stored beyond this run.
    """
    error = ChallengePending(challenge)
    way = "run the command in a terminal, without --no-input" if no_input else "run the command in a terminal"
    error.fix = f"{way[:1].upper()}{way[1:]}."
    # A new password cannot be stored in advance.
    stored = [prompt.keeps for prompt in challenge.prompts if prompt.keeps and not prompt.confirm]
    if can_store and stored and len(stored) == len(challenge.prompts):
        commands = ", ".join(f"cognitui secret set {challenge.profile.id} {kind.value}" for kind in stored)
        error.fix = f"Store it: {commands}. Or {way}."
    return error


def introduction(challenge: Challenge, now: float) -> list[str]:
    """Return what to show before the prompts, line by line; inert."""
    lines = [f"{inert(challenge.profile.id)}: {inert(challenge.title, 200)}"]
    if challenge.remark:
        # First: why the same prompt is shown again.
        lines.insert(0, inert(challenge.remark, 400))
    if challenge.message:
        lines.append(inert(challenge.message, 400))
    if challenge.url:
        # In full and on its own line, to be copied.
        lines.append(inert(challenge.url))
    if challenge.sent_to:
        lines.append(f"Sent to {inert(challenge.sent_to, 100)}")
    lines += [f"{inert(label, 60)}: {inert(value, 400)}" for label, value in challenge.shown]
    if challenge.qr:
        lines += qr_lines(challenge.qr)
    lines += [f"Instead: /{choice.value}  {inert(choice.label, 100)}" for choice in challenge.instead]
    if challenge.session_ends is not None and challenge.session_ends > now:
        lines.append(f"Time left for this step: {length(challenge.session_ends - now)}.")
    return lines


def browse(challenge: Challenge, services: Services, prompter: Prompter, *, opened: str = "") -> Mapping[str, str]:
    """Return the answers to a challenge with an address, from the browser or pasted by the user.

    Args:
        challenge: The challenge; its first prompt takes the address where the browser ends up.
        services: The services.
        prompter: Reads the address, and may paste one.
        opened: The address that a browser was already opened with, which is not opened twice.

    Raises:
        CognituiError: Waiting failed.
        KeyboardInterrupt: The user pressed ctrl+c.
    """
    for line in introduction(challenge, services.clock()):
        prompter.show(line)
    if challenge.url != opened and services.open_browser(challenge.url):
        prompter.show("Opening it in your browser.")
    pasting = challenge.prompts[0]
    if challenge.waits:
        came = _awaited(challenge, services, prompter)
        if came is not None:
            return came
    return {pasting.name: prompter.answer("Address")}


def get_token(services: Services, request: TokenRequest, prompter: Prompter | None) -> TokenResult:
    """Return the requested token.

    Args:
        services: The services.
        request: Which token, and how to get it.
        prompter: Answers prompts; None if there is no terminal.

    Raises:
        PersonNeeded: Input is required, but there is no terminal.
        Declined: The user declined.
        CognituiError: As `TokenBroker.get` does; the fix contains the command to run.
    """
    # Before the confirmation: there would be nothing to confirm.
    request.refuse_unknown_kind()
    try:
        return _get_token(services, request, prompter, consent=consent(request, prompter))
    except CognituiError as error:
        kind = _FIXED_BY.get(type(error))
        if kind is not None and not services.secrets_in_memory:
            whose = error.about or request.profile.id
            error.fix = f"{error.fix}\nTo store it: cognitui secret set {whose} {kind.value}"
        raise


def consent(request: TokenRequest, prompter: Prompter | None) -> bool:
    """Return whether the user confirmed; False if no confirmation is needed.

    Raises:
        ConsentNeeded: The environment is protected, but there is no terminal.
        Declined: The user declined.
    """
    if request.consent or not request.profile.protected:
        return request.consent
    if prompter is None:
        raise ConsentNeeded(request.profile)
    name = inert(request.profile.why_protected, 120)
    question = request.question or f"Get the {request.kind.value} token of {inert(request.profile.id)}?"
    if not confirms(prompter, f"{name} is protected. {question}"):
        raise Declined("Nothing was done.")
    return True


class _InsteadError(Exception):
    """The user chose another way instead of answering."""

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value


def _answer(prompt: Prompt, prompter: Prompter, instead: tuple[Choice, ...]) -> str:
    for line in _explanation(prompt):
        prompter.show(line)
    while True:
        given = prompter.answer(as_heading(prompt.label), masked=prompt.masked)
        other = next((choice.value for choice in instead if given == f"/{choice.value}"), "")
        if other:
            raise _InsteadError(other)
        value = _chosen(prompt, given) if prompt.choices else given
        problem = _problem_with(prompt, value)
        if not problem and prompt.confirm:
            problem = prompt.error(value, prompter.answer("Repeat it", masked=prompt.masked))
        if not problem:
            return value
        prompter.show(problem)


def _explanation(prompt: Prompt) -> list[str]:
    lines = [inert(prompt.hint, 200)] if prompt.hint else []
    lines += [f"  {number}) {inert(choice.label, 100)}" for number, choice in enumerate(prompt.choices, start=1)]
    if prompt.rules:
        needs = ", ".join(inert(rule.label, 100) for rule in prompt.rules)
        guess = "" if any(rule.binding for rule in prompt.rules) else " (Cognito's default; the pool's own may differ)"
        lines.append(f"It needs {needs}{guess}.")
    return lines


def _chosen(prompt: Prompt, given: str) -> str:
    """Return the value of a choice given by number or value; empty if there is none."""
    by_name = {str(number): choice.value for number, choice in enumerate(prompt.choices, start=1)}
    by_name |= {choice.value: choice.value for choice in prompt.choices}
    return by_name.get(given.strip(), "")


def _problem_with(prompt: Prompt, value: str) -> str:
    if not value and prompt.choices:
        return f"Answer with a number from 1 to {len(prompt.choices)}."
    return prompt.error(value)


def _awaited(challenge: Challenge, services: Services, prompter: Prompter) -> Mapping[str, str] | None:
    """Return the browser's answer or the pasted address, whichever comes first; None if no answer can arrive."""
    wait = _Wait(challenge, services)
    wait.start()
    try:
        pasted = prompter.answer_unless("Waiting for the browser (ctrl+c cancels), or paste the address", wait.over)
        if pasted is not None:
            return {challenge.prompts[0].name: pasted}
        return wait.outcome()
    except RedirectUnavailable as error:
        prompter.show(f"{error.cause} {error.fix}")
        return None
    finally:
        wait.stop.set()


class _Wait(threading.Thread):
    """Thread that waits for the browser while the terminal waits for a line."""

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
        except BaseException as error:  # noqa: BLE001 (raised again by `outcome`)
            self._error = error
        finally:
            self.over.set()

    def outcome(self) -> Mapping[str, str] | None:
        """Return the answers; raise what waiting has raised."""
        if self._error is not None:
            raise self._error
        return self._answers


def _get_token(services: Services, request: TokenRequest, prompter: Prompter | None, *, consent: bool) -> TokenResult:
    broker = services.broker
    outcome = broker.get(
        request.profile, request.kind, min_valid=request.min_valid, policy=request.policy, consent=consent
    )
    kept: dict[str, bool] = {}
    opened = ""
    while isinstance(outcome, Challenge):
        if prompter is None:
            raise pending(outcome, no_input=request.no_input, can_store=not services.secrets_in_memory)
        if outcome.url:
            answers = browse(outcome, services, prompter, opened=opened)
            opened = outcome.url
        else:
            answers = ask(outcome, prompter, services.clock())
        if outcome.may_keep and INSTEAD not in answers and outcome.kind not in kept:
            # Once per secret: "no" for a temporary password doesn't mean the new one. Not again after a typo.
            agreed = services.secrets_in_memory or confirms(prompter, "Keep it in the keyring?", default=True)
            kept[outcome.kind] = agreed
        keep = kept.get(outcome.kind, False)
        answer = partial(broker.answer, outcome, answers, kind=request.kind, keep=keep, min_valid=request.min_valid)
        # An error would lose what was typed; a browser's answer is good for one use only.
        outcome = answer() if outcome.url else _retrying(answer, prompter)
    return outcome


def _retrying(answer: Callable[[], TokenResult | Challenge], prompter: Prompter) -> TokenResult | Challenge:
    """Return what an answer leads to; if the network fails, send it again as often as the user wants."""
    while True:
        try:
            return answer()
        except Unreachable as outage:
            if not confirms(prompter, f"{outage.cause} Try again?", default=True):
                raise
