"""Diagnostics of the setup, the profiles and this machine."""
