"""`cognitui import`: profiles from an AWS account, and from files of any format."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from cognitui.cli.arguments import complete_file
from cognitui.cli.aws_choice import AwsChoice, place_options
from cognitui.cli.command_group import Family, examples
from cognitui.cli.import_review import Ends, drafts_of, end_options, ends_of, finish, not_taken, told_by
from cognitui.cli.output import tell
from cognitui.cli.prompt import Person, choose, choose_several, items_of, person_at_terminal, searching
from cognitui.cli.session import Session, pass_session
from cognitui.importing.app_clients import FoundClient
from cognitui.importing.detect import Found, FoundPool
from cognitui.importing.file_reader import text_in
from cognitui.importing.from_aws import searched_by, standing_of
from cognitui.importing.from_file import (
    FoundFile,
    client_named,
    client_of,
    flow_for,
    found_in_text,
    note_of,
    open_client,
    place_of,
    pool_of,
    text_of,
    without_client,
)
from cognitui.importing.interfaces import Directory
from cognitui.importing.login import Login, login_named, login_of
from cognitui.importing.profiles import flow_of, may_name_user, needs_user
from cognitui.model.aws import AwsPlace, ClientDetails, Page, PoolDetails, UserEntry
from cognitui.model.errors import PermissionMissing, PersonNeeded, UsageError
from cognitui.model.profile import Flow
from cognitui.model.text import inert


def import_file(session: Session, file: str, options: dict[str, object]) -> None:
    """Writes the profiles that a file names.

    Raises:
        UsageError: The file cannot be read, or names several pools or clients and no option says which.
        PersonNeeded: Nothing says who signs in.
        CognituiError: As `finish` does.
    """
    name = "standard input" if file == "-" else inert(file, 200)
    read = _read(file, name)
    unfilled = open_client(read.found)
    for note in read.notes(unfilled):
        tell(note)
    person, ends = person_at_terminal(), ends_of(session, options)
    wanted = str(options["client"] or "")
    found = _pool(read.found, name, str(options["pool"] or ""), wanted, person)
    if unfilled is not None and (wanted or found.clients):
        tell(note_of(unfilled))
    client = _client(read.found, found, name, wanted, person)
    pool = pool_of(found)
    given = options["users"]
    users = [str(user) for user in given] if isinstance(given, Sequence) else []
    users = users or [user for user in (found.username,) if user]
    if person is not None:
        for line in told_by(name, found, client):
            person.hear(line)
    flow, logins = _flow_and_users(client, ends, users, person)
    source = (place_of(found), pool, client)
    hint = f"{found.environment} {Path(file).name}"
    drafts = drafts_of(session, person, ends, source, flow, logins, hint=hint)
    finish(session, person, ends, drafts)
    for line in not_taken(found, drafts, can_store=not session.services.secrets_in_memory):
        tell(line)


def _read(file: str, name: str) -> FoundFile:
    if not file:
        raise UsageError("No file is named.", fix="Name a file, or - for standard input.")
    if file != "-":
        return found_in_text(text_of(Path(file), name), name, file)
    return found_in_text(text_in(sys.stdin.buffer, name) if sys.stdin else "", name)


def _pool(found: Found, name: str, wanted: str, client: str, person: Person | None) -> FoundPool:
    labels = {pool.id: pool.label for pool in found.pools}
    if wanted and wanted not in labels:
        raise UsageError(f"{name} does not name the pool {inert(wanted, 60)}.", fix=f"It has {_listed(labels)}.")
    if wanted or len(labels) == 1:
        return found.pool(wanted or found.pools[0].id)
    # Choosing the client chooses the pool, if only one of them has it.
    owners = [pool for pool in found.pools if client and any(client in (each.id, each.label) for each in pool.clients)]
    if len(owners) == 1:
        return owners[0]
    if person is None:
        raise UsageError(f"{name} names several pools.", fix=f"Add --pool with one of: {_listed(labels)}.")
    return choose(person, "User pool", searching(lambda _: Page(found.pools), _pool_label), _pool_label)


def _client(found: Found, pool: FoundPool, name: str, wanted: str, person: Person | None) -> ClientDetails:
    matching = [client for client in pool.clients if wanted in ("", client.id, client.label)]
    if wanted and not matching:
        _refuse_client_of_another(found, pool, wanted)
        if pool.clients:
            listed = _listed({client.id: client.label for client in pool.clients})
            raise UsageError(f"{name} does not name the app client {inert(wanted, 60)}.", fix=f"It has {listed}.")
        # A file that names only the pool is no dead end.
        matching = [client_named(wanted)]
    if not matching:
        raise without_client(name, found)
    if len(matching) > 1:
        if person is None:
            listed = _listed({client.id: client.label for client in matching})
            raise UsageError(f"{name} names several app clients.", fix=f"Add --client with one of: {listed}.")
        every = Page(tuple(matching))
        matching = [choose(person, "App client", searching(lambda _: every, _label), _label)]
    return client_of(pool, matching[0])


def _refuse_client_of_another(found: Found, pool: FoundPool, wanted: str) -> None:
    owner = next((each for each in found.pools if any(wanted in (own.id, own.label) for own in each.clients)), None)
    if owner is not None:
        raise UsageError(
            f"The app client {inert(wanted, 128)} belongs to the pool {inert(owner.id, 128)} in this file, "
            f"and not to {inert(pool.id, 128)}.",
            fix="Name the pool and the app client of one stack.",
        )


def _flow_and_users(
    client: ClientDetails, ends: Ends, users: list[str], person: Person | None
) -> tuple[Flow, list[str]]:
    if not users and needs_user(ends.flow or flow_of(client)):
        users = _asked_user(ends, client, person)
    return ends.flow or flow_for(client, users), users


def _asked_user(ends: Ends, client: ClientDetails, person: Person | None) -> list[str]:
    by_browser = ends.flow is None and "code" in client.grants
    if person is None:
        if by_browser:
            return []
        raise PersonNeeded("Which user signs in?", fix="Add --user NAME, or run the command in a terminal.")
    said = person.answer(f"Username{' (empty: signs in by the browser)' if by_browser else ''}").strip()
    if said or by_browser:
        return [said] if said else []
    raise PersonNeeded(f"{(ends.flow or flow_of(client)).value} needs a user.", fix="Name one, or add --flow.")


def _listed(labels: dict[str, str]) -> str:
    return ", ".join(f"{inert(id_, 128)} ({inert(label, 100)})" for id_, label in labels.items())


def _label(client: FoundClient) -> str:
    return f"{client.label}  {client.id}"


def _pool_label(pool: FoundPool) -> str:
    return f"{pool.label}  {pool.id}"


def logins_of(
    directory: Directory, person: Person | None, place: AwsPlace, pool: PoolDetails, names: Sequence[str]
) -> tuple[Login, ...]:
    """Return who signs in.

    Args:
        directory: The account.
        person: Who chooses, if nobody is named; None if there is no person to ask.
        place: Where the pool is.
        pool: The pool.
        names: Users named by options.

    Raises:
        PersonNeeded: Nobody is named, and there is no person to ask.
    """
    if names:
        return tuple(_named(directory, place, pool, name) for name in names)
    if person is None:
        raise PersonNeeded("Which user signs in?", fix="Add --user NAME, or run the command in a terminal.")
    chosen = choose_several(
        person,
        "Users",
        # Each search is asked of the server.
        lambda letters: items_of(
            lambda after: directory.users(place, pool.id, letters, searched_by(pool, letters), after)
        ),
        lambda user: _import_users_label(pool, user),
    )
    return tuple(login_of(pool, user) for user in chosen)


def _named(directory: Directory, place: AwsPlace, pool: PoolDetails, name: str) -> Login:
    """Return a user by name: whether an identity provider signs them in is known only to the pool."""
    attributes = dict.fromkeys((searched_by(pool, name), "username"))
    try:
        found = [user for by in attributes for user in directory.users(place, pool.id, name, by).items]
    except PermissionMissing:
        return Login(name)
    return login_named(pool, name, found)


def _import_users_label(pool: PoolDetails, user: UserEntry) -> str:
    login = login_of(pool, user).username
    email = user.email if user.email != login else ""
    return "  ".join(filter(None, (login, email, standing_of(user))))


@click.group("import", cls=Family)
def import_profiles() -> None:
    """Write profiles from AWS, or from a file of any format.

    Profiles that are there are never overwritten. A client secret goes straight into the keyring.
    """


_users_option = click.option(
    "--user", "users", multiple=True, metavar="U", help="Who signs in, as typed at the sign-in; may be repeated."
)


@examples(
    """
    cognitui import aws
    cognitui import aws --aws-profile admin --region eu-west-1 --pool shop-dev --client web --user alice@example.com
    """
)
@import_profiles.command("aws")
@place_options
@click.option("--client", metavar="CLIENT", help="The app client, by its id or its name.")
@_users_option
@end_options
@pass_session
def import_aws(
    session: Session,
    /,
    aws_profile: str | None,
    region: str | None,
    pool: str | None,
    client: str | None,
    users: tuple[str, ...],
    **options: object,
) -> None:
    """Import from an AWS account, by IAM credentials.

    In a terminal it asks for what is not given: region, pool, app client, users. It needs ListUserPools,
    ListUserPoolClients, DescribeUserPool, DescribeUserPoolClient and ListUsers. AWS_ENDPOINT_URL leads to an emulator.
    """
    person, ends = person_at_terminal(), ends_of(session, options)
    choice = AwsChoice(session.services, person)
    place = choice.place(aws_profile, region, pool)
    chosen_pool = choice.pool(place, pool)
    chosen_client = choice.client(place, chosen_pool.id, client)
    flow = ends.flow or flow_of(chosen_client)
    # Who is named is taken for the browser as well; nobody is asked for a name that the flow does not need.
    named = may_name_user(flow) if users else needs_user(flow)
    logins = logins_of(session.services.directory, person, place, chosen_pool, users) if named else ()
    finish(session, person, ends, drafts_of(session, person, ends, (place, chosen_pool, chosen_client), flow, logins))


def _file_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the argument and the options of all imports from a file."""
    for decorate in reversed(
        (
            click.argument("file", metavar="FILE|-", shell_complete=complete_file),
            click.option("--client", metavar="CLIENT", help="The app client, if the file names several or none."),
            click.option("--pool", metavar="POOL", help="The user pool, if the file names several."),
            _users_option,
            end_options,
            pass_session,
        )
    ):
        command = decorate(command)
    return command


