"""The translations: complete, with what their source holds, and as long as Discord takes them."""

from __future__ import annotations

import re
import tracemalloc
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from bot.text import Value
from cogs.command_translator import CommandTranslator
from cogs.ui.texts import Catalogues, Texts
from cogs.ui.texts.__main__ import update
from cogs.ui.texts.catalogues import LOCALES, NAMES, catalogue_file, load_catalogues
from cogs.ui.texts.check import faults
from cogs.ui.texts.english import MESSAGES
from cogs.ui.texts.formats import FORMATS
from cogs.ui.texts.limits import limit_of
from cogs.ui.texts.message import Plural
from cogs.ui.texts.po import read_translations
from cogs.ui.texts.render import PLACEHOLDER
from sandbox.discord.commands import as_seen, check_command
from sandbox.oxen.catalogue import IMAGE_MODEL
from sandbox.pseudo_locale import pseudo, pseudo_texts
from sandbox.world import World, world

MOST_MB = 1.5
TRANSLATED = [name for name in LOCALES if catalogue_file(name).is_file()]
EVERY_COMMAND: dict[str, Any] = {"oxen_models": "default,kling-video-o3-omni", "oxen_image_models": IMAGE_MODEL}
"""With two models ``/video`` has every option that it can have, and with one of pictures there is ``/image``."""

RARE = {f"option_name.{name}" for name in ("model", "start", "end", "resolution", "sound", "faces")}
"""Options that ``/video`` has where a model wants them."""


def translated(locale: str, change: dict[str, str | tuple[str, ...]] | None = None) -> Catalog:
    """The catalogue of a language with the source as its translation, but for what is changed."""
    catalog = Catalog(locale=Locale.parse(locale), domain="messages", charset="utf-8", fuzzy=False)
    for key, source in MESSAGES.items():
        ids = (source.one, source.other) if isinstance(source, Plural) else source
        same = source if isinstance(source, str) else (source.other,) * catalog.num_plurals
        catalog.add(ids, (change or {}).get(key, same), context=key)
    return catalog


def written(catalog: Catalog) -> str:
    """A catalogue as it stands in a file."""
    file = BytesIO()
    write_po(file, catalog, width=120)
    return file.getvalue().decode()


@pytest.mark.parametrize("name", LOCALES)
def test_every_language_is_complete_and_has_what_its_source_has(name: str) -> None:
    if name not in TRANSLATED:
        pytest.skip("not translated yet")
    with catalogue_file(name).open("rb") as file:
        assert list(faults(read_po(file, locale=LOCALES[name], domain="messages"))) == []


@pytest.mark.parametrize("name", LOCALES)
def test_a_sentence_that_sends_somebody_to_the_apps_menu_has_the_words_of_the_menu(name: str) -> None:
    texts = load_catalogues().of(name)
    sending = [key for key, source in MESSAGES.items() if "Apps → Add to my next video" in str(source)]
    assert sending
    for key in sending:
        assert f"→ {texts('command.add_from_message')}**" in texts(key)


@pytest.mark.parametrize("name", LOCALES)
def test_what_a_description_says_to_type_is_what_the_option_understands(name: str) -> None:
    texts = load_catalogues().of(name)
    assert re.search(r"(?<![a-z])all(?![a-z])", texts("command.video.faces"))
    assert {"12h", "30d", "2w"} <= set(re.findall(r"\d+[hdw]", texts("command.admin.grant.expires")))


def values_of(source: str | Plural, count: int) -> dict[str, Value]:
    """A value for each placeholder of a message, lists with so many parts."""
    words = source if isinstance(source, str) else source.other
    moment = datetime(2026, 11, 26, tzinfo=UTC)
    by_style: dict[str, Value] = {style: tuple("ABCDE"[:count]) for style in ("or", "unit")}
    by_style |= dict.fromkeys("RfFtTdD", moment)
    found = {one["name"]: by_style.get(one["style"] or "", count) for one in PLACEHOLDER.finditer(words)}
    return {name: value for name, value in found.items() if name is not None}


