"""Profiles that exchange a token: which profiles they name, and what happens if one of those changes."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from cognitui.model.errors import ProfileFileError
from cognitui.model.profile import Flow, ProfileFields, ProfileSet
from cognitui.profiles.store import ProfileFile

BASE = """\
version = 1

[environments.dev]
user_pool_id = "eu-west-1_AbCdEf123"
client_id = "1h57"

[environments.dev.profiles.alice]
username = "alice"

[environments.dev.profiles.orders]
client_id = "7d8c"
flow = "client_credentials"

[environments.dev.profiles.for-alice]
client_id = "7d8c"
flow = "token_exchange"
subject = "dev/alice"
actor = "orders"
scopes = ["orders/read"]
audiences = ["https://orders.example.com"]

[environments.prod]
protected = true
user_pool_id = "eu-west-1_Prod"
client_id = "9e9e"

[environments.prod.profiles.boss]
username = "boss"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profiles.toml"


def loaded(path: Path, text: str) -> ProfileSet:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return ProfileFile(path).load()


def error_of(profile_set: ProfileSet) -> tuple[str, str, str]:
    (error,) = profile_set.errors
    return error.where, error.key, error.what


def test_an_exchange_has_its_subject_and_actor(path: Path) -> None:
    profile_set = loaded(path, BASE)
    exchange = profile_set.by_id["dev/for-alice"]

    assert profile_set.errors == ()
    assert [source.id for source in exchange.sources] == ["dev/alice", "dev/orders"]
    assert (exchange.username, exchange.protected, exchange.needs_user) == ("alice", False, False)


def test_an_exchange_may_exchange_the_token_of_another_exchange(path: Path) -> None:
    more = '[environments.dev.profiles.further]\nflow = "token_exchange"\nsubject = "for-alice"\n'
    further = loaded(path, BASE + more).by_id["dev/further"]

    assert further.subject is not None
    assert further.subject.subject is not None
    assert (further.subject.id, further.subject.subject.id) == ("dev/for-alice", "dev/alice")


def test_a_name_means_the_profile_of_the_same_environment_first(path: Path) -> None:
    twin = '[environments.prod.profiles.alice]\nusername = "alice"\n'
    text = BASE.replace('subject = "dev/alice"', 'subject = "alice"') + twin

    subject = loaded(path, text).by_id["dev/for-alice"].subject

    assert subject is not None
    assert subject.id == "dev/alice"


@pytest.mark.parametrize("role", ["subject", "actor"])
def test_an_exchange_is_protected_if_its_subject_or_actor_is(path: Path, role: str) -> None:
    text = BASE.replace(
        {"subject": '"dev/alice"', "actor": 'actor = "orders"'}[role],
        {
            "subject": '"prod/boss"',
            "actor": 'actor = "prod/boss"',
        }[role],
    )
    exchange = loaded(path, text).by_id["dev/for-alice"]

    assert exchange.protected
    assert exchange.why_protected == "prod/boss, whose token it exchanges,"


@pytest.mark.parametrize(
    ("named", "what"),
    [
        ("dev/for-alice", "is the profile itself"),
        ("for-alice", "is the profile itself"),
        ("dev/nobody", "is no profile, or one with an error"),
    ],
)
def test_a_subject_that_is_itself_or_no_profile_is_an_error_of_that_profile(path: Path, named: str, what: str) -> None:
    profile_set = loaded(path, BASE.replace('"dev/alice"', f'"{named}"'))

    assert error_of(profile_set) == ("dev/for-alice", "subject", what)
    assert profile_set.errors[0].line == BASE.splitlines().index('subject = "dev/alice"') + 1
    assert "dev/for-alice" not in profile_set.by_id
    assert "dev/alice" in profile_set.by_id


def test_a_subject_that_is_nearly_a_profile_is_suggested(path: Path) -> None:
    profile_set = loaded(path, BASE.replace('"dev/alice"', '"dev/alise"'))

    assert profile_set.errors[0].fix == "did you mean dev/alice?"


