"""The screen: seen only while somebody may look, and only as often as it changes."""
