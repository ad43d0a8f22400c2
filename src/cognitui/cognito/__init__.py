"""Speaks to Amazon Cognito; knows no file, keyring or screen."""
