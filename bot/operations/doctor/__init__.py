"""``python -m bot doctor``: everything that a bot needs, looked at without paying anything."""
