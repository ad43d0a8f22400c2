"""What the server refuses, under AWS's names and in AWS's words."""

from __future__ import annotations


class Refusal(Exception):
    """An error answer. `name` is the exception of Cognito's service model, `message` its text."""

    def __init__(self, name: str, message: str = "", status: int = 400) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message
        self.status = status


def not_authorized(message: str) -> Refusal:
    """Returns NotAuthorizedException, which stands for a dozen things that its message tells apart."""
    return Refusal("NotAuthorizedException", message)


def invalid_parameter(message: str) -> Refusal:
    """Returns InvalidParameterException."""
    return Refusal("InvalidParameterException", message)


def wrong_credentials() -> Refusal:
    """Returns what a wrong password gets, and an unknown user where existence is not told."""
    return not_authorized("Incorrect username or password.")
