"""`cognitui logout`: here, at Cognito, or everywhere; with the truth about what still works until when."""

from __future__ import annotations

import click

from cognitui.cli.arguments import profile_argument
from cognitui.cli.groups import examples
from cognitui.cli.lookup import find_profile
from cognitui.cli.obtain import Wish, obtain
from cognitui.cli.output import tell
from cognitui.cli.session import Session, pass_session
from cognitui.cli.terminal import Person, agrees, person_at_terminal
from cognitui.model.errors import ConsentNeeded, Refused, Unreachable, UsageError
from cognitui.model.profile import Profile
from cognitui.model.sign_out import Reach, SignedOut, aftermath
from cognitui.model.text import inert


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
@pass_session
def logout(session: Session, reference: str, revoke: bool, everywhere: bool, no_input: bool, yes: bool) -> None:
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
    done = _signed_out(session, Wish(profile, agreed=True, no_input=no_input), reach, person)
    for sentence in aftermath(done, session.services.clock(), session.services.profiles.load().profiles):
        tell(sentence)


def _ask(profile: Profile, person: Person | None) -> None:
    name = inert(profile.environment.title, 60)
    if person is None or not agrees(person, f"{name} is protected. End the session of {inert(profile.id)}?"):
        raise ConsentNeeded(profile)


def _signed_out(session: Session, wish: Wish, reach: Reach, person: Person | None) -> SignedOut:
    """Signs out; the access token of the wish shows Cognito who asks, and a yes was given before."""
    profile, signing_out = wish.profile, session.services.broker.signing_out
    if reach is Reach.HERE:
        return signing_out.forget_here(profile)
    try:
        if reach is Reach.REVOKE:
            return signing_out.revoke(profile)
        return signing_out.sign_out_everywhere(obtain(session.services, wish, person))
    except (Refused, Unreachable) as error:
        error.fix = f"{error.fix}\nNothing was forgotten. To forget the tokens here alone: cognitui logout {profile.id}"
        raise
