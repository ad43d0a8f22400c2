"""The command line: click commands, one file per family."""

from cognitui.cli.main import cognitui

__all__ = ["cognitui"]
