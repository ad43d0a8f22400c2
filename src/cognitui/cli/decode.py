"""`cognitui decode`: what a token says, and whether it is genuine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click

from cognitui.cli.groups import Discreet, examples
from cognitui.cli.lookup import load_book
from cognitui.cli.output import print_json, print_table
from cognitui.cli.session import Session, pass_session
from cognitui.cli.terminal import read_unseen
from cognitui.model.claims import Decoded, decode, describe, unwrapped
from cognitui.model.endpoint import issuer_names
from cognitui.model.errors import ProfileNotFound, VerificationFailed
from cognitui.model.profile import Profile
from cognitui.model.text import inert
from cognitui.model.token import Lifetime, Token, TokenKind
from cognitui.model.verification import Verification

_NOT_ASKED = "The signature was not checked; --verify does it."


@examples(
    """
    pbpaste | cognitui decode
    cognitui token dev/alice | cognitui decode --verify --json
    """
)
@click.command("decode", cls=Discreet)
@click.argument("text", metavar="[TOKEN|-]", default="-")
@click.option("--verify", is_flag=True, help="Check signature and claims against the pool of a profile.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object: header, claims, verified and why not.")
@pass_session
def decode_token(session: Session, text: str, verify: bool, as_json: bool) -> None:
    """Show what a token says, and whether it is genuine.

    Without TOKEN, or with -, it is read from standard input, which keeps it out of the shell's history. Where it was
    issued is never asked of the token itself: --verify takes the pool and client of a profile that it matches.
    """
    value = unwrapped(read_unseen("Token") if text == "-" else text)
    decoded = decode(value)
    verification, unmatched = None, None
    try:
        verification = _verified(session, value, decoded) if verify else None
    except ProfileNotFound as error:
        # What it says is of use although nobody can tell whether it is genuine.
        unmatched = error
    reason = unmatched.cause if unmatched else _NOT_ASKED
    if as_json:
        print_json(_as_json(decoded, verification, reason))
    else:
        click.echo(_verdict(verification, reason))
        print_table(_table(decoded, session.services.clock()))
    if unmatched is not None:
        raise unmatched
    if verification is not None and not verification.verified:
        raise VerificationFailed(f"The token is not verified: {inert(verification.reason, 400)}")


def _verified(session: Session, value: str, decoded: Decoded) -> Verification:
    profile = _profile_of(load_book(session).profiles, decoded.claims)
    kind = TokenKind.ID if decoded.claims.get("token_use") == "id" else TokenKind.ACCESS
    # A verification looks at the value alone: the times are among what it checks.
    return session.services.broker.verify(profile, Token(kind, value, Lifetime(0, 0)))


def _profile_of(profiles: tuple[Profile, ...], claims: Mapping[str, object]) -> Profile:
    """Returns a profile that a token may belong to; one of its client whose issuer is another tells a forgery.

    Raises:
        ProfileNotFound: No profile has its client.
    """
    clients = _clients(claims)
    of_client = [profile for profile in profiles if profile.client_id in clients]
    if not of_client:
        raise ProfileNotFound(
            "No profile has the pool and the client of this token, so there is nothing to verify it against.",
            fix="Add one for them with cognitui profile add, then run the command again.",
        )
    issuer = claims.get("iss")
    return next((profile for profile in of_client if issuer in issuer_names(profile)), of_client[0])


def _clients(claims: Mapping[str, object]) -> set[str]:
    """The clients that a token names: `client_id` of an access token, `aud` of an ID token (RFC 7519: or several)."""
    audience = claims.get("aud")
    named = [claims.get("client_id"), *(audience if isinstance(audience, list) else [audience])]
    return {client for client in named if isinstance(client, str) and client}


def _as_json(decoded: Decoded, verification: Verification | None, reason: str) -> dict[str, object]:
    return {
        "header": decoded.header,
        "claims": decoded.claims,
        "verified": verification.verified if verification else None,
        "algorithm": decoded.header.get("alg"),
        "issuer": verification.issuer if verification else None,
        "reason": verification.reason if verification else reason,
    }


def _verdict(verification: Verification | None, reason: str) -> str:
    if verification is None:
        return f"○ unverified: {inert(reason, 400)}"
    if verification.verified:
        return f"✓ verified: {inert(verification.algorithm, 20)}, issued by {inert(verification.issuer, 200)}"
    return f"✕ not verified: {inert(verification.reason, 400)}"


def _table(decoded: Decoded, now: float) -> Iterator[tuple[str, str, str]]:
    for name, value in decoded.header.items():
        yield inert(name, 60), inert(str(value), 500), "header"
    for row in describe(decoded, now):
        for number, line in enumerate(row.lines or ("",)):
            # A claim of several lines is named once.
            yield (inert(row.name, 60), inert(line), inert(row.note)) if number == 0 else ("", inert(line), "")
