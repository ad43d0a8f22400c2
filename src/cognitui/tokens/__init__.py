"""Tokens of a profile: cached, refreshed or from a new sign-in."""
