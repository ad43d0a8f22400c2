"""`cognitui decode`: what a token says, whether it is genuine, and whether an API would take it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click

from cognitui.cli.arguments import complete_profile, json_option
from cognitui.cli.faults import faults_counted
from cognitui.cli.groups import Discreet, examples
from cognitui.cli.lookup import find_profile, read_book
from cognitui.cli.output import print_json, print_table
from cognitui.cli.session import Session, pass_session
from cognitui.cli.terminal import read_unseen
from cognitui.model.claims import Decoded, decode, describe, lifetime_of, unwrapped
from cognitui.model.duration import from_now
from cognitui.model.errors import BadToken, NotAsExpected, ProfileNotFound, UsageError, VerificationFailed
from cognitui.model.expect_check import Outcome, check
from cognitui.model.quoting import for_shell
from cognitui.model.text import inert
from cognitui.model.token import Lifetime, Token
from cognitui.model.token_owner import kind_told_by, owner_of
from cognitui.model.verification import Verification

_LONGEST_PATH = 400

_NOT_ASKED = "The signature was not checked; --verify does it."


@examples(
    """
    pbpaste | cognitui decode
    cognitui token dev/alice | cognitui decode --verify --json
    cognitui token dev/alice | cognitui decode --expect dev/alice
    """
)
@click.command("decode", cls=Discreet)
@click.argument("text", metavar="[TOKEN|-]", default="-")
@click.option("--verify", is_flag=True, help="Check signature and claims against the pool of a profile.")
@click.option(
    "--expect",
    "expected_by",
    metavar="ID",
    shell_complete=complete_profile,
    help="Check it against what this profile says that the API expects; code 4 where it would be refused.",
)
@json_option("Print a JSON object: header, claims, verified and why not.")
@pass_session
def decode_token(session: Session, text: str, verify: bool, expected_by: str | None, as_json: bool) -> None:
    """Show what a token says, and whether it is genuine.

    Without TOKEN, or with -, it is read from standard input, which keeps it out of the shell's history. Where it was
    issued is never asked of the token itself: --verify takes the pool and client of a profile that it matches. What
    --expect checks is the expect of the profile or its environment.
    """
    value = unwrapped(read_unseen("Token") if text == "-" else text)
    try:
        decoded = decode(value)
    except BadToken:
        _refuse_file(text)
        raise
    outcomes = _outcomes(session, value, decoded, expected_by) if expected_by is not None else None
    verification, unmatched = None, None
    try:
        verification = _verified(session, value, decoded) if verify else None
    except ProfileNotFound as error:
        # What it says is of use although nobody can tell whether it is genuine.
        unmatched = error
    reason = unmatched.cause if unmatched else _NOT_ASKED
    if as_json:
        print_json(_as_json(decoded, verification, reason, outcomes))
    else:
        click.echo(_verdict(verification, reason))
        if outcomes is not None:
            print_table((f"{'✓' if found.passed else '✕'} {found.key}", found.words) for found in outcomes)
        print_table(_table(decoded, session.services.clock()))
    # Why, stands in what was printed.
    if unmatched is not None:
        raise ProfileNotFound("The token was not verified.", fix=unmatched.fix)
    if verification is not None and not verification.verified:
        raise VerificationFailed("The token is not genuine, or not valid any more.")
    if outcomes is not None and not all(found.passed for found in outcomes):
        raise NotAsExpected("The API would not take it.")


def _refuse_file(text: str) -> None:
    """Raises BadToken where a file was named in the place of its content."""
    if text != "-" and os.path.isfile(text):  # noqa: PTH113 (a text that can be no path at all is none, and no error)
        raise BadToken(
            "This is the name of a file, and no token.",
            fix=f"To decode what is in it: cognitui decode - < {inert(for_shell(text), _LONGEST_PATH)}",
        )


def _outcomes(session: Session, value: str, decoded: Decoded, expected_by: str) -> tuple[Outcome, ...]:
    profile = find_profile(session, expected_by, repeat=False)
    if profile.fields.expect is None:
        raise UsageError(
            f"{profile.id} does not say what its API expects.",
            fix="Write expect into the profile or its environment; profiles.example.toml explains it.",
        )
    now = session.services.clock()
    life = lifetime_of(value, now)
    return check(profile.fields.expect, decoded.claims, life.expires_at if life else None, now)


def _verified(session: Session, value: str, decoded: Decoded) -> Verification:
    book = read_book(session)
    profile = owner_of(decoded.claims, book.profiles)
    if profile is None:
        fix = "Add a profile for its pool and client with cognitui profile add, then run the command again."
        raise ProfileNotFound(
            "No profile has the pool and the client of this token, so there is nothing to verify it against.",
            fix="\n".join(filter(None, (fix, faults_counted(book)))),
        )
    # A verification looks at the value alone: the times are among what it checks.
    token = Token(kind_told_by(decoded.claims), value, Lifetime(0, 0))
    return session.services.broker.verify(profile, token)


def _as_json(
    decoded: Decoded, verification: Verification | None, reason: str, outcomes: tuple[Outcome, ...] | None
) -> dict[str, object]:
    told: dict[str, object] = {
        "header": decoded.header,
        "claims": decoded.claims,
        "verified": verification.verified if verification else None,
        "algorithm": decoded.header.get("alg"),
        "issuer": verification.issuer if verification else None,
        "reason": verification.reason if verification else reason,
    }
    if outcomes is not None:
        told["expect"] = [
            {"key": found.key, "passed": found.passed, "expected": found.expected, "found": found.found}
            for found in outcomes
        ]
    return told


def _verdict(verification: Verification | None, reason: str) -> str:
    if verification is None:
        return f"○ unverified: {inert(reason, 400)}"
    if verification.verified:
        return f"✓ verified: {inert(verification.algorithm, 20)}, issued by {inert(verification.issuer, 200)}"
    return f"✕ not verified: {inert(verification.reason, 400)}"


def _table(decoded: Decoded, now: float) -> Iterator[tuple[str, str, str]]:
    for name, value in decoded.header.items():
        yield inert(name, 60), inert(str(value), 500), "header"
    for row in describe(decoded, now, from_now):
        for number, line in enumerate(row.lines or ("",)):
            # A claim of several lines is named once.
            yield (inert(row.name, 60), inert(line), inert(row.note)) if number == 0 else ("", inert(line), "")
