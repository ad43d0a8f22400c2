"""Profile file of the demo, as a user would write it, and the AWS files beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cognitui.demo.accounts import AccountIds, AdminKey, Contents, StageIds
from cognitui.demo.playground_users import ENVIRONMENT, PlaygroundUser
from cognitui.demo.sample_users import AppClient, Person, Stage
from cognitui.model.profile import DEFAULT_FLOW, Flow
from cognitui.storage.toml_edit import Value, written

AWS_PROFILE = "demo"
"""The AWS profile with the demo's IAM credentials."""

REGION = "eu-west-1"

_HEAD = """\
# The profiles of the demo. They sign in to an embedded Cognito on this machine, and are removed with it.
version = 1
"""


def profile_text(contents: Contents, stages: Iterable[Stage], users: Iterable[PlaygroundUser]) -> str:
    """Return the text of a profile file for the sample users."""
    blocks = (block for stage in stages for block in _blocks(contents.endpoint, stage, contents.stages[stage.name]))
    return "\n".join([_HEAD, *blocks, *_playground_blocks(contents, users)])


def aws_credentials_text(key: AdminKey) -> str:
    """Return the text of an AWS credentials file: the demo's profile, which is also the default one."""
    keys = f"aws_access_key_id = {key.id}\naws_secret_access_key = {key.secret}\n"
    return f"[default]\n{keys}\n[{AWS_PROFILE}]\n{keys}"


def aws_config_text(endpoint: str) -> str:
    """Return the text of an AWS configuration file that leads every tool to the demo's Cognito."""
    settings = f"region = {REGION}\nendpoint_url = {endpoint}\n"
    return f"[default]\n{settings}\n[profile {AWS_PROFILE}]\n{settings}"


def _playground_blocks(contents: Contents, users: Iterable[PlaygroundUser]) -> Iterator[str]:
    environment = {"label": "Playground", "color": "magenta", "endpoint_url": contents.endpoint}
    yield _table(f"environments.{ENVIRONMENT}", environment)
    for user in users:
        yield _playground_table(user, contents.accounts[user.name])


def _playground_table(user: PlaygroundUser, account: AccountIds) -> str:
    keys: Mapping[str, Value] = {
        "username": user.username,
        "user_pool_id": account.pool,
        "client_id": account.client,
        "flow": "" if user.flow is DEFAULT_FLOW else user.flow.value,
        "region": user.region,
        "endpoint_url": account.endpoint,
        "client_secret_from": f"secretsmanager:{account.secret_arn}" if account.secret_arn else "",
        **user.keys,
        "remember_device": user.remember_device,
        "aws_profile": AWS_PROFILE if user.has_admin else "",
        "tags": (user.tag,),
        "notes": user.notes,
    }
    return _table(f"environments.{ENVIRONMENT}.profiles.{user.name}", keys)


def _blocks(endpoint: str, stage: Stage, ids: StageIds) -> Iterator[str]:
    path = f"environments.{stage.name}"
    yield _table(path, _environment_keys(endpoint, stage, ids))
    for person in stage.people:
        yield _table(f"{path}.profiles.{person.name}", _person_keys(endpoint, stage, ids, person))
    for service in stage.services:
        keys = _client_keys(endpoint, stage, ids, service.client)
        flow = Flow.CLIENT_CREDENTIALS.value
        yield _table(f"{path}.profiles.{service.name}", {"flow": flow, **keys, "notes": service.notes})


def _environment_keys(endpoint: str, stage: Stage, ids: StageIds) -> Mapping[str, Value]:
    return {
        "label": stage.label,
        "color": stage.color,
        "protected": stage.protected,
        "endpoint_url": endpoint,
        "user_pool_id": ids.pool,
        "client_id": ids.clients[stage.clients[0].name],
        "expect": _expected(stage),
    }


def _person_keys(endpoint: str, stage: Stage, ids: StageIds, person: Person) -> Mapping[str, Value]:
    return {
        "username": person.username,
        "flow": "" if person.flow is DEFAULT_FLOW else person.flow.value,
        **_client_keys(endpoint, stage, ids, person.client),
        "identity_pool_id": ids.identity_pool if person.client is stage.clients[0] else "",
        "notes": person.notes,
    }


def _expected(stage: Stage) -> Mapping[str, Value]:
    return {"token_use": "access", "groups": stage.expects_groups} if stage.expects_groups else {}


def _client_keys(endpoint: str, stage: Stage, ids: StageIds, client: AppClient) -> Mapping[str, Value]:
    """Return the keys that a profile does not inherit from its environment because of its app client."""
    return {
        "client_id": "" if client is stage.clients[0] else ids.clients[client.name],
        "domain": endpoint if client.flow else "",
        "scopes": client.scopes,
        "tags": (client.tag,),
    }


def _table(path: str, keys: Mapping[str, Value]) -> str:
    lines = [f"{key} = {written(value)}\n" for key, value in keys.items() if value]
    return f"[{path}]\n{''.join(lines)}"
