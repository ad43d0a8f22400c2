"""`cognitui decode`: a token's claims, whether it is genuine, and whether an API would accept it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click

from cognitui.cli.arguments import complete_profile, error_summary, find_profile, json_option, read_profiles
from cognitui.cli.command_group import QuietCommand, examples
from cognitui.cli.output import print_json, print_table
from cognitui.cli.prompt import read_unseen
from cognitui.cli.session import Session, pass_session
from cognitui.model.claims import Decoded, decode, describe, lifetime_of
from cognitui.model.duration import from_now
from cognitui.model.errors import BadToken, NotAsExpected, ProfileNotFound, UsageError, VerificationFailed
from cognitui.model.expectations import Outcome, check
from cognitui.model.pasted_token import ACCESS_TOKEN, ID_TOKEN, REFRESH_TOKEN, PastedToken, tokens_in
from cognitui.model.profile_matching import owner_of, token_kind_of
from cognitui.model.struct import Frozen
from cognitui.model.text import inert
from cognitui.model.token import Lifetime, Token, Verification
from cognitui.model.token_formats import for_shell

_LONGEST_PATH = 400

_NAMES = {ACCESS_TOKEN: "access token", ID_TOKEN: "ID token", REFRESH_TOKEN: "refresh token"}

_NOT_ASKED = "The signature was not checked; use --verify."


@examples(
    """
    pbpaste | cognitui decode
    aws cognito-idp initiate-auth … | cognitui decode --json
    cognitui token dev/alice | cognitui decode --verify --json
    cognitui token dev/alice | cognitui decode --expect dev/alice
    """
)
@click.command("decode", cls=QuietCommand)
@click.argument("text", metavar="[TOKEN|-]", default="-")
@click.option("--verify", is_flag=True, help="Check signature and claims against the pool of a profile.")
@click.option(
    "--expect",
    "expected_by",
    metavar="ID",
    shell_complete=complete_profile,
    help="Check it against the expect of this profile; exit with code 4 if the API would reject it.",
)
@json_option("Print a JSON object: header, claims, verified, reason; for several tokens an array with their names.")
@pass_session
def decode_token(session: Session, text: str, verify: bool, expected_by: str | None, as_json: bool) -> None:
    """Show a token's claims, and whether it is genuine.

    TOKEN may also be a callback address, a curl line, the JSON of initiate-auth or /oauth2/token, or export T=….

    Without TOKEN, or with -, it is read from standard input, which keeps it out of the shell's history. --verify does
    not trust the token about its issuer: it uses the pool and client of a matching profile. --expect checks the expect
    of the profile or its environment.
    """
    pasted = tokens_in(read_unseen("Token") if text == "-" else text)
    try:
        shown = _all_shown(session, pasted, verify=verify, expected_by=expected_by)
    except BadToken:
        _refuse_file(text)
        raise
    if as_json:
        print_json(shown[0].as_json() if len(shown) == 1 else [each.as_named_json() for each in shown])
    else:
        _print(shown, session.services.clock())
    # The output has the reason.
    for each in shown:
        if each.unmatched is not None:
            raise ProfileNotFound("The token was not verified.", fix=each.unmatched.fix)
    if any(each.verification is not None and not each.verification.verified for each in shown):
        raise VerificationFailed("The token is not genuine, or no longer valid.")
    checked = [each.outcomes for each in shown if each.outcomes is not None]
    if checked and not any(all(found.passed for found in outcomes) for outcomes in checked):
        raise NotAsExpected("The API would reject it." if len(checked) == 1 else "The API would reject all of them.")


class _Shown(Frozen, frozen=True):
    """A token and what was found out about it."""

    name: str
    """`access_token` and the like, if the pasted text names it."""
    decoded: Decoded | None = None
    """None if it cannot be decoded; `reason` says why."""
    reason: str = _NOT_ASKED
    verification: Verification | None = None
    unmatched: ProfileNotFound | None = None
    outcomes: tuple[Outcome, ...] | None = None

    def as_json(self) -> dict[str, object]:
        """Return the object that `--json` prints for it."""
        header = self.decoded.header if self.decoded else None
        found: dict[str, object] = {
            "header": header,
            "claims": self.decoded.claims if self.decoded else None,
            "verified": self.verification.verified if self.verification else None,
            "algorithm": header.get("alg") if header else None,
            "issuer": self.verification.issuer if self.verification else None,
            "reason": self.verification.reason if self.verification else self.reason,
        }
        if self.outcomes is not None:
            found["expect"] = [
                {"key": found.key, "passed": found.passed, "expected": found.expected, "found": found.found}
                for found in self.outcomes
            ]
        return found

    def as_named_json(self) -> dict[str, object]:
        """Return the item that `--json` prints for it among several tokens."""
        return {"name": self.name or None, **self.as_json()}


def _all_shown(
    session: Session, pasted: tuple[PastedToken, ...], *, verify: bool, expected_by: str | None
) -> list[_Shown]:
    """Return what was found out about each token; raise BadToken if none can be decoded."""
    shown, first = [], None
    for token in pasted:
        try:
            decoded = decode(token.value)
        except BadToken as error:
            # A refresh token is encrypted; the tokens next to it are what was meant.
            first = first or error
            shown.append(_Shown(token.name, reason=error.cause))
        else:
            shown.append(_looked_at(session, token, decoded, verify=verify, expected_by=expected_by))
    if first is not None and not any(each.decoded for each in shown):
        raise first
    return shown


def _looked_at(
    session: Session, token: PastedToken, decoded: Decoded, *, verify: bool, expected_by: str | None
) -> _Shown:
    outcomes = _outcomes(session, token.value, decoded, expected_by) if expected_by is not None else None
    try:
        verification = _verified(session, token.value, decoded) if verify else None
    except ProfileNotFound as error:
        # Its claims are useful even if nobody can verify them.
        return _Shown(token.name, decoded, error.cause, unmatched=error, outcomes=outcomes)
    return _Shown(token.name, decoded, verification=verification, outcomes=outcomes)


def _print(shown: list[_Shown], now: float) -> None:
    for number, each in enumerate(shown):
        if len(shown) > 1:
            click.echo(f"{chr(10) * bool(number)}{_NAMES.get(each.name, f'token {number + 1}')}")
        if each.decoded is None:
            click.echo(f"✕ not decoded: {inert(each.reason, 400)}")
            continue
        click.echo(_verdict(each.verification, each.reason))
        if each.outcomes is not None:
            print_table((f"{'✓' if found.passed else '✕'} {found.key}", found.words) for found in each.outcomes)
        print_table(_table(each.decoded, now))


def _refuse_file(text: str) -> None:
    """Raise BadToken if a file was named instead of its content."""
    if text != "-" and os.path.isfile(text):  # noqa: PTH113 (a text that cannot be a path is not an error)
        raise BadToken(
            "This is the name of a file, not a token.",
            fix=f"To decode its content: cognitui decode - < {inert(for_shell(text), _LONGEST_PATH)}",
        )


def _outcomes(session: Session, value: str, decoded: Decoded, expected_by: str) -> tuple[Outcome, ...]:
    profile = find_profile(session, expected_by, repeat=False)
    if profile.fields.expect is None:
        raise UsageError(
            f"{profile.id} has no expect.",
            fix="Set expect in the profile or its environment; profiles.example.toml explains it.",
        )
    now = session.services.clock()
    life = lifetime_of(value, now)
    ends_at = life.expires_at if life else None
    return check(profile.fields.expect, decoded.claims, ends_at, now, profile.level_names)


def _verified(session: Session, value: str, decoded: Decoded) -> Verification:
    profile_set = read_profiles(session)
    profile = owner_of(decoded.claims, profile_set.profiles)
    if profile is None:
        fix = "Add a profile for its pool and client with cognitui profile add, then try again."
        raise ProfileNotFound(
            "No profile has the pool and client of this token, so it cannot be verified.",
            fix="\n".join(filter(None, (fix, error_summary(profile_set)))),
        )
    # Only the value is verified: the times are part of it.
    token = Token(token_kind_of(decoded.claims), value, Lifetime(0, 0))
    return session.services.broker.verify(profile, token)


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
            # The name of a claim with several lines is shown once.
            yield (inert(row.name, 60), inert(line), inert(row.note)) if number == 0 else ("", inert(line), "")