@pytest.mark.parametrize("name", ["en-US", *LOCALES])
def test_every_message_can_be_said_in_every_language_whatever_its_numbers_and_lists(name: str) -> None:
    texts = load_catalogues().of(name)
    for key, source in MESSAGES.items():
        for count in (0, 1, 2, 3, 5):
            said = texts(key, **values_of(source, count))
            assert PLACEHOLDER.search(said) is None, key


@pytest.mark.parametrize("name", ["en-US", *LOCALES])
def test_every_list_can_be_written_in_every_language(name: str) -> None:
    texts = load_catalogues().of(name)
    for count in range(1, 6):
        parts = tuple("ABCDE"[:count])
        for style in (None, "or", "unit"):
            written = texts.value(parts, style)
            assert [letter for letter in written if letter in parts] == list(parts)
        assert texts.value(parts, "unit").count("、" if name in ("ja", "zh-CN") else ", ") == count - 1


def test_a_language_that_says_what_its_source_says_has_no_faults() -> None:
    assert list(faults(translated("pl"))) == []


@pytest.mark.parametrize(
    ("key", "words", "fault"),
    [
        ("videos.none", "", "not translated"),
        ("common.cost.none", "Nichts **verbraucht**", "** **"),
        ("card.length", "viele", "nothing in place of {seconds}"),
        ("card.length", "{sekunden} s", "{sekunden} in place of {seconds}"),
        ("button.cancel", "x" * 81, "81 characters, and its place has 80"),
        ("command.video", "x" * 101, "101 characters, and its place has 100"),
        ("command_name.videos", "Meine Videos", "no name that Discord takes"),
        ("command_name.videos", "Videos", "no name that Discord takes"),
        ("option_name.image", "bild{nummer}", "{nummer} in place of {number}"),
        ("count.pictures", ("{count} Bild", ""), "not translated"),
        ("count.pictures", ("Ein Bild", "Bilder"), "nothing in place of {count}"),
        ("count.pictures", ("{count} Bild {zahl}", "{count} Bilder"), "{count} {zahl} in place of {count}"),
    ],
)
def test_a_translation_that_lacks_something_is_a_fault(key: str, words: str | tuple[str, ...], fault: str) -> None:
    [found] = faults(translated("de", {key: words}))
    assert found.startswith(f"de: {key}: ")
    assert fault in found


@pytest.mark.exhaustive
@pytest.mark.slow
def test_a_message_that_was_changed_in_the_source_asks_for_a_new_translation(tmp_path: Path) -> None:
    update(tmp_path)
    file = tmp_path / "de" / "LC_MESSAGES" / "messages.po"
    old = translated("de")
    old.add("Something else", "Etwas anderes", context="videos.none")
    source = MESSAGES["videos.none"]
    assert isinstance(source, str)
    old.delete(source, context="videos.none")
    file.write_text(written(old), encoding="utf-8")
    assert "de: videos.none: not translated" in update(tmp_path)
    assert "Etwas anderes" not in file.read_text(encoding="utf-8")


@pytest.mark.slow
def test_an_update_that_changes_nothing_leaves_the_files_as_they_are(tmp_path: Path) -> None:
    update(tmp_path)
    before = {file: file.read_bytes() for file in tmp_path.rglob("*.po*")}
    update(tmp_path)
    assert {file: file.read_bytes() for file in before} == before
    assert len(before) == len(LOCALES) + 1


@pytest.mark.parametrize("locale", LOCALES.values())
def test_what_is_read_at_the_start_is_what_babel_reads(locale: str) -> None:
    catalog = translated(locale, {"videos.none": 'Zeile\n"zwei"\t\\ Ж 動画 \u00a0'})
    texts = Texts(FORMATS[locale], read_translations(written(catalog)))
    assert texts("videos.none") == 'Zeile\n"zwei"\t\\ Ж 動画 \u00a0'
    forms = [texts.render(f"{texts('count.pictures', count=count)}") for count in (1, 2, 5)]
    assert all(forms)


