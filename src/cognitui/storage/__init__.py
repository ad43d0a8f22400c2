"""Files of the program: paths, locks, settings, remembered preferences, the token index and the log."""
