"""What a person is told where no answer came: whom it was asked of, and what may stand in the way.

No sentence begins with a host: a capital letter would make another one of it.
"""

from __future__ import annotations

from cognitui.model.errors import AnswerLost, ServiceFault, Unreachable


def out_of_reach(host: str) -> Unreachable:
    """Nobody takes the connection."""
    return Unreachable(f"The server {host} cannot be reached.")


def silent(host: str) -> Unreachable:
    """The connection stands, and nothing comes."""
    return Unreachable(f"The server {host} does not answer.")


def broken_off(host: str) -> AnswerLost:
    """The answer ends half-way."""
    return AnswerLost(f"The server {host} broke the answer off.")


def behind_a_proxy(host: str) -> Unreachable:
    """The proxy is the one who cannot be reached; it is not named, as its address may hold a password."""
    return Unreachable(f"The proxy in front of {host} cannot be reached.", fix="Check HTTPS_PROXY and NO_PROXY.")


def not_trusted(host: str) -> Unreachable:
    """The certificate is signed by nobody that is known here."""
    return Unreachable(
        f"The certificate of {host} is not trusted.",
        fix="Behind a proxy that opens TLS, set AWS_CA_BUNDLE to its certificate; else check the clock.",
    )


def too_slow(host: str) -> Unreachable:
    """It drips: something comes, and the time that an answer has is over."""
    return Unreachable(
        f"The server {host} answers too slowly.", fix="Check the network and HTTPS_PROXY, then try again."
    )


def too_long(host: str) -> AnswerLost:
    """More comes than an answer may have."""
    return AnswerLost(
        f"The answer of {host} is too long.", fix="Check endpoint_url, domain and HTTPS_PROXY: this is not Cognito."
    )


def a_web_page(host: str, status: int) -> ServiceFault:
    """A proxy, or the sign-in page of a network, answers for it."""
    return ServiceFault(
        f"The server {host} answered with a web page (HTTP {status}).",
        fix="A proxy or the sign-in page of a network answers instead: check HTTPS_PROXY, or sign in there.",
    )


def unreadable(host: str) -> AnswerLost:
    """The answer is not in the form that AWS's services have."""
    return AnswerLost(
        f"The answer of {host} is cut off or in another form than that of AWS.",
        fix="Check HTTPS_PROXY, the region and endpoint_url, then try again.",
    )
