"""Test fixture with the demo's strict server, and a browser for its login page."""
