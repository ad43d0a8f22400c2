"""`cognitui sessions`: a user's sessions; and how `cognitui logout --session` ends one of them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence

import click

from cognitui.cli.arguments import find_profile, json_option, no_input_option, profile_argument, yes_option
from cognitui.cli.command_group import examples
from cognitui.cli.output import columns_of, fit_columns, print_json, print_message, print_table
from cognitui.cli.prompt import Prompter, terminal_prompter
from cognitui.cli.session import Session, pass_session
from cognitui.cli.signin import get_token
from cognitui.model.duration import iso_utc
from cognitui.model.errors import TokenRefused, UsageError
from cognitui.model.profile import Profile
from cognitui.model.struct import Frozen, replace
from cognitui.model.text import inert
from cognitui.model.user_session import UserSession, find_session, linked_with
from cognitui.tokens.request import Source, TokenPolicy, TokenRequest, TokenResult
from cognitui.tokens.user_sessions import SessionList, asks_as_admin, has_tokens, refuse_without_sessions

_ID = re.compile(r"(tkn|sso)[a-z0-9]{25}")
"""SessionIdType: a whole id, even if the list doesn't contain it yet."""

_HEAD_OF_ID = 13
"""Characters of an id in a terminal, with the ellipsis."""

admin_option = click.option(
    "--admin", is_flag=True, help="Ask with the IAM credentials of the profile's aws_profile, not with a token."
)


@examples(
    """
    cognitui sessions dev/alice
    cognitui sessions dev/alice --json
    cognitui logout dev/alice --session tkn4f9c2a
    """
)
@click.command("sessions")
@profile_argument
@admin_option
@no_input_option
@yes_option
@json_option("Print a JSON array; times are ISO 8601 in UTC, or null.")
@pass_session
def list_sessions(session: Session, reference: str, admin: bool, no_input: bool, yes: bool, as_json: bool) -> None:
    """List the sessions of a user, by device, place and app client.

    The pool must track sessions. The user's access token shows Cognito whose sessions they are; without a token, a
    profile with aws_profile asks with its IAM credentials. "this" marks the session of the profile's own tokens.
    Cognito's list is a few seconds late. In a terminal, ids are cut; their beginning is enough for
    cognitui logout --session.
    """
    profile = find_profile(session, reference)
    request = TokenRequest(
        profile, consent=yes, no_input=no_input, question=f"List the sessions of {inert(profile.id)}?"
    )
    found = user_sessions(session, request, None if no_input else terminal_prompter(), admin=admin).listed
    if as_json:
        print_json([session_json(one) for one in found.sessions])
    elif found.sessions:
        _print(found, profile, session.services.clock())
    else:
        print_message(f"{inert(profile.id)}: no sessions. Cognito lists a new one after a few seconds.")


class Listed(Frozen, frozen=True):
    """The sessions of a profile's user, and what showed Cognito who asks."""

    got: TokenResult | None
    """The access token; None for IAM credentials."""
    listed: SessionList


class Ended(Frozen, frozen=True):
    """Sessions of a user that were chosen to end."""

    session: UserSession
    got: TokenResult | None
    """See `Listed`."""
    linked: tuple[UserSession, ...] = ()
    """Those that end with it."""


