"""IAM credentials: botocore sessions that have them, and why an AWS profile has none."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cognitui.cognito.connections import not_counted
from cognitui.cognito.machine_setup import PLACES, configured, path_of
from cognitui.model.aws import DEFAULT_AWS_PROFILE
from cognitui.model.errors import AwsCredentialsUnusable
from cognitui.model.text import inert
from cognitui.system.processes import PrintedTooMuch, TookTooLong, run_for_output

if TYPE_CHECKING:
    from botocore.credentials import ProcessProvider
    from botocore.session import Session


def bare_session() -> Session:
    """Return a session without the set-up of this machine, which may be broken: user-side calls do not need it."""
    # Costs 60 ms, and only calls need it.
    from botocore.session import Session

    session = Session()
    settings = session.session_var_map
    for name, (_, _, default, convert) in dict(settings).items():
        # Each setting comes from a file, a variable or a default: only the default is left.
        settings[name] = (None, None, default, convert)
    for name in ("config_file", "credentials_file"):
        settings[name] = (None, None, os.devnull, None)
    return session


def signs_in_as(aws_profile: str, environ: Mapping[str, str]) -> str:
    """Return the AWS profile whose sign-in a profile uses: its source_profile, or itself."""
    name = aws_profile
    if name == DEFAULT_AWS_PROFILE:
        name = environ.get("AWS_DEFAULT_PROFILE") or environ.get("AWS_PROFILE") or name
    seen = {name}
    while (source := configured("source_profile", environ, name)) and source not in seen:
        seen.add(source)
        name = source
    return name


def what_is_wrong(environ: Mapping[str, str]) -> str:
    """Return a sentence on the first of AWS's files that cannot be used, or an empty text if both can.

    Nothing of what they contain is in it: a line that cannot be parsed may be a key.
    """
    for variable in PLACES:
        if problem := _problem_of(path_of(variable, environ), variable, named=bool(environ.get(variable))):
            return problem
    return ""


def _problem_of(path: Path, variable: str, *, named: bool) -> str:
    from botocore.configloader import raw_config_parse
    from botocore.exceptions import BotoCoreError

    shown = inert(str(path), 200)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return f"{shown} is a folder, not a file."
        if not stat.S_ISREG(mode):
            # botocore takes it for a missing one, and /dev/null is meant so. Opening a pipe could wait for ever.
            return "" if str(path) == os.devnull else f"{shown} is not a regular file."
        # Opened, as only that says whether it may be read.
        with path.open("rb"):
            pass
        raw_config_parse(str(path))
    except (FileNotFoundError, NotADirectoryError):
        return f"{variable} names {shown}, which does not exist." if named else ""
    except OSError as error:
        # botocore takes a file that may not be read for an empty one.
        return f"{shown} cannot be read: {inert(error.strerror or type(error).__name__)}."
    except BotoCoreError as error:
        return f"{shown} is not in the form of AWS's files{_line(error.kwargs.get('error'))}."
    return ""


def _line(error: object) -> str:
    line = getattr(error, "lineno", None)
    errors = getattr(error, "errors", None)
    if line is None and isinstance(errors, list) and errors and isinstance(errors[0], tuple):
        line = errors[0][0]
    return f" (line {line})" if isinstance(line, int) else ""


_UNFORESEEN = (OSError, ValueError, TypeError, AttributeError, LookupError)
"""What botocore lets through: the tool of `credential_process` is gone or prints no JSON, a cache of SSO or of
`aws login` is broken."""

_FILES = "Check the files in ~/.aws; a tool that credential_process names there must be installed and print JSON."
_OTHER = "or name another AWS profile (aws_profile, --aws-profile)"

_Reason = tuple[str, str]
"""The rest of the sentence after the name of the AWS profile, and the fix."""


def signing_session(aws_profile: str, serve: Callable[[Session, str], None]) -> Session:
    """Return a session whose credentials are fetched; whether AWS accepts them shows at the first call.

    botocore looks where this machine's setup says: it may run the tool of `credential_process`, ask STS or SSO for
    those of a role, and, if there are no others, ask the metadata service of EC2 or ECS. That may block for
    seconds.

    Args:
        aws_profile: Its name; `default` also means the credentials of the environment or the machine.
        serve: Makes a session send its requests over our connections; it receives the name of its AWS profile as well.

    Raises:
        AwsCredentialsUnusable: There is no such profile, it has none, or they cannot be fetched.
        Unreachable: The source of the credentials does not answer.
    """
    from botocore.exceptions import BotoCoreError, ClientError, ProfileNotFound
    from botocore.parsers import ResponseParserError
    from botocore.session import Session

    named = None if aws_profile == DEFAULT_AWS_PROFILE else aws_profile
    session = Session(profile=named)
    serve(session, named or "")
    try:
        bound_tools(session)
        found = session.get_credentials()
        if found is not None:
            # Those of a role or of SSO are fetched now: at a call, their errors would look like its own.
            found.get_frozen_credentials()
    except ProfileNotFound as error:
        # The default ones may be those of a profile that AWS_PROFILE names.
        raise _no_profile(inert(str(error.kwargs.get("profile") or aws_profile), 60)) from None
    except (BotoCoreError, ClientError, ResponseParserError, *_UNFORESEEN) as error:
        what, fix = why_unusable(error, aws_profile)
        raise AwsCredentialsUnusable(f"The AWS profile {inert(aws_profile, 60)} {what}.", fix=fix) from None
    if found is None:
        raise _no_credentials(inert(aws_profile, 60))
    return session


def why_unusable(error: Exception, aws_profile: str) -> _Reason:
    """Return why an AWS profile gives no credentials, as the rest of a sentence after its name, and the fix.

    Args:
        error: What botocore raised. None of its text is taken over: it may hold what a tool printed.
        aws_profile: The profile's name.
    """
    at = f" --profile {inert(signs_in_as(aws_profile, os.environ), 60)}"
    found = _of_login(error, at) or _of_session(error, aws_profile, at) or _of_tool(error) or _of_files(error, at)
    return found or (f"has IAM credentials that cannot be fetched ({type(error).__name__})", _FILES)


def _of_session(error: Exception, aws_profile: str, at: str) -> _Reason | None:
    from botocore import exceptions

    match error:
        case exceptions.SSOError() | exceptions.TokenRetrievalError():
            return "needs a new `aws sso login`: its session has expired or does not exist", f"Run: aws sso login{at}"
        case exceptions.ClientError():
            said = inert(" ".join(str(error.response.get("Error", {}).get("Message", "")).split()), 300)
            why = said.rstrip(".") or "no reason is given"
            return f"gets no IAM credentials of AWS: {why}", f"Have an AWS administrator allow it, {_OTHER}."
        case LookupError() if kept_by := _session_kind(aws_profile):
            return f"needs a new `{kept_by}`: its stored session is broken", f"Run: {kept_by}{at}"
    return None


def _of_tool(error: Exception) -> _Reason | None:
    match error:
        case ToolFailed():
            return str(error), _FILES
        case FileNotFoundError() | PermissionError():
            return "names a credential_process that cannot be run", _FILES
    return None


def _of_files(error: Exception, at: str) -> _Reason | None:
    from botocore import exceptions

    match error:
        case exceptions.PartialCredentialsError():
            missing = inert(str(error.kwargs.get("cred_var") or "a part"), 60)
            return f"has no complete IAM credentials: {missing} is missing", f"Run: aws configure{at}"
        case exceptions.NoCredentialsError():
            fix = f"Sign in (aws login{at}, aws sso login{at}), run aws configure, {_OTHER}."
            return "has no IAM credentials that can be used", fix
        case exceptions.ConfigParseError():
            return f"cannot be read: {what_is_wrong(os.environ) or 'a file of ~/.aws'}".rstrip("."), "Fix that file."
        case exceptions.CredentialRetrievalError():
            return "has IAM credentials that have expired or cannot be fetched", _FILES
    return None


def _session_kind(aws_profile: str) -> str:
    """Return the command that starts the session of a profile; empty if it has none."""
    name = signs_in_as(aws_profile, os.environ)
    if configured("login_session", os.environ, name):
        return "aws login"
    by_sso = configured("sso_session", os.environ, name) or configured("sso_start_url", os.environ, name)
    return "aws sso login" if by_sso else ""


def _of_login(error: Exception, at: str) -> _Reason | None:
    """By name: the errors of `aws login` came with botocore 1.41.3."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if "MissingDependencyException" in kinds:
        return (
            "signs in by `aws login` (login_session), and botocore cannot use such a session without awscrt",
            f'Install it next to cognitui (pip install "botocore[crt]", or pipx inject cognitui awscrt), {_OTHER}.',
        )
    if "LoginInsufficientPermissions" in kinds:
        return (
            "signs in by `aws login`, and its user lacks the permission signin:CreateOAuth2Token",
            f"Have an AWS administrator allow signin:CreateOAuth2Token, {_OTHER}.",
        )
    if "LoginError" in kinds:
        return "needs a new `aws login`: its session has expired or does not exist", f"Run: aws login{at}"
    return None


