"""Sends one message by discord.py to each channel of its command line, all at once."""

import asyncio
import os
import sys

import discord


async def main(places: list[int]) -> None:
    """Send, and print "done" or what was raised."""
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(os.environ["DISCORD_TOKEN"])
        try:
            await asyncio.gather(*(client.get_partial_messageable(place).send("x") for place in places))
        except discord.HTTPException as error:
            print(error.status)
        else:
            print("done")


if __name__ == "__main__":
    asyncio.run(main([int(argument) for argument in sys.argv[1:]]))
