"""A Discord bot that turns a prompt and reference images into a video with Oxen."""

__version__ = "0.1.0"
