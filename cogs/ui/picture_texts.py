"""What a status card says of a picture that is made, where its words differ from those for a video."""

from __future__ import annotations

from bot.domain.job import Job, Phase, Remover
from bot.text import User
from cogs.ui.texts import Texts


def picture_state(job: Job, phase: Phase, texts: Texts) -> str | None:
    """The state of a picture's job in words; ``None`` where it reads like a video's."""
    match phase:
        case Phase.MAKING:
            return texts("image.making", at=job.taken_at)
        case Phase.SLOW:
            return texts("image.slow", at=job.taken_at)
        case Phase.CANCELLING:
            return texts("image.canceling")
        case Phase.DONE if job.outcome_link:
            return texts("image.done", link=job.outcome_link)
        case Phase.DONE:
            return texts("image.posted")
        case Phase.DELETED:
            return texts(f"image.deleted.{job.removed_by or Remover.MODERATOR}")
        case Phase.KEPT if not job.reason:
            return texts("image.kept", owner=User(job.user_id))
        case _:
            return None
