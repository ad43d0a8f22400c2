"""The password policy that a pool has unless it was changed."""

from __future__ import annotations

import re

from cognitui.demo.strict.refusal import Refusal

_RULES = (
    (r".{8}", "Password not long enough"),
    (r"[a-z]", "Password must have lowercase characters"),
    (r"[A-Z]", "Password must have uppercase characters"),
    (r"[0-9]", "Password must have numeric characters"),
    (r"[^A-Za-z0-9]", "Password must have symbol characters"),
)


def check_password(password: str) -> None:
    """Raises InvalidPasswordException for the first rule that a password breaks."""
    for pattern, reason in _RULES:
        if not re.search(pattern, password, re.DOTALL):
            raise Refusal("InvalidPasswordException", f"Password did not conform with policy: {reason}")
