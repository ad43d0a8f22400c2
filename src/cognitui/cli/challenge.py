"""What a sign-in asks of a person, as questions in a terminal. It knows no challenge of Cognito by name."""

from __future__ import annotations

from collections.abc import Mapping

from cognitui.cli.terminal import Person, agrees
from cognitui.model.duration import length
from cognitui.model.errors import ChallengePending, Declined
from cognitui.model.signin import INSTEAD, Challenge, Choice, Prompt
from cognitui.model.text import as_heading, inert
from cognitui.qr import qr_lines


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
