"""Speaks to Cognito; knows no file, no keyring and no screen."""
