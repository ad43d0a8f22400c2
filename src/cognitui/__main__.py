"""`python -m cognitui`, and what the console script runs."""

from __future__ import annotations


def main() -> None:
    """Runs the command line with the real parts."""
    from cognitui.cli import cognitui
    from cognitui.wiring import wire

    cognitui(obj=wire)


if __name__ == "__main__":
    main()
