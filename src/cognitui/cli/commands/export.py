"""`cognitui export`: profiles as a file without secrets, for others to include."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from cognitui.cli.arguments import (
    complete_environment,
    complete_profile,
    errors_in_environment,
    errors_of_profile,
    find_environment,
    json_option,
    print_errors,
    profile_in,
    read_profiles,
)
from cognitui.cli.command_group import examples
from cognitui.cli.output import print_json, print_message
from cognitui.cli.session import FilePath, Session, pass_session
from cognitui.model.errors import UsageError
from cognitui.model.profile import Profile, ProfileError, ProfileSet
from cognitui.model.text import inert


@examples(
    """
    cognitui export dev/alice dev/bob -o cognito.toml
    cognitui export --env dev > cognito.toml
    """
)
@click.command("export")
@click.argument("references", metavar="ID...", nargs=-1, shell_complete=complete_profile)
@click.option(
    "--env",
    "environment",
    metavar="E",
    default="",
    shell_complete=complete_environment,
    help="All profiles of this environment; with IDs, look up bare names there.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=FilePath(path_type=Path),
    help="A new file; without it, the profiles are printed.",
)
@json_option("Print a JSON object: profiles, file, left_out, content.")
@pass_session
def export_profiles(
    session: Session, references: tuple[str, ...], environment: str, output: Path | None, as_json: bool
) -> None:
    """Write profiles to a file without secrets, for others to include.

    The file contains the profiles' environments, but no secret: anyone who includes it is asked at the first use. An
    existing file is not overwritten.

    With --json it prints an object: profiles are the ids, file is the new file or null, left_out lists the keys that
    are only for this machine and the ids of invalid profiles, and content is the content of the file, {"version": 1,
    "environments": {"dev": {...}}}.
    """
    profile_set, place = read_profiles(session), environment or session.environment
    profiles, errors = _chosen(profile_set, references, place)
    print_errors(errors)
    missing = _missing(profile_set, errors)
    sharing = session.services.sharing
    text = sharing.text(profiles)
    if output is None and not as_json:
        click.echo(text, nl=False)
    if output is not None:
        sharing.save(output, text)
        print_message(f"Wrote {_counted(profiles)} to {inert(str(output))}")
        print_message(f"To use them, add to profiles.toml: include = [{_quoted(output)}]")
    if left_out := sharing.left_out(profiles):
        print_message(f"Left out because it is only for this machine: {', '.join(left_out)}")
    if with_metadata := [profile.id for profile in profiles if profile.fields.client_metadata]:
        print_message(
            f"client_metadata is included ({inert(', '.join(with_metadata), 400)}): check that everyone may read it."
        )
    for sentence in _without_sources(profiles):
        print_message(sentence)
    if missing:
        print_message(f"Left out because of an error in the profile file: {', '.join(missing)}")
    if as_json:
        print_json(_as_json(profiles, output, (*left_out, *missing), text))


def _as_json(
    profiles: tuple[Profile, ...], output: Path | None, left_out: tuple[str, ...], text: str
) -> dict[str, object]:
    # Takes 2 ms, and only --json needs it.
    import tomllib

    return {
        "profiles": [profile.id for profile in profiles],
        "file": str(output.absolute()) if output else None,
        "left_out": list(left_out),
        "content": tomllib.loads(text),
    }


def _chosen(
    profile_set: ProfileSet, references: Iterable[str], environment: str
) -> tuple[tuple[Profile, ...], tuple[ProfileError, ...]]:
    """Return the requested profiles, and the errors that affect them or leave some of them out."""
    named = {found.id: found for found in (profile_in(profile_set, reference, environment) for reference in references)}
    if named:
        errors = [error for profile in named.values() for error in errors_of_profile(profile_set, profile)]
        return tuple(named.values()), tuple(dict.fromkeys(errors))
    if not environment:
        raise UsageError("No profiles given.", fix="Name one or more profiles, or an environment: --env E")
    found, broken = (
        profile_set.by_environment[find_environment(profile_set, environment).name],
        errors_in_environment(profile_set, environment),
    )
    if not found:
        print_errors(broken)
        raise UsageError(
            f"There are no {'usable ' if broken else ''}profiles in {inert(environment, 60)}.",
            fix="cognitui list shows all profiles.",
        )
    return found, broken


def _without_sources(profiles: tuple[Profile, ...]) -> Iterator[str]:
    """Yield a sentence for each profile that exchanges the token of one that is not exported."""
    ids = {profile.id for profile in profiles}
    for profile in profiles:
        if lacking := [source.id for source in profile.sources if source.id not in ids]:
            names = inert(" and ".join(lacking), 130)
            yield f"{inert(profile.id, 130)} exchanges a token of {names}, which the file does not contain."


def _missing(profile_set: ProfileSet, errors: Iterable[ProfileError]) -> tuple[str, ...]:
    """Return the ids of the invalid profiles."""
    ids = dict.fromkeys(error.where for error in errors if "/" in error.where)
    return tuple(id_ for id_ in ids if id_ not in profile_set.by_id)


def _counted(profiles: tuple[Profile, ...]) -> str:
    return f"{len(profiles)} profile{'' if len(profiles) == 1 else 's'}"


def _quoted(path: Path) -> str:
    escaped = str(path.absolute()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inert(escaped)}"'
