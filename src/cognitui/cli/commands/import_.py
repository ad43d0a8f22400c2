"""`cognitui import`: profiles from an AWS account or from files of any format."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from cognitui.cli.arguments import complete_file
from cognitui.cli.aws_choice import AwsChoice, place_options
from cognitui.cli.command_group import CommandGroup, examples
from cognitui.cli.import_review import (
    ReviewOptions,
    drafts_of,
    finish,
    hidden_secret,
    not_imported,
    review_of,
    review_options,
    summary_of,
)
from cognitui.cli.output import print_message
from cognitui.cli.prompt import Prompter, choose, choose_several, items_of, searching, terminal_prompter
from cognitui.cli.session import Session, pass_session
from cognitui.importing.app_clients import FoundClient
from cognitui.importing.detect import Found, FoundPool
from cognitui.importing.file_reader import text_in
from cognitui.importing.from_aws import searched_by, status_label
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
from cognitui.importing.naming import Login, login_named, login_of
from cognitui.importing.profiles import flow_of, may_name_user, needs_user
from cognitui.model.aws import AwsPlace, ClientDetails, Page, PoolDetails, UserEntry
from cognitui.model.errors import PermissionMissing, PersonNeeded, UsageError
from cognitui.model.profile import Flow
from cognitui.model.text import inert

_users_option = click.option(
    "--user", "users", multiple=True, metavar="U", help="Who signs in, as typed at sign-in; may be repeated."
)


def import_file(session: Session, file: str, options: dict[str, object]) -> None:
    """Write profiles for the pools and app clients in a file.

    Raises:
        UsageError: The file cannot be read, or contains several pools or clients and no option says which.
        PersonNeeded: The user is unknown, and there is no terminal.
        CognituiError: As `finish` does.
    """
    name = "standard input" if file == "-" else inert(file, 200)
    read = _read(file, name)
    unfilled = open_client(read.found)
    for note in read.notes(unfilled):
        print_message(note)
    prompter, review = terminal_prompter(), review_of(session, options)
    wanted = str(options["client"] or "")
    found = _pool(read.found, name, str(options["pool"] or ""), wanted, prompter)
    if unfilled is not None and (wanted or found.clients):
        print_message(note_of(unfilled))
    client = _client(read.found, found, name, wanted, prompter)
    pool = pool_of(found)
    given = options["users"]
    users = [str(user) for user in given] if isinstance(given, Sequence) else []
    users = users or [user for user in (found.username,) if user]
    if prompter is not None:
        for line in summary_of(name, found, client):
            prompter.show(line)
    flow, logins = _flow_and_users(client, review, users, prompter)
    source = (place_of(found), pool, client)
    hint = f"{found.environment} {Path(file).name}"
    drafts = drafts_of(session, prompter, review, source, flow, logins, hint=hint)
    finish(session, prompter, review, drafts)
    for line in not_imported(found, drafts, can_store=not session.services.secrets_in_memory):
        print_message(line)


def logins_of(
    directory: Directory, prompter: Prompter | None, place: AwsPlace, pool: PoolDetails, names: Sequence[str]
) -> tuple[Login, ...]:
    """Return who signs in.

    Args:
        directory: The account.
        prompter: Chooses if no user is given; None if there is no terminal.
        place: The pool's account and region.
        pool: The pool.
        names: Users given by options.

    Raises:
        PersonNeeded: No user is given, and there is no terminal.
    """
    if names:
        return tuple(_named(directory, place, pool, name) for name in names)
    if prompter is None:
        raise PersonNeeded("Which user signs in?", fix="Add --user NAME, or run the command in a terminal.")
    chosen = choose_several(
        prompter,
        "Users",
        # The server does each search.
        lambda letters: items_of(
            lambda after: directory.users(place, pool.id, letters, searched_by(pool, letters), after)
        ),
        lambda user: _user_label(pool, user),
    )
    return tuple(login_of(pool, user) for user in chosen)


@click.group("import", cls=CommandGroup)
def import_profiles() -> None:
    """Import profiles from AWS, or from a file of any format.

    Existing profiles are never overwritten. A client secret is stored in the keyring.
    """


@examples(
    """
    cognitui import aws
    cognitui import aws --aws-profile admin --region eu-west-1 --pool shop-dev --client web --user alice@example.com
    """
)
@import_profiles.command("aws")
@place_options
@click.option("--client", metavar="CLIENT", help="The app client, by id or name.")
@_users_option
@review_options
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
    """Import from an AWS account, with IAM credentials.

    In a terminal it prompts for what is not given: region, pool, app client, users. It needs permission for
    ListUserPools, ListUserPoolClients, DescribeUserPool, DescribeUserPoolClient and ListUsers. Set AWS_ENDPOINT_URL to
    use an emulator. A client secret that Cognito keeps in Secrets Manager stays there: the profile names it in
    client_secret_from.
    """
    prompter, review = terminal_prompter(), review_of(session, options)
    choice = AwsChoice(session.services, prompter)
    place = choice.place(aws_profile, region, pool)
    chosen_pool = choice.pool(place, pool)
    chosen_client = choice.client(place, chosen_pool.id, client)
    flow = review.flow or flow_of(chosen_client)
    # A given user also counts for the browser; no prompt asks for a user that the flow doesn't need.
    named = may_name_user(flow) if users else needs_user(flow)
    logins = logins_of(session.services.directory, prompter, place, chosen_pool, users) if named else ()
    drafts = drafts_of(session, prompter, review, (place, chosen_pool, chosen_client), flow, logins)
    finish(session, prompter, review, drafts)
    for line in hidden_secret(chosen_client, drafts):
        print_message(line)


def _file_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the argument and the options of all imports from a file."""
    for decorate in reversed(
        (
            click.argument("file", metavar="FILE|-", shell_complete=complete_file),
            click.option("--client", metavar="CLIENT", help="The app client, if the file names several or none."),
            click.option("--pool", metavar="POOL", help="The user pool, if the file names several."),
            _users_option,
            review_options,
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

    It finds pool, app client, domain and secret by the names and shapes of the values: in the output of Amplify,
    Terraform, CDK, CloudFormation and Postman, and in the settings of Spring, .NET and Auth.js. A script is read, never
    run. If there are several pools, choose with --pool or --client; values of other pools are ignored.
    """
    import_file(session, file, options)


@examples(
    """
    cognitui import amplify amplify_outputs.json --user alice@example.com
    cognitui import amplify src/aws-exports.js --env dev
    """
)
@import_profiles.command("amplify", short_help="Import an Amplify file; the same as import file.")
@_file_options
def import_amplify(session: Session, /, file: str, **options: object) -> None:
    """Import amplify_outputs.json, amplifyconfiguration.json or aws-exports.js: another name for import file.

    A script is read, never run.
    """
    import_file(session, file, options)


@examples("terraform output -json | cognitui import terraform - --user alice@example.com --env dev")
@import_profiles.command("terraform", short_help="Import Terraform outputs; the same as import file.")
@_file_options
def import_terraform(session: Session, /, file: str, **options: object) -> None:
    """Import the output of terraform output -json: another name for import file.

    Pool, app client, domain and secret are found by the shape of the values and the names of the outputs.
    """
    import_file(session, file, options)


@examples("cognitui import env .env.local --user alice@example.com")
@import_profiles.command("env", short_help="Import a .env file; the same as import file.")
@_file_options
def import_env(session: Session, /, file: str, **options: object) -> None:
    """Import a .env or shell file: another name for import file.

    It looks for names such as COGNITO_USER_POOL_ID, NEXT_PUBLIC_USER_POOL_ID, VITE_COGNITO_CLIENT_ID, AWS_REGION and
    COGNITO_CLIENT_SECRET. Lines that don't set a variable are skipped.
    """
    import_file(session, file, options)


def _read(file: str, name: str) -> FoundFile:
    if not file:
        raise UsageError("Name a file.", fix="Use - for standard input.")
    if file != "-":
        return found_in_text(text_of(Path(file), name), name, file)
    return found_in_text(text_in(sys.stdin.buffer, name) if sys.stdin else "", name)


def _pool(found: Found, name: str, wanted: str, client: str, prompter: Prompter | None) -> FoundPool:
    labels = {pool.id: pool.label for pool in found.pools}
    if wanted and wanted not in labels:
        raise UsageError(
            f"{name} does not contain the pool {inert(wanted, 60)}.", fix=f"It contains {_listed(labels)}."
        )
    if wanted or len(labels) == 1:
        return found.pool(wanted or found.pools[0].id)
    # Choosing the client chooses the pool, if only one of them has it.
    owners = [pool for pool in found.pools if client and any(client in (each.id, each.label) for each in pool.clients)]
    if len(owners) == 1:
        return owners[0]
    if prompter is None:
        raise UsageError(f"{name} contains several pools.", fix=f"Add --pool with one of: {_listed(labels)}.")
    return choose(prompter, "User pool", searching(lambda _: Page(found.pools), _pool_label), _pool_label)


def _client(found: Found, pool: FoundPool, name: str, wanted: str, prompter: Prompter | None) -> ClientDetails:
    matching = [client for client in pool.clients if wanted in ("", client.id, client.label)]
    if wanted and not matching:
        _refuse_client_of_another(found, pool, wanted)
        if pool.clients:
            listed = _listed({client.id: client.label for client in pool.clients})
            raise UsageError(
                f"{name} does not contain the app client {inert(wanted, 60)}.", fix=f"It contains {listed}."
            )
        # A file with only a pool is enough if the client is given.
        matching = [client_named(wanted)]
    if not matching:
        raise without_client(name, found)
    if len(matching) > 1:
        if prompter is None:
            listed = _listed({client.id: client.label for client in matching})
            raise UsageError(f"{name} contains several app clients.", fix=f"Add --client with one of: {listed}.")
        every = Page(tuple(matching))
        matching = [choose(prompter, "App client", searching(lambda _: every, _label), _label)]
    return client_of(pool, matching[0])


def _refuse_client_of_another(found: Found, pool: FoundPool, wanted: str) -> None:
    owner = next((each for each in found.pools if any(wanted in (own.id, own.label) for own in each.clients)), None)
    if owner is not None:
        raise UsageError(
            f"The app client {inert(wanted, 128)} belongs to the pool {inert(owner.id, 128)} in this file, "
            f"and not to {inert(pool.id, 128)}.",
            fix="Name the pool and the app client of the same stack.",
        )


def _flow_and_users(
    client: ClientDetails, review: ReviewOptions, users: list[str], prompter: Prompter | None
) -> tuple[Flow, list[str]]:
    if not users and needs_user(review.flow or flow_of(client)):
        users = _asked_user(review, client, prompter)
    return review.flow or flow_for(client, users), users


def _asked_user(review: ReviewOptions, client: ClientDetails, prompter: Prompter | None) -> list[str]:
    by_browser = review.flow is None and "code" in client.grants
    if prompter is None:
        if by_browser:
            return []
        raise PersonNeeded("Which user signs in?", fix="Add --user NAME, or run the command in a terminal.")
    answer = prompter.answer(f"Username{' (empty: sign in with the browser)' if by_browser else ''}").strip()
    if answer or by_browser:
        return [answer] if answer else []
    raise PersonNeeded(f"{(review.flow or flow_of(client)).value} needs a user.", fix="Name one, or add --flow.")


def _listed(labels: dict[str, str]) -> str:
    return ", ".join(f"{inert(id_, 128)} ({inert(label, 100)})" for id_, label in labels.items())


def _label(client: FoundClient) -> str:
    return f"{client.label}  {client.id}"


def _pool_label(pool: FoundPool) -> str:
    return f"{pool.label}  {pool.id}"


def _named(directory: Directory, place: AwsPlace, pool: PoolDetails, name: str) -> Login:
    """Return a user by name; only the pool knows whether an identity provider signs them in."""
    attributes = dict.fromkeys((searched_by(pool, name), "username"))
    try:
        found = [user for by in attributes for user in directory.users(place, pool.id, name, by).items]
    except PermissionMissing:
        return Login(name)
    return login_named(pool, name, found)


def _user_label(pool: PoolDetails, user: UserEntry) -> str:
    login = login_of(pool, user).username
    email = user.email if user.email != login else ""
    return "  ".join(filter(None, (login, email, status_label(user))))
