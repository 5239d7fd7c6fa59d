"""Requests on the workbench, from the shortest to the fullest that there can be."""

from __future__ import annotations

from typing import Final

from bot.domain.model_spec import KLING_O1
from bot.domain.prompt_checks import NameFix, PendingRequest
from bot.domain.request import VideoRequest
from bot.domain.saved_element import ListedElement
from bot.domain.workbench import references_of
from bot.media.pictures.normalized_picture import PictureNote
from bot.services.library.workbench import WorkbenchView
from bot.text import Quote, User, text
from tests.support import NOON, element, picture, request

LAST_ID: Final = 2**63 - 1


def pending(asked: VideoRequest, use: str | None = None) -> PendingRequest:
    """A request that waits."""
    return PendingRequest(id="0" * 16, user_id=7, request=asked, use=use, asked=True, asked_at=NOON)


def emptiest_workbench() -> WorkbenchView:
    """Neither a prompt nor a picture."""
    asked = request("", images={})
    return WorkbenchView(
        pending=pending(asked), model=KLING_O1, seconds=5, left=None, problem=text("refusal.prompt_empty")
    )


def doubtful_workbench() -> WorkbenchView:
    """Two images that the prompt does not name as they are called."""
    asked = request("@Im1 dances", images={1: picture(1), 2: picture(2)})
    why = text("warning.no_such_picture", word=Quote("Im1"), slot="@Image1")
    return WorkbenchView(
        pending=pending(asked),
        model=KLING_O1,
        seconds=5,
        left=55,
        warnings=(why,),
        fixes=(NameFix(written="@Im1", name="@Image1", meant="@Image1", why=why),),
    )


def fullest_workbench() -> WorkbenchView:
    """As many references as there can be, all with long names, and everything that can be said of them."""
    long = "_" * 200 + ".png"
    asked = request(
        "@Image9 " + "_" * 2_700,
        images={n: picture(n, filename=long, is_spoiler=True) for n in range(1, 8)},
        elements={n: element(n, 3) for n in range(1, 4)},
        start=picture(50, filename=long),
        end=picture(51, filename=long),
        count=4,
    )
    name = "_" * 31 + "x"
    offered = [
        ListedElement(name=f"{name[:-2]}{n:0>2}", owner_id=LAST_ID, owner_name="x" * 32, is_shared=True, views=4)
        for n in range(24)
    ]
    warning = text("warning.none_used", names=tuple(map(str, asked.slots)))
    return WorkbenchView(
        pending=pending(asked, name),
        model=KLING_O1,
        seconds=40,
        left=9_999_999,
        problem=text("refusal.no_room_references", name=Quote(name), limit=7),
        questions=(text("warning.shared_element", name=Quote(name), owner=User(LAST_ID)),) * 2,
        warnings=(warning,) * 12,
        fixes=tuple(NameFix(written=f"@{n}", name=f"@{name}", meant=f"@{name}") for n in range(4)),
        offered=tuple(offered),
    )


FULL_THUMBNAILS: Final = {one.key: "https://x.test/a.png" for one in references_of(fullest_workbench().pending)}
FULL_NOTES: Final = {
    one.url: tuple(PictureNote)
    for reference in references_of(fullest_workbench().pending)
    for one in reference.pictures
}
