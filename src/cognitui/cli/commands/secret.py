"""`cognitui secret`: passwords, client secrets and TOTP seeds, never from arguments."""

from __future__ import annotations

import click

from cognitui.cli.arguments import find_profile, json_option, profile_argument
from cognitui.cli.command_group import QuietGroup, examples
from cognitui.cli.output import print_json, print_message, print_table
from cognitui.cli.prompt import read_unseen
from cognitui.cli.session import Session, pass_session
from cognitui.model.challenge import given_secret, refuse_without_user
from cognitui.model.errors import UsageError
from cognitui.model.profile import Profile
from cognitui.model.secret import DURABLE, SecretKind
from cognitui.model.sign_out import device_message

_kind_argument = click.argument(
    "kind", metavar="|".join(kind.value for kind in DURABLE), type=click.Choice([kind.value for kind in DURABLE])
)

_REMOVABLE = (*DURABLE, SecretKind.DEVICE)

_removable_argument = click.argument(
    "kind", metavar="|".join(kind.value for kind in _REMOVABLE), type=click.Choice([kind.value for kind in _REMOVABLE])
)


@click.group(cls=QuietGroup)
def secret() -> None:
    """Set, remove and check passwords and client secrets.

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
        print_table((kind.value, "✓ stored" if held else "○ not stored") for kind, held in stored.items())


def _given(profile: Profile, kind: SecretKind) -> str:
    """Return the secret without the final newline of a pipe; raise UsageError if it cannot be one."""
    text = read_unseen(f"{kind.label} of {profile.id}")
    return given_secret(kind, text.removesuffix("\r\n" if text.endswith("\r\n") else "\n"))
