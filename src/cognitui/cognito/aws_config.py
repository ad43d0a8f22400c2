"""AWS's own configuration files: single settings of a profile, and what is wrong with a file that cannot be used."""

from __future__ import annotations

import os
import ssl
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cognitui.model.aws import DEFAULT_AWS_PROFILE
from cognitui.model.errors import UsageError
from cognitui.model.text import inert

if TYPE_CHECKING:
    from botocore.session import Session


CONFIG = "AWS_CONFIG_FILE"
CREDENTIALS = "AWS_SHARED_CREDENTIALS_FILE"

_PLACES = {CONFIG: "~/.aws/config", CREDENTIALS: "~/.aws/credentials"}


def configured(setting: str, environ: Mapping[str, str], aws_profile: str = "") -> str:
    """Return a setting of a profile in AWS's configuration file; empty if it has none or the file cannot be read.

    Args:
        setting: Its name in the file: `ca_bundle`.
        environ: The environment of this process.
        aws_profile: The profile; empty for the one that `AWS_PROFILE` names, else `default`.
    """
    # Costs 10 ms without the rest of botocore, and only calls need it.
    from botocore.configloader import load_config
    from botocore.exceptions import BotoCoreError

    try:
        profiles = load_config(str(_path(CONFIG, environ)))["profiles"]
    except (BotoCoreError, OSError, ValueError):
        return ""
    name = aws_profile or environ.get("AWS_DEFAULT_PROFILE") or environ.get("AWS_PROFILE") or "default"
    value = profiles.get(name, {}).get(setting, "")
    return value.strip() if isinstance(value, str) else ""


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
    """Return the AWS profile whose sign-in a profile uses: its source_profile's, or its own."""
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
    for variable in _PLACES:
        if problem := _problem_of(_path(variable, environ), variable, named=bool(environ.get(variable))):
            return problem
    return ""


def _path(variable: str, environ: Mapping[str, str]) -> Path:
    return Path(os.path.expandvars(environ.get(variable) or _PLACES[variable])).expanduser()


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


@dataclass(frozen=True, slots=True)
class Bundle:
    """A chosen file of certificates."""

    path: str
    """Empty for those that come with Python's certifi."""
    named_by: str = ""
    """`AWS_CA_BUNDLE`."""


def bundle_of(environ: Mapping[str, str], aws_profile: str = "") -> Bundle:
    """Return the file of certificates to trust, in the order of botocore.

    Args:
        environ: The environment of this process.
        aws_profile: Whose `ca_bundle` counts; see `configured`.
    """
    if path := environ.get("AWS_CA_BUNDLE", "").strip():
        return Bundle(path, "AWS_CA_BUNDLE")
    if path := configured("ca_bundle", environ, aws_profile):
        return Bundle(path, "ca_bundle in the AWS configuration file")
    if path := environ.get("REQUESTS_CA_BUNDLE", "").strip():
        return Bundle(path, "REQUESTS_CA_BUNDLE")
    return Bundle("")


def context_of(bundle: Bundle) -> ssl.SSLContext:
    """Return what TLS connections are checked with.

    Raises:
        UsageError: The file is missing, no file, not readable or holds no certificate.
    """
    from botocore.httpsession import create_urllib3_context, get_cert_path

    context: ssl.SSLContext = create_urllib3_context()
    context.check_hostname = True
    try:
        context.load_verify_locations(cafile=bundle.path or get_cert_path(True))
    except OSError as error:  # ssl.SSLError is one
        raise _unusable(bundle, error) from None
    return context


def _unusable(bundle: Bundle, error: OSError) -> UsageError:
    path = Path(bundle.path)
    try:
        wrong = "is a folder, not a file of certificates" if path.is_dir() else ""
        wrong = wrong or ("does not exist" if not path.exists() else "")
    except OSError:
        wrong = ""
    if not wrong:
        holds_none = isinstance(error, ssl.SSLError)
        reason = inert(error.strerror or type(error).__name__)
        wrong = "holds no certificate that can be read" if holds_none else f"cannot be read: {reason}"
    return UsageError(
        f"{bundle.named_by or 'certifi'} names {inert(bundle.path, 200)}, which {wrong}.",
        fix=f"Set {bundle.named_by} to a file of certificates in PEM form, or remove it.",
    )
