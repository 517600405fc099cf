"""The stage that end-to-end tests and benchmarks play on: a real display, server, helper and browsers."""
