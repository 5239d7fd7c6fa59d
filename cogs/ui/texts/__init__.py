"""Every sentence that people read, by key: the only place where words are written.

``english/`` has the source, a module for each subject; ``Texts`` renders a ``bot.text.Text`` in one language.
"""

from cogs.ui.texts.render import ENGLISH, Texts

__all__ = ["ENGLISH", "Texts"]
