"""Checks of the setup and of a profile."""
