"""What is kept of a request where its video is made again or goes on."""

from bot.domain.repeated_request import continue_request
from bot.domain.slots import Slot, SlotKind
from tests.support import element, job, picture, request

IMAGE, ELEMENT = Slot(SlotKind.IMAGE, 1), Slot(SlotKind.ELEMENT, 1)


def test_a_video_that_goes_on_from_real_peoples_faces_begins_with_a_picture_of_them() -> None:
    asked = request(images={3: picture(3)}, elements={1: element(1)}, faces=(Slot(SlotKind.IMAGE, 3), ELEMENT))
    assert continue_request(job(request=asked), "and then").faces == (IMAGE, ELEMENT)
    assert continue_request(job(request=request()), "and then").faces == ()
