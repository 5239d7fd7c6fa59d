"""A tiny discord.py program that uses what our bot uses; tests run it against the loopback Discord."""

import asyncio
import io
import os
import re
import signal

import discord
from discord import app_commands, ui


class Again(ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"again:(?P<number>\d+)"):
    """A button that survives a restart."""

    def __init__(self, number: int) -> None:
        super().__init__(ui.Button(label="Again", custom_id=f"again:{number}"))
        self.number = number

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: ui.Item[ui.LayoutView], match: re.Match[str], /
    ) -> "Again":
        return cls(int(match["number"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"again {self.number}", ephemeral=True)


class Form(ui.Modal, title="Pictures"):
    """A form with a file upload."""

    prompt: "ui.Label[Form]" = ui.Label(text="Prompt", component=ui.TextInput())
    files: "ui.Label[Form]" = ui.Label(text="Files", component=ui.FileUpload(max_values=3))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.files.component, ui.FileUpload)
        assert isinstance(self.prompt.component, ui.TextInput)
        sizes = [len(await file.read()) for file in self.files.component.values]
        await interaction.response.send_message(f"{self.prompt.component.value} {sizes}")


def card(text: str, *items: ui.Item[ui.LayoutView]) -> ui.LayoutView:
    """A Components V2 message."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(ui.TextDisplay(text), *items))
    return view


class Bot(discord.Client):
    """The program."""

    def __init__(self) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, messages=True), allowed_mentions=discord.AllowedMentions.none()
        )
        self.tree = app_commands.CommandTree(self)
        self.tree.command(name="video", description="Make a video")(video)
        self.tree.command(name="form", description="Open a form")(form)
        self.tree.command(name="slow", description="Think first")(slow)
        self.tree.command(name="fail", description="Try an error")(fail)
        self.tree.command(name="where", description="Say the locales")(where)
        self.tree.context_menu(name="Widths")(widths)

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Again)
        await self.tree.sync()

    async def on_ready(self) -> None:
        print("ready", flush=True)

    async def on_message(self, message: discord.Message) -> None:
        if self.user in message.mentions:
            files = [*message.attachments, *(file for copy in message.message_snapshots for file in copy.attachments)]
            shown = [f"{file.width}{' hidden' if file.is_spoiler() else ''}" for file in files]
            await message.reply(f"{message.content.split('>')[-1].strip()} [{', '.join(shown)}]")


@app_commands.describe(prompt="What", image="Which")
async def video(interaction: discord.Interaction, prompt: str, image: discord.Attachment) -> None:
    """Everything that a job does."""
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    row.add_item(Again(7))
    answer = await interaction.response.send_message(view=card(prompt, row))
    channel = interaction.channel
    assert isinstance(channel, discord.TextChannel)
    assert answer.message_id is not None
    first = channel.get_partial_message(answer.message_id)
    thread = await first.create_thread(name="A video")
    picture = await image.read()
    gallery: ui.MediaGallery[ui.LayoutView] = ui.MediaGallery(
        discord.MediaGalleryItem(f"attachment://{image.filename}")
    )
    await thread.send(view=card("References", gallery), file=discord.File(io.BytesIO(picture), image.filename))
    await first.edit(view=card("Made", row))
    for _ in range(2):
        done = await thread.send(
            view=card(f"{interaction.user.mention} it is done, @everyone"),
            nonce="job-1",
            allowed_mentions=discord.AllowedMentions(users=[interaction.user]),
        )
    seen = [message.id async for message in thread.history(limit=10)]
    await thread.send(f"history {len(seen)} {done.id in seen}")


async def form(interaction: discord.Interaction) -> None:
    """Open the form."""
    await interaction.response.send_modal(Form())


async def slow(interaction: discord.Interaction) -> None:
    """Think, then answer."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    await interaction.edit_original_response(content="thought")
    await interaction.followup.send("and more", ephemeral=True)


async def where(interaction: discord.Interaction) -> None:
    """Say the locales."""
    await interaction.response.send_message(f"{interaction.locale} {interaction.guild_locale}")


async def widths(interaction: discord.Interaction, message: discord.Message) -> None:
    """Say how wide the pictures of a message are, also of one that was forwarded."""
    files = [*message.attachments, *(file for copy in message.message_snapshots for file in copy.attachments)]
    await interaction.response.send_message(str([file.width for file in files]))


async def fail(interaction: discord.Interaction, what: str) -> None:
    """Try something that Discord refuses, and say what it answered."""
    channel = interaction.channel
    assert isinstance(channel, discord.TextChannel | discord.Thread)
    await interaction.response.defer(thinking=True)
    try:
        match what:
            case "large":
                await channel.send(file=discord.File(io.BytesIO(bytes(2000)), "a.bin"))
            case "thread twice":
                message = await channel.send("x")
                await message.create_thread(name="one")
                await message.create_thread(name="two")
            case "unknown route":
                await interaction.client.http.get_sticker(1)
            case "missing file":
                await channel.send(view=card("x", ui.MediaGallery(discord.MediaGalleryItem("attachment://no.png"))))
            case _:
                await channel.send(what)
    except discord.HTTPException as error:
        await interaction.edit_original_response(content=f"{error.status} {error.code}")
    else:
        await interaction.edit_original_response(content="fine")


async def main() -> None:
    """Run until SIGTERM."""
    bot = Bot()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: asyncio.ensure_future(bot.close()))
    async with bot:
        await bot.start(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    discord.utils.setup_logging()
    asyncio.run(main())
