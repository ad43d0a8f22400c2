"""The demo: an embedded Cognito in a process of its own, and the pools that it is filled with."""

from __future__ import annotations

from cognitui.demo.preparation import DemoSet, prepare

__all__ = ["DemoSet", "prepare"]
