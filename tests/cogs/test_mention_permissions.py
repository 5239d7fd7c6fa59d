"""A mention where the bot may not work: what it may do is looked at before a call that would be refused."""

from typing import Any

import discord
import pytest

from sandbox.texts import saying
from sandbox.world import World
from tests.cogs.videos import made, told
from tests.support import denied, png


def channel_without(here: World, *names: str) -> Any:
    """A channel where nobody but admins has some permissions."""
    return here.guild.create_text_channel("quiet", overwrites={here.guild.default_role: denied(*names)})


async def mention(here: World, where: Any) -> list[Any]:
    """An admin mentions the bot under a picture; the calls that the bot makes then."""
    me = here.env.bot.user
    assert me is not None
    admins = here.guild.create_role("admins", permissions=discord.Permissions(administrator=True))
    erin = here.guild.add_member(here.env.create_user("erin"), roles=[admins])
    before = len(here.env.http_requests)
    await erin.send(where, f"<@{me.id}> @Image1 dances", attachments=[png(seed=1)])
    await here.quiet()
    return here.env.http_requests[before:]


@pytest.mark.parametrize("names", [("send_messages",), ("view_channel",), ("send_messages", "attach_files")])
async def test_where_the_bot_may_not_write_a_mention_makes_no_call(here: World, names: tuple[str, ...]) -> None:
    assert await mention(here, channel_without(here, *names)) == []
    assert here.oxen.started == 0


async def test_where_the_bot_may_write_but_not_attach_a_mention_is_answered_with_what_it_lacks(here: World) -> None:
    quiet = channel_without(here, "attach_files")
    calls = await mention(here, quiet)
    assert told(here, quiet, "I need Attach Files")
    assert len(calls) == 1
    assert quiet.threads == []


async def test_where_the_bot_may_not_read_what_was_said_it_answers_without_a_reply(here: World) -> None:
    quiet = channel_without(here, "attach_files", "read_message_history")
    await mention(here, quiet)
    answer = told(here, quiet, "I need Attach Files")
    assert answer.reference is None


@pytest.mark.parametrize("names", [("create_public_threads",), ("send_messages_in_threads",)])
async def test_where_the_bot_may_open_no_thread_it_does_not_try_and_answers_in_the_channel(
    here: World, names: tuple[str, ...]
) -> None:
    quiet = channel_without(here, *names)
    calls = await mention(here, quiet)
    here.oxen.succeed(await made(here))
    await here.until(lambda: told(here, quiet, saying("result.ready")))
    assert [call for call in calls if call.path.endswith("/threads")] == []
    assert quiet.threads == []