def test_exchanges_that_lead_back_to_each_other_are_errors(path: Path) -> None:
    more = '[environments.dev.profiles.back]\nflow = "token_exchange"\nsubject = "for-alice"\n'
    profile_set = loaded(path, BASE.replace('"dev/alice"', '"dev/back"') + more)

    assert {error.where for error in profile_set.errors} == {"dev/for-alice", "dev/back"}
    assert {"dev/for-alice", "dev/back"}.isdisjoint(profile_set.by_id)


def test_a_program_has_no_id_token_to_exchange(path: Path) -> None:
    text = BASE.replace('subject = "dev/alice"', 'subject = "orders"\nsubject_token = "id"')

    assert error_of(loaded(path, text)) == ("dev/for-alice", "subject_token", "is id, and dev/orders has no ID token")


@pytest.mark.parametrize(
    ("line", "key", "what"),
    [
        ('audiences = ["a", "b"]', "audiences", "has more than one, and Cognito takes one"),
        (
            'audiences = ["a"]\nresource = "https://b"',
            "audiences",
            "is set beside resource, and Cognito takes one of them",
        ),
    ],
)
def test_an_exchange_has_one_audience_or_one_resource(path: Path, line: str, key: str, what: str) -> None:
    text = BASE.replace('audiences = ["https://orders.example.com"]', line)

    assert error_of(loaded(path, text)) == ("dev/for-alice", key, what)


def test_a_subject_without_the_flow_is_an_error(path: Path) -> None:
    text = BASE.replace('username = "alice"', 'username = "alice"\nactor = "orders"')

    assert ("dev/alice", "actor", "is only for token_exchange") in [
        (error.where, error.key, error.what) for error in loaded(path, text).errors
    ]


def test_an_exchange_uses_the_domain_only_if_there_is_no_pool(path: Path) -> None:
    domain = 'domain = "https://shop.auth.eu-west-1.amazoncognito.com"\n'
    by_domain = (
        f'[environments.x.profiles.y]\nclient_id = "a"\nflow = "token_exchange"\nsubject = "dev/alice"\n{domain}'
    )
    profile_set = loaded(path, BASE.replace('actor = "orders"\n', domain) + by_domain)

    assert not profile_set.by_id["dev/for-alice"].signs_in_at_domain
    assert profile_set.by_id["x/y"].signs_in_at_domain


def test_the_tokens_of_exchanges_differ_by_all_that_is_asked_for(path: Path) -> None:
    exchange = loaded(path, BASE).by_id["dev/for-alice"]
    fields = exchange.own
    others = [
        msgspec.structs.replace(exchange, own=msgspec.structs.replace(fields, audiences=("https://other",))),
        msgspec.structs.replace(exchange, own=msgspec.structs.replace(fields, scopes=("orders/write",))),
        msgspec.structs.replace(exchange, actor=None),
        msgspec.structs.replace(exchange, subject=exchange.actor),
    ]

    assert len({exchange.token_key, *(other.token_key for other in others)}) == 5


def test_a_shared_file_cannot_send_the_token_of_your_profile_to_a_server_of_its_choice(
    path: Path, tmp_path: Path
) -> None:
    (tmp_path / "team.toml").write_text(
        '[environments.team.profiles.svc]\nclient_id = "7d8c"\nflow = "token_exchange"\nsubject = "dev/alice"\n'
        'domain = "https://login.example.com"\n'
    )
    profile_set = loaded(path, 'include = ["team.toml"]\n' + BASE)

    assert error_of(profile_set) == (
        "team/svc",
        "subject",
        "would send its token to another server, which an included file names",
    )


ELSEWHERE = 'endpoint_url = "https://login.example.com"\n'
EXCHANGE = 'client_id = "7d8c"\nflow = "token_exchange"\n'


def with_team_file(path: Path, team: str, own: str = "") -> ProfileSet:
    (path.parent / "team.toml").write_text(team)
    return loaded(path, f'include = ["team.toml"]\n{BASE}{own}')


def test_a_shared_environment_cannot_turn_your_profile_into_an_exchange_at_a_server_of_its_choice(path: Path) -> None:
    team = f'[environments.team]\nuser_pool_id = "eu-west-1_Team"\nsubject = "dev/alice"\n{EXCHANGE}{ELSEWHERE}'
    profile_set = with_team_file(path, team, '[environments.team.profiles.bob]\nusername = "bob"\n')

    assert [(error.where, error.key) for error in profile_set.errors] == [("team/bob", "subject")]
    assert "team/bob" not in profile_set.by_id


