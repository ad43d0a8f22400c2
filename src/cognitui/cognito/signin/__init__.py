"""Sign-in through the user pool API."""
