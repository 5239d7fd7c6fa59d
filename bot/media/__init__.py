"""Files: finished videos in."""
