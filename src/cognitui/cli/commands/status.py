"""`cognitui status`: the state of one profile, or a count of all, in one line for a shell prompt.

A prompt is drawn after each command, so this is the cheapest command: it reads the profile file and the expiry index,
but neither the keyring nor the network.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import click

from cognitui.cli.arguments import (
    complete_environment,
    complete_profile,
    find_environment,
    json_option,
    profile_in,
    read_profiles,
)
from cognitui.cli.command_group import examples
from cognitui.cli.output import SIGNS, filled, print_json
from cognitui.cli.session import Session, pass_session
from cognitui.model.duration import iso_utc, length
from cognitui.model.profile import Profile
from cognitui.model.token import NO_EXPIRIES, Expiries, TokenKind, TokenState

_OF_PROFILE = "{sign} {id} {state} {left}"
_OF_ALL = "{live} live · {expiring} expiring · {expired} expired"

_EVERYWHERE = "all"


@examples(
    """
    cognitui status
    cognitui status dev/alice
    cognitui status dev/alice --format '{sign} {left}'
    cognitui status --env dev --format '{live}/{total}'
    """
)
@click.command
@click.argument("reference", metavar="[ID]", default="", shell_complete=complete_profile)
@click.option(
    "--env",
    "environment",
    metavar="E",
    default="",
    shell_complete=complete_environment,
    help="Count only the profiles of this environment; look up a bare name there.",
)
@click.option("--format", "template", metavar="TEMPLATE", help="What to print; see above.")
@json_option("Print a JSON object; times are ISO 8601 in UTC, or null.")
@pass_session
def status(session: Session, reference: str, environment: str, template: str | None, as_json: bool) -> None:
    """Print the state of a profile, or a count of all, for a shell prompt.

    It prints one line and reads only the profile file and the cached expiry times. The exit code is 0 in any state.
    The state is that of the access token: none, valid, expiring or expired.

    TEMPLATE may contain, with ID: {sign} {id} {environment} {name} {state} {left} {until}. Without ID: {environment}
    {total} {live} {none} {valid} {expiring} {expired}, where live is valid plus expiring. Write a literal brace twice.
    """
    if as_json and template is not None:
        raise click.UsageError("--format and --json exclude each other.")
    profile_set, place = read_profiles(session), environment or session.environment
    expiries, now = session.services.expiries(), session.services.clock()
    if reference:
        profile = profile_in(profile_set, reference, place)
        known = expiries.get(profile.token_key, NO_EXPIRIES)
        if as_json:
            print_json(_as_json(profile, known, now))
        else:
            click.echo(filled(template if template is not None else _OF_PROFILE, _fields(profile, known, now)))
        return
    profiles = profile_set.by_environment[find_environment(profile_set, place).name] if place else profile_set.profiles
    states = _counted(profiles, expiries, now)
    if as_json:
        print_json({"environment": place or None, "total": len(profiles), "states": states})
    else:
        click.echo(filled(template if template is not None else _OF_ALL, _sums(states, place)))


def _fields(profile: Profile, expiries: Expiries, now: float) -> Mapping[str, str]:
    """Return the fields; names and our own words contain nothing that a shell or a terminal would interpret."""
    state, life = expiries.state(now), expiries.access
    return {
        "sign": SIGNS[state],
        "id": profile.id,
        "environment": profile.environment.name,
        "name": profile.name,
        "state": state.value,
        "left": length(life.remaining(now)) if life else "-",
        "until": (life and iso_utc(life.expires_at)) or "-",
    }


def _counted(profiles: Iterable[Profile], expiries: Mapping[str, Expiries], now: float) -> dict[str, int]:
    # Most profiles have never had a token: if there are none at all, no key needs to be computed.
    states = Counter(
        expiries.get(profile.token_key, NO_EXPIRIES).state(now) if expiries else TokenState.NONE for profile in profiles
    )
    return {state.value: states[state] for state in TokenState}


def _sums(states: Mapping[str, int], environment: str) -> Mapping[str, str]:
    sums = {"total": sum(states.values()), "live": states["valid"] + states["expiring"], **states}
    return {"environment": environment or _EVERYWHERE, **{name: str(count) for name, count in sums.items()}}


def _as_json(profile: Profile, expiries: Expiries, now: float) -> dict[str, object]:
    life = expiries.access
    return {
        "id": profile.id,
        "environment": profile.environment.name,
        "name": profile.name,
        "protected": profile.protected,
        "state": expiries.state(now).value,
        "seconds_left": max(0, int(life.remaining(now))) if life else None,
        "expires_at": {
            kind.value: iso_utc(known.expires_at) if (known := expiries.of(kind)) else None for kind in TokenKind
        },
    }
