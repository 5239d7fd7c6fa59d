"""The composition: every part of one bot, and which parts each is built from. Nothing is built at import.

A module is a subject; ``parts`` has them all, in the order in which they know of each other.
"""
