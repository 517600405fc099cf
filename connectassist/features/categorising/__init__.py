"""Guesses category and priority of tickets by a small model that is trained here."""
