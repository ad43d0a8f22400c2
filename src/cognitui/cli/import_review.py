"""Review of an import: environment and names, what is shown before writing, and the writing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import click
from msgspec import Struct

from cognitui.cli.arguments import complete_environment, completing, json_option, one_of
from cognitui.cli.output import print_json, print_message, print_table
from cognitui.cli.prompt import Prompter, confirms
from cognitui.cli.session import Session
from cognitui.importing.detect import FoundPool
from cognitui.importing.naming import NOBODY, Login, environment_for, free_name, labels_of, name_without_user, names_for
from cognitui.importing.profiles import (
    NewProfile,
    check,
    fields_for,
    may_name_user,
    needs_user,
    protection_for,
    replica_words,
    write,
)
from cognitui.model.aws import AwsPlace, ClientDetails, PoolDetails
from cognitui.model.errors import Declined, UsageError
from cognitui.model.profile import FIELD_NAMES, Flow, Profile, ProfileSet
from cognitui.model.secret import SecretKind
from cognitui.model.text import inert

Decorated = TypeVar("Decorated", bound=Callable[..., object])

protected_option = click.option(
    "--protected/--no-protected",
    default=None,
    help="Whether tokens need confirmation; by default if the name of a new environment or the pool means production.",
)
"""None if it is not given: the names decide."""

_OPTIONS = (
    click.option(
        "--env",
        "environment",
        metavar="E",
        default="",
        shell_complete=complete_environment,
        help="The environment; created if it is new.",
    ),
    click.option("--name", metavar="NAME", help="The profile's name, if there is only one profile."),
    click.option(
        "--flow",
        metavar="FLOW",
        callback=one_of(Flow),
        shell_complete=completing(Flow),
        help="How it signs in, instead of the best flow that the app client allows.",
    ),
    protected_option,
    click.option("--dry-run", is_flag=True, help="Show what would be written, but write nothing."),
    json_option("Print a JSON array of the profiles."),
)


class ReviewOptions(Struct, frozen=True):
    """The options for the profiles to write."""

    environment: str | None
    name: str | None
    flow: Flow | None
    dry_run: bool
    as_json: bool
    protected: bool | None = None
    """None if it is not given: a name that means production decides."""


def review_options(command: Decorated) -> Decorated:
    """Add the options for the profiles to write."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def review_of(session: Session, options: dict[str, object]) -> ReviewOptions:
    """Return what the options say."""
    flow = options["flow"]
    return ReviewOptions(
        environment=str(options["environment"] or session.environment) or None,
        name=str(options["name"]) if options["name"] else None,
        flow=Flow(str(flow)) if flow else None,
        dry_run=bool(options["dry_run"]),
        as_json=bool(options["as_json"]),
        protected=None if options["protected"] is None else bool(options["protected"]),
    )


def drafts_of(
    session: Session,
    prompter: Prompter | None,
    review: ReviewOptions,
    source: tuple[AwsPlace, PoolDetails, ClientDetails],
    flow: Flow,
    logins: Sequence[Login] | Sequence[str],
    *,
    hint: str = "",
) -> list[NewProfile]:
    """Return the profiles to write, each with its name; prompt for what was not given.

    Args:
        session: The session.
        prompter: Answers prompts; None if there is no terminal.
        review: The options.
        source: The place in AWS, the pool and the app client.
        flow: How they sign in.
        logins: Who signs in; may be empty for flows without a user.
        hint: What may suggest the environment if the pool has no name: a stack in the file, `.env.production`.

    Raises:
        UsageError: `--name` is given for several profiles, the domain that the flow needs is unknown, or the app client
            does not support a federated user.
    """
    place, pool, client = source
    if words := replica_words(place, pool):
        print_message(words)
    profile_set = session.services.profiles.load()
    proposed = environment_for(profile_set, pool.id, pool.name or hint)
    environment = review.environment or _asked(prompter, "Environment", proposed)
    protection = protection_for(profile_set, environment, pool.name, hint)
    protected = protection.proposed if review.protected is None else review.protected
    named = [login if isinstance(login, Login) else Login(login) for login in logins]
    users = named if needs_user(flow) or (named and may_name_user(flow)) else [NOBODY]
    if review.name and len(users) > 1:
        raise UsageError(
            "--name is for one profile, but these are several.", fix="Leave it out, or import them one by one."
        )
    if users != [NOBODY]:
        proposed_names = names_for(labels_of(users))
    else:
        name = name_without_user(client.name, client.id, flow)
        # Somebody chose a name in AWS: if it is taken, that is reported.
        proposed_names = (name if client.name else free_name(profile_set, environment, name, client.id),)
    names = proposed_names if len(users) > 1 else (review.name or _asked(prompter, "Name", proposed_names[0]),)
    return [
        NewProfile(environment, name, fields_for(place, pool, client, flow, user), client.secret, protected)
        for name, user in zip(names, users, strict=True)
    ]


def finish(session: Session, prompter: Prompter | None, review: ReviewOptions, drafts: Sequence[NewProfile]) -> None:
    """Show the profiles, write them once they are confirmed, and report what was done.

    Raises:
        Declined: The user declined.
        ProfileFileError: A name is taken.
        SaveFailed: The file could not be written.
        SecretStoreError: The profiles are written, but a client secret is not stored.
    """
    services = session.services
    profile_set = check(drafts, services.profiles)
    if prompter is not None:
        _show(prompter, drafts)
        prompter.show(f"To {inert(str(services.profiles.path))}")
        question = f"Write {'it' if len(drafts) == 1 else 'them'}?"
        if not review.dry_run and not confirms(prompter, question, default=True):
            raise Declined("Nothing was written.")
    if not review.dry_run:
        write(drafts, services.profiles, _keeper(session))
    for draft in drafts:
        print_message(_outcome(session, draft, review))
    if review.as_json:
        written = not review.dry_run
        print_json([json_of(draft, written=written, protected=is_protected(draft, profile_set)) for draft in drafts])
    elif prompter is None:
        print_table((draft.id, draft.flow.value, inert(draft.fields.client_id or "")) for draft in drafts)


