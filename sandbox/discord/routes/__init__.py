"""Discord's HTTP API, version 10, as far as a bot like ours needs it."""

from sandbox.discord.routes import application, channels, interactions, messages
from sandbox.discord.routing import Router


def build() -> Router:
    """The table of everything this Discord answers."""
    router = Router()
    for part in (application, channels, messages, interactions):
        part.register(router)
    return router
