"""Which of several things a value belongs to, by its path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cognitui.importing.leaf import Leaf, words_of
from cognitui.importing.naming import stages_in

_GENERAL = frozenset(
    {
        *("amazon", "app", "application", "arn", "auth", "authentication", "authority", "aws", "callback", "client"),
        *("clients", "cognito", "config", "default", "domain", "domains", "endpoint", "env", "environment", "expo"),
        *("flow", "flows", "gatsby", "hosted", "id", "identity", "ids", "idp", "issuer", "jwks", "jwt", "key", "login"),
        *(
            "name",
            "next",
            "ng",
            "nuxt",
            "oauth",
            "oauth2",
            "oidc",
            "openid",
            "output",
            "outputs",
            "parameters",
            "password",
        ),
        *("pool", "pools", "provider", "public", "react", "redirect", "region", "registration", "scope", "scopes"),
        *("secret", "secrets", "security", "settings", "sign", "signin", "spring", "sso", "ui", "uri", "uris", "url"),
        *("urls", "user", "username", "userpool", "users", "value", "values", "variables", "vite", "vue"),
    }
)
"""Words that say what a value is, and not whose."""


def nearest(leaf: Leaf, anchors: Mapping[str, Sequence[Leaf]], *, by_rest: bool = True) -> tuple[str, ...]:
    """Returns the names of those that a value is nearest to: one, or several that are equally near.

    Nearness is the depth of the last object that holds both, then the words that both paths share, then how few words
    of the other are left over. A value that speaks of one environment does not belong to one of another.

    Args:
        leaf: The value.
        anchors: By name, the places that each has in the file.
        by_rest: Whether words that are left over count; otherwise what speaks of nobody is everybody's.
    """
    scores = {
        name: max(_nearness(leaf, place, by_rest=by_rest) for place in places)
        for name, places in anchors.items()
        if any(not _contradicts(leaf, place) for place in places)
    }
    best = max(scores.values(), default=(0, 0, 0))
    return tuple(name for name, score in scores.items() if score == best)


def own_words(parts: Sequence[str]) -> frozenset[str]:
    """Returns the words of a path that say whose a value is."""
    return words_of(parts) - _GENERAL


def _nearness(leaf: Leaf, other: Leaf, *, by_rest: bool) -> tuple[int, int, int]:
    depth = 0
    for mine, yours in zip(leaf.parts[:-1], other.parts[:-1], strict=False):
        if mine != yours:
            break
        depth += 1
    mine_words, your_words = own_words(leaf.parts[depth:]), own_words(other.parts[depth:])
    return depth, len(mine_words & your_words), -len(your_words - mine_words) * by_rest


def _contradicts(leaf: Leaf, other: Leaf) -> bool:
    mine, yours = set(stages_in(" ".join(leaf.parts))), set(stages_in(" ".join(other.parts)))
    return bool(mine and yours) and mine.isdisjoint(yours)