def summary_of(name: str, found: FoundPool, client: ClientDetails) -> Iterator[str]:
    """Yield what a file contains for a pool, line by line; for a secret only that there is one."""
    yield f"{name} contains:"
    facts = {
        "user pool": found.id,
        "app client": client.id,
        "client secret": "one, for the keyring" if client.secret else "",
        "region": found.region,
        "domain": found.domain,
        "scopes": ", ".join(client.scopes),
        "endpoint": found.endpoint_url,
        "user": found.username,
    }
    for what, value in facts.items():
        if value:
            yield f"  {what:<15}{inert(value, 200)}"


def not_imported(found: FoundPool, drafts: Sequence[NewProfile], *, can_store: bool) -> Iterator[str]:
    """Yield what was not imported, and how to store it; never a value.

    Args:
        found: What the file contains for the pool.
        drafts: The profiles made from it.
        can_store: Whether secrets are stored beyond this run.
    """
    of_user = next((draft for draft in drafts if draft.fields.username == found.username), drafts[0])
    for label in found.passwords:
        yield f"{inert(label, 60)} was not imported.{_way(of_user, SecretKind.PASSWORD, can_store=can_store)}"
    if not drafts[0].client_secret:
        for label in found.loose_secrets:
            way = _way(drafts[0], SecretKind.CLIENT_SECRET, can_store=can_store)
            yield f"{inert(label, 60)} was not imported: it may not be the secret of this app client.{way}"


def hidden_secret(client: ClientDetails, drafts: Sequence[NewProfile]) -> Iterator[str]:
    """Yield what to do about a client secret that AWS does not show."""
    if client.secret_note:
        store = f"cognitui secret set {inert(drafts[0].id, 120)} {SecretKind.CLIENT_SECRET.value}"
        yield f"{client.secret_note} To store it: {store}"


def protection_note(draft: NewProfile, option: bool | None) -> str:
    """Return the end of a sentence about a profile whose environment becomes protected; otherwise an empty text.

    Args:
        draft: The profile.
        option: The value of `--protected`.
    """
    if not draft.protected:
        return ""
    by_name = " (its name means production; else --no-protected)" if option is None else ""
    return f"; {inert(draft.environment, 60)} is protected{by_name}"


def is_protected(draft: NewProfile, profile_set: ProfileSet) -> bool:
    """Return whether the profile will be protected."""
    known = profile_set.environment(draft.environment)
    return draft.protected or (known is not None and known.protected)


def json_of(draft: NewProfile, *, written: bool, protected: bool) -> dict[str, object]:
    """Return a profile for `--json` with every key; for the client secret only whether there is one."""
    return {
        "id": draft.id,
        "environment": draft.environment,
        "name": draft.name,
        **{key: getattr(draft.fields, key) for key in FIELD_NAMES},
        "flow": draft.flow.value,
        "client_secret": bool(draft.client_secret or draft.fields.client_secret_from),
        "protected": protected,
        "written": written,
    }


def _asked(prompter: Prompter | None, what: str, proposal: str) -> str:
    if prompter is None:
        return proposal
    return prompter.answer(f"{what} [{inert(proposal, 60)}]").strip() or proposal


def _keeper(session: Session) -> Callable[[Profile, SecretKind, str], None]:
    def keep(profile: Profile, kind: SecretKind, value: str) -> None:
        if not session.services.secrets_in_memory:
            session.services.broker.set_secret(profile, kind, value)

    return keep


def _show(prompter: Prompter, drafts: Sequence[NewProfile]) -> None:
    for draft in drafts:
        prompter.show(f"  {inert(draft.id, 120)}")
        values = draft.fields.set_values()
        width = max(map(len, values), default=0) + 2
        for key, value in values.items():
            words = ", ".join(value) if isinstance(value, tuple) else str(value)
            prompter.show(f"    {key:<{width}}{inert(words, 120)}")
        if draft.client_secret:
            prompter.show("    client secret: into the keyring")
        elif draft.fields.client_secret_from:
            prompter.show("    client secret: stays in Secrets Manager, and is read when it is needed")
        if draft.protected:
            prompter.show(
                f"    {inert(draft.environment, 60)} is protected: its tokens need confirmation (else --no-protected)"
            )


def _outcome(session: Session, draft: NewProfile, review: ReviewOptions) -> str:
    verb = "Would add" if review.dry_run else "Added"
    secret = ""
    if draft.client_secret:
        if session.services.secrets_in_memory:
            secret = "; its client secret is not stored, as secrets are kept in memory"
        elif review.dry_run:
            secret = ", and store its client secret in the keyring"
        else:
            secret = "; its client secret is in the keyring"
    elif draft.fields.client_secret_from:
        secret = "; its client secret stays in Secrets Manager and is read when it is needed"
    where = inert(str(session.services.profiles.path))
    return f"{verb} {inert(draft.id, 120)} to {where}{secret}{protection_note(draft, review.protected)}."


def _way(draft: NewProfile, kind: SecretKind, *, can_store: bool) -> str:
    if not can_store:
        return " You will be prompted for it with the first token."
    return f" To store it: cognitui secret set {inert(draft.id, 120)} {kind.value}"
