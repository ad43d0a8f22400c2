"""Dialogs in front of the main screen."""