def _no_profile(name: str) -> AwsCredentialsUnusable:
    wrong = what_is_wrong(os.environ)
    return AwsCredentialsUnusable(
        f"There is no AWS profile {name} on this machine.{f' {wrong}' if wrong else ''}",
        fix=f"Check the name (aws_profile, --aws-profile), or run: aws configure --profile {name}.",
    )


def _no_credentials(name: str) -> AwsCredentialsUnusable:
    wrong = what_is_wrong(os.environ)
    return AwsCredentialsUnusable(
        f"The AWS profile {name} has no IAM credentials that can be used.{f' {wrong}' if wrong else ''}",
        fix=f"Sign in (aws sso login --profile {name}, aws login --profile {name}), run aws configure, or name another"
        " AWS profile.",
    )


_TIMEOUT = 60.0
"""Seconds: the tool may ask the user to log in, or to touch a key."""

_LARGEST = 64 * 1024
"""Bytes; a session token has 2 KB at the most."""

_METHOD = "custom-process"
"""botocore's name of the provider."""


def bound_tools(session: Session, timeout: float = _TIMEOUT) -> None:
    """Let a session run the tools of `credential_process` within bounds, that of a source_profile as well.

    Args:
        session: A session whose credentials were not asked for yet.
        timeout: Seconds that a tool may take.
    """
    from botocore.credentials import ProcessProvider

    def popen(command: Sequence[str], **_: object) -> _Tool:
        return _Tool(command, timeout)

    def provider(profile_name: str) -> ProcessProvider:
        return ProcessProvider(profile_name, lambda: session.full_config, popen=popen)

    resolver = session.get_component("credential_provider")
    for at, each in enumerate(resolver.providers):
        if each.METHOD == _METHOD:
            resolver.providers[at] = provider(session.get_config_variable("profile") or "default")
        # Roles make providers of their own for the profile that they are based on; botocore offers nothing else.
        builder = getattr(each, "_profile_provider_builder", None)
        if builder is not None:
            builder._create_process_provider = provider  # noqa: SLF001


class ToolFailed(OSError):
    """A tool hangs or prints endlessly; `str()` says which, as the rest of a sentence after the profile's name."""


class _Tool:
    """The part of a Popen that botocore uses."""

    def __init__(self, command: Sequence[str], timeout: float) -> None:
        self._command = command
        self._timeout = timeout
        self.returncode = 0

    def communicate(self) -> tuple[bytes, bytes]:
        try:
            # A person may be at work on it, and a call to STS or Cognito may follow.
            with not_counted():
                done = run_for_output(self._command, within=self._timeout, largest=_LARGEST)
        except TookTooLong:
            raise ToolFailed(f"names a credential_process that gave nothing within {self._timeout:g} s") from None
        except PrintedTooMuch:
            raise ToolFailed("names a credential_process that prints without an end") from None
        self.returncode = done.exit_code
        return done.output, b""
