"""The demo: an embedded Cognito in a separate process, filled with sample pools and users."""

from __future__ import annotations

from cognitui.demo.preparation import DemoSet, prepare

__all__ = ["DemoSet", "prepare"]
