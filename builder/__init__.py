"""The builder: an order in, bytes out. It knows nothing of the server and imports nothing of it."""
