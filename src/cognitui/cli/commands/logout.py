"""`cognitui logout`: here, at Cognito, or everywhere; with the truth about what still works until when."""

from __future__ import annotations

import click

from cognitui.cli.arguments import find_profile, json_option, profile_argument
from cognitui.cli.command_group import examples
from cognitui.cli.output import print_json, tell
from cognitui.cli.prompt import Person, agrees, person_at_terminal
from cognitui.cli.session import Session, pass_session
from cognitui.cli.signin import obtain
from cognitui.model.duration import iso_utc
from cognitui.model.errors import ConsentNeeded, Declined, Refused, Unreachable, UsageError
from cognitui.model.profile import Profile
from cognitui.model.sign_out import Reach, SignedOut, aftermath, sharing_tokens
from cognitui.model.text import inert
from cognitui.model.token import NO_EXPIRIES, TokenKind
from cognitui.tokens.request import TokenRequest


@examples(
    """
    cognitui logout dev/alice
    cognitui logout dev/alice --revoke
    cognitui logout prod/alice --global --yes
    """
)
@click.command
@profile_argument
@click.option("--revoke", is_flag=True, help="Have Cognito end the refresh token, and what came from it, first.")
@click.option("--global", "everywhere", is_flag=True, help="Have Cognito end all sessions of the user first.")
@click.option("--no-input", is_flag=True, help="Ask nothing: end with code 3 where a person is needed.")
@click.option("--yes", is_flag=True, help="Agree beforehand where the environment is protected.")
@json_option("Print a JSON object: how far it went, and what still verifies.")
@pass_session
def logout(
    session: Session, reference: str, revoke: bool, everywhere: bool, no_input: bool, yes: bool, as_json: bool
) -> None:
    """Sign out: here, at Cognito, or everywhere.

    The tokens are forgotten; password and secrets stay. Without an option Cognito is not asked. Where Cognito cannot
    be reached or refuses, nothing is forgotten. It says what still works until when: a JWT that is out goes on being
    valid for whoever checks its signature alone.
    """
    if revoke and everywhere:
        raise UsageError("--revoke and --global exclude each other.", fix="--global ends all that --revoke ends.")
    profile = find_profile(session, reference)
    person = None if no_input else person_at_terminal()
    reach = Reach.EVERYWHERE if everywhere else Reach.REVOKE if revoke else Reach.HERE
    if reach is not Reach.HERE and profile.protected and not yes:
        _ask(profile, person)
    done = _signed_out(session, TokenRequest(profile, consent=True, no_input=no_input), reach, person)
    others = session.services.profiles.load().profiles
    if as_json:
        print_json(_as_json(done, sharing_tokens(profile, others)))
        if done.warning:
            tell(f"Warning: {inert(done.warning)}")
        return
    for sentence in aftermath(done, session.services.clock(), others):
        tell(sentence)


def _as_json(done: SignedOut, also: tuple[str, ...]) -> dict[str, object]:
    """What was forgotten, and until when a copy of it still verifies for whoever checks its signature alone."""
    return {
        "profile": done.profile.id,
        "also": list(also),
        "reach": done.reach.value,
        "revoked": done.revoked,
        "expires_at": {
            kind.value: iso_utc(life.expires_at) if (life := done.expiries.of(kind)) else None for kind in TokenKind
        },
    }


def _ask(profile: Profile, person: Person | None) -> None:
    name = inert(profile.environment.title, 60)
    if person is None:
        raise ConsentNeeded(profile)
    if not agrees(person, f"{name} is protected. End the session of {inert(profile.id)}?"):
        raise Declined("No session was ended.")


def _signed_out(session: Session, request: TokenRequest, reach: Reach, person: Person | None) -> SignedOut:
    """Signs out; the access token of the request shows Cognito who asks, and a yes was given before."""
    profile, signing_out = request.profile, session.services.broker.signing_out
    if reach is Reach.HERE:
        return signing_out.forget_here(profile)
    try:
        if reach is Reach.REVOKE:
            return signing_out.revoke(profile)
        if not _has_session(session, profile):
            tell(f"{profile.id} has no session here: signing in once, as Cognito ends sessions only for who has one.")
        return signing_out.sign_out_everywhere(obtain(session.services, request, person))
    except (Refused, Unreachable) as error:
        error.fix = f"{error.fix}\nNothing was forgotten. To forget the tokens here alone: cognitui logout {profile.id}"
        raise


def _has_session(session: Session, profile: Profile) -> bool:
    """Whether a token is at hand that needs no sign-in, as far as the index knows."""
    known, now = session.services.expiries().get(profile.token_key, NO_EXPIRIES), session.services.clock()
    return any(life is not None and life.remaining(now) > 0 for life in (known.access, known.refresh))
