"""The program on the customer's machine: it shows who asks for what, and does only what was allowed."""

VERSION = "1.0.0"
