"""Trusted certificates: AWS_CA_BUNDLE, `ca_bundle` in AWS's configuration file, REQUESTS_CA_BUNDLE, else certifi's."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cognitui.cognito.aws_files import configured
from cognitui.model.errors import UsageError
from cognitui.model.text import inert


@dataclass(frozen=True, slots=True)
class Bundle:
    """A file of certificates that somebody chose."""

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
