"""Slash commands, message commands and mentions: one file per group."""
