"""What is drawn on a screen."""
