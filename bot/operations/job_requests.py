"""Does what commands in other processes ask of the running bot."""

from __future__ import annotations

import asyncio
import logging
import secrets
from typing import Final

from bot.errors import RequestError, StoreError
from bot.services.job_control import JobControl
from bot.store.operator_requests import Action, Answer, OperatorRequest, OperatorRequests
from cogs.ui.texts import PLAIN_ENGLISH

_log = logging.getLogger(__name__)
_LOOK_SECONDS: Final = 1.0


class JobRequests:
    """Looks for requests every second, and carries them out one after the other."""

    def __init__(self, requests: OperatorRequests, control: JobControl) -> None:
        self._requests = requests
        self._control = control

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                for request_id in await asyncio.to_thread(self._requests.waiting):
                    await self._carry_out(request_id)
            except StoreError as error:
                _log.warning("Requests of an operator could not be read (%s); the next look tries again", error)
            await asyncio.sleep(_LOOK_SECONDS)

    async def _carry_out(self, request_id: int) -> None:
        request = await self._requests.take(request_id)
        if request is None:
            return
        try:
            answer = await carry_out(self._control, request)
        except Exception:  # noqa: BLE001 - whoever asked has to be told
            error_id = secrets.token_hex(4)
            _log.exception("Unexpected error %s in what an operator asked for", error_id, extra={"job": request.job_id})
            answer = Answer(is_done=False, sentence=f"Something went wrong; the log has error {error_id}.")
        await self._requests.answer(request_id, answer)


async def carry_out(control: JobControl, request: OperatorRequest) -> Answer:
    """Do what is asked; what came of it.

    Raises:
        StoreError: the database refused.
    """
    try:
        match request.action:
            case Action.FAIL:
                done = await control.fail(request.job_id, request.reason)
            case Action.RESEND:
                done = await control.resend(request.job_id)
            case Action.RESUME:
                done = await control.resume(request.job_id)
    except RequestError as error:
        return Answer(is_done=False, sentence=PLAIN_ENGLISH.render(error.sentence))
    return Answer(is_done=True, sentence=PLAIN_ENGLISH.render(done))
