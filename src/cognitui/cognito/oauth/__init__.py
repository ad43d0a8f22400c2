"""Sign-in through the OAuth endpoints of a user pool's domain."""
