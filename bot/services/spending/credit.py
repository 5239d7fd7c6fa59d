"""Whether Oxen's account can pay: once it cannot, new requests wait until it can.

Of a request that was refused the operator's alerts tell; of a generation that failed at its end, this does.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from bot.errors import OxenError, StoreError
from bot.oxen.client import OxenClient
from bot.services.operator_defaults import OperatorDefaults
from bot.services.spending.notices import NoticeSender
from bot.store.operator_state import OperatorStateStore
from bot.text import text

_log = logging.getLogger(__name__)
_AT_REQUEST, _AT_GENERATION = "request", "generation"
_LOOK_EVERY: Final = 30.0


class CreditMonitor:
    """Writes down that Oxen refused for want of credit, and that it pays again. Nothing here holds up a job."""

    def __init__(
        self, store: OperatorStateStore, client: OxenClient, operator: OperatorDefaults, notices: NoticeSender
    ) -> None:
        self._store = store
        self._client = client
        self._operator = operator
        self._notices = notices
        self._is_out: bool | None = None

    async def refused(self) -> None:
        """Oxen refused a request for want of credit."""
        await self._ran_out(_AT_REQUEST)

    async def failed(self) -> None:
        """A generation that Oxen had taken failed for want of credit."""
        await self._ran_out(_AT_GENERATION)

    async def accepted(self) -> None:
        """Oxen took a request, which it does not without credit: unless that shows only at the end of a generation."""
        await self._works(_AT_REQUEST)

    async def succeeded(self) -> None:
        """A generation succeeded."""
        await self._works(_AT_REQUEST, _AT_GENERATION)

    async def run(self) -> None:
        """While there is none, ask Oxen now and then whether there is credit again; until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            await self.look()

    async def look(self) -> None:
        """Ask Oxen whether there is credit again, if there was none."""
        try:
            if self._is_out is None:
                self._is_out = await self._store.is_out_of_credit()
            left = await self._client.credit() if self._is_out else None
        except (OxenError, StoreError) as error:
            _log.info("Oxen does not say whether there is credit (%s); a request tries it once in a while", error)
            return
        if left is not None and left > 0:
            await self._works(_AT_REQUEST, _AT_GENERATION)

    async def _ran_out(self, detail: str) -> None:
        self._is_out = True
        notice = text("operator.no_credit") if detail == _AT_GENERATION else None
        try:
            await self._store.out_of_credit(detail, notice, self._operator.channel_id)
        except StoreError as error:
            _log.error("It could not be written that Oxen's account is out of credit (%s)", error)
        self._notices.wake()

    async def _works(self, *details: str) -> None:
        if self._is_out is False:
            return
        try:
            if await self._store.credit_works(details):
                _log.warning("Oxen's account has credit again; requests are accepted")
            self._is_out = await self._store.is_out_of_credit()
        except StoreError as error:
            _log.error("It could not be written that Oxen's account has credit (%s)", error)
