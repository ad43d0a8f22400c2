"""`cognitui diff`: differences between the claims of two tokens."""

from __future__ import annotations

from collections.abc import Iterator

import click

from cognitui.cli.arguments import (
    READABLE,
    complete_token,
    errors_of_profile,
    json_option,
    no_input_option,
    print_errors,
    profile_in,
    read_profiles,
)
from cognitui.cli.command_group import examples
from cognitui.cli.output import print_json, print_message, print_table
from cognitui.cli.prompt import Prompter, terminal_prompter
from cognitui.cli.session import Session, pass_session
from cognitui.cli.signin import get_token
from cognitui.model.claim_diff import Change, ClaimChange, compare, differences
from cognitui.model.claims import decode
from cognitui.model.duration import from_now, iso_utc
from cognitui.model.errors import UsageError
from cognitui.model.profile import ProfileSet
from cognitui.model.struct import replace
from cognitui.model.text import inert
from cognitui.tokens.request import TokenRequest, TokenResult

_KINDS = {kind.value: kind for kind in READABLE}

_SIGNS = {Change.ADDED: "+", Change.MISSING: "-", Change.CHANGED: "~", Change.SAME: "="}
_NOTHING = "—"


@examples(
    """
    cognitui diff dev/alice dev/bob
    cognitui diff dev/alice prod/alice --type id --json
    cognitui diff dev/alice:access dev/alice:id
    """
)
@click.command("diff")
@click.argument("first", metavar="ID[:TYPE]", shell_complete=complete_token)
@click.argument("second", metavar="ID[:TYPE]", shell_complete=complete_token)
@click.option(
    "--type",
    "kind",
    type=click.Choice(list(_KINDS)),
    default="access",
    show_default=True,
    help="Which token, unless the ID says so.",
)
@click.option("--all", "everything", is_flag=True, help="Also show equal claims, and those that differ in every token.")
@json_option("Print a JSON object with every claim.")
@no_input_option
@click.option("--yes", is_flag=True, help="Confirm in advance if an environment is protected.")
@pass_session
def diff(
    session: Session,
    first: str,
    second: str,
    kind: str,
    everything: bool,
    as_json: bool,
    no_input: bool,
    yes: bool,
) -> None:
    """Compare the claims of two tokens.

    The tokens are fetched as cognitui token does. Groups and scopes are compared as sets; claims that differ in every
    token (jti, iat, exp and the like) are left out. The exit code is 0 whether or not they differ; in JSON, "same" says
    so.
    """
    profile_set = read_profiles(session)
    requests = [
        _request(profile_set, reference, session.environment, kind, yes=yes, no_input=no_input)
        for reference in (first, second)
    ]
    errors = [error for request in requests for error in errors_of_profile(profile_set, request.profile)]
    print_errors(list(dict.fromkeys(errors)))
    prompter = None if no_input else terminal_prompter()
    before = _got(session, requests[0], prompter)
    # One confirmation is enough for two tokens of the same profile.
    agreed = yes or requests[0].profile == requests[1].profile
    after = _got(session, replace(requests[1], consent=agreed), prompter)
    changes = compare(decode(before.token.value), decode(after.token.value))
    if as_json:
        print_json(_as_json(before, after, changes))
    else:
        _print(before, after, changes, everything, session.services.clock())


def _request(
    profile_set: ProfileSet, reference: str, environment: str, kind: str, *, yes: bool, no_input: bool
) -> TokenRequest:
    # No profile's name has a colon.
    name, colon, own_kind = reference.partition(":")
    if colon and own_kind not in _KINDS:
        raise UsageError(
            f"{inert(own_kind, 20) or 'Nothing'} is not a token type that can be compared.",
            fix=f"Write {inert(name, 60)}:access or {inert(name, 60)}:id.",
        )
    profile = profile_in(profile_set, name, environment)
    wanted = _KINDS[own_kind or kind]
    if wanted not in profile.kinds:
        raise UsageError(f"{profile.id} has no ID token: {profile.flow.value} returns only an access token.")
    return TokenRequest(profile, wanted, consent=yes, no_input=no_input)


def _got(session: Session, request: TokenRequest, prompter: Prompter | None) -> TokenResult:
    got = get_token(session.services, request, prompter)
    if got.warning:
        print_message(f"Warning: {inert(got.warning)}")
    return got


def _print(
    before: TokenResult, after: TokenResult, changes: tuple[ClaimChange, ...], everything: bool, now: float
) -> None:
    click.echo(f"- {_title(before, now)}")
    click.echo(f"+ {_title(after, now)}")
    shown = changes if everything else differences(changes)
    if shown:
        print_table(row for change in shown for row in _rows(change))
    else:
        click.echo("No differences.")
    noise = [change.name for change in changes if change.noise]
    if noise and not everything:
        click.echo(f"Left out because they differ in every token: {', '.join(noise)} (--all shows them)")


def _title(got: TokenResult, now: float) -> str:
    return f"{inert(got.profile.id)} {got.token.kind.value}, expires {from_now(got.token.lifetime.expires_at, now)}"


def _rows(change: ClaimChange) -> Iterator[tuple[str, str, str, str]]:
    for number, pair in enumerate(change.pairs):
        left = _NOTHING if pair.change is Change.ADDED else pair.left
        right = _NOTHING if pair.change is Change.MISSING else pair.right
        change_here = change.change_of_line(number)
        sign = f"{_SIGNS[change_here]} {change_here.value}" if change_here else ""
        yield sign, "" if number else inert(change.name, 60), left, right


def _as_json(before: TokenResult, after: TokenResult, changes: tuple[ClaimChange, ...]) -> dict[str, object]:
    return {
        "left": _whose(before),
        "right": _whose(after),
        "same": not differences(changes),
        "claims": [
            {
                "name": change.key,
                "change": change.change.value,
                "noise": change.noise,
                "left": change.left,
                "right": change.right,
                "added": change.added,
                "missing": change.missing,
            }
            for change in changes
        ],
    }


def _whose(got: TokenResult) -> dict[str, object]:
    life = got.token.lifetime
    return {
        "id": got.profile.id,
        "type": got.token.kind.value,
        "issued_at": iso_utc(life.issued_at),
        "expires_at": iso_utc(life.expires_at),
    }
