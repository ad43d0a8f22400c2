"""From a wish to a token: the question of a protected environment, the request, the challenges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from cognitui.broker import Got, How
from cognitui.cli.browse import browse
from cognitui.cli.challenge import ask, pending
from cognitui.cli.terminal import Person, agrees
from cognitui.model.errors import (
    ClientSecretMissing,
    ClientSecretWrong,
    CognituiError,
    ConsentNeeded,
    Declined,
    Unreachable,
    WrongCredentials,
)
from cognitui.model.profile import Profile
from cognitui.model.secret import SecretKind
from cognitui.model.signin import INSTEAD, Challenge
from cognitui.model.text import inert
from cognitui.model.token import TokenKind
from cognitui.services import Services
from cognitui.token_request import TokenRequest

_MENDED_BY: dict[type[CognituiError], SecretKind] = {
    WrongCredentials: SecretKind.PASSWORD,
    ClientSecretMissing: SecretKind.CLIENT_SECRET,
    ClientSecretWrong: SecretKind.CLIENT_SECRET,
}
"""The secret to store anew after a refusal."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The token that a command asks for."""

    profile: Profile
    kind: TokenKind = TokenKind.ACCESS
    min_valid: float | None = None
    how: How = How.CACHED
    agreed: bool = False
    """`--yes`: a protected environment is meant."""
    no_input: bool = False
    """`--no-input`: nobody is asked, whoever is there."""
    question: str = ""
    """What a person is asked of a protected environment; inert. By default, whether to get the token."""


def obtain(services: Services, wish: Wish, person: Person | None) -> Got:
    """Returns the token of a wish.

    Args:
        services: The program's parts.
        wish: Which token, and how.
        person: Answers what is asked; None where nobody is there.

    Raises:
        PersonNeeded: Something is asked and nobody is there.
        Declined: The person said no.
        CognituiError: As `TokenBroker.get` does; the fix names the command.
    """
    # Before the question of a protected environment: there is nothing to confirm.
    TokenRequest(wish.profile, wish.kind, wish.min_valid).refuse_unknown_kind()
    try:
        return _obtained(services, wish, person, consent=consent(wish, person))
    except CognituiError as error:
        kind = _MENDED_BY.get(type(error))
        if kind is not None and not services.secrets_in_memory:
            error.fix = f"{error.fix}\nStored by: cognitui secret set {wish.profile.id} {kind.value}"
        raise


def consent(wish: Wish, person: Person | None) -> bool:
    """Returns whether a person agreed; False where nobody need to.

    Raises:
        ConsentNeeded: The environment is protected, and nobody is there.
        Declined: The person said no.
    """
    if wish.agreed or not wish.profile.protected:
        return wish.agreed
    if person is None:
        raise ConsentNeeded(wish.profile)
    name = inert(wish.profile.environment.title, 60)
    question = wish.question or f"Get the {wish.kind.value} token of {inert(wish.profile.id)}?"
    if not agrees(person, f"{name} is protected. {question}"):
        raise Declined("Nothing was done.")
    return True


def _obtained(services: Services, wish: Wish, person: Person | None, *, consent: bool) -> Got:
    broker = services.broker
    outcome = broker.get(wish.profile, wish.kind, min_valid=wish.min_valid, how=wish.how, consent=consent)
    kept: dict[str, bool] = {}
    opened = ""
    while isinstance(outcome, Challenge):
        if person is None:
            raise pending(outcome, no_input=wish.no_input, can_store=not services.secrets_in_memory)
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
        answer = partial(broker.answer, outcome, answers, kind=wish.kind, keep=keep, min_valid=wish.min_valid)
        # What was typed would be lost with the command; a browser's answer is good for one use.
        outcome = answer() if outcome.url else _insisting(answer, person)
    return outcome


def _insisting(answer: Callable[[], Got | Challenge], person: Person) -> Got | Challenge:
    """Returns what an answer leads to; where the network fails, it is given again as often as the person likes."""
    while True:
        try:
            return answer()
        except Unreachable as outage:
            if not agrees(person, f"{outage.cause} Try again?", default=True):
                raise
