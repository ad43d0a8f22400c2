"""The demo: our strict Cognito in a separate process, filled with sample pools and users."""

from __future__ import annotations

from cognitui.demo.preparation import DemoSet, do_nothing, prepare

__all__ = ["DemoSet", "do_nothing", "prepare"]
