"""The Discord side: commands, buttons, cards. A cog parses, calls one service, renders."""
