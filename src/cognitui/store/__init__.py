"""Keeps things: profiles, secrets, expiry times and settings; knows no Cognito API and no screen."""