@examples(
    """
    cognitui import file amplify_outputs.json --user alice@example.com
    cognitui import file .env.local --env dev
    terraform output -json | cognitui import file - --user alice@example.com
    """
)
@import_profiles.command("file", short_help="Import a file of any format, such as .env.")
@_file_options
def import_any_file(session: Session, /, file: str, **options: object) -> None:
    """Import a file of any format: JSON, .env, YAML, TOML, INI or a script.

    It finds pool, app client, domain and secret by the names and the shapes of the values: in what Amplify, Terraform,
    CDK, CloudFormation and Postman write, and in the settings of Spring, .NET and Auth.js. A script is read and never
    run. With several pools, --pool or --client chooses; what belongs to another pool is not taken.
    """
    import_file(session, file, options)


@examples(
    """
    cognitui import amplify amplify_outputs.json --user alice@example.com
    cognitui import amplify src/aws-exports.js --env dev
    """
)
@import_profiles.command("amplify", short_help="Import a file of Amplify; the same as import file.")
@_file_options
def import_amplify(session: Session, /, file: str, **options: object) -> None:
    """Import amplify_outputs.json, amplifyconfiguration.json or aws-exports.js: another name of import file.

    A script is read and never run.
    """
    import_file(session, file, options)


@examples("terraform output -json | cognitui import terraform - --user alice@example.com --env dev")
@import_profiles.command("terraform", short_help="Import Terraform's outputs; the same as import file.")
@_file_options
def import_terraform(session: Session, /, file: str, **options: object) -> None:
    """Import what terraform output -json prints: another name of import file.

    Pool, app client, domain and secret are found by the shape of the values and the names of the outputs.
    """
    import_file(session, file, options)


@examples("cognitui import env .env.local --user alice@example.com")
@import_profiles.command("env", short_help="Import a .env file; the same as import file.")
@_file_options
def import_env(session: Session, /, file: str, **options: object) -> None:
    """Import a .env or shell file: another name of import file.

    It looks for names such as COGNITO_USER_POOL_ID, NEXT_PUBLIC_USER_POOL_ID, VITE_COGNITO_CLIENT_ID, AWS_REGION and
    COGNITO_CLIENT_SECRET. Lines that set no variable are skipped.
    """
    import_file(session, file, options)
