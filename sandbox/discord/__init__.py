"""A small, strict Discord on loopback: what a bot in a process of its own talks to in tests.

    async with LoopbackDiscord() as discord:
        guild = discord.add_guild()
        channel, ada = discord.add_channel(guild), discord.add_user("ada", guild)
        async with BotProcess(discord.environment()):
            await discord.wait_ready()
            answer = await (await discord.slash(channel, ada, "video", {"prompt": "A fox"})).answered()

The bot is let call as often as by Discord's rate limits (`Limits(rate_limited=False)` for as often as it likes), and
`discord.rate_limits` has counted it.

Left out: voice, forums, reactions, pins, polls, stickers, webhooks of one's own.
"""

from sandbox.discord.errors import Violation
from sandbox.discord.faults import Faults, Hold
from sandbox.discord.interaction import Answer
from sandbox.discord.invocation import FirstAnswer, Invocation, Modal, NotAnsweredError
from sandbox.discord.limits import Limits, Rate
from sandbox.discord.loopback import LoopbackDiscord
from sandbox.discord.model import Attachment, Channel, Guild, Message, Role, Upload, User
from sandbox.discord.moderation import Moderation
from sandbox.discord.permissions import Permission
from sandbox.discord.rate_limits import RateLimits, Usage
from sandbox.discord.server import Request

__all__ = [
    "Answer",
    "Attachment",
    "Channel",
    "Faults",
    "FirstAnswer",
    "Guild",
    "Hold",
    "Invocation",
    "Limits",
    "LoopbackDiscord",
    "Message",
    "Modal",
    "Moderation",
    "NotAnsweredError",
    "Permission",
    "Rate",
    "RateLimits",
    "Request",
    "Role",
    "Upload",
    "Usage",
    "User",
    "Violation",
]
