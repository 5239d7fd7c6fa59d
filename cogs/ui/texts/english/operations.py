"""What an operator is alerted of, and what people read while the bot is about to be updated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "error.draining": "I'm about to be updated, so I can't start new videos. Try again in a few minutes.",
    "alert.key_refused": "Oxen refuses the key, so no video can be made. Set OXEN_API_KEY to a key that works, then "
    "restart the bot.",
    "alert.out_of_credit": "The Oxen account is out of credit, so no video can be made. Add credit on Oxen's billing "
    "page.",
    "alert.stream_down": "Oxen's event stream has been down for {minutes}\u00a0min. Finished videos are found by the "
    "sweep alone, so they come late. Run `python -m bot doctor`.",
    "alert.failures": "{count} videos in a row failed in the same way: {why}. Run `python -m bot jobs --state failed`.",
    "alert.disk_full": "Only {free} are free where the database is. Make room: a full disk stops every write.",
    "alert.job_overdue": "Video {job} was asked for more than twice its time limit ago. "
    "Run `python -m bot history {job}`, then `resume {job}` or `fail {job}`.",
    "alert.backup_failed": "The nightly backup failed: {why} It is tried again every hour.",
    "alert.shard_down": "The bot has not been connected to Discord for {minutes}\u00a0min ({away} of {shards} shards). "
    "Those servers get no answers. Run `python -m bot doctor`.",
    "alert.begun": "Alert: {alert}",
    "alert.over": "Over after {minutes}\u00a0min: {alert}",
    "alert.over.key_refused": "Oxen takes the key again.",
    "alert.over.out_of_credit": "The Oxen account has credit again.",
    "alert.over.stream_down": "Oxen's event stream is back.",
    "alert.over.failures": "A video ended in another way than the failures before it.",
    "alert.over.disk_full": "There is room on the disk again.",
    "alert.over.job_overdue": "No video is overdue any more.",
    "alert.over.backup_failed": "A backup was made.",
    "alert.over.shard_down": "Every shard is connected to Discord again.",
}
