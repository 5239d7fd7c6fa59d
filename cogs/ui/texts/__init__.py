"""Every sentence that people read, by key: the only place where words are written.

``english/`` has the source, a module for each subject; ``Texts`` renders a ``bot.text.Text`` in one language. Which
language is decided in one place for each surface: ``texts_of`` for private answers, ``texts_of_job`` for what a channel
sees of a video, ``texts_of_channel`` for notices.
"""

from cogs.ui.texts.render import ENGLISH, PLAIN_ENGLISH, Texts, texts_of, texts_of_channel, texts_of_job

__all__ = ["ENGLISH", "PLAIN_ENGLISH", "Texts", "texts_of", "texts_of_channel", "texts_of_job"]
