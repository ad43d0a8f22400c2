"""`cognitui login`: a new sign-in, even if there are cached tokens."""

from __future__ import annotations

from collections.abc import Iterator

import click

from cognitui.cli.arguments import find_profile, json_option, profile_argument
from cognitui.cli.command_group import examples
from cognitui.cli.output import print_json, print_message
from cognitui.cli.prompt import person_at_terminal
from cognitui.cli.session import Session, pass_session
from cognitui.cli.signin import get_token
from cognitui.model.claims import username_of
from cognitui.model.duration import from_now, iso_utc, local_time
from cognitui.model.text import inert
from cognitui.model.token import TokenKind
from cognitui.tokens.request import TokenPolicy, TokenRequest, TokenResult


@examples(
    """
    cognitui login dev/alice
    cognitui login dev/alice --no-input --json
    """
)
@click.command
@profile_argument
@click.option("--no-input", is_flag=True, help="Never prompt; exit with code 3 if input is required.")
@click.option("--yes", is_flag=True, help="Confirm in advance if the environment is protected.")
@json_option("Print a JSON object: profile, username, expires_at.")
@pass_session
def login(session: Session, reference: str, no_input: bool, yes: bool, as_json: bool) -> None:
    """Sign in again, ignoring cached tokens.

    It prompts for what is not stored: a password, a code, the choice of a factor. The tokens are cached and not
    printed; cognitui token prints one.
    """
    profile = find_profile(session, reference)
    question = f"Sign in as {inert(profile.id)}?"
    request = TokenRequest(profile, policy=TokenPolicy.SIGN_IN, consent=yes, no_input=no_input, question=question)
    got = get_token(session.services, request, None if no_input else person_at_terminal())
    if as_json:
        print_json(_as_json(got))
    else:
        for line in _words(got, session.services.clock()):
            print_message(line)
    if got.warning:
        print_message(f"Warning: {inert(got.warning)}")


def _words(got: TokenResult, now: float) -> Iterator[str]:
    who = inert(_username(got), 100)
    yield f"Signed in: {inert(got.profile.id)}{f' as {who}' if who else ''}."
    for kind in TokenKind:
        if token := got.opened.get(kind):
            ends = token.lifetime.expires_at
            about = "about " if token.lifetime.estimated else ""
            yield f"  {kind.value:<7} token until {about}{local_time(ends)} ({from_now(ends, now)})"


def _as_json(got: TokenResult) -> dict[str, object]:
    return {
        "profile": got.profile.id,
        "username": _username(got) or None,
        "expires_at": {
            kind.value: iso_utc(token.lifetime.expires_at) if (token := got.opened.get(kind)) else None
            for kind in TokenKind
        },
    }


def _username(got: TokenResult) -> str:
    """Return the user's actual name in the pool, or the profile's if the token does not contain it."""
    return username_of(got.token.value) or got.profile.username
