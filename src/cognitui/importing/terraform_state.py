"""Cognito resources and outputs of a Terraform state; no other resource is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

_POOL = "aws_cognito_user_pool"
_CLIENTS = ("aws_cognito_user_pool_client", "aws_cognito_managed_user_pool_client")
_DOMAIN = "aws_cognito_user_pool_domain"

_OF_A_STATE = frozenset(("terraform_version", "lineage", "resources", "format_version", "planned_values"))

_OF_A_POOL = {"id": "user_pool_id", "name": "name", "domain": "cognito_domain"}
_OF_A_CLIENT = {
    "id": "cognito_client_id",
    "client_secret": "cognito_client_secret",
    "callback_urls": "cognito_callback_urls",
    "allowed_oauth_scopes": "cognito_scopes",
    "allowed_oauth_flows": "cognito_allowed_oauth_flows",
    "explicit_auth_flows": "cognito_explicit_auth_flows",
}
_OF_A_DOMAIN = {"domain": "cognito_domain"}
"""Names for attributes that mention Cognito, as the resource itself may have any name, such as `google`."""


class _Resource(NamedTuple):
    type: str
    address: tuple[str, ...]
    attributes: Mapping[object, object]


def is_state(value: Mapping[object, object]) -> bool:
    """Return whether a JSON object is a state or a plan."""
    return not _OF_A_STATE.isdisjoint(value)


def tree_of_state(state: Mapping[object, object]) -> dict[object, object]:
    """Return the outputs of a state, and its pools, each with its app clients and domains.

    Args:
        state: A state file, or the output of `terraform show -json`.
    """
    inner = state.get("values")
    inner = inner if isinstance(inner, Mapping) else state
    outputs = inner.get("outputs")
    tree: dict[object, object] = dict(outputs) if isinstance(outputs, Mapping) else {}
    found = [*_in_file(state.get("resources")), *_in_module(inner.get("root_module"))]
    pools: dict[str, dict[object, object]] = {}
    for resource in found:
        if resource.type == _POOL and (pool_id := _text(resource.attributes, "id")):
            _put(pools.setdefault(pool_id, _table(tree, resource.address)), (), resource, _OF_A_POOL)
    for resource in found:
        pool_id = _text(resource.attributes, "user_pool_id")
        if resource.type == _POOL or not pool_id:
            continue
        if pool_id not in pools:
            # The pool is in another state.
            pools[pool_id] = _table(tree, (_POOL, f"[{pool_id}]"))
            pools[pool_id]["user_pool_id"] = pool_id
        names = _OF_A_DOMAIN if resource.type == _DOMAIN else _OF_A_CLIENT
        _put(pools[pool_id], resource.address, resource, names)
    return tree


def _in_file(resources: object) -> Iterator[_Resource]:
    """Yield the resources of a state file, which have instances."""
    for resource in _objects(resources):
        address = _address(resource)
        for instance in _objects(resource.get("instances")) if address else ():
            yield from _resource(resource, address, instance.get("index_key"), instance.get("attributes"))


def _in_module(module: object) -> Iterator[_Resource]:
    """Yield the resources that `terraform show -json` prints, by module."""
    modules = [module]
    while modules:
        module = modules.pop()
        if isinstance(module, Mapping):
            for resource in _objects(module.get("resources")):
                within = {**resource, "module": module.get("address")}
                yield from _resource(resource, _address(within), resource.get("index"), resource.get("values"))
            modules += _objects(module.get("child_modules"))


def _resource(
    resource: Mapping[object, object], address: tuple[str, ...], index: object, attributes: object
) -> Iterator[_Resource]:
    if address and isinstance(attributes, Mapping):
        # Numbers are read as floats.
        index = f"{index:g}" if isinstance(index, float) else index
        item = (f"[{index}]",) if isinstance(index, str) else ()
        yield _Resource(str(resource.get("type")), (*address, *item), attributes)


def _address(resource: Mapping[object, object]) -> tuple[str, ...]:
    """Return the address of a Cognito resource; empty for any other resource."""
    if resource.get("type") not in (_POOL, *_CLIENTS, _DOMAIN):
        return ()
    names = (resource.get("module"), resource["type"], resource.get("name"))
    # A single name, which no output can have.
    return (".".join(name for name in names if isinstance(name, str)),)


def _put(table: dict[object, object], address: tuple[str, ...], resource: _Resource, names: Mapping[str, str]) -> None:
    below = _table(table, address)
    for attribute, name in names.items():
        value = resource.attributes.get(attribute)
        # A client without a secret has an empty one, which needn't be filled in.
        if value and isinstance(value, str | list):
            below[name] = value


def _table(tree: dict[object, object], address: tuple[str, ...]) -> dict[object, object]:
    for part in address:
        below = tree.get(part)
        if not isinstance(below, dict):
            below = tree[part] = {}
        tree = below
    return tree


def _text(attributes: Mapping[object, object], name: str) -> str:
    value = attributes.get(name)
    return value if isinstance(value, str) else ""


def _objects(value: object) -> list[Mapping[object, object]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
