"""The demo's profile file, laid out as a person would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cognitui.demo.cast import AppClient, Stage
from cognitui.demo.playground import AdminKey, Opened, Place
from cognitui.demo.playground_cast import NAME, PLAYERS, Player
from cognitui.demo.seed import SeededStage
from cognitui.model.profile import DEFAULT_FLOW, Flow
from cognitui.storage.toml_edit import Value, written

_HEAD = """\
# The profiles of the demo. They sign in to an embedded Cognito on this machine, and go when it goes.
version = 1
"""


def profile_text(endpoint: str, stages: Iterable[SeededStage]) -> str:
    """Returns the text of a profile file for what has been seeded behind an endpoint."""
    return "\n".join([_HEAD, *(block for stage in stages for block in _blocks(endpoint, stage))])


def playground_text(opened: Opened) -> str:
    """Returns the part of the profile file that leads to the playground."""
    places = {place.name: place for place in opened.places}
    environment = {"label": "Playground", "color": "magenta", "endpoint_url": opened.endpoint}
    head = _table(f"environments.{NAME}", environment)
    return "\n".join([head, *(_player_table(player, places[player.name]) for player in PLAYERS)])


def admin_credentials_text(key: AdminKey) -> str:
    """Returns the text of an AWS credentials file with the AWS profile that the playground's profiles name."""
    return f"[{NAME}]\naws_access_key_id = {key.id}\naws_secret_access_key = {key.secret}\n"


def _player_table(player: Player, place: Place) -> str:
    keys: Mapping[str, Value] = {
        "username": player.username,
        "user_pool_id": place.pool,
        "client_id": place.client,
        "flow": "" if player.flow is DEFAULT_FLOW else player.flow.value,
        "remember_device": player.remember_device,
        "aws_profile": NAME if player.has_admin else "",
        "tags": (player.tag,),
        "notes": player.notes,
    }
    return _table(f"environments.{NAME}.profiles.{player.name}", keys)


def _blocks(endpoint: str, seeded: SeededStage) -> Iterator[str]:
    stage = seeded.stage
    path = f"environments.{stage.name}"
    yield _table(
        path,
        {
            "label": stage.label,
            "color": stage.color,
            "protected": stage.protected,
            "endpoint_url": endpoint,
            "user_pool_id": seeded.pool,
            "client_id": seeded.clients[stage.clients[0]].id,
            "expect": _expected(stage),
        },
    )
    for person in stage.people:
        flow = "" if person.flow is DEFAULT_FLOW else person.flow.value
        keys = _client_keys(endpoint, seeded, person.client)
        yield _table(
            f"{path}.profiles.{person.name}",
            {
                "username": person.username,
                "flow": flow,
                **keys,
                "identity_pool_id": seeded.identity_pool if person.client is stage.clients[0] else "",
                "notes": person.notes,
            },
        )
    for service in stage.services:
        keys = _client_keys(endpoint, seeded, service.client)
        flow = Flow.CLIENT_CREDENTIALS.value
        yield _table(f"{path}.profiles.{service.name}", {"flow": flow, **keys, "notes": service.notes})


def _expected(stage: Stage) -> Mapping[str, Value]:
    return {"token_use": "access", "groups": stage.expects_groups} if stage.expects_groups else {}


def _client_keys(endpoint: str, seeded: SeededStage, client: AppClient) -> Mapping[str, Value]:
    """Returns what a profile does not get from its environment because of its app client."""
    return {
        "client_id": "" if client is seeded.stage.clients[0] else seeded.clients[client].id,
        "domain": endpoint if client.flow else "",
        "scopes": client.scopes,
        "tags": (client.tag,),
    }


def _table(path: str, keys: Mapping[str, Value]) -> str:
    lines = [f"{key} = {written(value)}\n" for key, value in keys.items() if value]
    return f"[{path}]\n{''.join(lines)}"
