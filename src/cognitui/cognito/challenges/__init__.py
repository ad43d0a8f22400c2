"""Answers to the challenges of a Cognito sign-in."""
