"""How the help card is told from others."""

from __future__ import annotations

from sandbox.texts import saying

TITLE = saying("help.title")
