"""`cognitui provision`: creates an app client with a secret, a user with a permanent password, and a profile."""

from __future__ import annotations

from collections.abc import Iterator

import click
import msgspec

from cognitui.cli.arguments import complete_environment, json_option
from cognitui.cli.aws_choice import AwsChoice, place_options
from cognitui.cli.command_group import examples
from cognitui.cli.import_review import is_protected, json_of, protected_option, protection_note
from cognitui.cli.output import print_json, print_message
from cognitui.cli.prompt import Prompter, confirms, items_of, read_unseen, terminal_prompter
from cognitui.cli.session import Session, pass_session
from cognitui.importing.interfaces import ProfileStore
from cognitui.importing.naming import Login, environment_for, name_for
from cognitui.importing.profiles import NewProfile, check, endpoint_label, fields_for, flow_of, protection_for, write
from cognitui.importing.provision import Plan, carry_out, generated_password
from cognitui.model.aws import Account, AwsPlace, ClientDetails, ClientEntry, Page, PoolDetails
from cognitui.model.errors import CognituiError, Declined, PersonNeeded, UsageError
from cognitui.model.profile import Profile, ProfileSet
from cognitui.model.secret import SecretKind
from cognitui.model.struct import replace
from cognitui.model.text import inert
from cognitui.services import Services

_CLIENT_NAME = "cognitui"


def introduction(
    plan: Plan, account: Account, draft: NewProfile, *, exists: bool, option: bool | None
) -> Iterator[str]:
    """Yield account, region, pool and the steps, line by line.

    Args:
        plan: What to create.
        account: The AWS account.
        draft: The profile.
        exists: Whether the profile exists already.
        option: The value of `--protected`.
    """
    pool = f"{inert(plan.pool.name, 128)} ({inert(plan.pool.id, 128)})" if plan.pool.name else inert(plan.pool.id, 128)
    yield f"Account {inert(account.id, 60)}, as {inert(account.arn, 200)}"
    yield f"Region  {inert(plan.place.region, 60)}{_elsewhere(plan.place)}"
    yield f"Pool    {pool}"
    for number, step in enumerate(plan.steps, start=1):
        yield f"  {number}. {step}"
    profile = f"the profile {inert(draft.id, 120)}"
    written = f"Use {profile}, which exists already" if exists else f"Write {profile}{protection_note(draft, option)}"
    kept = "the password" if plan.client and plan.client.secret_source else "client secret and password"
    yield f"  4. {written}; store {kept} in the keyring."
    if plan.client and plan.client.secret_source:
        yield "     The client secret stays in Secrets Manager, and is read when it is needed."


def provision_json(
    plan: Plan, account: Account, draft: NewProfile, *, written: bool, protected: bool, dry_run: bool
) -> dict[str, object]:
    """Return what was done or would be, for `--json`: no password, and for the secret only whether there is one.

    Args:
        plan: What was or would be created.
        account: The AWS account.
        draft: The profile, with the id of the app client once there is one.
        written: Whether the profile was written because it was new.
        protected: Whether it is or would be protected.
        dry_run: Whether nothing was created.
    """
    client = plan.client
    if client is None and dry_run:
        # It has no id before it is created.
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
            "client_secret": client is None or bool(client.secret or client.secret_source),
        },
    }


@examples(
    """
    cognitui provision --pool shop-dev --user alice@example.com
    cognitui provision --pool eu-west-1_AbCdEf123 --user test@example.com --generate --yes --env dev
    """
)
@click.command
@place_options
@click.option("--user", "username", metavar="U", required=True, help="The user; created if there is none.")
@click.option(
    "--client-name", metavar="NAME", default=_CLIENT_NAME, show_default=True, help="The name of the app client."
)
@click.option("--email", metavar="ADDRESS", help="The email address of a new user; marked as verified.")
@click.option(
    "--env",
    "environment",
    metavar="E",
    default="",
    shell_complete=complete_environment,
    help="The profile's environment; created if it is new.",
)
@click.option("--name", metavar="NAME", default="", help="The profile's name.")
@protected_option
@click.option("--generate", is_flag=True, help="Generate a password; it is stored in the keyring and not shown.")
@click.option("--dry-run", is_flag=True, help="Print the calls to AWS without making them; write nothing.")
@click.option("--yes", is_flag=True, help="Confirm in advance.")
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
    """Create an app client, a user and a password in AWS, and a profile for them.

    The app client has a secret and allows SRP, the user gets no message, and the password is permanent. What exists is
    used. It shows account, region and pool, and asks for confirmation before it creates anything. The password is read
    from a hidden prompt or, if standard input is not a terminal, from there.

    With --json it prints what was created or, with --dry-run, what would be: client and user say whether they are new,
    calls lists the calls to AWS, and profile has every key, as in the JSON of an import. It contains no secret and no
    password.
    """
    prompter, services = terminal_prompter(), session.services
    if services.secrets_in_memory and not dry_run:
        raise UsageError(
            "Secrets are kept in memory for this run only, so this command would store nothing.",
            fix="Leave out --vault memory and COGNITUI_VAULT: secret and password are stored in the keyring.",
        )
    choice = AwsChoice(services, prompter)
    place = choice.place(aws_profile, region, pool)
    chosen = choice.pool(place, pool)
    plan = _plan(services, place, chosen, client_name, username)
    profile_set = services.profiles.load()
    draft = _draft(services.profiles, plan, environment or session.environment, name, protected)
    exists, will_be_protected = _existing(profile_set, draft) is not None, is_protected(draft, profile_set)
    account = services.provisioning.account(place)
    for line in introduction(plan, account, draft, exists=exists, option=protected):
        print_message(line)
    if not dry_run:
        _agree(prompter, yes=yes)
        password = generated_password() if generate else _password(prompter, username)
        attributes = {"email": email, "email_verified": "true"} if email else {}
        client = carry_out(plan, password, services.provisioning, attributes)
        draft = _kept(services, plan, draft, client, password)
    elif not as_json:
        for call in plan.calls:
            click.echo(call)
    if as_json:
        written = not (exists or dry_run)
        print_json(provision_json(plan, account, draft, written=written, protected=will_be_protected, dry_run=dry_run))


