"""``/admin element remove``: an element that should not be offered to a server's members."""

from pathlib import Path

from bot.text import Quote, User, dump_text, text
from cogs.ui.texts import ENGLISH
from sandbox.world import World
from tests.cogs.admins import admin, rows, says
from tests.cogs.saved_elements import bob_in, element, save
from tests.cogs.videos import ask


async def test_an_admin_ends_the_sharing_of_an_element_and_its_owner_keeps_it(tmp_path: Path, here: World) -> None:
    ada, bob = admin(here), bob_in(here)
    office = here.guild.create_text_channel("office")
    await says(ada, here, "admin settings", notice_channel=office)
    await save(here, "rude_word", share=True)
    said = await says(ada, here, "admin element remove", name="@Rude_Word")
    assert ENGLISH("answer.admin.element_unshared", name=Quote("rude_word"), owner=User(here.alice.id)) == said
    assert "rude" not in await element(here, "list", bob)
    assert ENGLISH("element.reach.private") in await element(here, "list")
    await save(here, "rude_word", who=bob)
    told = text("audit.unshared", name=Quote("rude_word"), owner=User(here.alice.id))
    written = rows(tmp_path, "SELECT by_user, sentence FROM audit WHERE action = 'element'")
    assert written == [(ada.id, dump_text(told))]
    await here.until(lambda: any(ENGLISH.render(told) in message.content for message in office.history()))


async def test_only_what_is_shared_in_that_server_can_be_removed_and_is_offered(tmp_path: Path, here: World) -> None:
    ada, bob = admin(here), bob_in(here)
    elsewhere = here.env.create_guild("Elsewhere")
    eve, there = admin(here, elsewhere, "eve"), elsewhere.create_text_channel("general")
    await save(here, "bloxy", share=True)
    await save(here, "mine", who=ada)
    await save(here, "secret", who=bob)
    [offered] = await ada.autocomplete(here.channel, "admin element remove", "name", "")
    assert offered == {"name": "bloxy · shared by alice", "value": "bloxy"}
    assert await eve.autocomplete(there, "admin element remove", "name", "") == []
    for who, name, where in ((eve, "bloxy", there), (ada, "mine", None), (ada, "secret", None)):
        refused = await says(who, here, "admin element remove", where, name=name)
        assert ENGLISH("admin.not_shared") in refused
    assert rows(tmp_path, "SELECT count(*) FROM audit") == [(0,)]
    assert not (await ask(here, prompt="@bloxy dances", image1=None)).ephemeral