def user_sessions(session: Session, request: TokenRequest, prompter: Prompter | None, *, admin: bool) -> Listed:
    """Return the sessions of a profile's user.

    Args:
        session: The command's.
        request: The profile, and how its access token may be got.
        prompter: Answers prompts; None if there is no terminal.
        admin: Whether to ask with IAM credentials even if there is a token.

    Raises:
        CognituiError: As `UserSessions.of` and `get_token` do.
    """
    profile, services = request.profile, session.services
    known = has_session(session, profile)
    by_admin = admin or asks_as_admin(profile, has_tokens=known)
    refuse_without_sessions(profile, by_admin=by_admin)
    if not known:
        print_message(_how(profile, by_admin=by_admin, asked_for=admin))
    others = services.profiles.load().profiles
    got = None if by_admin else get_token(services, request, prompter)
    try:
        return Listed(got, services.user_sessions.of(profile, got, others))
    except TokenRefused:
        if got is None or got.source is not Source.CACHED:
            raise
    # Its session was probably ended elsewhere: that is what the user wants to see.
    print_message(f"{inert(profile.id)}: Cognito no longer accepts the cached access token. Getting another one.")
    again = replace(request, policy=TokenPolicy.REFRESH, consent=True)
    got = get_token(services, again, prompter)
    return Listed(got, services.user_sessions.of(profile, got, others))


def chosen_session(found: Listed, profile: Profile, given: str, *, linked: bool) -> Ended:
    """Return the session that an id or its beginning names.

    Raises:
        UsageError: It names none, or several.
    """
    sessions = found.listed.sessions
    session = find_session(sessions, given)
    if session is None and _ID.fullmatch(given):
        # Cognito's list is late: the session may be newer than it.
        session = UserSession(given)
    if session is None:
        raise UsageError(
            f"{inert(given, 40)} is the id of no session of {inert(profile.id)}, or the beginning of several.",
            fix=f"List them, and copy the id: cognitui sessions {inert(profile.id)}",
        )
    return Ended(session, found.got, linked_with(session, sessions) if linked else ())


def session_json(session: UserSession) -> dict[str, object]:
    """Return a session as JSON; what is not known is null."""
    return {
        "session_id": session.id,
        "type": session.type or None,
        "client_id": session.client_id or None,
        "client_name": session.client_name or None,
        "created_at": iso_utc(session.created_at),
        "last_active_at": iso_utc(session.last_active_at),
        "device": session.device or None,
        "ip": session.ip or None,
        "city": session.city or None,
        "country": session.country or None,
        "origin_session_id": session.origin_id or None,
        "current": session.is_current,
    }


def has_session(session: Session, profile: Profile) -> bool:
    """Return whether the expiry index knows a token that needs no sign-in."""
    return has_tokens(profile, session.services.expiries(), session.services.clock())


def _how(profile: Profile, *, by_admin: bool, asked_for: bool) -> str:
    """Return what shows Cognito who asks, if there is no token; empty if the user has just said so."""
    name = inert(profile.id)
    if asked_for:
        return f"Asking with the IAM credentials of {inert(profile.fields.aws_profile or '', 60)}."
    if by_admin:
        return f"{name} has no tokens here. Asking with the IAM credentials of its aws_profile."
    return f"{name} has no session here. Signing in once: Cognito lists sessions only for a signed-in user."


def _print(found: SessionList, profile: Profile, now: float) -> None:
    """Print whole values into a pipe; in a terminal, one line per session that fits its width, and what to do next."""
    columns = columns_of(sys.stdout)
    table = list(_table(found.sessions, now, whole=columns is None))
    if columns is None:
        print_table(table)
        return
    print_table(fit_columns(table, columns, dropped=("KIND",), shortened=("APP CLIENT", "PLACE", "DEVICE")))
    print_message(f"To end one: cognitui logout {inert(profile.id)} --session ID")


def _table(sessions: Sequence[UserSession], now: float, *, whole: bool) -> Iterator[tuple[str, ...]]:
    # An admin's list marks none as this one.
    is_marked = any(one.is_current for one in sessions)
    heads = ("", "SESSION", "LAST ACTIVE", "DEVICE", "PLACE", "APP CLIENT", "KIND")
    yield heads if is_marked else heads[1:]
    for one in sessions:
        cells = (
            "this" if one.is_current else "",
            inert(one.id, 60 if whole else _HEAD_OF_ID),
            one.active_words(now),
            one.device_name,
            one.place or "-",
            one.app,
            one.kind_words,
        )
        yield cells if is_marked else cells[1:]
