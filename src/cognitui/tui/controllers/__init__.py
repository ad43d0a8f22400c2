"""Controllers of the main screen, one per subject. Each is a plain class that is handed the screen's state."""