def test_russian_has_its_three_forms() -> None:
    forms = ("{count} картинка", "{count} картинки", "{count} картинок")
    texts = Texts(FORMATS["ru"], read_translations(written(translated("ru", {"count.pictures": forms}))))
    assert [texts("count.pictures", count=count) for count in (1, 3, 5, 21)] == [
        "1 картинка",
        "3 картинки",
        "5 картинок",
        "21 картинка",
    ]


def test_every_language_that_can_be_chosen_has_a_folder_and_a_name() -> None:
    assert set(NAMES) == {"en-US", *LOCALES}


async def payloads(here: World, catalogues: Catalogues) -> list[Any]:
    """Every command as Discord is told it."""
    tree, translator = here.parts.bot.tree, CommandTranslator(catalogues)
    return [await command.get_translated_payload(tree, translator) for command in tree.get_commands()]


async def test_every_command_and_option_has_a_name_in_the_catalogue_and_no_other_is_there(tmp_path: Path) -> None:
    async with world(tmp_path, **EVERY_COMMAND) as here:
        commands = list(here.parts.bot.tree.walk_commands())
    keys = {f"command_name.{command.qualified_name.replace(' ', '_')}" for command in commands}
    for command in commands:
        for option in getattr(command, "parameters", ()):
            keys.add(f"option_name.{re.sub(r'[0-9]', '', option.name)}")
    named = {key for key in MESSAGES if key.startswith(("command_name.", "option_name."))}
    assert (keys - named, named - keys - RARE) == (set(), set())


@pytest.mark.slow
async def test_discord_takes_the_commands_in_the_longest_language(tmp_path: Path) -> None:
    names = {"command_name.videos": "x" * 32, "command_name.admin": "x" * 32}
    longest = Texts(FORMATS["de"], read_translations(written(translated("de", dict(names)))))
    async with world(tmp_path, **EVERY_COMMAND) as here:
        for catalogues in (load_catalogues(), Catalogues({"de": pseudo_texts(), "ja": longest})):
            for number, command in enumerate(await payloads(here, catalogues)):
                check_command(command, str(number))


async def test_commands_are_told_in_a_language_with_their_options_and_choices(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        told = {one["name"]: one for one in await payloads(here, Catalogues({"de": pseudo_texts()}))}
    seen = as_seen(told["admin"], "de")
    plain = re.compile(r"[A-Za-z]{3,}")
    allowed = {"Oxen", "Image", "Element"}

    def english(entry: dict[str, Any]) -> list[str]:
        words = [entry["name"], entry.get("description", "")]
        below = [part for parts in ("options", "choices") for part in entry.get(parts) or []]
        return [word for text in words for word in plain.findall(text)] + [w for part in below for w in english(part)]

    languages = set(re.findall(plain, " ".join(NAMES.values())))
    assert set(english(seen)) - allowed - languages == set()
    assert set(english(as_seen(told["video"], "de"))) - allowed == set()


@pytest.mark.exhaustive
@pytest.mark.slow
def test_all_languages_together_take_little_memory() -> None:
    files = [catalogue_file(name).read_text(encoding="utf-8") for name in TRANSLATED]
    tracemalloc.start()
    loaded = [read_translations(file) for file in files]
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"{len(loaded)} languages: {kept / 1024 / 1024:.1f} MB")
    assert kept < MOST_MB * 1024 * 1024


def test_the_language_that_nobody_speaks_is_longer_and_keeps_what_must_stay() -> None:
    for key, source in MESSAGES.items():
        words = source if isinstance(source, str) else source.other
        made = pseudo(key, words)
        assert sorted(PLACEHOLDER.findall(made)) == sorted(PLACEHOLDER.findall(words))
        assert len(PLACEHOLDER.sub("1", made)) <= max(limit_of(key), len(words))
