"""Actions of the TUI: one entry each, and everything that is made from it."""
