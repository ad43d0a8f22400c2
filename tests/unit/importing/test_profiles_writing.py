"""Writing drafts: nothing is overwritten, and each secret is stored once."""

from __future__ import annotations

from pathlib import Path

import pytest

from cognitui.importing.profiles import NewProfile, check, fitted, write
from cognitui.model.errors import NoKeyring, ProfileFileError, SaveFailed, SecretStoreError, UsageError
from cognitui.model.profile import NO_FIELDS, Environment, Flow, Profile, ProfileFields, ProfileSet
from cognitui.model.secret import SecretKind
from cognitui.model.struct import replace
from cognitui.profiles.store import ProfileFile
from tests.unit.fakes import CLIENT, POOL, FakeProfileStore, make_book, make_profile

SECRET = "canary-secret"


class Keeper:
    """Records what is stored."""

    def __init__(self, fault: SecretStoreError | None = None) -> None:
        self.kept: list[tuple[str, SecretKind, str]] = []
        self._fault = fault

    def __call__(self, profile: Profile, kind: SecretKind, value: str) -> None:
        if self._fault:
            raise self._fault
        self.kept.append((profile.id, kind, value))


def draft(name: str, *, secret: str = SECRET, **fields: object) -> NewProfile:
    own = {"user_pool_id": POOL, "client_id": CLIENT, "username": name, "flow": Flow.USER_SRP_AUTH, **fields}
    return NewProfile("dev", name, ProfileFields(**own), secret)  # type: ignore[arg-type]  # the tests name the right ones


def test_profiles_are_added_and_a_shared_secret_is_kept_once() -> None:
    store, keeper = FakeProfileStore(make_book()), Keeper()

    profile_set = write([draft("ann"), draft("bob")], store, keeper)

    assert list(profile_set.by_id) == ["dev/ann", "dev/bob"]
    assert keeper.kept == [("dev/ann", SecretKind.CLIENT_SECRET, SECRET)]


def test_a_client_without_a_secret_stores_none() -> None:
    keeper = Keeper()

    write([draft("ann", secret="")], FakeProfileStore(make_book()), keeper)

    assert keeper.kept == []


def test_an_invalid_client_secret_stops_everything_before_the_first_write() -> None:
    store, keeper = FakeProfileStore(make_book()), Keeper()

    with pytest.raises(UsageError, match="No client secret was entered"):
        write([draft("ann"), draft("bob", secret='""')], store, keeper)

    assert (list(store.profile_set.by_id), keeper.kept) == ([], [])


def test_a_taken_name_stops_everything_before_the_first_write() -> None:
    store, keeper = FakeProfileStore(make_book(make_profile("dev/bob"))), Keeper()

    with pytest.raises(ProfileFileError, match=r"A profile dev/bob exists already\. Nothing was written"):
        write([draft("ann"), draft("bob")], store, keeper)

    assert (list(store.profile_set.by_id), keeper.kept) == (["dev/bob"], [])


def test_the_same_sign_in_is_reported_as_such() -> None:
    store = FakeProfileStore(make_book(make_profile("dev/bob", username="bob")))

    with pytest.raises(ProfileFileError, match="with the same pool, client and user"):
        write([draft("bob")], store, Keeper())


def test_two_profiles_of_the_same_name_are_refused() -> None:
    with pytest.raises(ProfileFileError, match="Two of the profiles"):
        write([draft("ann"), draft("ann")], FakeProfileStore(make_book()), Keeper())


def test_a_failing_vault_is_reported_with_what_is_written() -> None:
    store = FakeProfileStore(make_book())

    with pytest.raises(NoKeyring) as caught:
        write([draft("ann")], store, Keeper(NoKeyring("There is no keyring.")))

    assert caught.value.cause == ("The profiles are written, but the client secret is not stored. There is no keyring.")
    assert "dev/ann" in store.profile_set.by_id


def test_a_file_that_fails_half_way_is_reported_with_what_is_written() -> None:
    class Half(FakeProfileStore):
        def add(
            self,
            environment: str,
            name: str,
            fields: ProfileFields,
            *,
            protected: bool = False,
            shared: ProfileFields = NO_FIELDS,
        ) -> ProfileSet:
            if name == "bob":
                raise SaveFailed("The disk is full.")
            return super().add(environment, name, fields, shared=shared)

    with pytest.raises(SaveFailed) as caught:
        write([draft("ann"), draft("bob")], Half(make_book()), Keeper())

    assert caught.value.cause == "The disk is full. Written before that: dev/ann."


def test_what_the_environment_sets_anyway_is_not_written() -> None:
    environment = Environment(name="dev", defaults=ProfileFields(user_pool_id=POOL, flow=Flow.USER_PASSWORD_AUTH))

    kept = fitted(draft("ann").fields, environment)

    assert kept == ProfileFields(client_id=CLIENT, username="ann", flow=Flow.USER_SRP_AUTH)
    assert fitted(draft("ann").fields, None).flow is None


def test_an_environment_of_an_emulator_rejects_a_profile_of_aws() -> None:
    environment = Environment(name="local", defaults=ProfileFields(endpoint_url="http://localhost:4566"))

    with pytest.raises(UsageError, match="uses an emulator"):
        fitted(draft("ann").fields, environment)


