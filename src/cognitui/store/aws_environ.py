"""What AWS's own variables say of an emulator. Nothing but an import reads them, and it shows what it read."""

from __future__ import annotations

from collections.abc import Mapping

from cognitui.model.errors import UsageError
from cognitui.store.profile_urls import url_fault

_VARIABLES = ("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "AWS_ENDPOINT_URL")
"""AWS SDKs and Tools Reference Guide, "Service-specific endpoints": that of the service comes first."""


def endpoint_in(environ: Mapping[str, str]) -> str:
    """Returns the address that the variables name for user pools, or an empty text.

    Raises:
        UsageError: Nothing signed or secret may be sent there: it is no address, or http and not on this machine.
    """
    for name in _VARIABLES:
        if url := environ.get(name, ""):
            if fault := url_fault("endpoint_url", url):
                raise UsageError(f"{name} {fault.what}.", fix=f"{fault.fix[:1].upper()}{fault.fix[1:]}.")
            return url
    return ""
