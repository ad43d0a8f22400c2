"""Whether the caller knows a user's password; wrong ones lock the user out (AWS, "Lockout behavior")."""

from __future__ import annotations

from collections.abc import Callable

from cognitui.demo.strict.pools import User, UserStatus
from cognitui.demo.strict.refusal import Refusal, not_authorized, wrong_credentials

_FREE_ATTEMPTS = 5
_LONGEST_LOCKOUT = 900.0


def check_password_is_set(user: User | None) -> None:
    """Raises PasswordResetRequiredException for a user whose password an admin took away."""
    if user is not None and user.status is UserStatus.RESET_REQUIRED:
        raise Refusal("PasswordResetRequiredException", "Password reset required for the user")


def check_password_proven(user: User | None, proven: Callable[[User], bool], now: float) -> User:
    """Returns the user, or refuses: there is none, the password is wrong, or was wrong too often."""
    if user is None:
        raise wrong_credentials()
    if now < user.locked_until:
        raise not_authorized("Password attempts exceeded")
    if not proven(user):
        _count_failure(user, now)
        raise wrong_credentials()
    user.failures, user.locked_until = 0, 0.0
    return user


def _count_failure(user: User, now: float) -> None:
    """The fifth in a row locks for a second, and each further one for twice as long."""
    user.failures += 1
    if user.failures >= _FREE_ATTEMPTS:
        user.locked_until = now + min(_LONGEST_LOCKOUT, 2.0 ** (user.failures - _FREE_ATTEMPTS))
