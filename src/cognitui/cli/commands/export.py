"""`cognitui export`: chosen profiles as a file without secrets, for others to include."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from cognitui.cli.arguments import (
    complete_environment,
    complete_profile,
    faults_around,
    faults_in,
    find_environment,
    json_option,
    profile_in,
    read_book,
    tell_faults,
)
from cognitui.cli.command_group import examples
from cognitui.cli.output import print_json, tell
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
    help="All profiles of this environment; with IDs, where bare names are looked for.",
)
@click.option("-o", "--output", metavar="FILE", type=FilePath(path_type=Path), help="A new file; else it is printed.")
@json_option("Print a JSON object: profiles, file, left_out, content.")
@pass_session
def export_profiles(
    session: Session, references: tuple[str, ...], environment: str, output: Path | None, as_json: bool
) -> None:
    """Write chosen profiles as a file without secrets, to be included.

    The environments of the profiles go with them, and no secret does: whoever includes the file is asked at the
    first use. A file that exists is not overwritten.

    With --json it prints an object: profiles are the ids, file is the new file or null, left_out names the keys
    that are for this machine alone and the ids of the profiles that have a fault, and content is what the file says,
    {"version": 1, "environments": {"dev": {...}}}.
    """
    book, place = read_book(session), environment or session.environment
    profiles, faults = _chosen(book, references, place)
    tell_faults(faults)
    missing = _missing(book, faults)
    sharing = session.services.sharing
    text = sharing.text(profiles)
    if output is None and not as_json:
        click.echo(text, nl=False)
    if output is not None:
        sharing.save(output, text)
        tell(f"Wrote {_counted(profiles)} to {inert(str(output))}")
        tell(f"Whoever is to have them adds to profiles.toml: include = [{_quoted(output)}]")
    if left_out := sharing.left_out(profiles):
        tell(f"Left out, as it is for this machine alone: {', '.join(left_out)}")
    if with_metadata := [profile.id for profile in profiles if profile.fields.client_metadata]:
        tell(f"client_metadata goes along ({inert(', '.join(with_metadata), 400)}): see that all may read its values.")
    if missing:
        tell(f"Not in it, for a fault in the profile file: {', '.join(missing)}")
    if as_json:
        print_json(_as_json(profiles, output, (*left_out, *missing), text))


def _as_json(
    profiles: tuple[Profile, ...], output: Path | None, left_out: tuple[str, ...], text: str
) -> dict[str, object]:
    # Costs 2 ms, and only programs need it.
    import tomllib

    return {
        "profiles": [profile.id for profile in profiles],
        "file": str(output.absolute()) if output else None,
        "left_out": list(left_out),
        "content": tomllib.loads(text),
    }


def _chosen(
    book: ProfileSet, references: Iterable[str], environment: str
) -> tuple[tuple[Profile, ...], tuple[ProfileError, ...]]:
    """Returns the profiles that are wanted, and the faults that reach them or keep others of them out."""
    named = {found.id: found for found in (profile_in(book, reference, environment) for reference in references)}
    if named:
        faults = [fault for profile in named.values() for fault in faults_around(book, profile)]
        return tuple(named.values()), tuple(dict.fromkeys(faults))
    if not environment:
        raise UsageError("No profile was named.", fix="Name some, or all of an environment: --env E")
    found, faulty = book.by_environment[find_environment(book, environment).name], faults_in(book, environment)
    if not found:
        tell_faults(faulty)
        raise UsageError(
            f"There are no {'usable ' if faulty else ''}profiles in {inert(environment, 60)}.",
            fix="cognitui list shows all there are.",
        )
    return found, faulty


def _missing(book: ProfileSet, faults: Iterable[ProfileError]) -> tuple[str, ...]:
    """The ids of those that are not read for a fault."""
    ids = dict.fromkeys(fault.where for fault in faults if "/" in fault.where)
    return tuple(id_ for id_ in ids if id_ not in book.by_id)


def _counted(profiles: tuple[Profile, ...]) -> str:
    return f"{len(profiles)} profile{'' if len(profiles) == 1 else 's'}"


def _quoted(path: Path) -> str:
    escaped = str(path.absolute()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inert(escaped)}"'
