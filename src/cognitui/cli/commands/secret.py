"""`cognitui secret`: passwords, client secrets and TOTP seeds, never from arguments."""

from __future__ import annotations

from collections.abc import Iterator

import click

from cognitui.cli.arguments import find_profile, json_option, profile_argument
from cognitui.cli.command_group import QuietGroup, examples
from cognitui.cli.output import print_json, print_message, print_table
from cognitui.cli.prompt import Prompter, confirms, read_unseen, terminal_prompter
from cognitui.cli.session import Session, pass_session
from cognitui.model.challenge import given_secret, refuse_without_user
from cognitui.model.errors import Declined, PersonNeeded, UsageError
from cognitui.model.profile import Profile
from cognitui.model.secret import DURABLE, SecretKind
from cognitui.model.sign_out import device_message
from cognitui.model.text import inert
from cognitui.tokens.client_secret import named_source
from cognitui.tokens.secret_rotation import Rotation

_kind_argument = click.argument(
    "kind", metavar="|".join(kind.value for kind in DURABLE), type=click.Choice([kind.value for kind in DURABLE])
)

_MOST_NAMED = 10
"""Profiles that are named; more are only counted."""

_REMOVABLE = (*DURABLE, SecretKind.DEVICE)

_removable_argument = click.argument(
    "kind", metavar="|".join(kind.value for kind in _REMOVABLE), type=click.Choice([kind.value for kind in _REMOVABLE])
)


@click.group(cls=QuietGroup)
def secret() -> None:
    """Set, remove, check and rotate passwords and client secrets.

    A password and a TOTP seed belong to pool and username, a client secret to pool and client id. Profiles with the
    same ones share the secret.
    """


@examples(
    """
    cognitui secret set dev/alice password
    pass show shop/dev | cognitui secret set dev/alice password
    """
)
@secret.command("set")
@profile_argument
@_kind_argument
@json_option("Print a JSON object: profile, kind, stored.")
@pass_session
def set_secret(session: Session, reference: str, kind: str, as_json: bool) -> None:
    """Store a secret in the keyring.

    It is read from a hidden prompt or, if standard input is not a terminal, from there without its final newline. It is
    never an argument, because other processes can read those. Quotes and spaces around a client secret are removed. A
    TOTP seed may be an otpauth URI.
    """
    profile, wanted = find_profile(session, reference, repeat=False), SecretKind(kind)
    if session.services.secrets_in_memory:
        raise UsageError(
            "Secrets are kept in memory for this run only, so this command would store nothing.",
            fix="Leave out --vault memory and COGNITUI_VAULT to store it in the keyring.",
        )
    refuse_without_user(profile, wanted)
    value = _given(profile, wanted)
    session.services.broker.set_secret(profile, wanted, value)
    print_message(f"The {wanted.label} of {profile.id} is stored in the keyring.")
    if as_json:
        print_json({"profile": profile.id, "kind": wanted.value, "stored": True})


@examples(
    """
    cognitui secret rm dev/alice password
    cognitui secret rm dev/alice device
    """
)
@secret.command("rm")
@profile_argument
@_removable_argument
@json_option("Print a JSON object: profile, kind, removed; for a device also whether Cognito knows.")
@pass_session
def remove_secret(session: Session, reference: str, kind: str, as_json: bool) -> None:
    """Remove a secret from the keyring.

    Cognito forgets a device too, if a cached access token shows whose it is.
    """
    profile, wanted = find_profile(session, reference, repeat=False), SecretKind(kind)
    result: dict[str, object] = {"profile": profile.id, "kind": wanted.value}
    if wanted is SecretKind.DEVICE:
        forgotten = session.services.broker.signing_out.forget_device(profile)
        print_message(device_message(profile, forgotten))
        result |= {"removed": forgotten.was_known, "told": forgotten.cognito_knows}
    else:
        removed = session.services.broker.remove_secret(profile, wanted)
        words = f"The {wanted.label} of {profile.id} is removed."
        print_message(words if removed else f"No {wanted.label} was stored for {profile.id}.")
        result |= {"removed": removed}
    if as_json:
        print_json(result)


@secret.command("check")
@profile_argument
@json_option("Print a JSON object: true or false for each kind.")
@pass_session
def check_secrets(session: Session, reference: str, as_json: bool) -> None:
    """Show which secrets are stored, but not the secrets."""
    profile = find_profile(session, reference, repeat=False)
    stored = session.services.broker.stored_secrets(profile)
    if as_json:
        print_json({kind.value: held for kind, held in stored.items()})
    else:
        print_table((kind.value, _state(profile, kind, held=held)) for kind, held in stored.items())


def _state(profile: Profile, kind: SecretKind, *, held: bool) -> str:
    source = named_source(profile) if kind is SecretKind.CLIENT_SECRET else None
    if held or source is None:
        return "✓ stored" if held else "○ not stored"
    return f"○ not stored, read from {source.shown}"


