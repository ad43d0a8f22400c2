"""`cognitui login`: a new sign-in, even if there are cached tokens; `cognitui logout`: the end of a session."""

from __future__ import annotations

from collections.abc import Iterator

import click

from cognitui.cli.arguments import find_profile, json_option, no_input_option, profile_argument, yes_option
from cognitui.cli.command_group import examples
from cognitui.cli.commands.sessions import Ended, admin_option, chosen_session, has_session, user_sessions
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
from cognitui.model.token import TokenKind
from cognitui.model.user_session import ended_words
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
    cognitui logout dev/alice --session tkn4f9c2a --linked
    """
)
@click.command
@profile_argument
@click.option("--revoke", is_flag=True, help="First have Cognito revoke the refresh token and all tokens from it.")
@click.option("--global", "everywhere", is_flag=True, help="First have Cognito end all sessions of the user.")
@click.option(
    "--session", "session_id", metavar="SID", help="End one session of the user, by its id or the beginning of it."
)
@click.option(
    "--linked",
    is_flag=True,
    help="With --revoke or --session: also end the login of the browser that it came through, or, of such a login, "
    "the sessions that came through it.",
)
@admin_option
@no_input_option
@yes_option
@json_option("Print a JSON object: profile, also, reach, revoked, expires_at; with --session also session, linked.")
@pass_session
def logout(
    session: Session,
    reference: str,
    revoke: bool,
    everywhere: bool,
    session_id: str | None,
    linked: bool,
    admin: bool,
    no_input: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Sign out: here, at Cognito, or everywhere.

    The cached tokens are removed; password and secrets stay. Without an option Cognito is not called. If Cognito is
    unreachable or refuses, nothing is removed. It also says what stays valid until when: an API that checks only the
    signature and expiry accepts a copied JWT until it expires.

    With --session, only that session of the user ends, on whichever device it is: nothing is removed here then, unless
    it is the session of the profile's own tokens, which ends as with --revoke. cognitui sessions lists them.
    """
    _refuse_combinations(revoke=revoke, everywhere=everywhere, session_id=session_id, linked=linked, admin=admin)
    profile = find_profile(session, reference)
    prompter = None if no_input else terminal_prompter()
    reach = Reach.EVERYWHERE if everywhere else Reach.REVOKE if revoke or session_id else Reach.HERE
    refuse_without_session(profile, reach)
    if reach is not Reach.HERE and profile.protected and not yes:
        _ask(profile, prompter)
    request = TokenRequest(profile, consent=True, no_input=no_input)
    ended = None
    if session_id is not None:
        found = user_sessions(session, request, prompter, admin=admin)
        ended = chosen_session(found, profile, session_id, linked=linked)
        if not ended.session.is_current:
            _end(session, profile, ended, linked=linked, as_json=as_json)
            return
    done = _signed_out(session, request, reach, prompter, linked=linked)
    others = session.services.profiles.load().profiles
    if as_json:
        print_json({**_sign_out_json(done, sharing_tokens(profile, others)), **(_ended_json(ended) if ended else {})})
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
    name = inert(profile.why_protected, 120)
    if prompter is None:
        raise ConsentNeeded(profile)
    if not confirms(prompter, f"{name} is protected. End the session of {inert(profile.id)}?"):
        raise Declined("No session was ended.")


def _refuse_combinations(*, revoke: bool, everywhere: bool, session_id: str | None, linked: bool, admin: bool) -> None:
    """Raise UsageError for options that exclude or need each other."""
    if revoke and everywhere:
        raise UsageError("--revoke and --global exclude each other.", fix="--global ends all that --revoke ends.")
    if session_id is not None and (revoke or everywhere):
        raise UsageError(
            "--session excludes --revoke and --global.", fix="Leave them out: --session ends that session at Cognito."
        )
    if linked and not (revoke or session_id is not None):
        raise UsageError("--linked needs --revoke or --session.", fix="Add one of them; --global ends all sessions.")
    if admin and session_id is None:
        raise UsageError("--admin needs --session.", fix="Add --session SID; cognitui sessions ID --admin lists them.")


def _end(session: Session, profile: Profile, ended: Ended, *, linked: bool, as_json: bool) -> None:
    """End a session on another device, and say so."""
    session.services.user_sessions.end(profile, ended.got, ended.session, linked=linked)
    if as_json:
        print_json(
            {
                "profile": profile.id,
                "also": [],
                "reach": "session",
                "revoked": True,
                "expires_at": {kind.value: None for kind in TokenKind},
                **_ended_json(ended),
            }
        )
    else:
        print_message(ended_words(ended.session, ended.linked))
        if ended.got is None and ended.session.client_id == profile.client_id and has_session(session, profile):
            # AWS: a list by IAM credentials marks no session as the current one.
            print_message(f"If it was the session of the tokens of {inert(profile.id)} here, they can't be refreshed.")


def _ended_json(ended: Ended) -> dict[str, object]:
    return {"session": ended.session.id, "linked": [one.id for one in ended.linked]}


def _signed_out(
    session: Session, request: TokenRequest, reach: Reach, prompter: Prompter | None, *, linked: bool
) -> SignedOut:
    """Sign out; the requested access token shows Cognito who is asking, and it was confirmed before."""
    profile, signing_out = request.profile, session.services.broker.signing_out
    if reach is Reach.HERE:
        return signing_out.forget_here(profile)
    try:
        if reach is Reach.REVOKE:
            return signing_out.revoke(profile, linked=linked)
        if not has_session(session, profile):
            print_message(
                f"{profile.id} has no session here. Signing in once: Cognito ends sessions only for a signed-in user."
            )
        return signing_out.sign_out_everywhere(get_token(session.services, request, prompter))
    except (Refused, Unreachable) as error:
        error.fix = f"{error.fix}\nNothing was removed. To remove only the cached tokens: cognitui logout {profile.id}"
        raise