@pytest.fixture
def store(tmp_path: Path) -> ProfileFile:
    """A file with an environment that sets its region."""
    path = tmp_path / "profiles.toml"
    path.write_text('version = 1\n[environments.dev]\nregion = "eu-west-1"\n')
    path.chmod(0o600)
    return ProfileFile(path)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (draft("bad name"), "cannot contain a space"),
        (replace(draft("ann"), environment="bad environment"), "cannot contain a space"),
        (draft("ann", user_pool_id="cn-north-1_AbCdEf123"), "region .* is in another partition of AWS"),
        (draft("ann", client_id="a b"), "client_id .* is not an app client id"),
    ],
    ids=range(4),
)
def test_invalid_profiles_are_reported_in_advance_as_when_writing(
    store: ProfileFile, wrong: NewProfile, message: str
) -> None:
    before = store.path.read_bytes()

    with pytest.raises(ProfileFileError, match=message):
        check([draft("bob"), wrong], store)
    with pytest.raises(ProfileFileError, match=message):
        write([wrong], store, Keeper())

    assert store.path.read_bytes() == before
    assert sorted(path.name for path in store.path.parent.iterdir() if not path.name.endswith(".lock")) == [
        "profiles.toml"
    ]


def test_a_check_of_valid_profiles_writes_nothing(store: ProfileFile) -> None:
    before = store.path.read_bytes()

    check([draft("ann"), draft("bob")], store)

    assert store.path.read_bytes() == before
    assert [path.name for path in store.path.parent.iterdir()] == ["profiles.toml"]


def test_a_profile_is_written_into_a_new_file(tmp_path: Path) -> None:
    check([draft("ann")], ProfileFile(tmp_path / "new" / "profiles.toml"))

    assert list(tmp_path.iterdir()) == []


class TestWhatProfilesShare:
    def test_it_is_written_once_into_their_new_environment(self, tmp_path: Path) -> None:
        store = ProfileFile(tmp_path / "profiles.toml")
        drafts = [replace(draft(name), protected=True) for name in ("ann", "bob")]

        profile_set = write(drafts, store, Keeper())

        text = store.path.read_text()
        assert (text.count("user_pool_id"), text.count("client_id")) == (1, 1)
        assert [(profile.own, profile.user_pool_id, profile.client_id) for profile in profile_set.profiles] == [
            (ProfileFields(username="ann"), POOL, CLIENT),
            (ProfileFields(username="bob"), POOL, CLIENT),
        ]
        assert all(profile.protected for profile in profile_set.profiles)

    def test_what_differs_stays_with_each(self, tmp_path: Path) -> None:
        store = ProfileFile(tmp_path / "profiles.toml")

        profile_set = write([draft("ann"), draft("bob", client_id="another")], store, Keeper())

        assert [profile.own.client_id for profile in profile_set.profiles] == [CLIENT, "another"]
        assert [profile.own.user_pool_id for profile in profile_set.profiles] == [None, None]

    def test_the_next_import_of_the_same_pool_writes_only_the_user(self, tmp_path: Path) -> None:
        store = ProfileFile(tmp_path / "profiles.toml")
        write([draft("ann")], store, Keeper())

        profile_set = write([draft("bob")], store, Keeper())

        assert profile_set.by_id["dev/bob"].own == ProfileFields(username="bob")

    def test_an_environment_that_is_there_keeps_what_its_profiles_mean(self, store: ProfileFile) -> None:
        before = store.load().environment("dev")

        profile_set = write([draft("ann")], store, Keeper())

        assert profile_set.environment("dev") == before
        assert profile_set.by_id["dev/ann"].own.user_pool_id == POOL

    def test_an_environment_that_another_program_has_created_is_left_as_it_is(self, tmp_path: Path) -> None:
        class Slow(ProfileFile):
            """Write as another program between reading and adding."""

            def load(self) -> ProfileSet:
                profile_set = super().load()
                other = ProfileFields(user_pool_id="eu-west-1_Other", client_id="other", username="x")
                super().add("dev", "other", other)
                return profile_set

        profile_set = write([draft("ann")], Slow(tmp_path / "profiles.toml"), Keeper())

        assert profile_set.environment("dev") == Environment(name="dev", source=str(tmp_path / "profiles.toml"))
        assert (profile_set.by_id["dev/other"].user_pool_id, profile_set.by_id["dev/ann"].user_pool_id) == (
            "eu-west-1_Other",
            POOL,
        )

    def test_how_somebody_signs_in_is_not_shared(self, tmp_path: Path) -> None:
        store = ProfileFile(tmp_path / "profiles.toml")

        profile_set = write([draft("ann", flow=Flow.USER_AUTH)], store, Keeper())

        environment = profile_set.environment("dev")
        assert environment is not None
        assert environment.defaults == ProfileFields(user_pool_id=POOL, client_id=CLIENT)

    @pytest.mark.parametrize(
        "text",
        [
            "version = 1\n",
            "version = 1\nenvironments = {}\n",
            "version = 1\n[environments]\n",
            'version = 1\n[environments.prod.profiles.x]\nuser_pool_id = "eu-west-1_X"\nclient_id = "x"\n',
            'version = 1\nenvironments.prod.profiles.x = {user_pool_id = "eu-west-1_X", client_id = "x"}\n',
        ],
        ids=range(5),
    )
    def test_it_is_written_into_a_file_of_any_style(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "profiles.toml"
        path.write_text(text)
        path.chmod(0o600)

        profile_set = write([draft("ann"), draft("bob")], ProfileFile(path), Keeper())

        assert [profile_set.by_id[id_].own for id_ in ("dev/ann", "dev/bob")] == [
            ProfileFields(username="ann"),
            ProfileFields(username="bob"),
        ]
        assert path.read_text().startswith(text.removesuffix("{}\n"))
