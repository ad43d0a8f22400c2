"""What tests need beside the strict server of the demo: its fixture, and a browser for its login page."""
