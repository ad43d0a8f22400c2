"""Setup of this machine for calls: settings in AWS's configuration file, trusted certificates, and proxies.

Everything is read as botocore reads it, without botocore: an unsigned call must not pay for its import.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from cognitui.model.errors import UsageError
from cognitui.model.text import inert

if TYPE_CHECKING:
    import ssl

CONFIG = "AWS_CONFIG_FILE"
CREDENTIALS = "AWS_SHARED_CREDENTIALS_FILE"

PLACES = {CONFIG: "~/.aws/config", CREDENTIALS: "~/.aws/credentials"}
"""Where AWS's files are, by the variable that names others."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A chosen file of certificates."""

    path: str
    """Empty for those that come with Python's certifi, or with botocore."""
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
    from urllib3.util.ssl_ import create_urllib3_context

    context = create_urllib3_context()
    context.check_hostname = True
    try:
        context.load_verify_locations(cafile=bundle.path or _usual_certificates())
    except OSError as error:  # ssl.SSLError is one
        raise _unusable(bundle, error) from None
    return context


def _usual_certificates() -> str:
    """Return the file that botocore trusts: certifi's, or the one that it brings along."""
    try:
        from certifi import where
    except ImportError:
        # Where botocore is, without importing it.
        from importlib.util import find_spec

        found = find_spec("botocore")
        folders = found.submodule_search_locations if found is not None else None
        return str(Path(next(iter(folders or ["."]))) / "cacert.pem")
    return where()


def _unusable(bundle: Bundle, error: OSError) -> UsageError:
    import ssl

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


def proxy_for(parts: SplitResult) -> str:
    """Return the proxy in front of a host, by HTTPS_PROXY and NO_PROXY; empty if there is none.

    Raises:
        UsageError: The variable holds no address, or one of a kind that is not supported.
    """
    from urllib.request import getproxies, proxy_bypass

    from urllib3.util import parse_url

    proxy = "" if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme, "")
    address = proxy if not proxy or "://" in proxy else f"http://{proxy}"
    try:
        whole = not address or (bool(parse_url(address).host) and urlsplit(address).port != 0)
    except ValueError:
        whole = False
    if not whole:
        # Its value may hold a password, so that it is not repeated.
        name = f"{parts.scheme.upper()}_PROXY"
        raise UsageError(f"{name} holds no address.", fix=f"Write {name}=http://HOST:PORT, or unset it.")
    if address and urlsplit(address).scheme not in ("http", "https"):
        kind = inert(urlsplit(address).scheme, 20)
        raise UsageError(
            f"{parts.scheme.upper()}_PROXY names a proxy of the kind {kind}, which is not supported.",
            fix="Name one that is asked over http or https, or add the host to NO_PROXY.",
        )
    return address


def usual_region(environ: Mapping[str, str]) -> str:
    """Return the Region that the AWS setup names for a profile without one; empty if it names none."""
    return environ.get("AWS_DEFAULT_REGION") or configured("region", environ)


def is_set(setting: str, variable: str, environ: Mapping[str, str]) -> bool:
    """Return whether a switch is on: `use_fips_endpoint`, or the variable that overrides it."""
    value = environ.get(variable) or configured(setting, environ)
    return value.lower() == "true"


def configured(setting: str, environ: Mapping[str, str], aws_profile: str = "") -> str:
    """Return a setting of a profile in AWS's configuration file; empty if it has none or the file cannot be read.

    Args:
        setting: Its name in the file: `ca_bundle`.
        environ: The environment of this process.
        aws_profile: The profile; empty for the one that `AWS_PROFILE` names, else `default`.
    """
    path = path_of(CONFIG, environ)
    try:
        # Opening a pipe could wait for ever.
        text = path.read_text() if path.is_file() else ""
    except (OSError, ValueError):
        return ""
    if setting not in text.lower():
        return ""
    name = aws_profile or environ.get("AWS_DEFAULT_PROFILE") or environ.get("AWS_PROFILE") or "default"
    return _setting_in(text, name, setting)


def path_of(variable: str, environ: Mapping[str, str]) -> Path:
    """Return the path of one of AWS's files by its variable, `CONFIG` or `CREDENTIALS`."""
    return Path(os.path.expandvars(environ.get(variable) or PLACES[variable])).expanduser()


def _setting_in(text: str, name: str, setting: str) -> str:
    """Return a setting of a profile; empty for a file that botocore cannot read either."""
    # Cost 4 ms, and only a file with the setting needs them.
    from configparser import Error, RawConfigParser
    from shlex import split

    parser = RawConfigParser()
    try:
        parser.read_string(text)
    except Error:
        return ""
    values: dict[str, dict[str, str]] = {}
    for section in parser.sections():
        options = {option: parser.get(section, option) for option in parser.options(section)}
        if any(_is_broken_block(value) for value in options.values()):
            return ""
        if section == "default":
            values[section] = options
        elif section.startswith("profile"):
            try:
                words = split(section)
            except ValueError:
                continue
            if len(words) == 2:
                values[words[1]] = options
    found = values.get(name, {}).get(setting, "")
    return "" if found.startswith("\n") else found.strip()


def _is_broken_block(value: str) -> bool:
    """Return whether an indented block has a line without a value, for which botocore refuses the whole file."""
    return value.startswith("\n") and any("=" not in line for line in value.splitlines() if line.strip())
