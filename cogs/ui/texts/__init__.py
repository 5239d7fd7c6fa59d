"""Every sentence that people read, by key: the only place where words are written.

``english/`` has the source, a module for each subject; ``Texts`` renders a ``bot.text.Text`` in one language, and
``Catalogues`` has all of them. Whose language a text is in is decided in ``readers``.
"""

from cogs.ui.texts.catalogues import Catalogues
from cogs.ui.texts.readers import community_locale, server_locale, texts_of, texts_of_job, texts_of_user
from cogs.ui.texts.render import ENGLISH, PLAIN_ENGLISH, Texts

__all__ = [
    "ENGLISH",
    "PLAIN_ENGLISH",
    "Catalogues",
    "Texts",
    "community_locale",
    "server_locale",
    "texts_of",
    "texts_of_job",
    "texts_of_user",
]
