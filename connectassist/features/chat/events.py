"""Chat on the socket."""
