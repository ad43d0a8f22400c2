"""The screen: widgets that render state, and workers that ask the broker."""
