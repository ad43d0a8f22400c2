"""The demo's profile file, laid out as a person would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cognitui.demo.cast import Person
from cognitui.demo.seed import SeededStage
from cognitui.model.profile import DEFAULT_FLOW
from cognitui.store.toml_edit import Value, written

_HEAD = """\
# The profiles of the demo. They sign in to an embedded Cognito on this machine, and go when it goes.
version = 1
"""


def profile_text(endpoint: str, stages: Iterable[SeededStage]) -> str:
    """Returns the text of a profile file for what has been seeded behind an endpoint."""
    return "\n".join([_HEAD, *(block for stage in stages for block in _blocks(endpoint, stage))])


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
        },
    )
    for person in stage.people:
        yield _table(f"{path}.profiles.{person.name}", _keys(seeded, person))


def _keys(seeded: SeededStage, person: Person) -> Mapping[str, Value]:
    """Returns what a profile does not get from its environment."""
    client = person.client
    return {
        "username": person.username,
        "client_id": "" if client is seeded.stage.clients[0] else seeded.clients[client].id,
        "flow": "" if person.flow is DEFAULT_FLOW else person.flow.value,
        "tags": (client.tag,),
        "notes": person.notes,
    }


def _table(path: str, keys: Mapping[str, Value]) -> str:
    lines = [f"{key} = {written(value)}\n" for key, value in keys.items() if value]
    return f"[{path}]\n{''.join(lines)}"
