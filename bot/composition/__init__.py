"""The composition: every part of one bot, and which parts each is built from. Nothing is built at import."""
