"""Profile file of the demo, as a user would write it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cognitui.demo.playground import Account, AdminKey, PlaygroundReady
from cognitui.demo.playground_users import ENVIRONMENT, USERS, PlaygroundUser
from cognitui.demo.sample_users import AppClient, Person, Stage
from cognitui.demo.seed import SeededStage
from cognitui.model.profile import DEFAULT_FLOW, Flow
from cognitui.storage.toml_edit import Value, written

_HEAD = """\
# The profiles of the demo. They sign in to an embedded Cognito on this machine, and are removed with it.
version = 1
"""


def profile_text(endpoint: str, stages: Iterable[SeededStage]) -> str:
    """Return the text of a profile file for the sample users behind an endpoint."""
    return "\n".join([_HEAD, *(block for stage in stages for block in _blocks(endpoint, stage))])


def playground_text(ready: PlaygroundReady) -> str:
    """Return the part of the profile file for the playground."""
    accounts = {account.name: account for account in ready.accounts}
    environment = {"label": "Playground", "color": "magenta", "endpoint_url": ready.endpoint}
    head = _table(f"environments.{ENVIRONMENT}", environment)
    return "\n".join([head, *(_playground_table(user, accounts[user.name]) for user in USERS)])


def admin_credentials_text(key: AdminKey) -> str:
    """Return the text of an AWS credentials file with the AWS profile that the playground's profiles name."""
    return f"[{ENVIRONMENT}]\naws_access_key_id = {key.id}\naws_secret_access_key = {key.secret}\n"


def _playground_table(user: PlaygroundUser, account: Account) -> str:
    keys: Mapping[str, Value] = {
        "username": user.username,
        "user_pool_id": account.pool,
        "client_id": account.client,
        "flow": "" if user.flow is DEFAULT_FLOW else user.flow.value,
        "remember_device": user.remember_device,
        "aws_profile": ENVIRONMENT if user.has_admin else "",
        "tags": (user.tag,),
        "notes": user.notes,
    }
    return _table(f"environments.{ENVIRONMENT}.profiles.{user.name}", keys)


def _blocks(endpoint: str, seeded: SeededStage) -> Iterator[str]:
    stage = seeded.stage
    path = f"environments.{stage.name}"
    yield _table(path, _environment_keys(endpoint, seeded))
    for person in stage.people:
        yield _table(f"{path}.profiles.{person.name}", _person_keys(endpoint, seeded, person))
    for service in stage.services:
        keys = _client_keys(endpoint, seeded, service.client)
        flow = Flow.CLIENT_CREDENTIALS.value
        yield _table(f"{path}.profiles.{service.name}", {"flow": flow, **keys, "notes": service.notes})


def _environment_keys(endpoint: str, seeded: SeededStage) -> Mapping[str, Value]:
    stage = seeded.stage
    return {
        "label": stage.label,
        "color": stage.color,
        "protected": stage.protected,
        "endpoint_url": endpoint,
        "user_pool_id": seeded.pool,
        "client_id": seeded.clients[stage.clients[0]].id,
        "expect": _expected(stage),
    }


def _person_keys(endpoint: str, seeded: SeededStage, person: Person) -> Mapping[str, Value]:
    return {
        "username": person.username,
        "flow": "" if person.flow is DEFAULT_FLOW else person.flow.value,
        **_client_keys(endpoint, seeded, person.client),
        "identity_pool_id": seeded.identity_pool if person.client is seeded.stage.clients[0] else "",
        "notes": person.notes,
    }


def _expected(stage: Stage) -> Mapping[str, Value]:
    return {"token_use": "access", "groups": stage.expects_groups} if stage.expects_groups else {}


def _client_keys(endpoint: str, seeded: SeededStage, client: AppClient) -> Mapping[str, Value]:
    """Return the keys that a profile does not inherit from its environment because of its app client."""
    return {
        "client_id": "" if client is seeded.stage.clients[0] else seeded.clients[client].id,
        "domain": endpoint if client.flow else "",
        "scopes": client.scopes,
        "tags": (client.tag,),
    }


def _table(path: str, keys: Mapping[str, Value]) -> str:
    lines = [f"{key} = {written(value)}\n" for key, value in keys.items() if value]
    return f"[{path}]\n{''.join(lines)}"
