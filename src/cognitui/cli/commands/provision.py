"""`cognitui provision`: an app client with a secret, a user and a permanent password, and the profile of them."""

from __future__ import annotations

from collections.abc import Iterator

import click
import msgspec

from cognitui.cli.arguments import complete_environment, json_option
from cognitui.cli.aws_choice import AwsChoice, place_options
from cognitui.cli.command_group import examples
from cognitui.cli.commands.profile import guarded, is_protected, json_of, protected_option
from cognitui.cli.output import print_json, tell
from cognitui.cli.prompt import Person, agrees, items_of, person_at_terminal, read_unseen
from cognitui.cli.session import Session, pass_session
from cognitui.importing.interfaces import ProfileStore
from cognitui.importing.naming import environment_for, name_for
from cognitui.importing.profiles import NewProfile, check, fields_of, flow_of, protection_for, told_of, write
from cognitui.importing.provision import Plan, carry_out, generated_password
from cognitui.model.aws import Account, AwsPlace, ClientDetails, ClientEntry, Page, PoolDetails
from cognitui.model.errors import CognituiError, Declined, PersonNeeded, UsageError
from cognitui.model.profile import Profile, ProfileSet
from cognitui.model.secret import SecretKind
from cognitui.model.struct import replace
from cognitui.model.text import inert
from cognitui.services import Services


def introduction(plan: Plan, account: Account, draft: NewProfile, *, there: bool, said: bool | None) -> Iterator[str]:
    """Yields account, region, pool and the steps, line by line.

    Args:
        plan: What is to be made.
        account: Where.
        draft: The profile.
        there: It is there already.
        said: What `--protected` says.
    """
    pool = f"{inert(plan.pool.name, 128)} ({inert(plan.pool.id, 128)})" if plan.pool.name else inert(plan.pool.id, 128)
    yield f"Account {inert(account.id, 60)}, as {inert(account.arn, 200)}"
    yield f"Region  {inert(plan.place.region, 60)}{_elsewhere(plan.place)}"
    yield f"Pool    {pool}"
    for number, step in enumerate(plan.steps, start=1):
        yield f"  {number}. {step}"
    profile = f"the profile {inert(draft.id, 120)}"
    written = f"Use {profile}, which is there already" if there else f"Write {profile}{guarded(draft, said)}"
    yield f"  4. {written}; client secret and password go into the keyring."


def told_to_programs(
    plan: Plan, account: Account, draft: NewProfile, *, written: bool, protected: bool, dry_run: bool
) -> dict[str, object]:
    """Returns what was done, or would be, for `--json`: no password, and of the secret only that there is one.

    Args:
        plan: What was made or would be.
        account: Where.
        draft: The profile, with the id of the app client once there is one.
        written: Whether it was written, as it was not there.
        protected: Whether it is protected now, or would be.
        dry_run: Whether nothing was made.
    """
    client = plan.client
    if client is None and dry_run:
        # It has no id before it is made.
        draft = replace(draft, fields=msgspec.structs.replace(draft.fields, client_id=None))
    return {
        "dry_run": dry_run,
        "account": account.id,
        "arn": account.arn,
        "region": plan.place.region,
        "endpoint_url": plan.place.endpoint_url or None,
        "pool": {"id": plan.pool.id, "name": plan.pool.name or None},
        "client": {"id": draft.fields.client_id, "name": plan.client_name, "new": client is None},
        "user": {"username": plan.username, "new": not plan.has_user},
        "calls": list(plan.calls),
        "profile": {
            **json_of(draft, written=written, protected=protected),
            "client_secret": client is None or bool(client.secret),
        },
    }


def _elsewhere(place: AwsPlace) -> str:
    return f", at {inert(told_of(place.endpoint_url), 160)}" if place.endpoint_url else ""


_CLIENT_NAME = "cognitui"


