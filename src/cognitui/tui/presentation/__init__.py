"""What the screen shows of a token or a profile, as rows and styled text."""
