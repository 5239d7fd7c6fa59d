"""How every card reads: ``python -m tests.cogs.card_snapshots`` writes the files in ``snapshots`` anew.

Tests ask for texts by their keys, so here is where a change of words can be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from discord import ui

from bot.domain.budget import Budget
from bot.domain.guild_settings import GuildSettings
from bot.domain.job import HistoryEntry, Job, JobState, Phase
from bot.domain.money import MICROS
from bot.domain.periods import UTC_CALENDAR
from bot.domain.picture_addresses import StoredPictureAddress
from bot.domain.policy import Level, Policy, Rule, Rules
from bot.domain.quota import Grant, Standing, Tally, view_quota
from bot.domain.saved_element import ListedElement
from bot.domain.story import Shot
from bot.domain.usage import Line, Report, Span, Sums, UserUsage
from bot.domain.video_list import Story, VideoFilter, VideoPage
from bot.media.pictures.normalized_picture import PictureNote
from bot.services.ports import (
    JoinedVideo,
    NotJoined,
    NotMade,
    Original,
    Unopened,
    VideoBlocked,
    VideoFile,
    VideoLink,
)
from bot.services.spending.admin import Change
from bot.text import Quote, User, text
from cogs.ui.admin_cards import audit_card, rules_card, running_card, server_card, usage_card
from cogs.ui.cards import BoardEntry, original_link, outcome_message, reference_board, status_card
from cogs.ui.element_cards import list_card
from cogs.ui.join_cards import joined_message
from cogs.ui.operator_jobs import history_card, jobs_card
from cogs.ui.quota_cards import quota_card
from cogs.ui.texts import ENGLISH, Texts
from cogs.ui.video_list import one_video, video_list
from cogs.ui.workbench_card import OPTIONS, workbench_card
from tests.cogs.workbench_views import (
    FULL_NOTES,
    FULL_THUMBNAILS,
    doubtful_workbench,
    emptiest_workbench,
    fullest_workbench,
)
from tests.support import element, job, picture, request, walk

FOLDER: Final = Path(__file__).parent / "snapshots"
NOW: Final = datetime(2026, 8, 8, 12, tzinfo=UTC)
ASKED: Final = request("@Image1 meets @Element2", images={1: picture(1), 3: picture(3)}, elements={2: element(2, 1)})
REASON: Final = text("reason.made_said", said=Quote("The image is *too* dark."))
OPERATOR: Final = Policy(daily_seconds=60, max_active=2)
STORED: Final = str(StoredPictureAddress(digest=f"{1:064x}", ending="png"))
ORIGINAL: Final = Original(size=60 * 1024 * 1024, lines=1080)
ENDS: Final[Mapping[JobState, Mapping[str, Any]]] = {
    JobState.DELIVERED: {"outcome_place_id": 12, "outcome_message_id": 13},
    JobState.FAILED: {"reason": REASON},
    JobState.CANCELLED: {"cancel_requested_by": 8},
    JobState.UNDELIVERABLE: {},
}


def ended(state: JobState, **changes: Any) -> Job:
    """A job in a state, with what comes with it."""
    values: dict[str, Any] = {"request": ASKED, "state": state, **ENDS.get(state, {}), **changes}
    return job(**values)


def status_cards(texts: Texts = ENGLISH) -> list[ui.LayoutView]:
    """The status card in each phase."""
    states = {
        Phase.FAILED: JobState.FAILED,
        Phase.CANCELLED: JobState.CANCELLED,
        Phase.DONE: JobState.DELIVERED,
        Phase.KEPT: JobState.UNDELIVERABLE,
    }
    shown = [
        status_card(ended(states.get(phase, JobState.ACCEPTED), fetch_until=NOW), phase, texts=texts) for phase in Phase
    ]
    unopened = ended(JobState.UNDELIVERABLE, reason=text("reason.result_unopened"))
    behind = replace(ended(JobState.RUNNING), ahead=3)
    cards = [(unopened, Phase.KEPT), (behind, Phase.WAITING)]
    return [*shown, *(status_card(job, phase, texts=texts) for job, phase in cards)]


def outcomes(texts: Texts = ENGLISH) -> list[ui.LayoutView]:
    """Every message that says how a video ended."""
    done, path = ended(JobState.DELIVERED), Path("video.mp4")
    link = VideoLink(url="https://x.test/v.mp4", original=ORIGINAL, works_until=NOW)
    return [
        outcome_message(done, VideoFile(path=path, size=1), texts=texts),
        outcome_message(done, VideoFile(path=path, size=1, lines=720, copy_of=ORIGINAL), texts=texts),
        outcome_message(done, link, texts=texts),
        outcome_message(
            done, VideoLink(url=f"https://x.test/{'v' * 600}", original=ORIGINAL, works_until=None), texts=texts
        ),
        outcome_message(done, VideoBlocked(original=ORIGINAL), texts=texts),
        outcome_message(ended(JobState.FAILED), NotMade(), texts=texts),
        outcome_message(ended(JobState.CANCELLED), NotMade(), texts=texts),
        outcome_message(done, Unopened(), texts=texts),
        original_link("https://x.test/v.mp4", NOW, texts=texts),
    ]


def boards(texts: Texts = ENGLISH) -> list[ui.LayoutView]:
    """The references of a job."""
    entries = [
        BoardEntry(view=view, filename="same.png" if view.key != "image3" else "other.png", notes=(note,))
        for view, note in zip(ASKED.views(), [*PictureNote, *PictureNote], strict=True)
    ]
    return [reference_board(ASKED, entries, is_first=True, texts=texts)]


def quotas(texts: Texts = ENGLISH) -> list[ui.LayoutView]:
    """``/quota`` with limits, without them, and for who is blocked."""
    grants = [Grant(id=1, seconds=30, left=7, expires_at=NOW + timedelta(days=9)), Grant(id=2, seconds=9, left=9)]
    standing = Standing(day=Tally(used=15, held=5), month=Tally(used=30, held=5), active=1, grants=grants)

    def line(state: JobState, **changes: Any) -> Line:
        values: dict[str, Any] = {
            "seconds": 5,
            "granted": 0,
            "at": NOW,
            "prompt": "The *ox* of @Image1 dances in the rain until the morning",
            "state": state,
            "is_settled": state is JobState.DELIVERED,
            "is_released": state in (JobState.FAILED, JobState.CANCELLED),
            "cause": str(state),
            "reason": None,
        }
        return Line(**values | changes)

    lines = [
        line(JobState.DELIVERED, granted=3),
        line(JobState.RUNNING),
        line(JobState.FAILED, reason=REASON),
        line(JobState.FAILED, prompt=None),
        line(JobState.CANCELLED),
        line(JobState.UNDELIVERABLE),
    ]
    rules = [Rule(monthly_seconds=600, max_duration=10), Rule(daily_seconds=2**40)]
    cards = [
        quota_card(view_quota(Rules(user=rule).resolve(OPERATOR), standing, NOW, UTC_CALENDAR), lines, texts=texts)
        for rule in rules
    ]
    blocked = Policy(daily_seconds=60, max_active=2, is_blocked=True)
    return [*cards, quota_card(view_quota(blocked, Standing(), NOW, UTC_CALENDAR), [], texts=texts)]


def elements(texts: Texts = ENGLISH) -> list[ui.LayoutView]:
    """Saved elements, and pictures for the next video."""
    own = ListedElement(name="red_ox", owner_id=7, owner_name="alice", is_shared=False, views=1)
    other = ListedElement(name="Bloxy", owner_id=8, owner_name="bob", is_shared=True, views=3)
    return [
        list_card([own, other], 40, 7, texts=texts),
        list_card([], 0, 7, texts=texts),
    ]


def admin_cards(texts: Texts = ENGLISH) -> list[ui.LayoutView]:
    """What ``/admin`` answers with."""
    sums = Sums(jobs=3, failed=1, used=10, held=5, micros_used=2 * MICROS, micros_held=MICROS)
    users = [UserUsage(user_id=7, sums=sums), UserUsage(user_id=0, sums=Sums(jobs=1, cancelled=1))]
    report = Report(span=Span.WEEK, first_day="2026-08-03", last_day="2026-08-08", total=sums, users=users, days=[])
    changes = [
        Change(at=NOW, by=7, sentence=text("audit.blocked", user=User(8))),
        Change(at=NOW, by=0, sentence=text("audit.operator_resent", user=User(8))),
    ]
    budget, none = Budget(day=5_600_000), GuildSettings(guild_id=9)
    given = GuildSettings(guild_id=9, notice_channel_id=3, budget=budget, channels=frozenset({4, 5}))
    return [
        rules_card(
            [(Level.USER, 7, Rule(daily_seconds=600)), (Level.SERVER, 0, Rule(max_active=2))], OPERATOR, texts=texts
        ),
        server_card(none, texts=texts),
        server_card(given, texts=texts),
        usage_card(report, texts=texts),
        audit_card(changes, texts=texts),
        audit_card([], texts=texts),
        running_card(3, [job(user_id=7)], texts=texts),
        running_card(0, [], texts=texts),
    ]


def operator_cards(texts: Texts = ENGLISH) -> list[ui.LayoutView]:
    """What ``/operator jobs`` answers with: more videos than fit, none, and the history of one."""
    states = (JobState.ACCEPTED, JobState.RUNNING, JobState.UNDELIVERABLE, JobState.FAILED)
    jobs = [
        replace(job(number), state=state, reason=text("reason.out_of_credit") if state is JobState.FAILED else None)
        for number, state in enumerate((*states, *(JobState.RUNNING,) * 4), start=1)
    ]
    entries = [
        HistoryEntry(at=NOW, from_state=None, to_state=JobState.ACCEPTED, why="asked for"),
        HistoryEntry(at=NOW, from_state=JobState.ACCEPTED, to_state=JobState.FAILED, why="Oxen says `*boo*`"),
    ]
    return [jobs_card(jobs, texts), jobs_card([], texts), history_card(jobs[0].id, entries, texts)]


def workbenches(texts: Texts = ENGLISH) -> list[ui.LayoutView]:
    """The workbench at its shortest and its longest, and its page of choices."""
    doubtful, full = doubtful_workbench(), fullest_workbench()
    return [
        workbench_card(emptiest_workbench(), texts=texts),
        workbench_card(doubtful, texts=texts),
        workbench_card(doubtful, OPTIONS, texts=texts),
        workbench_card(full, "2", FULL_THUMBNAILS, FULL_NOTES, texts),
    ]


def stories(texts: Texts = ENGLISH) -> list[ui.LayoutView]:
    """A shot by itself, another take of one, the list of a story, and what becomes of joining it."""
    shots = [
        ended(
            JobState.DELIVERED,
            id=f"{number:016x}",
            shot=Shot(story_id="c" * 16, number=number, count=3),
            request=request(f"Shot {number} of @Image1"),
        )
        for number in (1, 2, 3)
    ]
    take = replace(shots[1], id="9" * 16, shot=Shot(story_id="c" * 16, number=2, count=3, is_retake=True))
    page = VideoPage(
        jobs=shots, has_more=False, stories=[Story(first=shots[0], count=3)], elements=[(1, "bloxy"), (2, "ox")]
    )
    video = VideoFile(path=Path("video.mp4"), size=3 * 1024 * 1024)
    joined = JoinedVideo(path=video.path, strip=Path("shots.jpg"), size=9 * 1024 * 1024, count=3, seconds=15)
    return [
        outcome_message(shots[2], video, texts),
        outcome_message(take, video, texts),
        video_list(page, VideoFilter(story_id="c" * 16, search="*shot*"), shots, texts),
        one_video(take, shots, texts),
        joined_message(job(), joined, texts),
        joined_message(job(), replace(joined, strip=None, lines=720), texts),
        joined_message(job(), NotJoined(reason=text("join.original_gone", number=2)), texts),
    ]


SNAPSHOTS: Final[Mapping[str, Callable[[Texts], list[ui.LayoutView]]]] = {
    "status": status_cards,
    "outcome": outcomes,
    "board": boards,
    "stories": stories,
    "videos": lambda texts: [
        video_list(VideoPage(jobs=[ended(state) for state in ENDS], has_more=True), VideoFilter(), texts=texts),
        video_list(VideoPage(jobs=[], has_more=False), VideoFilter(), texts=texts),
    ],
    "quota": quotas,
    "elements": elements,
    "workbench": workbenches,
    "admin": admin_cards,
    "operator": operator_cards,
}


def reading(cards: list[ui.LayoutView]) -> str:
    """Cards as text: their texts, what stands for pictures, and their buttons in brackets."""
    return "\n\n----\n\n".join("\n".join(_lines(card.to_components())) for card in cards) + "\n"  # type: ignore[no-untyped-call]


def _lines(components: list[Any]) -> list[str]:
    lines = []
    for item in walk(components):
        emoji = (item.get("emoji") or {}).get("name")
        match item["type"]:
            case 2:
                lines.append(f"[{emoji} {item['label']}]" if emoji else f"[{item['label']}]")
            case 3:
                choices = ", ".join(option["label"] for option in item["options"])
                lines.append(f"[{item.get('placeholder', 'chosen')}: {choices}]")
            case 10:
                lines.append(item["content"])
            case 11:
                lines.append(f"(picture: {item.get('description')})")
            case 12:
                lines += [f"(shown: {shown.get('description')})" for shown in item["items"]]
    return lines


if __name__ == "__main__":
    for name, make in SNAPSHOTS.items():
        (FOLDER / f"{name}.txt").write_text(reading(make(ENGLISH)), encoding="utf-8")
