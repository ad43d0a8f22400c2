"""`cognitui import`: profiles from an AWS account, and from files of any format."""

from __future__ import annotations

from collections.abc import Callable

import click

from cognitui.cli.arguments import complete_file
from cognitui.cli.aws_choice import AwsChoice, place_options
from cognitui.cli.groups import Family, examples
from cognitui.cli.import_end import drafts_of, end_options, ends_of, finish
from cognitui.cli.import_file import import_file
from cognitui.cli.import_users import logins_of
from cognitui.cli.session import Session, pass_session
from cognitui.cli.terminal import person_at_terminal
from cognitui.importing.new_profile import flow_of, may_name_user, needs_user


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
