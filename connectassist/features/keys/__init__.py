"""The secret key is exchanged: what it encrypts comes along, and everybody signs in anew."""
