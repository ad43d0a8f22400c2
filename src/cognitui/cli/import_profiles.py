"""`cognitui import`: profiles from an AWS account, from Amplify, Terraform and `.env` files."""

from __future__ import annotations

import click

from cognitui.cli.aws_choice import AwsChoice, place_options
from cognitui.cli.groups import Family, examples
from cognitui.cli.import_end import drafts_of, end_options, ends_of, finish
from cognitui.cli.import_file import import_file
from cognitui.cli.import_users import logins_of
from cognitui.cli.session import Session, pass_session
from cognitui.cli.terminal import person_at_terminal
from cognitui.importing.files import read_amplify, read_env, read_terraform
from cognitui.importing.new_profile import flow_of, needs_user


@click.group("import", cls=Family)
def import_profiles() -> None:
    """Write profiles from AWS, Amplify, Terraform or a .env file.

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
    logins = logins_of(session.services.directory, person, place, chosen_pool, users) if needs_user(flow) else ()
    finish(session, person, ends, drafts_of(session, person, ends, (place, chosen_pool, chosen_client), flow, logins))


@examples(
    """
    cognitui import amplify amplify_outputs.json --user alice@example.com
    cognitui import amplify src/aws-exports.js --env dev
    """
)
@import_profiles.command("amplify", short_help="Import a file of Amplify, such as amplify_outputs.json.")
@click.argument("file", metavar="FILE|-")
@click.option("--client", metavar="CLIENT", help="The app client, where the file tells of several or none.")
@click.option("--pool", metavar="POOL", help="The user pool, where the file tells of several.")
@_users_option
@end_options
@pass_session
def import_amplify(session: Session, /, file: str, **options: object) -> None:
    """Import amplify_outputs.json, amplifyconfiguration.json or aws-exports.js.

    A script is read and never run.
    """
    import_file(session, file, read_amplify, options)


@examples("terraform output -json | cognitui import terraform - --user alice@example.com --env dev")
@import_profiles.command("terraform")
@click.argument("file", metavar="FILE|-")
@click.option("--client", metavar="CLIENT", help="The app client, where the outputs tell of several or none.")
@click.option("--pool", metavar="POOL", help="The user pool, where the outputs tell of several.")
@_users_option
@end_options
@pass_session
def import_terraform(session: Session, /, file: str, **options: object) -> None:
    """Import what terraform output -json prints.

    Pool, app client, domain and secret are found by the shape of the values and the names of the outputs.
    """
    import_file(session, file, read_terraform, options)


@examples("cognitui import env .env.local --user alice@example.com")
@import_profiles.command("env")
@click.argument("file", metavar="FILE|-")
@click.option("--client", metavar="CLIENT", help="The app client, where the file tells of several or none.")
@click.option("--pool", metavar="POOL", help="The user pool, where the file tells of several.")
@_users_option
@end_options
@pass_session
def import_env(session: Session, /, file: str, **options: object) -> None:
    """Import a .env file.

    It looks for names such as COGNITO_USER_POOL_ID, NEXT_PUBLIC_USER_POOL_ID, VITE_COGNITO_CLIENT_ID, AWS_REGION and
    COGNITO_CLIENT_SECRET.
    """
    import_file(session, file, read_env, options)
