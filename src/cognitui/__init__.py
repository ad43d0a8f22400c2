"""cognitui: a terminal UI that manages Amazon Cognito sign-in profiles."""

__version__ = "0.1.0"