def _elsewhere(place: AwsPlace) -> str:
    return f", at {inert(endpoint_label(place.endpoint_url), 160)}" if place.endpoint_url else ""


def _plan(services: Services, place: AwsPlace, pool: PoolDetails, client_name: str, username: str) -> Plan:
    def fetch(after: str) -> Page[ClientEntry]:
        return services.directory.clients(place, pool.id, after)

    same = [entry for entry in items_of(fetch) if entry.name == client_name]
    if len(same) > 1:
        raise UsageError(
            f"The pool has {len(same)} app clients with the name {inert(client_name, 60)}.",
            fix="Add --client-name with a new or a unique name.",
        )
    client = services.directory.client(place, pool.id, same[0].id) if same else None
    has_user = services.provisioning.has_user(place, pool.id, username)
    return Plan(place, pool, client_name, username, client, has_user)


def _draft(store: ProfileStore, plan: Plan, environment: str, name: str, protected: bool | None) -> NewProfile:
    """Return the profile, checked before anything is created in AWS."""
    profile_set = store.load()
    client = plan.client or ClientDetails("new", plan.client_name, flows=plan.flows)
    place = environment or environment_for(profile_set, plan.pool.id, plan.pool.name)
    fields = fields_for(plan.place, plan.pool, client, flow_of(client), Login(plan.username))
    draft = NewProfile(place, name or name_for(plan.username), fields)
    if existing := _existing(profile_set, draft):
        if protected and not existing.protected:
            raise UsageError(
                f"{inert(draft.id, 120)} exists already, and {inert(place, 60)} is not protected.",
                fix=f"Set protected = true in environments.{inert(place, 60)}, or leave out --protected.",
            )
        return draft
    if protected is None:
        protected = protection_for(profile_set, place, plan.pool.name).proposed
    draft = replace(draft, protected=protected)
    check([draft], store)
    return draft


def _existing(profile_set: ProfileSet, draft: NewProfile) -> Profile | None:
    """Return the profile of an earlier run, which may have stopped before its secrets were stored."""
    profile, fields = profile_set.by_id.get(draft.id), draft.fields
    if profile is None:
        return None
    same = (profile.user_pool_id, profile.client_id, profile.username)
    return profile if same == (fields.user_pool_id, fields.client_id, fields.username) else None


def _agree(prompter: Prompter | None, *, yes: bool) -> None:
    if yes:
        return
    if prompter is None:
        raise PersonNeeded(
            "Nothing was created: that asks for confirmation, but there is no terminal.", fix="Add --yes."
        )
    if not confirms(prompter, "Continue?"):
        raise Declined("Nothing was created.")


def _password(prompter: Prompter | None, username: str) -> str:
    what = f"Password of {inert(username, 60)}"
    if prompter is None:
        password = read_unseen(what).removesuffix("\n").removesuffix("\r")
    else:
        password = prompter.answer(f"{what} (empty: generate one)", masked=True)
        if not password:
            return generated_password()
        if prompter.answer("Repeat it", masked=True) != password:
            raise UsageError("The two passwords differ. Nothing was created.", fix="Run the command again.")
    if not password:
        raise UsageError(
            "No password was given. Nothing was created.", fix="Pipe it into the command, or add --generate."
        )
    return password


def _kept(services: Services, plan: Plan, draft: NewProfile, client: ClientDetails, password: str) -> NewProfile:
    """Write the profile and store its secrets; return it. If that fails, everything in AWS is created already."""
    fields = fields_for(plan.place, plan.pool, client, flow_of(client), Login(plan.username))
    made = replace(draft, fields=fields, client_secret=client.secret)
    try:
        profile = _existing(services.profiles.load(), made)
        if profile is None:
            profile = write([made], services.profiles, services.broker.set_secret).by_id[made.id]
        elif client.secret:
            services.broker.set_secret(profile, SecretKind.CLIENT_SECRET, client.secret)
        services.broker.set_secret(profile, SecretKind.PASSWORD, password)
    except CognituiError as error:
        error.cause = f"Everything was created in AWS, but not everything is stored here. {error.cause}"
        error.fix = f"{error.fix} Then run the same command again: it uses what exists."
        raise
    print_message(f"{inert(made.id, 120)} is in {inert(str(services.profiles.path))}; its secrets are in the keyring.")
    if client.secret_note:
        store = f"cognitui secret set {inert(made.id, 120)} {SecretKind.CLIENT_SECRET.value}"
        print_message(f"{client.secret_note} To store it: {store}")
    if client.secret_source and not profile.fields.client_secret_from:
        line = f'client_secret_from = "{inert(client.secret_source)}"'
        print_message(f"The client secret is in Secrets Manager: add {line} to {inert(made.id, 120)}.")
    print_message(f"To get a token: cognitui token {inert(made.id, 120)}")
    return made