def test_a_shared_environment_cannot_redirect_an_exchange_of_your_own_file(path: Path) -> None:
    team = f'[environments.team]\nuser_pool_id = "eu-west-1_Team"\n{ELSEWHERE}'
    own = f'[environments.team.profiles.svc]\nsubject = "dev/alice"\n{EXCHANGE}'
    profile_set = with_team_file(path, team, own)

    assert [(error.where, error.key) for error in profile_set.errors] == [("team/svc", "subject")]


def test_an_exchange_between_them_hides_no_server_of_a_shared_file(path: Path) -> None:
    pool = 'user_pool_id = "eu-west-1_Team"\n'
    team = (
        f'[environments.inner.profiles.hop]\nsubject = "dev/alice"\n{pool}{EXCHANGE}'
        f'[environments.outer.profiles.nested]\nsubject = "inner/hop"\n{pool}{EXCHANGE}{ELSEWHERE}'
    )
    profile_set = with_team_file(path, team)

    assert [(error.where, error.key) for error in profile_set.errors] == [("outer/nested", "subject")]


def test_a_profile_of_a_shared_file_for_your_user_gives_no_token_to_another_server(path: Path) -> None:
    pool = 'user_pool_id = "eu-west-1_AbCdEf123"\n'
    team = (
        f'[environments.team.profiles.alice]\nusername = "alice"\nclient_id = "1h57"\n{pool}'
        f'[environments.team.profiles.svc]\nsubject = "alice"\n{pool}{EXCHANGE}{ELSEWHERE}'
    )
    profile_set = with_team_file(path, team)

    assert [(error.where, error.key) for error in profile_set.errors] == [("team/svc", "subject")]


def test_a_shared_file_may_exchange_tokens_at_the_server_that_issues_them(path: Path) -> None:
    domain = 'domain = "https://login.example.com"\n'
    team = (
        f'[environments.team.profiles.ann]\nclient_id = "1h57"\nflow = "authorization_code"\n{domain}'
        f'[environments.team.profiles.svc]\nsubject = "ann"\n{EXCHANGE}{domain}'
    )
    profile_set = with_team_file(path, team)

    assert profile_set.errors == ()
    assert "team/svc" in profile_set.by_id


def test_your_own_file_may_exchange_a_token_at_any_server(path: Path) -> None:
    own = f'[environments.dev.profiles.svc]\nsubject = "dev/alice"\n{EXCHANGE}{ELSEWHERE}'

    assert loaded(path, BASE + own).errors == ()


def test_a_new_name_of_the_subject_is_followed(path: Path) -> None:
    profile_set = loaded(path, BASE)
    alice = profile_set.by_id["dev/alice"]

    after = ProfileFile(path).change(alice, "prod", "alicia", msgspec.structs.replace(alice.own, client_id="1h57"))

    subject = after.by_id["dev/for-alice"].subject
    assert after.errors == ()
    assert subject is not None
    assert subject.id == "prod/alicia"
    assert 'subject = "prod/alicia"' in path.read_text()


def test_a_subject_cannot_be_removed_while_an_exchange_names_it(path: Path) -> None:
    profile_set = loaded(path, BASE)

    with pytest.raises(ProfileFileError, match="subject of dev/for-alice"):
        ProfileFile(path).remove(profile_set.by_id["dev/alice"])

    assert path.read_text() == BASE


def test_an_exchange_without_its_subject_is_not_added(path: Path) -> None:
    loaded(path, BASE)
    fields = ProfileFields(flow=Flow.TOKEN_EXCHANGE, subject="dev/nobody")

    for attempt in (ProfileFile(path).add, ProfileFile(path).check):
        with pytest.raises(ProfileFileError, match="subject of dev/new is no profile"):
            attempt("dev", "new", fields)

    assert path.read_text() == BASE


def test_an_edit_is_saved_beside_an_exchange_that_was_wrong_before(path: Path) -> None:
    loaded(path, BASE.replace('"dev/alice"', '"dev/nobody"'))

    after = ProfileFile(path).add("dev", "carol", ProfileFields(username="carol"))

    assert "dev/carol" in after.by_id