@examples(
    """
    cognitui provision --pool shop-dev --user alice@example.com
    cognitui provision --pool eu-west-1_AbCdEf123 --user test@example.com --generate --yes --env dev
    """
)
@click.command
@place_options
@click.option("--user", "username", metavar="U", required=True, help="The user: made where there is none.")
@click.option("--client-name", metavar="NAME", default=_CLIENT_NAME, show_default=True, help="The app client's name.")
@click.option("--email", metavar="ADDRESS", help="The e-mail address of a new user; counts as verified.")
@click.option(
    "--env",
    "environment",
    metavar="E",
    default="",
    shell_complete=complete_environment,
    help="The profile's environment; made where it is new.",
)
@click.option("--name", metavar="NAME", default="", help="The profile's name.")
@protected_option
@click.option("--generate", is_flag=True, help="Have a password made up; it goes into the keyring and is not shown.")
@click.option("--dry-run", is_flag=True, help="Print the calls that would be made; nothing is made or written.")
@click.option("--yes", is_flag=True, help="Agree beforehand to what it says it will do.")
@json_option("Print a JSON object: dry_run, account, arn, region, endpoint_url, pool, client, user, calls, profile.")
@pass_session
def provision(
    session: Session,
    /,
    aws_profile: str | None,
    region: str | None,
    pool: str | None,
    username: str,
    client_name: str,
    email: str | None,
    environment: str,
    name: str,
    protected: bool | None,
    generate: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Make an app client, a user and a password in AWS, and their profile.

    An app client with a secret, for SRP; a user, whom no message is sent; a password that is permanent. What is there
    already is used. It asks before anything is made, and names account, region and pool. The password is asked for
    unseen, or read from standard input where that is no terminal.

    With --json it prints what was made or, with --dry-run, what would be: client and user say whether they are new,
    calls are those of AWS, profile has every key, as --json of an import has it. No secret and no password is in it.
    """
    person, services = person_at_terminal(), session.services
    if services.secrets_in_memory and not dry_run:
        raise UsageError(
            "Secrets are kept in memory, for this run alone, and the run ends with this command.",
            fix="Leave --vault memory and COGNITUI_VAULT away: secret and password go into the keyring.",
        )
    choice = AwsChoice(services, person)
    place = choice.place(aws_profile, region, pool)
    chosen = choice.pool(place, pool)
    plan = _plan(services, place, chosen, client_name, username)
    book = services.profiles.load()
    draft = _draft(services.profiles, plan, environment or session.environment, name, protected)
    there, guarded = _there(book, draft) is not None, is_protected(draft, book)
    account = services.provisioning.account(place)
    for line in introduction(plan, account, draft, there=there, said=protected):
        tell(line)
    if not dry_run:
        _agree(person, yes=yes)
        password = generated_password() if generate else _password(person, username)
        attributes = {"email": email, "email_verified": "true"} if email else {}
        client = carry_out(plan, password, services.provisioning, attributes)
        draft = _kept(services, plan, draft, client, password)
    elif not as_json:
        for call in plan.calls:
            click.echo(call)
    if as_json:
        written = not (there or dry_run)
        print_json(told_to_programs(plan, account, draft, written=written, protected=guarded, dry_run=dry_run))


def _plan(services: Services, place: AwsPlace, pool: PoolDetails, client_name: str, username: str) -> Plan:
    def fetch(after: str) -> Page[ClientEntry]:
        return services.directory.clients(place, pool.id, after)

    same = [entry for entry in items_of(fetch) if entry.name == client_name]
    if len(same) > 1:
        raise UsageError(
            f"The pool has {len(same)} app clients of the name {inert(client_name, 60)}.",
            fix="Add --client-name with a name that is free or is that of one.",
        )
    client = services.directory.client(place, pool.id, same[0].id) if same else None
    has_user = services.provisioning.has_user(place, pool.id, username)
    return Plan(place, pool, client_name, username, client, has_user)


def _draft(store: ProfileStore, plan: Plan, environment: str, name: str, protected: bool | None) -> NewProfile:
    """The profile, looked at beforehand: one that cannot be written is told before anything is made."""
    book = store.load()
    client = plan.client or ClientDetails("new", plan.client_name, flows=plan.flows)
    place = environment or environment_for(book, plan.pool.id, plan.pool.name)
    fields = fields_of(plan.place, plan.pool, client, flow_of(client), plan.username)
    draft = NewProfile(place, name or name_for(plan.username), fields)
    if there := _there(book, draft):
        if protected and not there.protected:
            raise UsageError(
                f"{inert(draft.id, 120)} is there already, and {inert(place, 60)} is not protected.",
                fix=f"Set protected = true in environments.{inert(place, 60)}, or leave --protected out.",
            )
        return draft
    if protected is None:
        protected = protection_for(book, place, plan.pool.name).proposed
    draft = replace(draft, protected=protected)
    check([draft], store)
    return draft


def _there(book: ProfileSet, draft: NewProfile) -> Profile | None:
    """The profile of an earlier run, which may have stopped before its secrets were kept."""
    profile, fields = book.by_id.get(draft.id), draft.fields
    if profile is None:
        return None
    same = (profile.user_pool_id, profile.client_id, profile.username)
    return profile if same == (fields.user_pool_id, fields.client_id, fields.username) else None


def _agree(person: Person | None, *, yes: bool) -> None:
    if yes:
        return
    if person is None:
        raise PersonNeeded("Nothing was made: that takes a yes, and there is no terminal.", fix="Add --yes.")
    if not agrees(person, "Do this?"):
        raise Declined("Nothing was made.")


def _password(person: Person | None, username: str) -> str:
    what = f"Password of {inert(username, 60)}"
    if person is None:
        password = read_unseen(what).removesuffix("\n").removesuffix("\r")
    else:
        password = person.answer(f"{what} (empty: one is made up)", masked=True)
        if not password:
            return generated_password()
        if person.answer("The same again", masked=True) != password:
            raise UsageError("The two passwords differ; nothing was made.", fix="Run the command again.")
    if not password:
        raise UsageError("No password was given; nothing was made.", fix="Pipe it into the command, or add --generate.")
    return password


def _kept(services: Services, plan: Plan, draft: NewProfile, client: ClientDetails, password: str) -> NewProfile:
    """Writes the profile, and its secrets into the keyring, and returns it; where that fails, all is made in AWS."""
    fields = fields_of(plan.place, plan.pool, client, flow_of(client), plan.username)
    made = replace(draft, fields=fields, client_secret=client.secret)
    try:
        profile = _there(services.profiles.load(), made)
        if profile is None:
            profile = write([made], services.profiles, services.broker.set_secret).by_id[made.id]
        elif client.secret:
            services.broker.set_secret(profile, SecretKind.CLIENT_SECRET, client.secret)
        services.broker.set_secret(profile, SecretKind.PASSWORD, password)
    except CognituiError as error:
        error.cause = f"All is made in AWS, but not all is kept here. {error.cause}"
        error.fix = f"{error.fix} Then run the same command again: it uses what is there."
        raise
    tell(f"{inert(made.id, 120)} is in {inert(str(services.profiles.path))}, and its secrets are in the keyring.")
    tell(f"Get a token by: cognitui token {inert(made.id, 120)}")
    return made
