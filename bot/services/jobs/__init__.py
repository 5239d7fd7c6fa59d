"""A job from its acceptance to its announced end."""
