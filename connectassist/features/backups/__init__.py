"""Backups: one file with the database and everything that lies in the instance folder, and the way back."""