@examples(
    """
    cognitui secret rotate dev/alice
    cognitui secret rotate dev/alice --keep-old
    """
)
@secret.command("rotate", short_help="Replace an app client's secret in AWS and in the keyring.")
@profile_argument
@click.option(
    "--keep-old", is_flag=True, help="Leave the old secret valid for other programs; the next run removes it."
)
@click.option("--yes", is_flag=True, help="Confirm in advance.")
@json_option("Print a JSON object: profile, client_id, stored, removed, kept.")
@pass_session
def rotate_secret(session: Session, reference: str, keep_old: bool, yes: bool, as_json: bool) -> None:
    """Replace an app client's secret in AWS and in the keyring, with IAM credentials.

    It adds a second secret to the app client, stores it, proves it by a call, and removes the old one. Every other
    program that uses the old one then stops working: with --keep-old it stays valid until you run the command again. It
    needs permission for DescribeUserPoolClient and for ListUserPoolClientSecrets, AddUserPoolClientSecret and
    DeleteUserPoolClientSecret, by the profile's aws_profile.

    With --json, stored, removed and kept are ids of secrets, or null.
    """
    services = session.services
    profile = find_profile(session, reference, repeat=False)
    if services.secrets_in_memory:
        raise UsageError(
            "Secrets are kept in memory for this run only, so the new client secret would be lost.",
            fix="Leave out --vault memory and COGNITUI_VAULT to store it in the keyring.",
        )
    rotation = services.secret_rotation.plan(profile, services.profiles.load().profiles)
    for line in explanation(rotation, keep_old=keep_old):
        print_message(line)
    agree(rotation, terminal_prompter(), yes=yes)
    done = services.secret_rotation.carry_out(rotation, keep_old=keep_old)
    print_message(f"The new client secret {inert(done.stored, 160)} is stored in the keyring.")
    if done.removed:
        print_message(f"The old one, {inert(done.removed, 160)}, is removed and no longer works.")
    else:
        again = f"cognitui secret rotate {inert(profile.id, 120)}"
        print_message(f"The old one, {inert(done.kept, 160)}, still works. To remove it: {again}")
    if as_json:
        ids = {"stored": done.stored, "removed": done.removed or None, "kept": done.kept or None}
        print_json({"profile": profile.id, "client_id": profile.client_id, **ids})


def explanation(rotation: Rotation, *, keep_old: bool) -> Iterator[str]:
    """Yield what a rotation will do, and which profiles use the secret, line by line; inert."""
    profile, old = rotation.profile, inert(rotation.old.id, 160)
    yield f"Environment {inert(profile.environment.title, 60)}"
    yield f"Pool        {_named(rotation.pool_name, profile.user_pool_id)}"
    yield f"App client  {_named(rotation.client.name, profile.client_id)}"
    if rotation.others:
        others = ", ".join(inert(other.id, 60) for other in rotation.others[:_MOST_NAMED])
        more = f" and {count} more" if (count := len(rotation.others) - _MOST_NAMED) > 0 else ""
        yield f"Used by     {inert(profile.id, 60)}, {others}{more}"
    steps = (
        [f"Use the client secret that is stored already, {inert(rotation.newer.id, 160)}."]
        if rotation.newer
        else [
            "Add a second client secret, which Cognito makes. Both work from then on.",
            "Store it in the keyring, and prove it by a call.",
        ]
    )
    steps.append(
        f"Leave the old one, {old}, valid for other programs."
        if keep_old
        else f"Remove the old one, {old}: every program that still uses it stops working."
    )
    yield from (f"  {number}. {step}" for number, step in enumerate(steps, start=1))


def _named(name: str, id_: str) -> str:
    return f"{inert(name, 128)} ({inert(id_, 128)})" if name and name != id_ else inert(id_, 128)


def agree(rotation: Rotation, prompter: Prompter | None, *, yes: bool) -> None:
    """Ask for confirmation, unless it was given in advance.

    Raises:
        PersonNeeded: There is no terminal.
        Declined: The user declined.
    """
    if yes:
        return
    if prompter is None:
        raise PersonNeeded(
            "Nothing was changed: that asks for confirmation, but there is no terminal.", fix="Add --yes."
        )
    profile = rotation.profile
    client, pool = _named(rotation.client.name, profile.client_id), _named(rotation.pool_name, profile.user_pool_id)
    title = inert(profile.environment.title, 60)
    protected = f"{inert(profile.why_protected, 120)} is protected. " if profile.protected else ""
    if not confirms(prompter, f"{protected}Rotate the secret of the app client {client} in the pool {pool}, {title}?"):
        raise Declined("Nothing was changed.")


def _given(profile: Profile, kind: SecretKind) -> str:
    """Return the secret without the final newline of a pipe; raise UsageError if it cannot be one."""
    text = read_unseen(f"{kind.label} of {profile.id}")
    return given_secret(kind, text.removesuffix("\r\n" if text.endswith("\r\n") else "\n"))
