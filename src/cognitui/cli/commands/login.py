"""`cognitui login`: a new sign-in, even if there are cached tokens; `cognitui logout`: the end of a session."""

from __future__ import annotations

from collections.abc import Iterator

import click

from cognitui.cli.arguments import find_profile, json_option, no_input_option, profile_argument, yes_option
from cognitui.cli.command_group import examples
from cognitui.cli.output import print_json, print_message
from cognitui.cli.prompt import Prompter, confirms, terminal_prompter
from cognitui.cli.session import Session, pass_session
from cognitui.cli.signin import get_token
from cognitui.model.claims import username_of
from cognitui.model.duration import from_now, iso_utc, local_time
from cognitui.model.errors import ConsentNeeded, Declined, Refused, Unreachable, UsageError
from cognitui.model.profile import Profile
from cognitui.model.sign_out import Reach, SignedOut, aftermath, refuse_without_session, sharing_tokens
from cognitui.model.text import inert
from cognitui.model.token import NO_EXPIRIES, TokenKind
from cognitui.tokens.request import TokenPolicy, TokenRequest, TokenResult


@examples(
    """
    cognitui login dev/alice
    cognitui login dev/alice --no-input --json
    """
)
@click.command
@profile_argument
@no_input_option
@yes_option
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
    got = get_token(session.services, request, None if no_input else terminal_prompter())
    if as_json:
        print_json(_as_json(got))
    else:
        for line in _words(got, session.services.clock()):
            print_message(line)
    if got.warning:
        print_message(f"Warning: {inert(got.warning)}")


@examples(
    """
    cognitui logout dev/alice
    cognitui logout dev/alice --revoke
    cognitui logout prod/alice --global --yes
    """
)
@click.command
@profile_argument
@click.option("--revoke", is_flag=True, help="First have Cognito revoke the refresh token and all tokens from it.")
@click.option("--global", "everywhere", is_flag=True, help="First have Cognito end all sessions of the user.")
@no_input_option
@yes_option
@json_option("Print a JSON object: profile, also, reach, revoked, expires_at.")
@pass_session
def logout(
    session: Session, reference: str, revoke: bool, everywhere: bool, no_input: bool, yes: bool, as_json: bool
) -> None:
    """Sign out: here, at Cognito, or everywhere.

    The cached tokens are removed; password and secrets stay. Without an option Cognito is not called. If Cognito is
    unreachable or refuses, nothing is removed. It also says what stays valid until when: an API that checks only the
    signature and expiry accepts a copied JWT until it expires.
    """
    if revoke and everywhere:
        raise UsageError("--revoke and --global exclude each other.", fix="--global ends all that --revoke ends.")
    profile = find_profile(session, reference)
    prompter = None if no_input else terminal_prompter()
    reach = Reach.EVERYWHERE if everywhere else Reach.REVOKE if revoke else Reach.HERE
    refuse_without_session(profile, reach)
    if reach is not Reach.HERE and profile.protected and not yes:
        _ask(profile, prompter)
    done = _signed_out(session, TokenRequest(profile, consent=True, no_input=no_input), reach, prompter)
    others = session.services.profiles.load().profiles
    if as_json:
        print_json(_sign_out_json(done, sharing_tokens(profile, others)))
        if done.warning:
            print_message(f"Warning: {inert(done.warning)}")
        return
    for sentence in aftermath(done, session.services.clock(), others):
        print_message(sentence)


def _words(got: TokenResult, now: float) -> Iterator[str]:
    who = inert(_username(got), 100)
    done = f"Exchanged the token of {inert(got.profile.subject.id)}" if got.profile.subject else "Signed in"
    yield f"{done}: {inert(got.profile.id)}{f' as {who}' if who else ''}."
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


def _sign_out_json(done: SignedOut, also: tuple[str, ...]) -> dict[str, object]:
    """Return what was removed, and until when APIs that check only signature and expiry accept a copy."""
    return {
        "profile": done.profile.id,
        "also": list(also),
        "reach": done.reach.value,
        "revoked": done.revoked,
        "expires_at": {
            kind.value: iso_utc(life.expires_at) if (life := done.expiries.of(kind)) else None for kind in TokenKind
        },
    }


def _ask(profile: Profile, prompter: Prompter | None) -> None:
    name = inert(profile.environment.title, 60)
    if prompter is None:
        raise ConsentNeeded(profile)
    if not confirms(prompter, f"{name} is protected. End the session of {inert(profile.id)}?"):
        raise Declined("No session was ended.")


def _signed_out(session: Session, request: TokenRequest, reach: Reach, prompter: Prompter | None) -> SignedOut:
    """Sign out; the requested access token shows Cognito who is asking, and it was confirmed before."""
    profile, signing_out = request.profile, session.services.broker.signing_out
    if reach is Reach.HERE:
        return signing_out.forget_here(profile)
    try:
        if reach is Reach.REVOKE:
            return signing_out.revoke(profile)
        if not _has_session(session, profile):
            print_message(
                f"{profile.id} has no session here. Signing in once: Cognito ends sessions only for a signed-in user."
            )
        return signing_out.sign_out_everywhere(get_token(session.services, request, prompter))
    except (Refused, Unreachable) as error:
        error.fix = f"{error.fix}\nNothing was removed. To remove only the cached tokens: cognitui logout {profile.id}"
        raise


def _has_session(session: Session, profile: Profile) -> bool:
    """Return whether the expiry index knows a token that needs no sign-in."""
    known, now = session.services.expiries().get(profile.token_key, NO_EXPIRIES), session.services.clock()
    return any(life is not None and life.remaining(now) > 0 for life in (known.access, known.refresh))
