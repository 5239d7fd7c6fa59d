"""A real discord.py program in a process of its own, against the loopback Discord."""

import pytest

from sandbox.discord import Answer, Channel, LoopbackDiscord, Message, NotAnsweredError, Permission, User
from sandbox.process import BotProcess
from tests.sandbox.conftest import program_at
from tests.sandbox.loopback_discord_caller import picture


async def in_thread(discord: LoopbackDiscord, message: Message | None, count: int) -> list[Message]:
    def there() -> list[Message]:
        thread = discord.thread_of(message) if message else None
        found = discord.messages(thread) if thread else []
        return found if len(found) >= count else []

    return await discord.wait_for(there)


async def make_video(discord: LoopbackDiscord, channel: Channel, ada: User) -> tuple[Message, list[Message]]:
    invocation = await discord.slash(channel, ada, "video", {"prompt": "A fox", "image": picture("fox.png")})
    answer = await invocation.answered()
    assert answer.message is not None
    return answer.message, await in_thread(discord, answer.message, 3)


async def test_a_whole_job_runs_without_one_refusal(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
) -> None:
    first, (references, done, told) = await make_video(discord, channel, ada)
    assert first.text == "Made"
    assert first.edited is not None
    assert (references.text, done.text.split()[0]) == ("References", ada.mention)
    assert told.text == "history 3 True"
    assert discord.violations == []


async def test_a_message_sent_again_with_its_nonce_is_there_once(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
) -> None:
    _, thread = await make_video(discord, channel, ada)
    sent = [r for r in discord.requests if isinstance(r.body, dict) and r.body.get("nonce") == "job-1"]
    assert [request.status for request in sent] == [200, 200]
    assert [message.nonce for message in thread].count("job-1") == 1


async def test_only_the_allowed_mention_pings(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
) -> None:
    _, (_, done, _) = await make_video(discord, channel, ada)
    assert "@everyone" in done.text
    assert (done.pings, done.pings_everyone) == (frozenset({ada.id}), False)


async def test_files_come_back_as_they_were_given(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
) -> None:
    _, (references, _, _) = await make_video(discord, channel, ada)
    (kept,) = references.attachments
    assert (kept.filename, kept.data, kept.content_type) == ("fox.png", picture("fox.png").data, "image/png")
    assert (kept.width, kept.height) == (30, 20)
    assert references.media == ["attachment://fox.png"]


async def test_a_button_made_before_a_kill_works_in_the_next_process(
    discord: LoopbackDiscord, channel: Channel, ada: User
) -> None:
    async with program_at(discord) as process:
        await discord.wait_ready()
        first, _ = await make_video(discord, channel, ada)
        await process.kill()
        assert process.returncode == -9
    async with program_at(discord):
        await discord.wait_ready()
        answer = await (await discord.click(first, "Again", ada)).answered()
    assert answer.ephemeral
    assert answer.message is not None
    assert answer.message.text == "again 7"
    assert discord.gateway.identified == 2


async def test_a_killed_bot_answers_nobody(discord: LoopbackDiscord, channel: Channel, ada: User) -> None:
    async with program_at(discord) as process:
        await discord.wait_ready()
        await process.kill()
        await discord.wait_gone()
        discord.limits.first_answer /= 10
        invocation = await discord.slash(channel, ada, "slow")
        with pytest.raises(NotAnsweredError):
            await invocation.answered()


async def test_a_deferred_answer_is_filled_and_followed(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
) -> None:
    invocation = await discord.slash(channel, ada, "slow")
    answer = await invocation.answered()
    assert (answer.kind, answer.ephemeral) == (Answer.THINKING, True)
    assert (await invocation.message()).text == "thought"
    await discord.wait_for(lambda: invocation.followups)
    assert invocation.followups[0].text == "and more"
    assert discord.messages(channel) == []


async def test_a_form_with_files_can_be_sent(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
) -> None:
    modal = await (await discord.slash(channel, ada, "form")).modal()
    assert modal.title == "Pictures"
    pictures = [picture("a.png"), picture("b.png")]
    answer = await (await discord.submit_modal(modal, {"Prompt": "A fox", "Files": pictures})).answered()
    assert answer.message is not None
    assert answer.message.text == f"A fox {[len(entry.data) for entry in pictures]}"


async def test_a_form_takes_no_more_files_than_it_says(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
) -> None:
    modal = await (await discord.slash(channel, ada, "form")).modal()
    with pytest.raises(ValueError, match="1 to 3"):
        await discord.submit_modal(modal, {"Prompt": "A fox", "Files": [picture()] * 4})


async def test_a_message_that_mentions_the_bot_arrives_with_its_content(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
) -> None:
    discord.say(channel, ada, "not for you", [picture()])
    asked = discord.say(channel, ada, f"{discord.bot.mention} look", [picture()])
    answer = await discord.wait_for(lambda: next((m for m in discord.messages(channel) if m.reply_to is asked), None))
    assert answer is not None
    assert answer.text == "look [30]"
    assert len(discord.messages(channel)) == 3


@pytest.mark.parametrize(
    ("what", "seen", "avoidable"),
    [
        ("large", "413 40005", False),
        ("thread twice", "400 160004", False),
        ("unknown route", "404 0", True),
        ("missing file", "400 50035", True),
    ],
)
async def test_a_refusal_reaches_discord_py_as_discords_own(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess, what: str, seen: str, avoidable: bool
) -> None:
    assert channel.guild is not None
    channel.guild.upload_limit = 1000
    invocation = await discord.slash(channel, ada, "fail", {"what": what})
    assert (await invocation.message()).text == seen
    assert [violation.avoidable for violation in discord.violations] == [avoidable]
    assert bool(discord.mistakes) is avoidable


async def test_a_permission_taken_away_is_missed_at_once(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
) -> None:
    discord.deny(channel, Permission.SEND_MESSAGES)
    assert (await (await discord.slash(channel, ada, "fail", {"what": "x"})).message()).text == "403 50013"
    discord.allow(channel, Permission.SEND_MESSAGES)
    assert (await (await discord.slash(channel, ada, "fail", {"what": "x"})).message()).text == "fine"


async def test_a_file_named_against_discords_rules_is_not_found_by_that_name(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
) -> None:
    invocation = await discord.slash(channel, ada, "video", {"prompt": "A fox", "image": picture("my fox.png")})
    await invocation.answered()
    thread = await in_thread(discord, invocation.original, 3)
    assert thread[0].attachments[0].filename == "my_fox.png"
    assert discord.violations == []


async def test_commands_take_only_what_discords_form_would(
    discord: LoopbackDiscord, channel: Channel, ada: User, bot: BotProcess
) -> None:
    with pytest.raises(ValueError, match="needs 'image'"):
        await discord.slash(channel, ada, "video", {"prompt": "A fox"})
    with pytest.raises(ValueError, match="does not take"):
        await discord.slash(channel, ada, "video", {"prompt": 5, "image": picture("fox.png")})
    with pytest.raises(ValueError, match="there is no command"):
        await discord.slash(channel, ada, "films")
    discord.deny(channel, Permission.USE_APPLICATION_COMMANDS, who=ada)
    with pytest.raises(ValueError, match="may not use"):
        await discord.slash(channel, ada, "slow")


async def test_sigterm_ends_the_bot_and_its_connection(
    discord: LoopbackDiscord, channel: Channel, bot: BotProcess
) -> None:
    await bot.started()
    assert await bot.stop() == 0
    await discord.wait_gone()
