"""Whether Oxen's account can pay: once it cannot, new requests wait, and the operator is told."""

from __future__ import annotations

import logging

from bot.errors import StoreError
from bot.services.operator_defaults import OperatorDefaults
from bot.services.spending.notices import NoticeSender
from bot.store.operator_state import OperatorStateStore
from bot.text import text

_log = logging.getLogger(__name__)
_AT_REQUEST, _AT_GENERATION = "request", "generation"


class CreditMonitor:
    """Writes down that Oxen refused for want of credit, and that it pays again. Nothing here holds up a job."""

    def __init__(self, store: OperatorStateStore, operator: OperatorDefaults, notices: NoticeSender) -> None:
        self._store = store
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

    async def _ran_out(self, detail: str) -> None:
        self._is_out = True
        try:
            told = await self._store.out_of_credit(detail, text("operator.no_credit"), self._operator.channel_id)
        except StoreError as error:
            _log.error("It could not be written that Oxen's account is out of credit (%s)", error)
            return
        if told:
            self._notices.wake()

    async def _works(self, *details: str) -> None:
        if self._is_out is False:
            return
        try:
            told = await self._store.credit_works(details, text("operator.credit_again"), self._operator.channel_id)
            self._is_out = await self._store.is_out_of_credit()
        except StoreError as error:
            _log.error("It could not be written that Oxen's account has credit (%s)", error)
            return
        if told:
            self._notices.wake()
