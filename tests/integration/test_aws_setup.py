"""A broken set-up of this machine: certificates, AWS's files, proxies that answer with a page."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from cognitui.cognito.admin_api import AdminCaller, AwsDirectory
from cognitui.cognito.credentials import what_is_wrong
from cognitui.cognito.http import fetch_https, look, post_form
from cognitui.cognito.provisioning import AwsProvisioning
from cognitui.cognito.transport import Transport, skew_of
from cognitui.cognito.user_pool_api import UserPoolApi
from cognitui.model.aws import AwsPlace
from cognitui.model.errors import AwsCredentialsUnusable, CognituiError, ServiceFault, Unreachable, UsageError
from tests.integration.one_answer import OneAnswer
from tests.integration.test_bounds import PATIENT, list_pools, sign_in, token_service
from tests.integration.web_sites import Site
from tests.unit.fakes import make_profile

pytestmark = pytest.mark.usefixtures("plain_environment")

BUNDLES = {
    "missing": (None, "does not exist"),
    "a folder": ("folder", "is a folder, not a file of certificates"),
    "empty": (b"", "holds no certificate that can be read"),
    "no certificate": (b"hello\n", "holds no certificate that can be read"),
    "a broken certificate": (
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "holds no certificate that can be read",
    ),
}

SECRET = "canary-of-a-secret-key"


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with AWS's files, and keys in the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "A")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "B")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_USE_FIPS_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config").touch()
    (tmp_path / "credentials").touch()
    return tmp_path


@pytest.fixture
def answering() -> Iterator[Callable[..., OneAnswer]]:
    opened: list[OneAnswer] = []

    def answer(body: bytes, content_type: str = "text/html", status: int = 200) -> OneAnswer:
        opened.append(OneAnswer(body, content_type, status))
        return opened[-1]

    yield answer
    for each in opened:
        each.end()


@pytest.fixture(params=BUNDLES)
def bundle(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """A file of certificates that cannot be used, and what is said of it."""
    content, words = BUNDLES[request.param]
    path = tmp_path / "bundle.pem"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content:
        path.mkdir()
    return path, f"names {path}, which {words}."


def name_bundle(by: str, path: Path, aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if by.isupper():
        monkeypatch.setenv(by, str(path))
    else:
        (aws / "config").write_text(f"[default]\nca_bundle = {path}\n")


WAYS: dict[str, Callable[[str], object]] = {
    "unsigned": lambda url: sign_in(make_profile(endpoint_url=url), PATIENT),
    "signed": lambda url: list_pools(make_profile(endpoint_url=url), PATIENT),
    "sts": lambda url: token_service(make_profile(endpoint_url=url), PATIENT),
    "document": lambda url: fetch_https(f"{url}/keys"),
    "form": lambda url: post_form(f"{url}/token", "a=b", {}),
}


@pytest.mark.parametrize("by", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "ca_bundle"])
def test_certificates_that_cannot_be_read_are_named(
    secure_site: Site, bundle: tuple[Path, str], by: str, aws: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, words = bundle
    name_bundle(by, path, aws, monkeypatch)

    with pytest.raises(UsageError) as caught:
        fetch_https(f"{secure_site.url}/keys")
    assert caught.value.cause.startswith(by)
    assert caught.value.cause.endswith(words)
    assert by in caught.value.fix
    assert secure_site.asked == []


@pytest.mark.parametrize("way", WAYS)
def test_every_way_names_certificates_that_are_missing(
    secure_site: Site, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", "/nowhere/bundle.pem")

    with pytest.raises(UsageError, match=r"AWS_CA_BUNDLE names /nowhere/bundle\.pem, which does not exist"):
        WAYS[way](secure_site.url)
    assert secure_site.asked == []


@pytest.mark.parametrize("way", WAYS)
def test_certificates_of_the_configuration_file_are_trusted(
    secure_site: Site, way: str, certificate: Path, aws: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_bundle("ca_bundle", certificate, aws, monkeypatch)

    with suppress(CognituiError):
        WAYS[way](secure_site.url)
    assert secure_site.asked


def test_an_emulator_over_http_needs_no_certificates(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", "/nowhere/bundle.pem")

    assert fetch_https(f"{site.url}/keys")


def test_blank_variables_name_no_certificates(
    secure_site: Site, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", "  ")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))

    assert fetch_https(f"{secure_site.url}/keys")


BROKEN = {
    "an open bracket": "[default\n",
    "a key outside": f"aws_secret_access_key = {SECRET}\n",
    "a line without a value": f"[default]\n{SECRET}\n",
    "a section twice": "[default]\n[default]\n",
    "a block without a value": "[default]\ns3 =\n  broken\n",
    "no text": "\xff\xfe\x00",
}

BAD_VALUES = {
    "retry_mode": "nonsense",
    "max_attempts": "many",
    "defaults_mode": "nonsense",
    "sts_regional_endpoints": "nonsense",
    "tcp_keepalive": "nonsense",
    "request_min_compression_size_bytes": "many",
    "metadata_service_timeout": "long",
}


def answer_of(site: OneAnswer) -> object:
    """Sign in; a challenge is what the site answers with."""
    api = UserPoolApi(time.time, sleep=lambda _seconds: None)
    reply = api.initiate(make_profile(endpoint_url=site.url), "USER_PASSWORD_AUTH", {"USERNAME": "a", "PASSWORD": "b"})
    return reply.outcome


CHALLENGE = (b'{"ChallengeName": "SMS_MFA", "Session": "a-session"}', "application/x-amz-json-1.1")


@pytest.mark.parametrize("file", ["config", "credentials"])
@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_of_aws_stops_no_sign_in(
    aws: Path, answering: Callable[..., OneAnswer], kind: str, file: str
) -> None:
    (aws / file).write_bytes(BROKEN[kind].encode("latin-1"))

    assert answer_of(answering(*CHALLENGE))


@pytest.mark.parametrize("setting", BAD_VALUES)
def test_a_bad_value_in_a_file_of_aws_stops_no_sign_in(
    aws: Path, answering: Callable[..., OneAnswer], setting: str
) -> None:
    (aws / "config").write_text(f"[default]\n{setting} = {BAD_VALUES[setting]}\n")

    assert answer_of(answering(*CHALLENGE))


@pytest.mark.parametrize("file", ["config", "credentials"])
def test_a_folder_in_the_place_of_a_file_stops_no_sign_in(
    aws: Path, answering: Callable[..., OneAnswer], file: str
) -> None:
    (aws / file).unlink()
    (aws / file).mkdir()

    assert answer_of(answering(*CHALLENGE))


@pytest.mark.parametrize(
    ("file", "kind"),
    # botocore reads no blocks of credentials.
    [("config", kind) for kind in BROKEN] + [("credentials", kind) for kind in BROKEN if "block" not in kind],
)
def test_a_broken_file_of_aws_is_named_at_a_signed_call_without_its_text(
    aws: Path, answering: Callable[..., OneAnswer], kind: str, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    (aws / file).write_bytes(BROKEN[kind].encode("latin-1"))

    with pytest.raises(UsageError, match=rf"{aws / file} is not in the form of AWS's files") as caught:
        list_pools(make_profile(endpoint_url=answering(*CHALLENGE).url), PATIENT)
    assert SECRET not in f"{caught.value.cause}{caught.value.fix}"


@pytest.fixture
def directory() -> AwsDirectory:
    return AwsDirectory(AdminCaller(Transport(time.time, sleep=lambda _seconds: None)), {})


def test_a_broken_file_is_named_with_its_line(aws: Path, directory: AwsDirectory) -> None:
    (aws / "config").write_text(f"[default]\nregion = eu-west-1\n{SECRET}\n")

    with pytest.raises(UsageError, match=r"config is not in the form of AWS's files \(line 3\)\.") as caught:
        directory.aws_profiles()
    assert SECRET not in caught.value.cause


def test_a_broken_file_does_not_hide_the_regions(aws: Path, directory: AwsDirectory) -> None:
    (aws / "config").write_text("[default\n")

    assert "eu-west-1" in directory.regions()
    assert directory.default_region("default") == ""


def test_a_file_that_is_named_and_is_nowhere_is_reported_if_a_profile_is_missing(
    directory: AwsDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere/config")

    with pytest.raises(AwsCredentialsUnusable, match=r"AWS_CONFIG_FILE names /nowhere/config, which does not exist"):
        directory.require_credentials("admin")


def test_keys_of_the_environment_need_no_file(directory: AwsDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere/config")

    directory.require_credentials("default")


PAGE = b"\n<!DOCTYPE html><html><body>Sign in to the network</body></html>"


@pytest.mark.parametrize("way", ["unsigned", "signed", "sts", "document", "form"])
@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "application/octet-stream"])
def test_a_page_of_a_proxy_is_called_one(answering: Callable[..., OneAnswer], way: str, content_type: str) -> None:
    with pytest.raises(ServiceFault, match=r"answered with a web page \(HTTP 200\)") as caught:
        WAYS[way](answering(PAGE, content_type).url)
    assert "HTTPS_PROXY" in caught.value.fix
    assert caught.value.exit_code == 5


def test_a_page_of_the_domain_will_do_for_a_look(answering: Callable[..., OneAnswer]) -> None:
    assert look(answering(PAGE).url).status == 200


ODD = {
    "no xml": b"hello",
    "xml cut off": b"<GetCallerIdentityResponse><GetCallerIdentityResult>",
    "another document": b"<feed></feed>",
    "bytes": b"\x1f\x8b\x08\x00",
}


@pytest.mark.parametrize("status", [200, 403, 503])
@pytest.mark.parametrize("kind", ODD)
def test_sts_is_never_more_than_an_error(answering: Callable[..., OneAnswer], kind: str, status: int) -> None:
    place = AwsPlace("default", "eu-west-1", answering(ODD[kind], "text/xml", status).url)
    calls = AdminCaller(Transport(time.time, sleep=lambda _seconds: None))

    try:
        answer = calls.call_service(place, "sts", "GetCallerIdentity", {})
    except CognituiError as error:
        assert error.exit_code in (4, 5)  # noqa: PT017 (either is right)
    else:
        assert "Account" not in answer


@pytest.mark.parametrize("status", [403, 502])
def test_a_page_of_sts_with_an_error_is_an_error(answering: Callable[..., OneAnswer], status: int) -> None:
    place = AwsPlace("default", "eu-west-1", answering(PAGE, "text/html", status).url)
    calls = AdminCaller(Transport(time.time, sleep=lambda _seconds: None))

    with pytest.raises(CognituiError) as caught:
        calls.call_service(place, "sts", "GetCallerIdentity", {})
    assert caught.value.exit_code in (4, 5)


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"null", b'{"ChallengeName": ', b"\x1f\x8b\x08\x00", b"1" * 5000])
@pytest.mark.parametrize("way", ["unsigned", "signed"])
def test_json_that_is_no_object_is_an_answer_in_another_form(
    answering: Callable[..., OneAnswer], way: str, body: bytes
) -> None:
    with pytest.raises(Unreachable, match="is cut off or in another form than that of AWS"):
        WAYS[way](answering(body, "application/x-amz-json-1.1").url)


def test_a_member_of_a_signed_answer_that_botocore_does_not_know_is_kept(answering: Callable[..., OneAnswer]) -> None:
    site = answering(b'{"UserPool": {"Id": "p", "Later": {"A": 1}, "CreationDate": 1.5}}', "application/x-amz-json-1.1")
    profile = make_profile(endpoint_url=site.url)

    answer = Transport(time.time).call(profile, "DescribeUserPool", {"UserPoolId": "eu-west-1_AbC"}, signed=True)

    assert answer["UserPool"] == {"Id": "p", "Later": {"A": 1}, "CreationDate": 1.5}
    assert abs(skew_of(answer, time.time())) < 60


EMPTY = b"<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>"


def test_a_document_without_an_account_is_no_answer_of_sts(answering: Callable[..., OneAnswer]) -> None:
    place = AwsPlace("default", "eu-west-1", answering(EMPTY, "text/xml").url)
    calls = AdminCaller(Transport(time.time, sleep=lambda _seconds: None))

    with pytest.raises(ServiceFault, match="does not say which account"):
        AwsProvisioning(calls).account(place)


def test_a_pipe_in_the_place_of_a_file_is_named_and_not_waited_for(
    aws: Path, directory: AwsDirectory, answering: Callable[..., OneAnswer]
) -> None:
    (aws / "config").unlink()
    os.mkfifo(aws / "config")

    with pytest.raises(AwsCredentialsUnusable, match="config is not a regular file"):
        directory.require_credentials("admin")
    assert answer_of(answering(*CHALLENGE))


def test_no_files_at_all_may_be_asked_for(directory: AwsDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)

    with pytest.raises(AwsCredentialsUnusable) as caught:
        directory.require_credentials("admin")
    assert caught.value.cause == "There is no AWS profile admin on this machine."


def test_a_file_that_may_not_be_read_is_named(aws: Path) -> None:
    (aws / "config").chmod(0)
    environ = {"AWS_CONFIG_FILE": str(aws / "config"), "AWS_SHARED_CREDENTIALS_FILE": str(aws / "credentials")}
    me = os.geteuid()
    if me == 0:
        os.seteuid(65534)  # root may read everything
    try:
        wrong = what_is_wrong(environ)
    finally:
        os.seteuid(me)

    assert wrong == f"{aws / 'config'} cannot be read: Permission denied."


def test_a_tool_that_waits_for_a_person_holds_up_no_other_profile(
    aws: Path, answering: Callable[..., OneAnswer]
) -> None:
    asks, may_end = aws / "asks", aws / "may-end"
    (aws / "config").write_text(
        f'[profile person]\ncredential_process = sh -c "touch {asks}; until [ -e {may_end} ]; do sleep 0.1; done"\n'
    )
    caller = Transport(time.time)

    def call_as_person() -> None:
        with suppress(CognituiError):
            caller.call(make_profile(aws_profile="person"), "ListUserPools", {"MaxResults": 1}, signed=True)

    waiting = threading.Thread(target=call_as_person)
    other = threading.Thread(target=caller.warm_up, args=(make_profile(endpoint_url=answering(*CHALLENGE).url),))
    waiting.start()
    try:
        while not asks.exists():
            time.sleep(0.01)
        other.start()
        other.join(20)
        assert not other.is_alive()
    finally:
        may_end.touch()
        waiting.join()
        other.join()
